//! What is different where people look at a route with a browser: the access token comes in a cookie, an expired one is renewed by
//! the way, and a refusal is a page. Refuses to know how pages look.

use super::access::Identity;
use super::cookies::{ACCESS, Cookies};
use super::problem::Problem;
use super::response::{Response, set};
use super::route::{Kind, Route};
use super::screens::RefusalPage;
use super::target::base_path;
use super::visit::Visit;
use crate::runtime::{Service, Wiring};
use crate::tokens;
use lambda_http::Body;
use lambda_http::http::header::{LOCATION, REFERRER_POLICY};
use lambda_http::http::{HeaderMap, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Where `users` renews a session, and sends the browser back.
const SESSION: &str = "/account/session";
/// Where people show their second factor, and are sent back.
const SECOND_FACTOR: &str = "/account/second-factor";
/// Where people sign in.
const SIGN_IN: &str = "/account/sign-in";

/// The identity in the cookie of a browser.
///
/// # Errors
/// 401 `session_expired` if the token is no longer good: another one may be had.
pub(super) fn identity(wiring: &Wiring, headers: &HeaderMap) -> Result<Option<Identity>, Problem> {
    let Some(token) = Cookies::new(headers, wiring.tokens.issuer()).get(ACCESS) else {
        return Ok(None);
    };
    let identity = tokens::access_identity(&wiring.tokens, &token, wiring.world.now()).ok();
    // No machine has a browser.
    let identity = identity.filter(|identity| identity.machine.is_none());
    identity
        .map(Some)
        .ok_or_else(|| Problem::new(401, "session_expired", "Your session is renewed. Open the page again."))
}

/// A refusal as a browser shows it, or the way to where it may change. `None` of what programs ask for.
pub(super) fn shown<A: Service>(
    app: &A,
    refusal: RefusalPage<A>,
    route: Option<&Route<A>>,
    visit: Visit,
    problem: &Problem,
) -> Option<Response> {
    let kind = match route {
        Some(route) => route.kind,
        None if visit.is_for_people() => Kind::Page,
        None => Kind::Api,
    };
    if kind == Kind::Api {
        return None;
    }
    let visit = Visit { is_fragment: kind == Kind::Fragment, ..visit };
    elsewhere(app.wiring(), kind, &visit, problem).or_else(|| refusal(app, problem, &visit))
}

/// Where a browser goes that may not see the page, if that may change: it renews its session, or its owner signs in. The way back is
/// kept; a form keeps its body, too (RFC 9110 §15.4.8).
fn elsewhere(wiring: &Wiring, kind: Kind, visit: &Visit, problem: &Problem) -> Option<Response> {
    if kind != Kind::Page || problem.status != 401 {
        return None;
    }
    let base = base_path(wiring.tokens.issuer());
    let then = utf8_percent_encode(&visit.target, NON_ALPHANUMERIC);
    Some(match (problem.kind, visit.is_read()) {
        ("session_expired", true) => redirect(303, &format!("{base}{SESSION}?then={then}")),
        ("session_expired", false) => redirect(307, &format!("{base}{SESSION}?then={then}")),
        // The token has not expired: without a word of it the session would count as good, and the browser would come back with it.
        ("session_ended", true) => redirect(303, &format!("{base}{SESSION}?ended=1&then={then}")),
        ("session_ended", false) => redirect(307, &format!("{base}{SESSION}?ended=1&then={then}")),
        ("second_factor_required", true) => redirect(303, &format!("{base}{SECOND_FACTOR}?then={then}")),
        ("second_factor_required", false) => redirect(307, &format!("{base}{SECOND_FACTOR}?then={then}")),
        (_, true) => redirect(303, &format!("{base}{SIGN_IN}?then={then}")),
        (_, false) => redirect(303, &format!("{base}{SIGN_IN}")),
    })
}

/// An answer that sends a browser elsewhere: 303 to look, 307 to repeat the form there.
pub fn redirect(status: u16, to: &str) -> Response {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::SEE_OTHER);
    set(response.headers_mut(), LOCATION, to);
    // A form that is repeated there says where it was sent from, as it did here.
    set(response.headers_mut(), REFERRER_POLICY, "same-origin");
    response
}
