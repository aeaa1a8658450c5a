//! `/account/credentials`: another password or another address, by whoever is signed in and knows the password. Refuses to show a
//! password again, and to say whether somebody has an address.

use super::verbatim::Verbatim;
use super::ways::{SECOND_FACTOR, waiting};
use super::words::{EmailChangeWords, Words};
use super::{ACCOUNT, cookies, encoded, go};
use crate::domain::Rejection;
use crate::domain::user::User;
use crate::http::me;
use crate::http::sessions::client_of;
use crate::pages::addresses::NoFields;
use crate::service::{Error, NewEmail, PasswordChange, Users};
use ::pages::{Errors, Form, Page, Typed};
use askama::Template;
use chassis::http::{Response, network_of};
use chassis::{Call, NoBody, Problem};
use events::Email;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const CREDENTIALS: &str = "/account/credentials";

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct CredentialsQuery {
    /// What was done a moment ago: `password` or `email`.
    saved: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordForm {
    current: String,
    new: String,
}

impl Typed for PasswordForm {
    fn is_typed(field: &str) -> bool {
        ["current", "new"].contains(&field)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EmailForm {
    email: String,
    password: String,
}

impl Typed for EmailForm {
    fn is_typed(field: &str) -> bool {
        ["email", "password"].contains(&field)
    }
}

#[derive(Template)]
#[template(path = "credentials.html")]
struct CredentialsPage {
    page: Page,
    t: &'static Words,
    user: User,
    success: Option<String>,
    refusal: Option<String>,
    password_errors: Errors,
    email_errors: Errors,
    /// As typed.
    email: String,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, CredentialsQuery>) -> Result<Response, Problem> {
    let mut page = CredentialsPage::load(&app, &call).await?;
    page.success = match call.query.saved.as_str() {
        "password" => Some(page.t.credentials.password_saved.to_string()),
        "email" => Some(page.email_change().sent.to_string()),
        _ => None,
    };
    ::pages::html(200, &page)
}

/// All sessions end, and this browser has a new one.
pub(super) async fn change_password(app: Arc<Users>, call: Call<Verbatim<PasswordForm>>) -> Result<Response, Problem> {
    let Verbatim { fields: PasswordForm { current, new }, card_numbers } = &call.body;
    let client = client_of(&call.headers);
    let change = PasswordChange { me: me(&call)?, current, new, client };
    let refusal = match app.change_password(change, &network_of(&call.source_ip), &call.context()).await {
        Ok(tokens) => {
            let kept = cookies::signed_in(cookies::sent(&app, &call.headers), &tokens);
            return Ok(go(&app, 303, &format!("{CREDENTIALS}?saved=password"), kept));
        }
        Err(Error::Rejected(Rejection::StepUpRequired)) => return Ok(shows_factor_first(&app)),
        Err(Error::Rejected(refusal)) => refusal,
        Err(error) => return Err(error.into()),
    };
    let mut page = CredentialsPage::load(&app, &call).await?;
    let (words, errors) = (&page.t.credentials, &mut page.password_errors);
    for (field, label) in [("current", &words.current_password), ("new", &words.new_password)] {
        if card_numbers.held_in(field) {
            errors.add(field, label, &page.page.words.card_number);
        }
    }
    match refusal {
        Rejection::WrongPassword => errors.add("current", &words.current_password, &words.wrong_password),
        Rejection::Weak(weak) => errors.add("new", &words.new_password, page.t.errors.of_password(weak)),
        other => return page.refused(other),
    }
    ::pages::html(422, &page)
}

/// A mail goes to the present and one to the new address.
pub(super) async fn request_email_change(
    app: Arc<Users>,
    call: Call<Verbatim<EmailForm>>,
) -> Result<Response, Problem> {
    let Verbatim { fields: EmailForm { email, password }, card_numbers } = &call.body;
    let me = me(&call)?;
    let refusal = match email.parse::<Email>() {
        Err(_) => None,
        Ok(address) => {
            let wanted = NewEmail { me, email: &address, password };
            match app.request_email_change(wanted, &network_of(&call.source_ip), &call.context()).await {
                Ok(()) => return Ok(go(&app, 303, &format!("{CREDENTIALS}?saved=email"), [])),
                Err(Error::Rejected(Rejection::StepUpRequired)) => return Ok(shows_factor_first(&app)),
                Err(Error::Rejected(refusal)) => Some(refusal),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let mut page = CredentialsPage::load(&app, &call).await?;
    page.email.clone_from(email);
    let (words, errors) = (&page.t.credentials, &mut page.email_errors);
    for (field, label) in [("email", &words.new_email), ("password", &words.current_password)] {
        if card_numbers.held_in(field) {
            errors.add(field, label, &page.page.words.card_number);
        }
    }
    match refusal {
        None => errors.add("email", &words.new_email, &page.t.errors.email),
        Some(Rejection::SameEmail) => errors.add("email", &words.new_email, &words.same_email),
        Some(Rejection::WrongPassword) => errors.add("password", &words.current_password, &words.wrong_password),
        Some(other) => return page.refused(other),
    }
    ::pages::html(422, &page)
}

/// The button on the account's page while the address is not verified.
pub(super) async fn request_verification(app: Arc<Users>, call: Call<Form<NoFields>>) -> Result<Response, Problem> {
    match app.request_verification(call.caller.identity()?.user, &call.context()).await {
        Ok(()) => Ok(go(&app, 303, &format!("{ACCOUNT}?saved=verification"), [])),
        Err(Error::Rejected(Rejection::AlreadyVerified)) => Ok(go(&app, 303, &format!("{ACCOUNT}?saved=verified"), [])),
        Err(Error::Rejected(refusal)) => CredentialsPage::load(&app, &call).await?.refused(refusal),
        Err(error) => Err(error.into()),
    }
}

/// Leads to the page that asks for the second factor, and from there back.
fn shows_factor_first(app: &Users) -> Response {
    go(app, 303, &format!("{SECOND_FACTOR}?then={}", encoded(CREDENTIALS)), [])
}

impl CredentialsPage {
    /// Which mailboxes have to confirm.
    const fn email_change(&self) -> &'static EmailChangeWords {
        let words = &self.t.credentials;
        if self.user.is_verified() { &words.change_by_both } else { &words.change_by_new }
    }

    async fn load<B, Q>(app: &Users, call: &Call<B, Q>) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let user = app.user(call.caller.identity()?.user).await?;
        let mut page = Page::new(app, call, t.credentials.title.to_string());
        // The links of the page lead to one that can be opened again.
        CREDENTIALS.clone_into(&mut page.path);
        Ok(Self {
            page,
            t,
            user,
            success: None,
            refusal: None,
            password_errors: Errors::default(),
            email_errors: Errors::default(),
            email: String::new(),
        })
    }

    /// What is about no field.
    fn refused(mut self, refusal: Rejection) -> Result<Response, Problem> {
        let Rejection::TooManyAttempts(seconds) = refusal else { return Err(refusal.into()) };
        self.refusal = Some(self.t.errors.wait(seconds));
        Ok(waiting(::pages::html(429, &self)?, seconds))
    }
}
