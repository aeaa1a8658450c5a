//! A session and its refresh tokens. Refuses secrets in clear: it sees their hashes.

use super::Rejection;
use super::client::Client;
use events::Timestamp;
use events::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};

/// Lifetime of an access token.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// Lifetime of a session, even if it is refreshed.
pub const MAX_SECONDS: i64 = 30 * DAY;
/// Lifetime of a session without a refresh.
pub const IDLE_SECONDS: i64 = 14 * DAY;

/// For this time after a refresh its token gets the same answer again: the first one may be lost, or another window of the
/// same browser may have asked at the same time.
pub const REPEAT_SECONDS: u32 = 10;
/// Refreshes of one session within that time, so that the list of spent tokens stays short.
pub const MAX_REFRESHES: usize = 4;

const DAY: i64 = 24 * 60 * 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// The user's `session_epoch` at sign-in.
    pub epoch: u64,
    /// Hash of the secret that all its refresh tokens share.
    pub family_hash: String,
    /// Hash of the current refresh token's own secret.
    pub secret_hash: String,
    /// Makes the current token from the one before it; another one after each refresh. Empty before the first.
    #[serde(default)]
    pub successor_key: String,
    /// The tokens that were spent a moment ago, oldest first.
    #[serde(default)]
    pub spent: Vec<SpentToken>,
    pub created_at: Timestamp,
    /// What signed in. Unknown in a session of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
    /// When the user last showed a second factor in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_at: Option<Timestamp>,
    /// Whether the company's provider opened it, so that its second factor is one of there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_provider: bool,
    /// The latest possible end.
    pub expires_at: Timestamp,
    /// The end unless it is refreshed.
    pub idle_expires_at: Timestamp,
    /// Signed out, ended by an admin, or because a used token was presented again.
    pub revoked: bool,
    /// When it was revoked. Sessions that an earlier version revoked have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// Trace context of the request that revoked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// A refresh token that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentToken {
    pub secret_hash: String,
    pub at: Timestamp,
}

impl SpentToken {
    fn may_repeat(&self, now: Timestamp) -> bool {
        now < self.at.plus_seconds(i64::from(REPEAT_SECONDS))
    }
}

/// Hashes of a refresh token's secrets, fields as in [`Session`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    pub family_hash: String,
    pub secret_hash: String,
}

/// The judgement on a presented refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The current token of a live session.
    Current,
    /// The token before the current one, spent a moment ago. It gets the current one again.
    Repeated,
    /// An earlier token of a live session. Two clients hold it, so neither may go on.
    Reused,
    Refused(Rejection),
}

impl Session {
    pub fn open(id: SessionId, user_id: UserId, epoch: u64, first: Presented, now: Timestamp) -> Self {
        Self {
            id,
            user_id,
            epoch,
            family_hash: first.family_hash,
            secret_hash: first.secret_hash,
            successor_key: String::new(),
            spent: Vec::new(),
            created_at: now,
            client: None,
            second_factor_at: None,
            by_provider: false,
            expires_at: now.plus_seconds(MAX_SECONDS),
            idle_expires_at: now.plus_seconds(IDLE_SECONDS),
            revoked: false,
            revoked_at: None,
            traceparent: None,
        }
    }

    /// The same session, opened by the company's provider for this long at most: signing out there ends nothing here.
    #[must_use]
    pub fn by_provider(self, seconds: i64) -> Self {
        let end = self.created_at.plus_seconds(seconds);
        let (expires_at, idle_expires_at) = (end.min(self.expires_at), end.min(self.idle_expires_at));
        Self { by_provider: true, expires_at, idle_expires_at, ..self }
    }

    /// `epoch` is the user's present `session_epoch`.
    pub fn judge(&self, presented: &Presented, epoch: u64, now: Timestamp) -> Verdict {
        // What was never ours learns nothing about the session and does nothing to it.
        if presented.family_hash != self.family_hash {
            return Verdict::Refused(Rejection::InvalidRefreshToken);
        }
        if self.is_over(epoch) {
            return Verdict::Refused(Rejection::SessionRevoked);
        }
        if now >= self.ends_at() {
            return Verdict::Refused(Rejection::SessionExpired);
        }
        if presented.secret_hash == self.secret_hash {
            let waits = self.lately_spent(now).count() >= MAX_REFRESHES;
            return if waits { Verdict::Refused(Rejection::TooManyAttempts(REPEAT_SECONDS)) } else { Verdict::Current };
        }
        // Two tokens back, the client that spent the one between knows the current one. This one cannot be told it: the key
        // of its successor is gone.
        match self.lately_spent(now).rposition(|spent| spent.secret_hash == presented.secret_hash) {
            Some(place) if place + 1 == self.lately_spent(now).count() => Verdict::Repeated,
            Some(_) => Verdict::Refused(Rejection::RefreshSuperseded),
            None => Verdict::Reused,
        }
    }

    /// Whether it was revoked, or its user signed out everywhere. `epoch` is the user's present `session_epoch`.
    pub const fn is_over(&self, epoch: u64) -> bool {
        self.revoked || self.epoch != epoch
    }

    /// Whether it still can be refreshed. `epoch` is the user's present `session_epoch`.
    pub fn is_live(&self, epoch: u64, now: Timestamp) -> bool {
        !self.is_over(epoch) && now < self.ends_at()
    }

    /// When it ends unless it is refreshed.
    pub fn ends_at(&self) -> Timestamp {
        self.idle_expires_at.min(self.expires_at)
    }

    /// The latest refresh, if there was one: the token that it spent is kept until the next.
    pub fn refreshed_at(&self) -> Option<Timestamp> {
        self.spent.last().map(|spent| spent.at)
    }

    /// With the next token in place of the one that is spent now. `key` made the next one of it.
    #[must_use]
    pub fn refreshed(&self, next_hash: String, key: &str, now: Timestamp) -> Self {
        let mut spent: Vec<_> = self.lately_spent(now).cloned().collect();
        spent.push(SpentToken { secret_hash: self.secret_hash.clone(), at: now });
        Self {
            secret_hash: next_hash,
            successor_key: key.to_owned(),
            spent,
            idle_expires_at: now.plus_seconds(IDLE_SECONDS).min(self.expires_at),
            ..self.clone()
        }
    }

    fn lately_spent(&self, now: Timestamp) -> impl ExactSizeIterator<Item = &SpentToken> + DoubleEndedIterator {
        // Oldest first, unless clocks differ; then an older one is kept for a moment longer.
        let passed = self.spent.iter().take_while(|spent| !spent.may_repeat(now)).count();
        self.spent[passed..].iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    fn token(family: &str, secret: &str) -> Presented {
        Presented { family_hash: family.to_owned(), secret_hash: secret.to_owned() }
    }

    fn session() -> Session {
        Session::open(SessionId::from_bits(1), UserId::from_bits(2), 0, token("f", "2"), START)
    }

    #[test]
    fn a_token_is_judged_by_family_then_state_then_age_then_secret() {
        let open = session();
        let revoked = Session { revoked: true, ..session() };
        let late = START.plus_seconds(IDLE_SECONDS);
        let refused = Verdict::Refused;
        for (session, presented, epoch, now, verdict) in [
            (&open, token("f", "2"), 0, START, Verdict::Current),
            (&open, token("f", "1"), 0, START, Verdict::Reused),
            (&open, token("x", "2"), 0, START, refused(Rejection::InvalidRefreshToken)),
            (&open, token("f", "2"), 1, START, refused(Rejection::SessionRevoked)),
            (&open, token("f", "2"), 0, late, refused(Rejection::SessionExpired)),
            (&open, token("f", "1"), 0, late, refused(Rejection::SessionExpired)),
            (&revoked, token("f", "2"), 0, START, refused(Rejection::SessionRevoked)),
            (&revoked, token("f", "1"), 0, late, refused(Rejection::SessionRevoked)),
            (&revoked, token("x", "2"), 0, START, refused(Rejection::InvalidRefreshToken)),
        ] {
            assert_eq!(session.judge(&presented, epoch, now), verdict, "{presented:?} at {now}");
        }
    }

    #[test]
    fn a_spent_token_is_repeated_for_ten_seconds_and_reused_afterwards() {
        let refreshed = session().refreshed("3".to_owned(), "key", START);
        let judged = |secret: &str, seconds| refreshed.judge(&token("f", secret), 0, START.plus_seconds(seconds));
        assert_eq!(
            [judged("2", 0), judged("2", 9), judged("2", 10)],
            [Verdict::Repeated, Verdict::Repeated, Verdict::Reused]
        );
        assert_eq!([judged("3", 0), judged("1", 0)], [Verdict::Current, Verdict::Reused]);
        let again = refreshed.refreshed("4".to_owned(), "other key", START.plus_seconds(8));
        let judged = |secret: &str, seconds| again.judge(&token("f", secret), 0, START.plus_seconds(seconds));
        assert_eq!(judged("2", 9), Verdict::Refused(Rejection::RefreshSuperseded), "its successor is spent");
        assert_eq!(
            [judged("3", 17), judged("2", 10), judged("3", 18)],
            [Verdict::Repeated, Verdict::Reused, Verdict::Reused]
        );
    }

    #[test]
    fn a_session_that_an_earlier_version_left_is_refreshed_like_a_new_one() {
        let mut left = serde_json::to_value(session()).unwrap();
        left.as_object_mut().unwrap().retain(|name, _| name != "successor_key" && name != "spent");
        let left: Session = serde_json::from_value(left).unwrap();
        assert_eq!(left, session());
    }

    proptest! {
        /// Any clients present any tokens of a session at any times. The rule, said once more: a token passes if it is the
        /// latest, is repeated if it is the one before and was spent less than ten seconds ago, must wait if a later one was
        /// spent too, and is reused otherwise.
        #[test]
        fn whatever_is_presented_when_the_latest_token_passes_and_old_ones_end_the_session(
            presented in proptest::collection::vec((0usize..6, 0i64..6), 1..40),
        ) {
            let (mut session, mut now) = (session(), START);
            let (mut tokens, mut spent_at) = (vec!["2".to_owned()], Vec::<Timestamp>::new());
            for (back, pause) in presented {
                now = now.plus_seconds(pause);
                let chosen = tokens.len().saturating_sub(1 + back);
                let lately = |at: &Timestamp| now < at.plus_seconds(10);
                let expected = match tokens.len() - 1 - chosen {
                    0 if spent_at.iter().filter(|at| lately(at)).count() < MAX_REFRESHES => Verdict::Current,
                    0 => Verdict::Refused(Rejection::TooManyAttempts(REPEAT_SECONDS)),
                    _ if !lately(&spent_at[chosen]) => Verdict::Reused,
                    1 => Verdict::Repeated,
                    _ => Verdict::Refused(Rejection::RefreshSuperseded),
                };
                prop_assert_eq!(session.judge(&token("f", &tokens[chosen]), 0, now), expected);
                match expected {
                    Verdict::Current => {
                        let next = format!("next-{}", tokens.len());
                        session = session.refreshed(next.clone(), &next, now);
                        tokens.push(next);
                        spent_at.push(now);
                    }
                    Verdict::Reused => break,
                    _ => {}
                }
                prop_assert!(session.spent.len() <= MAX_REFRESHES);
            }
        }
    }

    #[test]
    fn a_session_lives_until_it_is_ended_or_expires_and_knows_its_latest_refresh() {
        let open = session();
        assert!(open.is_live(0, START) && open.is_live(0, START.plus_seconds(IDLE_SECONDS - 1)));
        assert!(!open.is_live(0, START.plus_seconds(IDLE_SECONDS)), "idle for too long");
        assert!(!open.is_live(1, START), "signed out everywhere");
        assert!(!Session { revoked: true, ..session() }.is_live(0, START));
        let later = START.plus_seconds(IDLE_SECONDS - 60);
        let refreshed = open.refreshed("3".to_owned(), "key", later);
        assert_eq!((open.refreshed_at(), refreshed.refreshed_at()), (None, Some(later)));
        assert!(refreshed.is_live(0, START.plus_seconds(IDLE_SECONDS)));
        assert_eq!(refreshed.ends_at(), later.plus_seconds(IDLE_SECONDS));
    }

    #[test]
    fn refreshing_never_carries_a_session_past_its_absolute_end() {
        let refreshed = |now| session().refreshed("3".to_owned(), "key", now);
        assert_eq!(refreshed(START).idle_expires_at, START.plus_seconds(IDLE_SECONDS));
        let kept = refreshed(START.plus_seconds(MAX_SECONDS - 60));
        assert_eq!(kept.idle_expires_at, kept.expires_at);
        assert_eq!(kept.judge(&token("f", "3"), 0, kept.expires_at), Verdict::Refused(Rejection::SessionExpired));
    }
}
