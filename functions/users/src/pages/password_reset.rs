//! The forgotten password: whoever forgot it asks for a mail, and its link leads to a form for a new one. Refuses to say whether an
//! address is known, and to show a password again.

use super::mailed_links::dead_link;
use super::verbatim::Verbatim;
use super::words::Words;
use super::{cookies, go};
use crate::domain::Rejection;
use crate::domain::credential_token::TokenKind;
use crate::domain::device::DEVICE_SECONDS;
use crate::pages::ways::waiting;
use crate::service::{Error, Users};
use ::pages::{Errors, Page, Typed};
use askama::Template;
use chassis::http::{Response, network_of};
use chassis::{Call, NoBody, NoQuery, Problem};
use events::Email;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const RESETS: &str = "/account/password-resets";

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct RequestQuery {
    /// Not empty if a mail was asked for a moment ago.
    sent: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RequestForm {
    email: String,
}

impl Typed for RequestForm {
    fn is_typed(field: &str) -> bool {
        field == "email"
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResetForm {
    password: String,
}

impl Typed for ResetForm {
    fn is_typed(field: &str) -> bool {
        field == "password"
    }
}

#[derive(Template)]
#[template(path = "password_reset_request.html")]
struct RequestPage {
    page: Page,
    t: &'static Words,
    email: String,
    is_sent: bool,
    refusal: Option<String>,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "password_reset.html")]
struct ResetPage {
    page: Page,
    t: &'static Words,
    token: String,
    /// Whose password it is, for the browser that keeps it.
    email: String,
    refusal: Option<String>,
    errors: Errors,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, RequestQuery>) -> Result<Response, Problem> {
    let mut page = RequestPage::of(&app, &call);
    page.is_sent = !call.query.sent.is_empty();
    ::pages::html(200, &page)
}

/// The answer is the same whoever has the address.
pub(super) async fn request(app: Arc<Users>, call: Call<Verbatim<RequestForm>>) -> Result<Response, Problem> {
    let Verbatim { fields: RequestForm { email }, card_numbers } = &call.body;
    let mut page = RequestPage::of(&app, &call);
    page.email.clone_from(email);
    let Ok(address) = email.parse::<Email>() else {
        let held_card = card_numbers.held_in("email");
        let told = if held_card { &page.page.words.card_number } else { &page.t.errors.email };
        page.errors.add("email", &page.t.credentials.email, told);
        return ::pages::html(422, &page);
    };
    match app.request_password_reset(&address, &network_of(&call.source_ip), &call.context()).await {
        Ok(()) => Ok(go(&app, 303, &format!("{RESETS}?sent=yes"), [])),
        Err(Error::Rejected(Rejection::TooManyAttempts(seconds))) => {
            page.refusal = Some(page.t.errors.wait(seconds));
            Ok(waiting(::pages::html(429, &page)?, seconds))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn form(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    match app.peek_token(TokenKind::PasswordReset, &call.param::<String>("token")?, &call.context()).await {
        Ok(live) => ::pages::html(200, &ResetPage::of(&app, &call, live.user.email.as_str())?),
        Err(Error::Rejected(Rejection::InvalidToken)) => dead_link(&app, &call),
        Err(error) => Err(error.into()),
    }
}

/// Whoever sets a new password signs in with it: all sessions ended, also one of this browser.
pub(super) async fn reset(app: Arc<Users>, call: Call<Verbatim<ResetForm>>) -> Result<Response, Problem> {
    let (token, network) = (call.param::<String>("token")?, network_of(&call.source_ip));
    let Verbatim { fields: ResetForm { password }, card_numbers } = &call.body;
    let refusal = match app.reset_password(&token, password, &network, &call.context()).await {
        Ok(user) => {
            let (sent, token) =
                (cookies::sent(&app, &call.headers), app.device_token(&user, None, &call.context()).await?);
            // Nobody's guesses keep who read the mail from signing in with the new password.
            let device = sent.keep(cookies::DEVICE, &token, DEVICE_SECONDS);
            let kept = cookies::signed_out(sent).into_iter().chain([device]);
            return Ok(go(&app, 303, "/account/sign-in?done=password", kept));
        }
        Err(Error::Rejected(Rejection::InvalidToken)) => return dead_link(&app, &call),
        Err(Error::Rejected(refusal)) => refusal,
        Err(error) => return Err(error.into()),
    };
    let email = match app.peek_token(TokenKind::PasswordReset, &token, &call.context()).await {
        Ok(live) => live.user.email.as_str().to_owned(),
        Err(_) => String::new(),
    };
    let mut page = ResetPage::of(&app, &call, &email)?;
    match refusal {
        Rejection::Weak(weak) => {
            let held_card = card_numbers.held_in("password");
            let told = if held_card { &page.page.words.card_number } else { page.t.errors.of_password(weak) };
            page.errors.add("password", &page.t.credentials.new_password, told);
            ::pages::html(422, &page)
        }
        Rejection::TooManyAttempts(seconds) => {
            page.refusal = Some(page.t.errors.wait(seconds));
            Ok(waiting(::pages::html(429, &page)?, seconds))
        }
        other => Err(other.into()),
    }
}

impl RequestPage {
    fn of<B, Q>(app: &Users, call: &Call<B, Q>) -> Self {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, t.credentials.forgotten_title.to_string());
        Self { page, t, email: String::new(), is_sent: false, refusal: None, errors: Errors::default() }
    }
}

impl ResetPage {
    fn of<B, Q>(app: &Users, call: &Call<B, Q>, email: &str) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, t.credentials.reset_title.to_string());
        let token = call.param("token")?;
        Ok(Self { page, t, token, email: email.to_owned(), refusal: None, errors: Errors::default() })
    }
}
