//! Signing in by the company's provider: the way there and the way back. Refuses to show anything of who signed in there but the names by
//! which the provider knows them, and those to nobody else.

use super::ways::{SIGN_IN, way_on};
use super::words::Words;
use super::{cookies, encoded, go, with_cookies};
use crate::domain::Rejection;
use crate::domain::departure::UNDERWAY_SECONDS;
use crate::domain::identity::ProviderIdentity;
use crate::http::sessions::client_of;
use crate::service::{Arrived, Error, NotArrived, Returned, Users};
use ::pages::Page;
use askama::Template;
use chassis::http::cookies::{ACCESS, CookieName};
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem, tokens};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const PROVIDER: &str = "/account/sign-in/provider";
/// What a browser keeps on its way to the provider and back.
const DEPARTURE: CookieName = CookieName { name: "souk_departure", path: PROVIDER };

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Destination {
    then: String,
    /// Not empty where a sign-in of now is needed.
    fresh: String,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Callback {
    code: String,
    state: String,
    error: String,
    iss: String,
}

#[derive(Template)]
#[template(path = "provider.html")]
struct RefusalPage {
    page: Page,
    t: &'static Words,
    text: String,
    /// Who signed in at the provider, if nobody here is.
    identity: Option<ProviderIdentity>,
}

/// What the link to the provider says; `None` without a provider.
pub(super) fn link(app: &Users, t: &'static Words) -> Option<String> {
    let name = app.provider.as_ref()?.config.name.as_deref();
    let words = &t.provider;
    Some(name.map_or_else(|| words.sign_in.to_string(), |name| words.sign_in_with.with("name", name).to_string()))
}

/// Where the link leads.
pub(super) fn way(then: &str, is_fresh: bool) -> String {
    format!("{PROVIDER}?then={}{}", encoded(then), if is_fresh { "&fresh=yes" } else { "" })
}

pub(super) async fn depart(app: Arc<Users>, call: Call<NoBody, Destination>) -> Result<Response, Problem> {
    let is_fresh = !call.query.fresh.is_empty();
    let sent = cookies::sent(&app, &call.headers);
    if !is_fresh && cookies::is_signed_in(&app, sent) {
        return Ok(go(&app, 303, &way_on(&call.query.then), []));
    }
    let then = ::pages::local_target(&call.query.then).unwrap_or_default();
    match app.depart(&then, is_fresh, &call.context()).await {
        Ok(away) => {
            let kept = sent.keep(DEPARTURE, &away.kept, UNDERWAY_SECONDS);
            Ok(with_cookies(redirect(303, &away.address), [kept]))
        }
        Err(why) => refused(&app, &call, why),
    }
}

pub(super) async fn arrive(app: Arc<Users>, call: Call<NoBody, Callback>) -> Result<Response, Problem> {
    let sent = cookies::sent(&app, &call.headers);
    let kept = sent.get(DEPARTURE).unwrap_or_default();
    let Callback { code, state, error, iss } = &call.query;
    let returned = Returned { kept: &kept, state, code, error, issuer: iss };
    let Arrived { user, tokens, then } = match app.arrive(returned, client_of(&call.headers), &call.context()).await {
        Ok(arrived) => arrived,
        // A departure counts once.
        Err(why) => return Ok(with_cookies(refused(&app, &call, why)?, [sent.forget(DEPARTURE)])),
    };
    // The browser has one session, so the one before is over.
    let before = sent.get(ACCESS).and_then(|token| tokens::access_identity(&app.wiring.tokens, &token, call.now).ok());
    if let Some(before) = before {
        app.sign_out(before.user, before.session, &call.context()).await?;
    }
    let target = if then.is_empty() && user.is_privileged() { "/staff".to_owned() } else { way_on(&then) };
    let cookies = cookies::signed_in(sent, &tokens).into_iter().chain([sent.forget(DEPARTURE)]);
    Ok(go(&app, 303, &target, cookies))
}

/// Says why nobody is signed in. Signing in by a password is as it was.
fn refused<B, Q>(app: &Users, call: &Call<B, Q>, why: NotArrived) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let words = &t.provider;
    if matches!(why, NotArrived::Away(_) | NotArrived::Unproven(_)) {
        tracing::warn!(%why, "nobody signs in by the provider");
    }
    let (status, text, identity) = match why {
        NotArrived::Off => return Err(Problem::not_found()),
        NotArrived::Other(Error::Rejected(Rejection::AccountDisabled)) => (403, &t.sign_in.disabled, None),
        NotArrived::Other(error) => return Err(error.into()),
        NotArrived::Over => (403, &words.over, None),
        NotArrived::Declined => (403, &words.declined, None),
        NotArrived::Away(_) => (503, &words.away, None),
        NotArrived::Unproven(_) => (403, &words.unproven, None),
        NotArrived::OneFactor => (403, &words.one_factor, None),
        NotArrived::Unknown(identity) => (403, &words.unknown, Some(identity)),
    };
    let mut page = Page::new(app, call, words.title.to_string());
    // The links of the page lead to one that can be opened again.
    SIGN_IN.clone_into(&mut page.path);
    ::pages::html(status, &RefusalPage { page, t, text: text.to_string(), identity })
}
