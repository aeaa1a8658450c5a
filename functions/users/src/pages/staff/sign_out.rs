//! The forms that end one session of a user, or all. Refuses to end what was not confirmed.

use super::super::go;
use super::super::session::by_recheck;
use super::USERS;
use super::user::UserPage;
use crate::service::{Error, Users};
use ::pages::Form;
use chassis::http::Response;
use chassis::{Call, Problem};
use events::ids::{SessionId, UserId};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    /// The session; empty if all are to end.
    session: String,
    /// Not empty if it is meant.
    confirmed: String,
}

pub(super) async fn end(app: Arc<Users>, call: Call<Form<EndForm>>) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    let Form(form) = call.body.clone();
    let chosen = form.session.parse::<SessionId>().ok();
    let gone = match chosen.filter(|_| !form.confirmed.is_empty()) {
        None => false,
        Some(session) => match app.end_session(id, session, &call.context()).await {
            Ok(()) => return ended(&app, &call, id, "session"),
            Err(Error::NotFound) => true,
            Err(error) => return Err(error.into()),
        },
    };
    let mut page = UserPage::again(&app, &call, id).await?;
    let words = &page.t.staff.sessions;
    if gone {
        page.sessions.errors.add("session", &words.which, &words.gone);
    } else if chosen.is_none() {
        page.sessions.errors.add("session", &words.which, &words.none_chosen);
    }
    if form.confirmed.is_empty() {
        page.sessions.errors.add("confirmed", &page.t.staff.user.confirm_label, &words.not_confirmed);
    }
    page.sessions.chosen = form.session;
    ::pages::html(422, &page)
}

pub(super) async fn end_all(app: Arc<Users>, call: Call<Form<EndForm>>) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    if call.body.0.confirmed.is_empty() {
        let mut page = UserPage::again(&app, &call, id).await?;
        let (label, text) = (&page.t.staff.user.confirm_label, &page.t.staff.sessions.not_confirmed);
        page.sessions.errors_of_all.add("confirmed", label, text);
        return ::pages::html(422, &page);
    }
    app.sign_out_everywhere(id, &call.context()).await?;
    ended(&app, &call, id, "sessions")
}

/// Back to the user's page. Whoever ended their own session is asked who they are.
fn ended<B, Q>(app: &Users, call: &Call<B, Q>, id: UserId, what: &str) -> Result<Response, Problem> {
    let page = format!("{USERS}/{id}?saved={what}");
    let is_own = call.caller.identity()?.user == id;
    Ok(go(app, 303, &if is_own { by_recheck(&page) } else { page }, []))
}
