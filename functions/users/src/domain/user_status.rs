//! Users who may not sign in any more, and may again. Refuses a change without a reason, of oneself, and of somebody who gives roles by
//! somebody who gives none: so there is always one who does, and nobody undoes what somebody who does has done.

use super::Rejection;
pub use super::status_change::{MAX_REASON, Reason, StatusChange};
use super::user::User;
use events::ids::UserId;
use events::users::Permission;
use events::{Actor, Timestamp};

/// Who changes the status of a user, or removes their second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusEditor {
    pub user: UserId,
    /// Whether they give roles, so that they may do so to somebody else who does.
    pub gives_roles: bool,
}

impl User {
    /// Whether the user may not sign in.
    pub fn is_disabled(&self) -> bool {
        self.status_change.as_ref().is_some_and(|change| change.is_disabled)
    }

    /// # Errors
    /// `AdminStatus` if the user gives roles and the editor gives none.
    pub(super) fn may_be_changed_by(&self, editor: StatusEditor) -> Result<(), Rejection> {
        let is_above = self.permissions().contains(Permission::RolesWrite) && !editor.gives_roles;
        if is_above { Err(Rejection::AdminStatus) } else { Ok(()) }
    }

    /// Disabled, with every session over, or enabled, for this reason; `None` if the user is so already.
    ///
    /// # Errors
    /// `OwnStatus`, or `AdminStatus` if somebody who gives roles would be changed by somebody who gives none.
    pub fn with_status(
        &self,
        is_disabled: bool,
        editor: StatusEditor,
        reason: Reason,
        now: Timestamp,
    ) -> Result<Option<Self>, Rejection> {
        if editor.user == self.id {
            return Err(Rejection::OwnStatus);
        }
        self.may_be_changed_by(editor)?;
        if is_disabled == self.is_disabled() {
            return Ok(None);
        }
        let status_change = Some(StatusChange { is_disabled, at: now, actor: Actor::from(editor.user), reason });
        let changed =
            if is_disabled { self.signed_out_everywhere(now) } else { Self { seq: self.seq + 1, ..self.clone() } };
        Ok(Some(Self { status_change, ..changed }))
    }

    /// What the audit log says of a change of the status, if it changed.
    pub(super) fn status_words(&self, earlier: &Self) -> Option<String> {
        let change = self.status_change.as_ref().filter(|_| self.status_change != earlier.status_change)?;
        let status = if change.is_disabled { "disabled" } else { "enabled" };
        Some(format!("{status}: {}", change.reason.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::user::tests::ada;
    use super::*;
    use events::users::Role;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);
    const BOSS: StatusEditor = StatusEditor { user: UserId::from_bits(9), gives_roles: true };

    fn because(text: &str) -> Reason {
        text.parse().unwrap()
    }

    #[test]
    fn a_disabled_user_has_no_session_and_an_enabled_one_none_of_before() {
        let disabled = ada().with_status(true, BOSS, because("Chargebacks"), NOW).unwrap().unwrap();
        assert!(disabled.is_disabled() && disabled.session_epoch == 1 && disabled.seq == 2);
        assert_eq!(disabled.audit_words(&ada()), "disabled: Chargebacks");
        assert_eq!(disabled.with_status(true, BOSS, because("Again"), NOW), Ok(None));
        let enabled = disabled.with_status(false, BOSS, because("A mistake"), NOW).unwrap().unwrap();
        assert!(!enabled.is_disabled() && enabled.session_epoch == 1 && enabled.seq == 3);
        assert_eq!(enabled.audit_words(&disabled), "enabled: A mistake");
        assert_eq!(ada().with_status(false, BOSS, because("It is so"), NOW), Ok(None));
        assert_eq!(enabled.signed_out_everywhere(NOW).audit_words(&enabled), "all sessions");
    }

    #[test]
    fn nobody_disables_themselves_and_only_who_gives_roles_disables_and_enables_who_does() {
        let own = StatusEditor { user: ada().id, gives_roles: true };
        assert_eq!(ada().with_status(true, own, because("Holiday"), NOW), Err(Rejection::OwnStatus));
        let verified = User { email_verified_at: Some(NOW), ..ada() };
        let admin = verified.granted(Role::Admin, "grant", NOW).unwrap().unwrap();
        let support = StatusEditor { gives_roles: false, ..BOSS };
        assert_eq!(admin.with_status(true, support, because("Coup"), NOW), Err(Rejection::AdminStatus));
        let disabled = admin.with_status(true, BOSS, because("Left us"), NOW).unwrap().unwrap();
        assert!(disabled.revokes_tokens_of(&admin), "who holds tokens of the admin is told");
        assert_eq!(disabled.with_status(false, support, because("Friends"), NOW), Err(Rejection::AdminStatus));
        assert!(disabled.with_status(false, BOSS, because("A mistake"), NOW).is_ok());
        assert!(!ada().with_status(true, support, because("Fraud"), NOW).unwrap().unwrap().revokes_tokens_of(&ada()));
    }

    #[test]
    fn a_reason_is_short_and_can_be_read() {
        assert_eq!(because("  Left the company ").as_str(), "Left the company");
        for bad in ["", "  ", "two\nlines", "\u{202e}", &"x".repeat(201)] {
            assert!(bad.parse::<Reason>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_user_of_an_earlier_version_may_sign_in() {
        let mut left = serde_json::to_value(ada()).unwrap();
        left.as_object_mut().unwrap().retain(|name, _| name != "status_change");
        assert_eq!(serde_json::from_value::<User>(left).unwrap(), ada());
    }
}
