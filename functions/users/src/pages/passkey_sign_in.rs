//! Signing in with a passkey alone. Refuses to say whether a passkey is one of somebody.

use super::carried::Carried;
use super::cookies;
use super::passkey_form::shown_in;
use super::sign_in::SignInPage;
use super::verbatim::Verbatim;
use crate::domain::Rejection;
use crate::http::sessions::client_of;
use crate::service::{Error, Halfway, SignedIn, Users};
use ::pages::Typed;
use chassis::http::Response;
use chassis::{Call, Problem};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasskeySignInForm {
    /// What the browser showed.
    passkey: String,
    then: String,
    /// The body of the form that is sent again afterwards.
    form: String,
}

impl Typed for PasskeySignInForm {
    fn is_typed(_: &str) -> bool {
        false
    }
}

pub(super) async fn sign_in(app: Arc<Users>, call: Call<Verbatim<PasskeySignInForm>>) -> Result<Response, Problem> {
    let PasskeySignInForm { passkey, then, form } = &call.body.fields;
    let mut page = SignInPage::again(&app, &call, then);
    page.carried = Carried::of(then, form.clone())?;
    let words = &page.t.passkeys;
    let Some(shown) = shown_in(passkey) else {
        page.refusal = Some(words.needs_script.to_string());
        return ::pages::html(422, &page);
    };
    let sent = cookies::sent(&app, &call.headers);
    match app.sign_in_with_passkey(&shown, client_of(&call.headers), &call.context()).await {
        Ok(SignedIn::Open(tokens)) => page.signed_in(&app, &tokens, |tokens| cookies::signed_in(sent, tokens)),
        Ok(SignedIn::Halfway(Halfway { ticket, methods })) => {
            ::pages::html(200, &page.halfway(ticket, methods.passkey))
        }
        Err(Error::Rejected(Rejection::InvalidSecondFactor)) => {
            page.refusal = Some(words.wrong_alone.to_string());
            ::pages::html(422, &page)
        }
        Err(Error::Rejected(Rejection::AccountDisabled)) => {
            page.refusal = Some(page.t.sign_in.disabled.to_string());
            ::pages::html(403, &page)
        }
        Err(error) => Err(error.into()),
    }
}
