//! The renewal of a session by the way: the router sends a browser here whose access token expired, and from here it goes on to where
//! it was going. Refuses to stop a visitor: who has no session any more goes on as a guest.

use super::carried::Carried;
use super::verbatim::Passing;
use super::ways::by_factor;
use super::{HOME, cookies, encoded, go, sign_in, with_cookies};
use crate::domain::Rejection;
use crate::domain::refresh_token::RefreshToken;
use crate::service::{Error, Tokens, Users};
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// A way to go on, and how the browser came here.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Renewal {
    then: String,
    /// Set when another window spent the browser's refresh token a moment ago: now it should have the latest.
    again: String,
    /// Set when the access token is good and yet says what was changed since.
    outdated: String,
    /// Set when a page refused the access token: its session ended, or its user lost a right. So it is not good, whatever it says.
    ended: String,
}

enum Outcome {
    Renewed(Tokens),
    /// Nothing is to do: another window renewed the session meanwhile.
    Good,
    /// Another window is about to get the latest refresh token.
    Superseded,
    Over,
}

pub(super) async fn renew(app: Arc<Users>, call: Call<NoBody, Renewal>) -> Result<Response, Problem> {
    let then = ::pages::local_target(&call.query.then).unwrap_or_else(|| HOME.to_owned());
    let sent = cookies::sent(&app, &call.headers);
    Ok(match renewed(&app, &call).await? {
        Outcome::Renewed(tokens) if tokens.lacks_factor && is_staffs(&then) => {
            go(&app, 303, &by_factor(&then), cookies::signed_in(sent, &tokens))
        }
        Outcome::Renewed(tokens) => go(&app, 303, &then, cookies::signed_in(sent, &tokens)),
        Outcome::Good => go(&app, 303, &then, []),
        Outcome::Superseded => go(&app, 303, &once_more(&then, &call.query), []),
        Outcome::Over => go(&app, 303, &then, cookies::signed_out(sent)),
    })
}

/// The same for a form: it keeps its body on the way.
pub(super) async fn renew_for_form(app: Arc<Users>, call: Call<Passing, Renewal>) -> Result<Response, Problem> {
    let Some(then) = ::pages::local_target(&call.query.then) else { return Ok(go(&app, 303, HOME, [])) };
    let sent = cookies::sent(&app, &call.headers);
    Ok(match renewed(&app, &call).await? {
        Outcome::Renewed(tokens) => go(&app, 307, &then, cookies::signed_in(sent, &tokens)),
        Outcome::Good => go(&app, 307, &then, []),
        Outcome::Superseded => go(&app, 307, &once_more(&then, &call.query), []),
        // That is what was asked for.
        Outcome::Over if then == "/account/sign-out" => go(&app, 303, HOME, cookies::signed_out(sent)),
        Outcome::Over => {
            let carried = Carried::of(&then, call.body.0.clone())?;
            with_cookies(sign_in::after_the_end(&app, &call, &then, carried)?, cookies::signed_out(sent))
        }
    })
}

async fn renewed<B>(app: &Users, call: &Call<B, Renewal>) -> Result<Outcome, Problem> {
    let sent = cookies::sent(app, &call.headers);
    let is_good = call.query.ended.is_empty() && cookies::is_signed_in(app, sent);
    if is_good && call.query.outdated.is_empty() {
        return Ok(Outcome::Good);
    }
    let token = sent.get(cookies::REFRESH).and_then(|token| token.parse::<RefreshToken>().ok());
    let refreshed = match token {
        Some(token) => app.refresh(&token, &call.context()).await,
        None => Err(Error::Rejected(Rejection::InvalidRefreshToken)),
    };
    match refreshed {
        Ok(tokens) => Ok(Outcome::Renewed(tokens)),
        Err(Error::Rejected(_)) if is_good => Ok(Outcome::Good),
        Err(Error::Rejected(Rejection::RefreshSuperseded)) if call.query.again.is_empty() => Ok(Outcome::Superseded),
        Err(Error::Rejected(Rejection::RefreshSuperseded)) => Err(Problem::unavailable()),
        Err(error @ Error::Rejected(Rejection::TooManyAttempts(_))) => Err(error.into()),
        Err(Error::Rejected(_)) => Ok(Outcome::Over),
        Err(error) => Err(error.into()),
    }
}

/// Whether only staff may open it.
fn is_staffs(path: &str) -> bool {
    path.strip_prefix("/staff").is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

fn once_more(then: &str, renewal: &Renewal) -> String {
    let ended = if renewal.ended.is_empty() { "" } else { "&ended=1" };
    format!("/account/session?again=1{ended}&then={}", encoded(then))
}

/// The same after a session was ended, which may be the browser's own: if it is, the browser forgets it.
pub(super) fn by_recheck(then: &str) -> String {
    format!("/account/session?ended=1&then={}", encoded(then))
}
