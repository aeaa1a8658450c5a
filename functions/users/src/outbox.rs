//! Events of a change of the table. Refuses every read but the two images.

use crate::domain::api_key::ApiKey;
use crate::domain::credential_token::{CredentialToken, TokenKind};
use crate::domain::erasure::{ErasedUser, KeptUser};
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::service::{Users, contact_changed};
use crate::store;
use chassis::{Cause, Change, Failure, Undecodable};
use events::message::Origin;
use events::users::{
    AccessChanged, AccountErased, CredentialChange, CredentialsChanged, EmailChangeRequested,
    EmailVerificationRequested, EmailVerified, EraseUser, PasswordResetRequested, SessionEnded, UserRegistered,
};
use events::{Actor, Outgoing};
use serde::Deserialize;

/// A user's first change is signing up.
const SIGNED_UP: u64 = 1;
/// A session ends once.
const ENDED: u64 = 1;
/// A token is made once.
const MADE: u64 = 1;
/// Requests that were under way when a person was erased have ended by then: what they wrote late is erased as well, here and elsewhere.
const LATE_SECONDS: i64 = 120;

pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    match change.sk() {
        store::PROFILE => {
            let (user, actor) = match change.new_image()? {
                KeptUser::Present(user) => (*user, actor_of(change)?),
                KeptUser::Erased(erased) => {
                    return Ok(of_erasure(&erased, change.old_image()?.as_ref(), actor_of(change)?.as_ref()));
                }
            };
            let earlier = change.old_image()?;
            let mut messages = of_user(&user, earlier.as_ref(), actor.clone())?;
            messages.extend(of_factors(&user, earlier.as_ref(), actor));
            Ok(messages)
        }
        sk if sk.starts_with(store::SESSION) => {
            Ok(of_session(&change.new_image()?, change.old_image()?.as_ref(), actor_of(change)?))
        }
        sk if sk.starts_with(store::API_KEY) => {
            Ok(of_api_key(&change.new_image()?, change.old_image()?.as_ref(), actor_of(change)?))
        }
        // Spending a token is nobody's business.
        store::CREDENTIAL_TOKEN if change.old_image::<CredentialToken>()?.is_none() => {
            Ok(of_token(change.new_image()?, actor_of(change)?))
        }
        _ => Ok(Vec::new()),
    }
}

/// The messages with what takes a secret: the texts of tokens, and the pseudonyms of guests.
pub(crate) async fn complete(app: &Users, change: &Change, messages: Vec<Outgoing>) -> Result<Vec<Outgoing>, Failure> {
    if messages.is_empty() {
        return Ok(messages);
    }
    let unreadable = |error: Undecodable| Failure::Permanent(error.to_string());
    match change.sk() {
        store::PROFILE => match change.new_image().map_err(unreadable)? {
            KeptUser::Present(user) => Ok(app.with_guest(&user.email, messages).await?),
            KeptUser::Erased(_) => Ok(messages),
        },
        store::CREDENTIAL_TOKEN => Ok(app.with_token(&change.new_image().map_err(unreadable)?, messages).await?),
        _ => Ok(messages),
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
    let Some(earlier) = earlier else { return Ok(Vec::new()) };
    let actor = actor.or_else(|| Some(user.changed_by()));
    let mut messages = of_person(user, earlier, &origin(user.changed_at.unwrap_or(user.created_at), actor.clone()));
    if user.revokes_tokens_of(earlier) {
        let at = user.access_changed_at.ok_or_else(|| Undecodable("no time of the change of access".to_owned()))?;
        let changed = AccessChanged { user_id: user.id, user_version: user.seq };
        messages.extend(Outgoing::to_all(&origin(at, actor), &changed));
    }
    Ok(messages)
}

/// The last words to somebody who was erased, and the work that is left: at once, and again when nothing can be under way any more.
fn of_erasure(erased: &ErasedUser, earlier: Option<&KeptUser>, actor: Option<&Actor>) -> Vec<Outgoing> {
    let Some(KeptUser::Present(user)) = earlier else { return Vec::new() };
    let origin = |seq| Origin {
        subject: erased.id.to_string(),
        seq,
        at: erased.erased_at,
        traceparent: Some(&*erased.traceparent).filter(|trace| !trace.is_empty()),
        actor: actor.cloned(),
    };
    let (user_id, contact, language) = (erased.id, user.contact(), user.language);
    let last = AccountErased { user_id, contact, at: erased.erased_at, language };
    let rest = EraseUser { user_id };
    let late =
        Outgoing::to_all(&origin(erased.seq + 1), &rest).into_iter().map(|message| message.delayed(LATE_SECONDS));
    let now = [Outgoing::to_all(&origin(erased.seq), &last), Outgoing::to_all(&origin(erased.seq), &rest)].concat();
    now.into_iter().chain(late).collect()
}

/// What is said of a changed contact, of changed credentials and of a verified address, whose guest is yet to be named.
fn of_person(user: &User, earlier: &User, origin: &Origin<'_>) -> Vec<Outgoing> {
    let (user_id, language) = (user.id, user.language);
    let mut messages = Vec::new();
    let moved = user.email != earlier.email;
    if moved || user.name != earlier.name || language != earlier.language {
        messages.extend(contact_changed(user));
    }
    // Nobody is told of anything at an address that may be anybody's.
    if user.credential_epoch != earlier.credential_epoch && earlier.is_verified() {
        let change = if moved { CredentialChange::Email } else { CredentialChange::Password };
        let changed = CredentialsChanged { user_id, contact: earlier.contact(), change, at: origin.at, language };
        messages.extend(Outgoing::to_all(origin, &changed));
    }
    if user.is_verified() && (moved || !earlier.is_verified()) {
        let verified = EmailVerified { user_id, guest: String::new(), address: Some(String::new()) };
        messages.extend(Outgoing::to_all(origin, &verified));
    }
    messages
}

/// The mail with a token, whose text is yet to be made. One that is nobody's goes nowhere.
fn of_token(token: CredentialToken, actor: Option<Actor>) -> Vec<Outgoing> {
    let Some(contact) = token.contact else { return Vec::new() };
    let (user_id, language, expires_at, text) = (token.user_id, token.language, token.expires_at, String::new());
    let traceparent = token.traceparent.as_deref();
    let origin = Origin { subject: token.id.to_string(), seq: MADE, at: token.created_at, traceparent, actor };
    match token.kind {
        TokenKind::EmailVerification => {
            let message = EmailVerificationRequested { user_id, contact, token: text, expires_at, language };
            Outgoing::to_all(&origin, &message)
        }
        TokenKind::PasswordReset => {
            let message = PasswordResetRequested { user_id, contact, token: text, expires_at, language };
            Outgoing::to_all(&origin, &message)
        }
        TokenKind::EmailChange => {
            let is_new = token.change.is_some_and(|change| change.is_new);
            let message = EmailChangeRequested { user_id, contact, is_new, token: text, expires_at, language };
            Outgoing::to_all(&origin, &message)
        }
    }
}

/// The notice to a user whose second factors changed, if the address is theirs.
fn of_factors(user: &User, earlier: Option<&User>, actor: Option<Actor>) -> Vec<Outgoing> {
    let Some(earlier) = earlier.filter(|earlier| earlier.is_verified()) else { return Vec::new() };
    let Some(changed) = user.factors.changed.as_ref().filter(|_| user.factors.changed != earlier.factors.changed)
    else {
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

/// The end of a key is the end of its one session, which is its maker's: whoever hears of it refuses the key's access tokens.
fn of_api_key(key: &ApiKey, earlier: Option<&ApiKey>, actor: Option<Actor>) -> Vec<Outgoing> {
    let (Some(at), false) = (key.ended_at, earlier.is_none_or(|earlier| earlier.ended_at.is_some())) else {
        return Vec::new();
    };
    let traceparent = key.traceparent.as_deref();
    let origin = Origin { subject: key.id.to_string(), seq: ENDED, at, traceparent, actor };
    Outgoing::to_all(&origin, &SessionEnded { user_id: key.created_by, session_id: key.id.session() })
}
