//! The cookies of a signed-in browser. Refuses to know what is in a token.

use crate::domain::device::DEVICE_SECONDS;
use crate::domain::session::IDLE_SECONDS;
use crate::service::{Tokens, Users};
use chassis::http::cookies::{ACCESS, CookieName, Cookies};
use chassis::tokens;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::HeaderValue;

/// The refresh token. It goes to the one page that exchanges it, and to no other capability.
pub(super) const REFRESH: CookieName = CookieName { name: "souk_refresh", path: "/account/session" };
/// The token of the device, with which strangers' guesses keep nobody from signing in.
pub(super) const DEVICE: CookieName = CookieName { name: "souk_device", path: "/account/sign-in" };

pub(super) fn sent<'a>(app: &'a Users, headers: &'a HeaderMap) -> Cookies<'a> {
    Cookies::new(headers, app.wiring.tokens.issuer())
}

/// Seconds for which the access token is kept.
pub(super) const ACCESS_KEPT_SECONDS: i64 = IDLE_SECONDS;

/// The access token is kept as long as the session may live without a refresh: an expired one says that there may be a session.
pub(super) fn signed_in(cookies: Cookies<'_>, tokens: &Tokens) -> Vec<HeaderValue> {
    let device = tokens.device.iter().map(|token| cookies.keep(DEVICE, token, DEVICE_SECONDS));
    let session = [
        cookies.keep(ACCESS, &tokens.access, ACCESS_KEPT_SECONDS),
        cookies.keep(REFRESH, &tokens.refresh, IDLE_SECONDS),
    ];
    session.into_iter().chain(device).collect()
}

/// The device stays known, and a guest's cart and orders are the browser's, not the account's.
pub(super) fn signed_out(cookies: Cookies<'_>) -> [HeaderValue; 2] {
    [cookies.forget(ACCESS), cookies.forget(REFRESH)]
}

/// By how many seconds other machines' clocks may be ahead, with some to spare.
const CLOCKS_DIFFER: i64 = 15;

/// Whether the access token is good on every machine: one that ends in a moment may have ended for another capability, which sends
/// its visitor here.
pub(super) fn is_signed_in(app: &Users, cookies: Cookies<'_>) -> bool {
    let there = app.wiring.world.now().plus_seconds(CLOCKS_DIFFER);
    cookies.get(ACCESS).is_some_and(|token| tokens::access_identity(&app.wiring.tokens, &token, there).is_ok())
}
