//! A user who is tied to an identity at the company's provider. Refuses to keep sessions that an identity opened which counts no more.

use super::identity::{ProviderIdentity, TiedIdentity};
use super::user::User;
use events::{Actor, Timestamp};

impl User {
    /// Whether the user signs in by this identity.
    pub fn is_known_as(&self, identity: &ProviderIdentity) -> bool {
        self.identity.as_ref().is_some_and(|tied| tied.identity == *identity)
    }

    /// Tied to this identity; `None` if the user is so already. Who was tied to another one has no session that it opened.
    #[must_use]
    pub fn tied_to(&self, identity: ProviderIdentity, actor: Actor, now: Timestamp) -> Option<Self> {
        if self.is_known_as(&identity) {
            return None;
        }
        let changed = match self.identity {
            Some(_) => self.signed_out_everywhere(now),
            None => Self { seq: self.seq + 1, ..self.clone() },
        };
        Some(Self { identity: Some(TiedIdentity { identity, at: now, actor }), ..changed })
    }

    /// Tied to none, with every session over: some may be of that identity. `None` if the user is so already.
    #[must_use]
    pub fn untied(&self, now: Timestamp) -> Option<Self> {
        self.identity.as_ref()?;
        Some(Self { identity: None, ..self.signed_out_everywhere(now) })
    }

    /// What the audit log says of a change of the identity, if it changed. A subject is no name: it says nothing outside of the company.
    pub(super) fn identity_words(&self, earlier: &Self) -> Option<String> {
        match &self.identity {
            now if *now == earlier.identity => None,
            None => Some("identity: none".to_owned()),
            Some(tied) => Some(format!("identity: of {}", tied.identity.issuer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::user::tests::ada;
    use super::*;
    use events::ids::UserId;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    fn known(subject: &str) -> ProviderIdentity {
        ProviderIdentity::new("https://id.example", subject).unwrap()
    }

    fn admin() -> Actor {
        Actor::from(UserId::from_bits(9))
    }

    #[test]
    fn a_first_identity_leaves_sessions_open_and_another_one_or_none_ends_them() {
        let tied = ada().tied_to(known("1"), admin(), NOW).unwrap();
        assert_eq!((tied.seq, tied.session_epoch, tied.is_known_as(&known("1"))), (2, 0, true));
        assert_eq!(tied.tied_to(known("1"), admin(), NOW), None);
        let other = tied.tied_to(known("2"), admin(), NOW).unwrap();
        assert_eq!((other.seq, other.session_epoch, other.is_known_as(&known("1"))), (3, 1, false));
        let untied = other.untied(NOW).unwrap();
        assert_eq!((untied.session_epoch, untied.identity.is_none()), (2, true));
        assert_eq!(untied.untied(NOW), None);
    }

    #[test]
    fn the_audit_log_says_of_whom_an_identity_is_and_not_which() {
        let tied = ada().tied_to(known("1"), admin(), NOW).unwrap();
        assert_eq!(tied.audit_words(&ada()), "identity: of https://id.example");
        assert_eq!(tied.untied(NOW).unwrap().audit_words(&tied), "identity: none");
    }

    #[test]
    fn a_user_of_an_earlier_version_has_no_identity_and_one_reads_back_as_it_was() {
        let mut left = serde_json::to_value(ada()).unwrap();
        assert!(left.as_object_mut().unwrap().get("identity").is_none());
        let tied = ada().tied_to(known("1"), admin(), NOW).unwrap();
        left = serde_json::to_value(&tied).unwrap();
        assert_eq!(serde_json::from_value::<User>(left).unwrap(), tied);
    }
}
