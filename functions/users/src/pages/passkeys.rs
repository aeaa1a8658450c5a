//! `/account/passkeys`: one's own passkeys, one more, and the removal of each. Refuses to make
//! one: that is the browser's, by a script of its own.

use super::passkey_form::ShowPasskey;
use super::second_factor::{codes_page, with_access};
use super::verbatim::Verbatim;
use super::ways::{by_renewal, waiting};
use super::words::Words;
use super::{Way, go};
use crate::domain::Rejection;
use crate::domain::passkey::{MAX_PASSKEYS, Passkey};
use crate::domain::user::User;
use crate::http::me;
use crate::http::passkeys::{CreatedCredential, MAX_NAME, asked};
use crate::service::{AddedPasskey, Error, Users};
use ::pages::{Errors, Page, Typed};
use askama::Template;
use chassis::http::{Response, network_of};
use chassis::{Call, NoBody, NoQuery, Problem};
use events::text;
use lambda_http::Body;
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use std::sync::Arc;

pub(super) const PASSKEYS: &str = "/account/passkeys";
/// The form of each step has the fields that it needs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasskeyForm {
    name: String,
    password: String,
    /// What the browser made.
    passkey: String,
    /// Of the passkey that is removed.
    id: String,
}

impl Typed for PasskeyForm {
    fn is_typed(field: &str) -> bool {
        ["name", "password"].contains(&field)
    }
}

type Sent = Call<Verbatim<PasskeyForm>, NoQuery>;

#[derive(Template)]
#[template(path = "passkeys.html")]
struct PasskeysPage {
    page: Page,
    t: &'static Words,
    user: User,
    /// Whether one may be added now: the second factor, if there is one, was shown a moment ago.
    is_open: bool,
    /// How to make one.
    passkeys: ShowPasskey,
    /// As it was typed.
    typed_name: String,
    success: Option<String>,
    refusal: Option<String>,
    errors: Errors,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, Way>) -> Result<Response, Problem> {
    let mut page = PasskeysPage::load(&app, &call).await?;
    page.success = match call.query.done.as_str() {
        "added" => Some(page.t.passkeys.added.to_string()),
        "removed" => Some(page.t.passkeys.removed.to_string()),
        _ => None,
    };
    ::pages::html(200, &page)
}

pub(super) async fn act(app: Arc<Users>, call: Sent) -> Result<Response, Problem> {
    let step: String = call.param("step")?;
    match step.as_str() {
        "challenge" => challenge(&app, &call).await,
        "new" => add(&app, &call).await,
        "removal" => remove(&app, &call).await,
        _ => Err(Problem::not_found()),
    }
}

/// What the script asks for. It is as the API's answer.
async fn challenge(app: &Users, call: &Sent) -> Result<Response, Problem> {
    let text = serde_json::to_string(&asked(app, call).await?).map_err(Problem::internal)?;
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

async fn add(app: &Users, call: &Sent) -> Result<Response, Problem> {
    let Verbatim { fields: PasskeyForm { name, password, passkey, .. }, card_numbers } = &call.body;
    let mut page = PasskeysPage::load(app, call).await?;
    PASSKEYS.clone_into(&mut page.page.path);
    page.typed_name.clone_from(name);
    let (words, errors) = (&page.t.passkeys, &page.t.errors);
    let named = text::line("name", name, MAX_NAME);
    if card_numbers.held_in("name") {
        page.errors.add("name", &words.name, &page.page.words.card_number);
    } else if name.trim().is_empty() {
        page.errors.add("name", &words.name, &errors.missing);
    } else if name.trim().chars().count() > MAX_NAME {
        page.errors.add("name", &words.name, errors.too_long.with("most", MAX_NAME));
    } else if named.is_err() {
        page.errors.add("name", &words.name, &errors.illegible);
    }
    let made: Option<CreatedCredential> = serde_json::from_str(passkey).ok();
    if made.is_none() {
        page.refusal = Some(words.needs_script.to_string());
    }
    let (Ok(name), Some(made)) = (named, made) else { return ::pages::html(422, &page) };
    let password = Some(password.as_str()).filter(|typed| !typed.is_empty());
    let network = network_of(&call.source_ip);
    match app.add_passkey(me(call)?, (&made.made(), &name), (password, &network), &call.context()).await {
        Ok(AddedPasskey { recovery_codes: Some(codes), access, .. }) => {
            Ok(with_access(app, call, codes_page(app, call, (codes, PASSKEYS))?, &access))
        }
        Ok(AddedPasskey { access, .. }) => {
            Ok(with_access(app, call, go(app, 303, &format!("{PASSKEYS}?done=added"), []), &access))
        }
        Err(error) => page.refused(error),
    }
}

/// Of a session in which no second factor was shown of late, the form goes where one is shown, and waits there.
async fn remove(app: &Users, call: &Sent) -> Result<Response, Problem> {
    match app.remove_passkey(me(call)?, &call.body.fields.id, &call.context()).await {
        Ok(()) => Ok(go(app, 303, &by_renewal(&format!("{PASSKEYS}?done=removed")), [])),
        Err(error @ (Error::NotFound | Error::Rejected(Rejection::NoSecondFactor | Rejection::LastFactorOfStaff))) => {
            let mut page = PasskeysPage::load(app, call).await?;
            PASSKEYS.clone_into(&mut page.page.path);
            let words = &page.t.second_factor;
            let is_last = matches!(error, Error::Rejected(Rejection::LastFactorOfStaff));
            page.refusal = Some(if is_last { &words.last_of_staff } else { &words.over }.to_string());
            ::pages::html(422, &page)
        }
        Err(error) => Err(error.into()),
    }
}

impl PasskeysPage {
    async fn load<B, Q>(app: &Users, call: &Call<B, Q>) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let identity = call.caller.identity()?;
        let user = app.user(identity.user).await?;
        let page = Page::new(app, call, t.passkeys.title.to_string());
        Ok(Self {
            t,
            is_open: !user.factors.protects() || identity.is_stepped_up(call.now),
            passkeys: ShowPasskey::of_the_user(&page, "/account/passkeys/new"),
            page,
            user,
            typed_name: String::new(),
            success: None,
            refusal: None,
            errors: Errors::default(),
        })
    }

    /// The page once more, with what is wrong.
    fn refused(mut self, error: Error) -> Result<Response, Problem> {
        let words = &self.t.passkeys;
        match error {
            Error::Rejected(Rejection::WrongPassword) => {
                self.errors.add("password", &self.t.sign_in.password, &self.t.second_factor.wrong_password);
            }
            Error::Rejected(Rejection::InvalidPasskey) => self.refusal = Some(words.not_added.to_string()),
            Error::Rejected(Rejection::PasskeyKnown) => self.refusal = Some(words.known.to_string()),
            Error::Rejected(Rejection::TooManyPasskeys) => {
                self.refusal = Some(words.too_many.with("most", MAX_PASSKEYS).to_string());
            }
            Error::Rejected(Rejection::TooManyAttempts(seconds)) => {
                self.refusal = Some(self.t.errors.wait(seconds));
                return Ok(waiting(::pages::html(429, &self)?, seconds));
            }
            error => return Err(error.into()),
        }
        ::pages::html(422, &self)
    }

    /// What the button says to who hears it alone.
    fn remove_label(&self, passkey: &Passkey) -> String {
        self.t.passkeys.remove_of.with("name", &passkey.name).to_string()
    }

    /// Whether there is no other second factor.
    fn has_only_one(&self) -> bool {
        self.user.factors.passkeys.len() == 1 && self.user.factors.totp.is_none()
    }
}
