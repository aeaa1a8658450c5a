//! Revoked access tokens of privileged users. A capability keeps what `users` says about ended sessions and lost rights in its
//! own table, one item a user, for as long as an access token lives. Refuses to decide who loses what.

use super::access::Identity;
use crate::messaging::{Failure, Received};
use crate::runtime::{Error, decide_and_write};
use crate::table::{Key, StoreError, Table, Written};
use events::ids::{SessionId, UserId};
use events::users::{AccessChanged, SessionEnded};
use events::{Message, Timestamp};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::ops::ControlFlow;

/// An access token lives for 15 minutes, and clocks may differ by some seconds.
pub const KEPT_SECONDS: i64 = 16 * 60;

/// Ended sessions that are kept of one user: an item has a bound. Who ends more within a token's life has signed in as often, and
/// gets in without an old token.
const MOST_ENDED: usize = 100;

/// The revocations in a capability's table.
#[derive(Debug, Clone)]
pub struct Revocations {
    table: Table,
}

/// What is revoked of a user's access tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Revocation {
    seq: u64,
    /// Tokens of earlier versions of the user are revoked.
    least_version: u64,
    /// Tokens of these sessions are revoked.
    ended: Vec<EndedSession>,
    /// Deletes the item some time after it has no use. Nothing relies on it.
    ttl: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EndedSession {
    session: SessionId,
    at: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum Revoked {
    Session(SessionId),
    VersionsBefore(u64),
}

impl Revocation {
    fn covers(&self, identity: &Identity) -> bool {
        identity.user_version < self.least_version || self.ended.iter().any(|ended| ended.session == identity.session)
    }

    /// With one more revocation, and without those whose tokens have all expired; `None` if it is known.
    fn with(&self, revoked: Revoked, at: Timestamp, now: Timestamp) -> Option<Self> {
        let mut next = self.clone();
        next.ended.retain(|ended| ended.at.plus_seconds(KEPT_SECONDS) > now);
        match revoked {
            Revoked::Session(session) if self.ended.iter().any(|ended| ended.session == session) => return None,
            Revoked::Session(session) => {
                if next.ended.len() == MOST_ENDED {
                    next.ended.remove(0);
                }
                next.ended.push(EndedSession { session, at });
            }
            Revoked::VersionsBefore(version) if version <= self.least_version => return None,
            Revoked::VersionsBefore(version) => next.least_version = version,
        }
        next.seq += 1;
        next.ttl = next.ttl.max(at.plus_seconds(KEPT_SECONDS).seconds());
        Some(next)
    }
}

impl Revocations {
    /// `table` is the capability's.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Whether this token is revoked. Half a read unit: eventually consistent, since the message took longer than the table does.
    ///
    /// # Errors
    /// If the table fails. Then nobody knows, and the request must not pass.
    pub async fn covers(&self, identity: &Identity) -> Result<bool, StoreError> {
        let revocation: Option<Revocation> = self.table.get(&key(identity.answerable())).await?;
        Ok(revocation.is_some_and(|revocation| revocation.covers(identity)))
    }

    /// Keeps what a message of `users` revokes. Messages may come twice and in any order.
    ///
    /// # Errors
    /// `Permanent` for another message; the table.
    pub async fn keep(&self, message: &Received) -> Result<(), Failure> {
        let (user, revoked) = match message.kind() {
            SessionEnded::TYPE => {
                let SessionEnded { user_id, session_id } = message.data()?;
                (user_id, Revoked::Session(session_id))
            }
            AccessChanged::TYPE => {
                let AccessChanged { user_id, user_version } = message.data()?;
                (user_id, Revoked::VersionsBefore(user_version))
            }
            _ => return Err(message.unknown()),
        };
        let (at, now) = (message.envelope.time, message.now);
        if at.plus_seconds(KEPT_SECONDS) <= now {
            return Ok(());
        }
        let (key, context) = (&key(user), &message.context());
        let known: Option<Revocation> = self.table.get(key).await?;
        let kept = decide_and_write(known, move |known: Option<Revocation>| async move {
            let Some(next) = known.clone().unwrap_or_default().with(revoked, at, now) else {
                return Ok::<_, Error<Infallible>>(ControlFlow::Break(()));
            };
            let cause = context.cause(next.seq);
            let written: Written<Revocation> = match known {
                None => self.table.create(key, &next, &cause).await?,
                Some(known) => self.table.replace(key, &next, known.seq, &cause).await?,
            };
            Ok(written.or_again(()))
        });
        Ok(kept.await?)
    }
}

fn key(user: UserId) -> Key {
    Key::new(format!("revoked#{user}"), "revoked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::users::Permissions;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    fn identity(session: u128, user_version: u64) -> Identity {
        Identity {
            user: UserId::from_bits(1),
            machine: None,
            session: SessionId::from_bits(session),
            user_version,
            email_verified: false,
            permissions: Permissions::all(),
            authenticated_at: NOW,
            second_factor_at: None,
        }
    }

    fn revoked() -> impl Strategy<Value = Revoked> {
        prop_oneof![
            (0u128..4).prop_map(|session| Revoked::Session(SessionId::from_bits(session))),
            (1u64..6).prop_map(Revoked::VersionsBefore),
        ]
    }

    proptest! {
        #[test]
        fn revocations_in_any_order_and_any_number_cover_the_same_tokens(
            messages in proptest::collection::vec((revoked(), 0i64..60), 1..12),
            order in any::<prop::sample::Index>(),
        ) {
            let heard = |messages: &[(Revoked, i64)]| {
                let apply = |known: Revocation, (revoked, at): &(Revoked, i64)| {
                    known.with(*revoked, NOW.plus_seconds(*at), NOW.plus_seconds(60)).unwrap_or(known)
                };
                messages.iter().fold(Revocation::default(), apply)
            };
            let mut others = messages.clone();
            others.rotate_left(order.index(messages.len()));
            others.extend(messages.iter().rev().copied());
            let (one, other) = (heard(&messages), heard(&others));
            for session in 0..4 {
                for version in 0..7 {
                    let who = identity(session, version);
                    let ends = |revoked: &Revoked| match revoked {
                        Revoked::Session(ended) => *ended == who.session,
                        Revoked::VersionsBefore(least) => version < *least,
                    };
                    let expected = messages.iter().any(|(revoked, _)| ends(revoked));
                    prop_assert_eq!((one.covers(&who), other.covers(&who)), (expected, expected));
                }
            }
        }
    }

    #[test]
    fn however_many_sessions_end_the_item_stays_small_and_the_latest_are_revoked() {
        let end = |known: Revocation, session| known.with(Revoked::Session(SessionId::from_bits(session)), NOW, NOW);
        let known = (0..1_000).fold(Revocation::default(), |known, session| end(known, session).unwrap());
        assert_eq!(known.ended.len(), MOST_ENDED);
        assert!((900..1_000).all(|session| known.covers(&identity(session, 1))));
    }

    #[test]
    fn what_no_living_token_is_about_leaves_the_item_with_the_next_message() {
        let first = Revocation::default().with(Revoked::Session(SessionId::from_bits(1)), NOW, NOW).unwrap();
        let later = NOW.plus_seconds(KEPT_SECONDS);
        let next = first.with(Revoked::Session(SessionId::from_bits(2)), later, later).unwrap();
        assert_eq!(next.ended.len(), 1);
        assert_eq!(next.ttl, later.plus_seconds(KEPT_SECONDS).seconds());
    }
}
