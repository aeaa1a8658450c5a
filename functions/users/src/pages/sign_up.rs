//! Signing up. Whoever does so is signed in as well. Refuses to show a password again.

use super::verbatim::Verbatim;
use super::ways::{waiting, way_on};
use super::words::Words;
use super::{Way, cookies, encoded, go};
use crate::domain::Rejection;
use crate::domain::password::NewPassword;
use crate::domain::person_name::PersonName;
use crate::http::sessions::client_of;
use crate::service::{Error, Users};
use ::pages::{CardNumbers, Errors, Page, Typed};
use askama::Template;
use chassis::http::{Response, network_of};
use chassis::{Call, NoBody, Problem};
use events::Email;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SignUpForm {
    name: String,
    email: String,
    password: String,
    then: String,
}

impl Typed for SignUpForm {
    fn is_typed(field: &str) -> bool {
        ["name", "email", "password"].contains(&field)
    }
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    page: Page,
    t: &'static Words,
    typed_name: String,
    email: String,
    then: String,
    notice: Option<String>,
    errors: Errors,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, Way>) -> Result<Response, Problem> {
    // Who is signed in has an account.
    if cookies::is_signed_in(&app, cookies::sent(&app, &call.headers)) {
        return Ok(go(&app, 303, &way_on(&call.query.then), []));
    }
    ::pages::html(200, &SignUpPage::of(&app, &call, &call.query.then))
}

pub(super) async fn sign_up(app: Arc<Users>, call: Call<Verbatim<SignUpForm>>) -> Result<Response, Problem> {
    let Verbatim { fields: form, card_numbers } = &call.body;
    let mut page = SignUpPage::of(&app, &call, &form.then);
    (page.typed_name, page.email) = (form.name.clone(), form.email.clone());
    let Some((name, email, password)) = page.read(&form.password, card_numbers) else {
        return ::pages::html(422, &page);
    };
    let language = Some(Page::locale(&*app, &call).into());
    let registered =
        app.register(email, name, language, &password, &network_of(&call.source_ip), &call.context()).await;
    let user = match registered {
        Ok(user) => user,
        Err(Error::Rejected(Rejection::EmailTaken)) => {
            page.errors.add("email", &page.t.sign_up.email, &page.t.errors.email_taken);
            return ::pages::html(422, &page);
        }
        Err(Error::Rejected(Rejection::TooManyAttempts(seconds))) => {
            page.notice = Some(page.t.errors.wait(seconds));
            return Ok(waiting(::pages::html(429, &page)?, seconds));
        }
        Err(error) => return Err(error.into()),
    };
    let sent = cookies::sent(&app, &call.headers);
    match app.open_session_of(&user, None, client_of(&call.headers), &call.context()).await {
        Ok(tokens) => Ok(go(&app, 303, &way_on(&form.then), cookies::signed_in(sent, &tokens))),
        // The user is there, so another sign-up would be refused: signing in is what is left.
        Err(_) => Ok(go(&app, 303, &format!("/account/sign-in?then={}", encoded(&page.then)), [])),
    }
}

impl SignUpPage {
    fn of<B, Q>(app: &Users, call: &Call<B, Q>, then: &str) -> Self {
        let t = Words::of(Page::locale(app, call));
        Self {
            page: Page::new(app, call, t.sign_up.title.to_string()),
            t,
            typed_name: String::new(),
            email: String::new(),
            then: ::pages::local_target(then).unwrap_or_default(),
            notice: None,
            errors: Errors::default(),
        }
    }

    /// What was typed, if each field is as it must be.
    fn read(&mut self, password: &str, card_numbers: &CardNumbers) -> Option<(PersonName, Email, NewPassword)> {
        let (labels, words, errors) = (&self.t.sign_up, &self.t.errors, &mut self.errors);
        for (field, label) in [("name", &labels.name), ("email", &labels.email), ("password", &labels.password)] {
            if card_numbers.held_in(field) {
                errors.add(field, label, &self.page.words.card_number);
            }
        }
        let name: Option<PersonName> = self.typed_name.parse().ok();
        if name.is_none() {
            errors.add("name", &labels.name, words.of_name(&self.typed_name));
        }
        let email: Option<Email> = self.email.parse().ok();
        if email.is_none() {
            errors.add("email", &labels.email, &words.email);
        }
        let password = match (&email, &name) {
            (Some(email), Some(name)) => NewPassword::of(password, email, name, &self.page.shop),
            _ => password.parse(),
        };
        if let Err(weak) = &password {
            errors.add("password", &labels.password, words.of_password(*weak));
        }
        Some((name?, email?, password.ok()?))
    }

    /// The way to signing in, which leads on to the same page.
    fn sign_in(&self) -> String {
        if self.then.is_empty() {
            return self.page.href("/account/sign-in");
        }
        self.page.href(&format!("/account/sign-in?then={}", encoded(&self.then)))
    }
}
