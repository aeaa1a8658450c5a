//! Where pages lead on: signing in, a renewal, a second factor, and back to where somebody was going. Refuses addresses of other sites.

use super::{ACCOUNT, encoded};
use chassis::http::Response;
use lambda_http::http::header::{HeaderValue, RETRY_AFTER};

pub(super) const SIGN_IN: &str = "/account/sign-in";
pub(super) const SECOND_FACTOR: &str = "/account/second-factor";

/// Where somebody goes on who is signed in now: to a page that exists for them, and not to sign in again.
pub(super) fn way_on(then: &str) -> String {
    let is_elsewhere = |then: &String| {
        let path = then.split('?').next().unwrap_or_default();
        !path.starts_with("/account/sign-") && path != "/account/session"
    };
    ::pages::local_target(then).filter(is_elsewhere).unwrap_or_else(|| ACCOUNT.to_owned())
}

/// The way to a page over the one on which a second factor is added.
pub(super) fn by_factor(then: &str) -> String {
    format!("{SECOND_FACTOR}?then={}", encoded(then))
}

/// The way to a page by a renewal, so that the browser's access token says what was changed a moment ago.
pub(super) fn by_renewal(then: &str) -> String {
    format!("/account/session?outdated=1&then={}", encoded(then))
}

/// With the seconds to wait.
pub(super) fn waiting(mut response: Response, seconds: u32) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}
