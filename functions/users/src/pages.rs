//! Pages of people about themselves: signing up, in and out, the profile, addresses, sessions, passkeys, passwords and what links in mails lead to;
//! and pages of staff about people. Refuses decisions: those are the service's. No page shows a token of a session or a password.

mod addresses;
mod carried;
mod cookies;
mod credentials;
mod erasure;
mod fragments;
mod mailed_links;
mod oidc;
mod own_sessions;
mod passkey_form;
mod passkey_sign_in;
mod passkeys;
mod password_reset;
mod profile;
mod second_factor;
mod session;
mod sign_in;
mod sign_out;
mod sign_up;
mod staff;
mod verbatim;
mod ways;
mod words;

use crate::service::Users;
use chassis::Access::{Customer, OptionalAuth, Unauthenticated};
use chassis::http::{Response, base_path, redirect};
use chassis::{Call, Problem, Route};
use lambda_http::http::header::{HeaderValue, IF_MATCH, SET_COOKIE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

/// Where people go on who were on their way nowhere.
const ACCOUNT: &str = "/account";
const HOME: &str = "/";

/// Signing in may carry a form of the usual size, in which every sign takes more bytes than before.
const MAX_SIGN_IN_BYTES: usize = 256 * 1024;

/// What says who one is takes no cookie: an expired one must not keep anybody from it.
pub(crate) fn routes() -> Vec<Route<Users>> {
    let mut sign_in = ::pages::post("/account/sign-in", Unauthenticated, sign_in::sign_in);
    sign_in.body_limit = MAX_SIGN_IN_BYTES;
    let mut sign_in_code = ::pages::post("/account/sign-in/second-factor", Unauthenticated, sign_in::show_factor);
    sign_in_code.body_limit = MAX_SIGN_IN_BYTES;
    let mut acting = ::pages::post("/account/second-factor/{step}", Customer, second_factor::act);
    acting.body_limit = MAX_SIGN_IN_BYTES;
    let mut with_passkey = ::pages::post("/account/sign-in/passkey", Unauthenticated, passkey_sign_in::sign_in);
    with_passkey.body_limit = MAX_SIGN_IN_BYTES;
    let showing = ::pages::post("/account/second-factor", Customer, second_factor::show_for_form);
    let mut routes = vec![
        ::pages::get("/account/sign-up", Unauthenticated, sign_up::show),
        ::pages::post("/account/sign-up", Unauthenticated, sign_up::sign_up),
        ::pages::get("/account/sign-in", Unauthenticated, sign_in::show),
        sign_in,
        sign_in_code,
        with_passkey,
        ::pages::get(passkeys::PASSKEYS, Customer, passkeys::show),
        ::pages::post("/account/passkeys/{step}", Customer, passkeys::act),
        ::pages::get("/account/second-factor", Customer, second_factor::show),
        showing,
        acting,
        ::pages::post("/account/sign-out", OptionalAuth, sign_out::sign_out),
        ::pages::get("/account/session", Unauthenticated, session::renew),
        ::pages::post("/account/session", Unauthenticated, session::renew_for_form),
        ::pages::get(ACCOUNT, Customer, profile::show),
        ::pages::post(ACCOUNT, Customer, profile::rename),
        ::pages::get("/account/addresses", Customer, addresses::list),
        ::pages::post("/account/addresses", Customer, addresses::add),
        ::pages::get("/account/addresses/{id}", Customer, addresses::edit),
        ::pages::post("/account/addresses/{id}", Customer, addresses::replace),
        ::pages::post("/account/addresses/{id}/removal", Customer, addresses::remove),
        ::pages::post("/account/addresses/{id}/default", Customer, addresses::make_default),
        ::pages::get("/account/sessions", Customer, own_sessions::show),
        ::pages::post("/account/sessions/{id}/removal", Customer, own_sessions::end),
        Route::fragment("/fragments/account", OptionalAuth, fragments::account),
        Route::fragment("/fragments/addresses", OptionalAuth, fragments::addresses),
        ::pages::assets_with("/assets/users/{file}", &passkey_form::SCRIPTS),
    ];
    routes.extend([
        ::pages::get("/account/sign-in/provider", Unauthenticated, oidc::depart),
        ::pages::get("/account/sign-in/provider/callback", Unauthenticated, oidc::arrive),
    ]);
    routes.extend(of_credentials());
    routes.extend(of_erasure());
    routes.extend(staff::routes());
    routes
}

/// Passwords and addresses. Who follows a link in a mail may be signed in or not.
fn of_credentials() -> Vec<Route<Users>> {
    vec![
        ::pages::get("/account/credentials", Customer, credentials::show),
        ::pages::post("/account/credentials/password", Customer, credentials::change_password),
        ::pages::post("/account/credentials/email", Customer, credentials::request_email_change),
        ::pages::get("/account/password-resets", Unauthenticated, password_reset::show),
        ::pages::post("/account/password-resets", Unauthenticated, password_reset::request),
        ::pages::get("/account/password-resets/{token}", Unauthenticated, password_reset::form),
        ::pages::post("/account/password-resets/{token}", Unauthenticated, password_reset::reset),
        ::pages::post("/account/email-verifications", Customer, credentials::request_verification),
        ::pages::get("/account/email-verifications/{token}", Unauthenticated, mailed_links::show_verification),
        ::pages::post("/account/email-verifications/{token}", Unauthenticated, mailed_links::verify),
        ::pages::get("/account/email-changes/{token}", Unauthenticated, mailed_links::show_email_change),
        ::pages::post("/account/email-changes/{token}", Unauthenticated, mailed_links::change_email),
    ]
}

/// Being forgotten, and what one takes along. How far it is needs no account, since that is gone.
fn of_erasure() -> Vec<Route<Users>> {
    vec![
        ::pages::get("/account/erasure", Customer, erasure::show),
        ::pages::post("/account/erasure", Customer, erasure::erase),
        ::pages::get("/account/export", Customer, erasure::export),
        ::pages::get("/erasures/{id}", Unauthenticated, erasure::progress),
    ]
}

/// Where somebody is on the way to.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Way {
    then: String,
    /// What was done a moment ago, so that one signs in again: `password` or `email`.
    done: String,
}

/// Sends a browser to a path of the shop, with these cookies.
fn go(app: &Users, status: u16, path: &str, kept: impl IntoIterator<Item = HeaderValue>) -> Response {
    with_cookies(redirect(status, &format!("{}{path}", base_path(app.wiring.tokens.issuer()))), kept)
}

fn with_cookies(mut response: Response, kept: impl IntoIterator<Item = HeaderValue>) -> Response {
    for cookie in kept {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Takes the version that a form was made from for what a program sends as `If-Match`.
fn edited_from<B, Q>(call: &mut Call<B, Q>, version: u64) -> Result<(), Problem> {
    let tag = HeaderValue::from_str(&format!("\"{version}\"")).map_err(Problem::internal)?;
    call.headers.insert(IF_MATCH, tag);
    Ok(())
}

/// A value of a query.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
