//! The second factors of a user: an authenticator app, passkeys and recovery codes. Each change makes new factors,
//! or is refused. Refuses secrets: an app's is made of the names that stand here, and of recovery codes only pseudonyms stand here.

use super::Rejection;
use super::passkey::{MAX_PASSKEYS, Passkey};
use super::status_change::Reason;
use super::totp::ENROLLMENT_SECONDS;
use events::Timestamp;
use events::ids::SessionId;
use events::users::CredentialChange;
use serde::{Deserialize, Serialize};

/// For this time a second factor that was shown is fresh: then what protects the account may be changed.
pub const FRESH_SECONDS: i64 = 10 * 60;

/// What a user has beside the password.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Factors {
    /// The app whose codes count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp: Option<Totp>,
    /// An app that has not shown a code yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Enrollment>,
    /// Oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passkeys: Vec<Passkey>,
    /// Pseudonyms of the recovery codes that are left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<String>,
    /// How often one of them was used. A use is a change of the user as any other, and leaves what forms show as it is.
    #[serde(skip_serializing_if = "is_zero")]
    pub uses: u64,
    /// The latest change that the user is told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<FactorsChanged>,
}

/// An authenticator app. Its secret is made of the user's id and the name of its enrollment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totp {
    pub enrollment: String,
    pub since: Timestamp,
    /// Time step of the latest code that counted.
    pub used: i64,
}

/// An app on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    pub enrollment: String,
    pub begun_at: Timestamp,
    /// The one session that may see and confirm it; none in items of an earlier version, which nobody may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// A change that the user is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorsChanged {
    pub what: CredentialChange,
    pub at: Timestamp,
    /// Why staff did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The kinds of second factor that a user may show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Methods {
    pub totp: bool,
    pub passkey: bool,
    pub recovery_code: bool,
}

impl Methods {
    /// As the API calls them.
    pub fn names(self) -> Vec<&'static str> {
        let all = [(self.totp, "totp"), (self.passkey, "passkey"), (self.recovery_code, "recovery_code")];
        all.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect()
    }
}

/// A second factor that was shown and is right, as far as it was looked at. Whether it still counts is decided where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Totp {
        enrollment: String,
        step: i64,
    },
    /// The pseudonym of a code.
    RecoveryCode(String),
    /// The key signed this now.
    Passkey {
        id: String,
        sign_count: u32,
        at: Timestamp,
    },
}

impl Factors {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether signing in takes a second factor. Recovery codes stand in for another one and are none by themselves.
    pub const fn protects(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }

    pub const fn methods(&self) -> Methods {
        Methods {
            totp: self.totp.is_some(),
            passkey: !self.passkeys.is_empty(),
            recovery_code: self.protects() && !self.recovery_codes.is_empty(),
        }
    }

    /// With an app that has yet to show a code in this session.
    #[must_use]
    pub fn begun(&self, enrollment: String, session: SessionId, now: Timestamp) -> Self {
        let session = Some(session);
        Self { pending: Some(Enrollment { enrollment, begun_at: now, session }), ..self.clone() }
    }

    /// The app that was begun in this session, if there is still time. Another session gave no password for it.
    pub fn pending(&self, session: SessionId, now: Timestamp) -> Option<&Enrollment> {
        let is_theirs = |pending: &&Enrollment| pending.session == Some(session);
        let pending = self.pending.as_ref().filter(is_theirs);
        pending.filter(|pending| now.seconds_since(pending.begun_at) < ENROLLMENT_SECONDS)
    }

    /// With the app on its way in place of the one before, and these recovery codes.
    ///
    /// # Errors
    /// `NoEnrollment` if that app is not on its way any more, or in another session.
    pub fn confirmed(
        &self,
        (shown, session): (&Shown, SessionId),
        recovery_codes: Vec<String>,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        let Shown::Totp { enrollment, step } = shown else { return Err(Rejection::NoEnrollment) };
        let pending = self.pending(session, now).filter(|pending| pending.enrollment == *enrollment);
        let Enrollment { enrollment, .. } = pending.cloned().ok_or(Rejection::NoEnrollment)?;
        let totp = Some(Totp { enrollment, since: now, used: *step });
        Ok(Self {
            totp,
            pending: None,
            recovery_codes,
            changed: Some(changed(CredentialChange::SecondFactorAdded, now, None)),
            ..self.clone()
        })
    }

    /// With what was shown used up.
    ///
    /// # Errors
    /// `InvalidSecondFactor` if it was used, or does not count any more.
    pub fn having_used(&self, shown: &Shown) -> Result<Self, Rejection> {
        let mut next = Self { uses: self.uses + 1, ..self.clone() };
        match shown {
            Shown::Totp { enrollment, step } => {
                let counts = |totp: &&mut Totp| totp.enrollment == *enrollment && *step > totp.used;
                next.totp.as_mut().filter(counts).ok_or(Rejection::InvalidSecondFactor)?.used = *step;
            }
            Shown::RecoveryCode(code) if self.protects() && self.recovery_codes.contains(code) => {
                next.recovery_codes.retain(|kept| kept != code);
            }
            Shown::RecoveryCode(_) => return Err(Rejection::InvalidSecondFactor),
            Shown::Passkey { id, sign_count, at } => next.count_passkey(id, *sign_count, *at)?,
        }
        Ok(next)
    }

    /// Signs with a passkey. One whose count does not rise was copied, unless it never counts.
    fn count_passkey(&mut self, id: &str, sign_count: u32, at: Timestamp) -> Result<(), Rejection> {
        let passkey = self.passkeys.iter_mut().find(|passkey| passkey.id == id);
        let counts =
            |passkey: &&mut Passkey| sign_count > passkey.sign_count || (sign_count == 0 && passkey.sign_count == 0);
        let passkey = passkey.filter(counts).ok_or(Rejection::InvalidSecondFactor)?;
        (passkey.sign_count, passkey.used_at) = (sign_count, Some(at));
        Ok(())
    }

    /// With one more passkey; if it is the first second factor, with these recovery codes.
    ///
    /// # Errors
    /// `PasskeyKnown`, `TooManyPasskeys`.
    pub fn with_passkey(&self, passkey: Passkey, codes: &[String], now: Timestamp) -> Result<Self, Rejection> {
        if self.passkeys.iter().any(|known| known.id == passkey.id) {
            return Err(Rejection::PasskeyKnown);
        }
        if self.passkeys.len() >= MAX_PASSKEYS {
            return Err(Rejection::TooManyPasskeys);
        }
        let mut next = self.clone();
        if !self.protects() {
            next.recovery_codes = codes.to_vec();
        }
        next.passkeys.push(passkey);
        next.changed = Some(changed(CredentialChange::PasskeyAdded, now, None));
        Ok(next)
    }

    /// `None` if there is no passkey with this id.
    pub fn without_passkey(&self, id: &str, now: Timestamp) -> Option<Self> {
        let mut next = self.clone();
        next.passkeys.retain(|passkey| passkey.id != id);
        next.changed = Some(changed(CredentialChange::PasskeyRemoved, now, None));
        (next.passkeys.len() < self.passkeys.len()).then(|| next.or_unprotected())
    }

    /// `None` if there is no app.
    pub fn without_totp(&self, now: Timestamp) -> Option<Self> {
        self.totp.as_ref()?;
        let changed = Some(changed(CredentialChange::SecondFactorRemoved, now, None));
        Some(Self { totp: None, pending: None, changed, ..self.clone() }.or_unprotected())
    }

    /// Without recovery codes if there is nothing that they could stand in for.
    fn or_unprotected(self) -> Self {
        if self.protects() { self } else { Self { changed: self.changed, ..Self::default() } }
    }

    /// Without any, by staff; `None` if there is none.
    pub fn removed(&self, reason: &Reason, now: Timestamp) -> Option<Self> {
        let reason = Some(reason.as_str().to_owned());
        // Of who has both, the app is the one that is named.
        let what = match self.totp {
            Some(_) => CredentialChange::SecondFactorRemoved,
            None => CredentialChange::PasskeyRemoved,
        };
        self.protects().then(|| Self { changed: Some(changed(what, now, reason)), ..Self::default() })
    }

    /// With these recovery codes in place of those before.
    ///
    /// # Errors
    /// `NoSecondFactor` if there is none that they could stand in for.
    pub fn with_recovery_codes(&self, recovery_codes: Vec<String>, now: Timestamp) -> Result<Self, Rejection> {
        if !self.protects() {
            return Err(Rejection::NoSecondFactor);
        }
        Ok(Self {
            recovery_codes,
            changed: Some(changed(CredentialChange::RecoveryCodesMade, now, None)),
            ..self.clone()
        })
    }
}

fn changed(what: CredentialChange, at: Timestamp, reason: Option<String>) -> FactorsChanged {
    FactorsChanged { what, at, reason }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_zero(uses: &u64) -> bool {
    *uses == 0
}

/// Whether a second factor that was shown at this time is fresh.
pub fn is_fresh(shown_at: Option<Timestamp>, now: Timestamp) -> bool {
    shown_at.is_some_and(|at| now.seconds_since(at) <= FRESH_SECONDS)
}

#[cfg(test)]
mod tests;
