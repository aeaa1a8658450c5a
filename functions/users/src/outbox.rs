//! Events of a change of the table. Refuses every read but the two images.

use crate::domain::session::Session;
use crate::domain::user::User;
use crate::store;
use chassis::{Cause, Change, Undecodable};
use events::message::Origin;
use events::users::{AccessChanged, CredentialsChanged, SessionEnded, UserRegistered};
use events::{Actor, Outgoing};
use serde::Deserialize;

/// A user's first change is signing up.
const SIGNED_UP: u64 = 1;
/// A session ends once.
const ENDED: u64 = 1;

pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    match change.sk() {
        store::PROFILE => {
            let (user, earlier, actor) = (change.new_image()?, change.old_image()?, actor_of(change)?);
            let mut messages = of_user(&user, earlier.as_ref(), actor.clone())?;
            messages.extend(of_factors(&user, earlier.as_ref(), actor));
            Ok(messages)
        }
        sk if sk.starts_with(store::SESSION) => {
            Ok(of_session(&change.new_image()?, change.old_image()?.as_ref(), actor_of(change)?))
        }
        _ => Ok(Vec::new()),
    }
}

/// Who wanted the latest change, as each item says.
#[derive(Debug, Deserialize)]
struct Caused {
    cause: Cause,
}

fn actor_of(change: &Change) -> Result<Option<Actor>, Undecodable> {
    Ok(change.new_image::<Caused>()?.cause.actor)
}

/// `actor` wanted the change; an item that does not say who is of an earlier version.
fn of_user(user: &User, earlier: Option<&User>, actor: Option<Actor>) -> Result<Vec<Outgoing>, Undecodable> {
    let traceparent = Some(&*user.traceparent);
    let origin = |at, actor| Origin { subject: user.id.to_string(), seq: user.seq, at, traceparent, actor };
    if user.seq == SIGNED_UP {
        let registered = UserRegistered { user_id: user.id, contact: user.contact(), language: user.language };
        // Whoever signs up is nobody yet.
        return Ok(Outgoing::to_all(&origin(user.created_at, None), &registered));
    }
    if !earlier.is_some_and(|earlier| user.revokes_tokens_of(earlier)) {
        return Ok(Vec::new());
    }
    let at = user.access_changed_at.ok_or_else(|| Undecodable("no time of the change of access".to_owned()))?;
    let actor = actor.or_else(|| Some(user.changed_by()));
    Ok(Outgoing::to_all(&origin(at, actor), &AccessChanged { user_id: user.id, user_version: user.seq }))
}

/// The notice to a user whose second factors changed.
fn of_factors(user: &User, earlier: Option<&User>, actor: Option<Actor>) -> Vec<Outgoing> {
    let before = earlier.map(|earlier| &earlier.factors.changed);
    let Some(changed) = user.factors.changed.as_ref().filter(|_| before != Some(&user.factors.changed)) else {
        return Vec::new();
    };
    let (change, at, language) = (changed.what, changed.at, user.language);
    let origin =
        Origin { subject: user.id.to_string(), seq: user.seq, at, traceparent: Some(&*user.traceparent), actor };
    Outgoing::to_all(&origin, &CredentialsChanged { user_id: user.id, contact: user.contact(), change, at, language })
}

/// Only the end of a privileged user's session is written for others to hear. `actor` ended it: the user, an admin, or nobody if a used
/// token came back.
fn of_session(session: &Session, earlier: Option<&Session>, actor: Option<Actor>) -> Vec<Outgoing> {
    let (Some(at), false) = (session.revoked_at, earlier.is_none_or(|earlier| earlier.revoked)) else {
        return Vec::new();
    };
    let traceparent = session.traceparent.as_deref();
    let origin = Origin { subject: session.id.to_string(), seq: ENDED, at, traceparent, actor };
    Outgoing::to_all(&origin, &SessionEnded { user_id: session.user_id, session_id: session.id })
}
