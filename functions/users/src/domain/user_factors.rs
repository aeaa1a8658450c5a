//! A user with other second factors, and when roles count. Refuses to let a role count without one where one is
//! required, and staff to give up their last.

use super::Rejection;
use super::factors::Factors;
use super::hashing::HashedPassword;
use super::session::Session;
use super::user::User;
use super::user_status::StatusEditor;
use events::Timestamp;
use events::users::Permissions;

impl User {
    /// By which forms and entity tags know the user: changes so far, but for uses of a second factor. It only rises, also when the
    /// factors go, and their uses with them.
    pub const fn version(&self) -> u64 {
        self.seq.saturating_sub(self.factors.uses)
    }

    #[must_use]
    pub fn with_factors(&self, factors: Factors) -> Self {
        Self { factors, seq: self.seq + 1, ..self.clone() }
    }

    /// With another password, by a token in a mail. Who read it has shown that the address is theirs. Second factors stay only if
    /// somebody had shown that before: those of an address that was never verified may be anybody's, and would let a stranger in.
    #[must_use]
    pub fn reset(&self, password_hash: HashedPassword, now: Timestamp) -> Self {
        let factors = if self.is_verified() { self.factors.clone() } else { Factors::default() };
        let email_verified_at = self.email_verified_at.or(Some(now));
        Self { factors, email_verified_at, ..self.with_password(password_hash, now) }
    }

    /// What the audit log says of a change of the factors, if they changed.
    pub(super) fn factor_words(&self, earlier: &Self) -> Option<String> {
        let changed = self.factors.changed.as_ref().filter(|_| self.factors.changed != earlier.factors.changed)?;
        Some(format!("second factor: {}", changed.reason.as_deref().unwrap_or("by its owner")))
    }

    /// What the roles allow in a session. One that the company's provider opened has its second factor from there.
    pub fn permissions_in(&self, session: &Session, is_required: bool) -> Permissions {
        let is_theirs = session.by_provider && self.identity.is_some();
        if is_theirs && session.second_factor_at.is_some() {
            return self.permissions();
        }
        self.counting_permissions(is_required, session.second_factor_at)
    }

    /// What the roles allow in a session in which a second factor was shown at this time, if at all. This is the one place that decides
    /// it: where a second factor is required, nobody may do more than a customer without one.
    pub fn counting_permissions(&self, is_required: bool, second_factor_at: Option<Timestamp>) -> Permissions {
        let has_shown = second_factor_at.is_some() && self.factors.protects();
        if is_required && !has_shown { Permissions::NONE } else { self.permissions() }
    }

    /// Whether the roles do not count for want of a second factor where they allow this much.
    pub fn lacks_factor(&self, counting: Permissions) -> bool {
        self.is_privileged() && counting.is_empty()
    }

    /// With one factor less, as its owner wants it.
    ///
    /// # Errors
    /// `LastFactorOfStaff` if none is left to somebody whose roles count only with one.
    pub fn with_fewer_factors(&self, factors: Factors, is_required: bool) -> Result<Self, Rejection> {
        if is_required && self.is_privileged() && !factors.protects() {
            return Err(Rejection::LastFactorOfStaff);
        }
        Ok(self.with_factors(factors))
    }

    /// With the factors that a colleague took away, and every session over: who lost a phone may have lost a session with it, and no token
    /// is to say any more that one was shown.
    ///
    /// # Errors
    /// `AdminStatus` of somebody who gives roles, by somebody who gives none.
    pub fn with_factors_removed(
        &self,
        factors: Factors,
        editor: StatusEditor,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        self.may_be_changed_by(editor)?;
        Ok(Self { factors, ..self.signed_out_everywhere(now) })
    }
}
