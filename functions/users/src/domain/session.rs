//! A session and its refresh tokens. Refuses secrets in clear: it sees their hashes.

use super::Rejection;
use events::Timestamp;
use events::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};

/// Lifetime of an access token.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// Lifetime of a session, even if it is refreshed.
pub const MAX_SECONDS: i64 = 30 * DAY;
/// Lifetime of a session without a refresh.
pub const IDLE_SECONDS: i64 = 14 * DAY;

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
    pub created_at: Timestamp,
    /// The latest possible end.
    pub expires_at: Timestamp,
    /// The end unless it is refreshed.
    pub idle_expires_at: Timestamp,
    /// Signed out, or ended because a used token was presented again.
    pub revoked: bool,
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
            created_at: now,
            expires_at: now.plus_seconds(MAX_SECONDS),
            idle_expires_at: now.plus_seconds(IDLE_SECONDS),
            revoked: false,
        }
    }

    /// `epoch` is the user's present `session_epoch`.
    pub fn judge(&self, presented: &Presented, epoch: u64, now: Timestamp) -> Verdict {
        // What was never ours learns nothing about the session and does nothing to it.
        if presented.family_hash != self.family_hash {
            return Verdict::Refused(Rejection::InvalidRefreshToken);
        }
        if self.revoked || self.epoch != epoch {
            return Verdict::Refused(Rejection::SessionRevoked);
        }
        if now >= self.expires_at || now >= self.idle_expires_at {
            return Verdict::Refused(Rejection::SessionExpired);
        }
        if presented.secret_hash == self.secret_hash { Verdict::Current } else { Verdict::Reused }
    }

    /// The end of a session that is refreshed now and never again.
    pub fn idle_end(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(IDLE_SECONDS).min(self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn refreshing_never_carries_a_session_past_its_absolute_end() {
        let open = session();
        let later = START.plus_seconds(MAX_SECONDS - 60);
        assert_eq!(open.idle_end(later), open.expires_at);
        assert_eq!(open.idle_end(START), START.plus_seconds(IDLE_SECONDS));
        let kept = Session { idle_expires_at: open.idle_end(later), ..open.clone() };
        assert_eq!(kept.judge(&token("f", "2"), 0, kept.expires_at), Verdict::Refused(Rejection::SessionExpired));
    }
}
