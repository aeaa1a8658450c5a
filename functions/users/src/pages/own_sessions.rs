//! `/account/sessions`: where one is signed in, with a button that ends each. Refuses to show a token or an address of a network.

use super::addresses::NoFields;
use super::words::Words;
use super::{HOME, cookies, go};
use crate::domain::session::Session;
use crate::http::user_sessions::{list_of, place};
use crate::service::Users;
use ::pages::{Form, Page};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::SessionId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const SESSIONS: &str = "/account/sessions";

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct SessionsQuery {
    /// Not empty if one was ended a moment ago.
    ended: String,
    /// Where the page before ended.
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "own_sessions.html")]
struct SessionsPage {
    page: Page,
    t: &'static Words,
    sessions: Vec<Session>,
    /// In which the page is read.
    current: SessionId,
    has_ended: bool,
    next: String,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, SessionsQuery>) -> Result<Response, Problem> {
    let me = call.caller.identity()?;
    let (after, limit) = place(me.user, call.query.cursor.as_deref(), None)?;
    let (_, found) = app.sessions(me.user, after, limit, call.now).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.sessions.title.to_string());
    let next = found.next.map(|next| {
        let cursor = cursor::encode(&list_of(me.user), &next);
        page.href(&format!("{SESSIONS}?cursor={cursor}"))
    });
    let shown = SessionsPage {
        page,
        t,
        sessions: found.items,
        current: me.session,
        has_ended: !call.query.ended.is_empty(),
        next: next.unwrap_or_default(),
    };
    ::pages::html(200, &shown)
}

/// Ending the one that the page is read in is signing out.
pub(super) async fn end(app: Arc<Users>, call: Call<Form<NoFields>>) -> Result<Response, Problem> {
    let me = call.caller.identity()?;
    let session: SessionId = call.param("id")?;
    app.end_own_session(me.user, session, &call.context()).await?;
    if session == me.session {
        return Ok(go(&app, 303, HOME, cookies::signed_out(cookies::sent(&app, &call.headers))));
    }
    Ok(go(&app, 303, &format!("{SESSIONS}?ended=yes"), []))
}

impl SessionsPage {
    /// What the button says to who hears it alone.
    fn end_label(&self, session: &Session) -> String {
        let at = self.page.instant(session.created_at);
        self.t.sessions.end_of.with("name", self.name(session)).with("at", at).to_string()
    }

    /// What signed in.
    fn name(&self, session: &Session) -> String {
        let words = &self.t.sessions;
        let client = session.client.as_ref();
        let (browser, system) =
            (client.and_then(|client| client.browser.as_deref()), client.and_then(|client| client.system.as_deref()));
        match (browser, system) {
            (Some(browser), Some(system)) => words.client.with("browser", browser).with("system", system).to_string(),
            (Some(known), None) | (None, Some(known)) => known.to_owned(),
            (None, None) => words.unknown.to_string(),
        }
    }
}
