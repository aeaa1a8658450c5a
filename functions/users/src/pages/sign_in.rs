//! Signing in. Refuses to say whether an address is one of a user, and to show a password again.

use super::carried::Carried;
use super::passkey_form::{ShowPasskey, factor_in};
use super::verbatim::Verbatim;
use super::ways::{SIGN_IN, by_factor, waiting, way_on};
use super::words::Words;
use super::{Way, cookies, encoded, go, oidc, with_cookies};
use crate::domain::Rejection;
use crate::http::sessions::client_of;
use crate::service::{Error, Halfway, SecondFactor, SignIn, SignedIn, Tokens, Users};
use ::pages::{Errors, Page, Typed};
use askama::Template;
use chassis::http::{Response, network_of};
use chassis::{Call, NoBody, Problem};
use events::Email;
use lambda_http::http::header::HeaderValue;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SignInForm {
    email: String,
    password: String,
    then: String,
    /// The body of the form that is sent again afterwards.
    form: String,
}

impl Typed for SignInForm {
    fn is_typed(field: &str) -> bool {
        ["email", "password"].contains(&field)
    }
}

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(super) struct SignInPage {
    page: Page,
    pub(super) t: &'static Words,
    email: String,
    passkeys: ShowPasskey,
    then: String,
    pub(super) carried: Option<Carried>,
    /// What was done a moment ago.
    success: Option<String>,
    /// What the page says above its form before anything was tried.
    warning: Option<String>,
    /// Why signing in did not work.
    pub(super) refusal: Option<String>,
    errors: Errors,
    /// What leads to the company's provider, if there is one.
    by_provider: Option<String>,
}

#[derive(Template)]
#[template(path = "send_again.html")]
pub(super) struct SendAgainPage {
    pub(super) page: Page,
    pub(super) t: &'static Words,
    pub(super) carried: Carried,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
    /// What the browser showed, of the form that takes a passkey in place of a code.
    passkey: Option<String>,
    /// Not empty if the page offers that form.
    with_passkey: String,
    /// What the right password led to.
    ticket: String,
    then: String,
    form: String,
}

impl Typed for CodeForm {
    fn is_typed(field: &str) -> bool {
        field == "code"
    }
}

/// The second step.
#[derive(Template)]
#[template(path = "sign_in_code.html")]
pub(super) struct CodePage {
    page: Page,
    t: &'static Words,
    ticket: String,
    has_passkey: bool,
    passkeys: ShowPasskey,
    then: String,
    carried: Option<Carried>,
    refusal: Option<String>,
    errors: Errors,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, Way>) -> Result<Response, Problem> {
    // Who is signed in has nothing to do here.
    if cookies::is_signed_in(&app, cookies::sent(&app, &call.headers)) {
        return Ok(go(&app, 303, &way_on(&call.query.then), []));
    }
    let mut page = SignInPage::of(&app, &call, &call.query.then);
    page.success = match call.query.done.as_str() {
        "password" => Some(page.t.credentials.reset_done.to_string()),
        "email" => Some(page.t.credentials.change_done.to_string()),
        _ => None,
    };
    ::pages::html(200, &page)
}

/// The page for the sender of a form whose session is over. Nothing was done yet.
pub(super) fn after_the_end<B, Q>(
    app: &Users,
    call: &Call<B, Q>,
    then: &str,
    carried: Option<Carried>,
) -> Result<Response, Problem> {
    let mut page = SignInPage::again(app, call, then);
    let words = &page.t.sign_in;
    let text = if carried.is_some() { &words.session_over_with_form } else { &words.session_over };
    page.warning = Some(text.to_string());
    page.carried = carried;
    ::pages::html(403, &page)
}

pub(super) async fn sign_in(app: Arc<Users>, call: Call<Verbatim<SignInForm>>) -> Result<Response, Problem> {
    let Verbatim { fields: SignInForm { email, password, then, form }, card_numbers } = &call.body;
    let mut page = SignInPage::of(&app, &call, then);
    page.email.clone_from(email);
    page.carried = Carried::of(then, form.clone())?;
    let (words, labels, held_card) = (&page.t.errors, &page.t.sign_in, &page.page.words.card_number);
    let address = email.parse::<Email>().ok();
    if address.is_none() {
        page.errors.add("email", &labels.email, if card_numbers.held_in("email") { held_card } else { &words.email });
    }
    if password.is_empty() {
        page.errors.add(
            "password",
            &labels.password,
            if card_numbers.held_in("password") { held_card } else { &words.missing },
        );
    }
    let Some(address) = address.filter(|_| page.errors.is_empty()) else { return ::pages::html(422, &page) };
    let sent = cookies::sent(&app, &call.headers);
    let device = sent.get(cookies::DEVICE);
    let (device_token, client) = (device.as_deref(), client_of(&call.headers));
    let sign_in = SignIn { email: &address, password, device_token, second_factor: None, client };
    match app.sign_in(sign_in, &network_of(&call.source_ip), &call.context()).await {
        Ok(SignedIn::Open(tokens)) => page.signed_in(&app, &tokens, |tokens| cookies::signed_in(sent, tokens)),
        Ok(SignedIn::Halfway(Halfway { ticket, methods })) => {
            ::pages::html(200, &page.halfway(ticket, methods.passkey))
        }
        Err(Error::Rejected(Rejection::InvalidCredentials)) => {
            page.refusal = Some(page.t.sign_in.wrong.to_string());
            ::pages::html(422, &page)
        }
        Err(Error::Rejected(Rejection::AccountDisabled)) => {
            page.refusal = Some(page.t.sign_in.disabled.to_string());
            ::pages::html(403, &page)
        }
        Err(Error::Rejected(Rejection::TooManyAttempts(seconds))) => {
            page.refusal = Some(page.t.errors.wait(seconds));
            Ok(waiting(::pages::html(429, &page)?, seconds))
        }
        Err(error) => Err(error.into()),
    }
}

/// The second step. A wrong code is asked for again; a ticket that is over leads back to the first.
pub(super) async fn show_factor(app: Arc<Users>, call: Call<Verbatim<CodeForm>>) -> Result<Response, Problem> {
    let CodeForm { code, passkey, with_passkey, ticket, then, form } = &call.body.fields;
    let mut page = SignInPage::again(&app, &call, then);
    page.carried = Carried::of(then, form.clone())?;
    let sent = cookies::sent(&app, &call.headers);
    let device = sent.get(cookies::DEVICE);
    let network = network_of(&call.source_ip);
    let from = (device.as_deref(), client_of(&call.headers), &*network);
    let has_passkey = passkey.is_some() || !with_passkey.is_empty();
    let Some(factor) = factor_in(passkey.as_deref(), code) else {
        let mut page = page.halfway(ticket.clone(), has_passkey);
        page.refusal = Some(page.t.passkeys.needs_script.to_string());
        return ::pages::html(422, &page);
    };
    match app.finish_sign_in(ticket, &factor, from, &call.context()).await {
        Ok(SignedIn::Open(tokens)) => page.signed_in(&app, &tokens, |tokens| cookies::signed_in(sent, tokens)),
        Ok(SignedIn::Halfway(Halfway { ticket, methods })) => {
            ::pages::html(200, &page.halfway(ticket, methods.passkey))
        }
        Err(Error::Rejected(Rejection::InvalidSecondFactor)) => {
            let mut page = page.halfway(ticket.clone(), has_passkey);
            match factor {
                SecondFactor::Passkey(_) => page.refusal = Some(page.t.passkeys.wrong.to_string()),
                _ => page.errors.add("code", &page.t.second_factor.code, &page.t.second_factor.wrong),
            }
            ::pages::html(422, &page)
        }
        Err(Error::Rejected(Rejection::InvalidCredentials)) => {
            page.refusal = Some(page.t.second_factor.sign_in_over.to_string());
            ::pages::html(422, &page)
        }
        Err(Error::Rejected(Rejection::AccountDisabled)) => {
            page.refusal = Some(page.t.sign_in.disabled.to_string());
            ::pages::html(403, &page)
        }
        Err(Error::Rejected(Rejection::TooManyAttempts(seconds))) => {
            let mut page = page.halfway(ticket.clone(), has_passkey);
            page.refusal = Some(page.t.errors.wait(seconds));
            Ok(waiting(::pages::html(429, &page)?, seconds))
        }
        Err(error) => Err(error.into()),
    }
}

impl SignInPage {
    fn of<B, Q>(app: &Users, call: &Call<B, Q>, then: &str) -> Self {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, t.sign_in.title.to_string());
        Self {
            passkeys: ShowPasskey::of_anybody(&page, "/account/sign-in/passkey"),
            page,
            t,
            email: String::new(),
            then: ::pages::local_target(then).unwrap_or_default(),
            carried: None,
            success: None,
            // An order may be a guest's, and then no account has it.
            warning: then.starts_with("/orders/").then(|| t.sign_in.for_order.to_string()),
            refusal: None,
            errors: Errors::default(),
            by_provider: oidc::link(app, t),
        }
    }

    /// After another form than the page's first. The links of the page lead to one that can be opened again.
    pub(super) fn again<B, Q>(app: &Users, call: &Call<B, Q>, then: &str) -> Self {
        let mut page = Self::of(app, call, then);
        SIGN_IN.clone_into(&mut page.page.path);
        page
    }

    /// The way by the company's provider, which leads on to the same page. A form does not come along, and where it went there may be no
    /// page.
    fn provider(&self) -> String {
        let then = if self.carried.is_some() { "" } else { &self.then };
        self.page.href(&oidc::way(then, false))
    }

    /// The way to signing up, which leads on to the same page.
    fn sign_up(&self) -> String {
        if self.then.is_empty() {
            return self.page.href("/account/sign-up");
        }
        self.page.href(&format!("/account/sign-up?then={}", encoded(&self.then)))
    }

    /// The second step, which the ticket opens.
    pub(super) fn halfway(self, ticket: String, has_passkey: bool) -> CodePage {
        let Self { mut page, t, then, carried, .. } = self;
        page.title = t.second_factor.title.to_string();
        SIGN_IN.clone_into(&mut page.path);
        let passkeys =
            ShowPasskey { ticket: ticket.clone(), ..ShowPasskey::of_anybody(&page, "/account/sign-in/second-factor") };
        CodePage { page, t, ticket, has_passkey, passkeys, then, carried, refusal: None, errors: Errors::default() }
    }

    pub(super) fn signed_in(
        self,
        app: &Users,
        tokens: &Tokens,
        kept: impl FnOnce(&Tokens) -> Vec<HeaderValue>,
    ) -> Result<Response, Problem> {
        let Self { mut page, t, then, carried, .. } = self;
        match carried {
            Some(carried) => {
                page.title = t.sign_in.send_again_title.to_string();
                let shown = ::pages::html(200, &SendAgainPage { page, t, carried })?;
                Ok(with_cookies(shown, kept(tokens)))
            }
            // Whose roles do not count yet is led over what makes them count.
            None if tokens.lacks_factor => Ok(go(app, 303, &by_factor(&way_on(&then)), kept(tokens))),
            None => Ok(go(app, 303, &way_on(&then), kept(tokens))),
        }
    }
}
