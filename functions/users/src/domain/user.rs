//! A user and its changes. A change makes a new `User` with the next `seq`, or `None` if nothing changes.

use super::Rejection;
use super::factors::Factors;
use super::hashing::HashedPassword;
use super::identity::TiedIdentity;
use super::person_name::PersonName;
use super::roles::{Roles, kept, permissions_of};
use super::status_change::StatusChange;
use events::ids::UserId;
use events::users::{Permissions, Role};
use events::{Actor, Contact, Email, Language, Timestamp};
use serde::{Deserialize, Serialize};

/// Role changes that the log keeps. An input older than these has left every queue.
const REMEMBERED_CHANGES: usize = 50;

#[derive(Debug, Clone)]
pub struct Registration {
    pub email: Email,
    pub name: PersonName,
    pub password: HashedPassword,
    /// That the user chose.
    pub language: Option<Language>,
    /// Of the request; empty if it has none.
    pub traceparent: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub name: PersonName,
    pub password_hash: HashedPassword,
    /// Beside the password.
    #[serde(default, skip_serializing_if = "Factors::is_none")]
    pub factors: Factors,
    /// By which the user signs in at the company's provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<TiedIdentity>,
    #[serde(deserialize_with = "kept")]
    pub roles: Roles,
    pub created_at: Timestamp,
    /// When the user showed to read the mailbox of the present address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified_at: Option<Timestamp>,
    /// In which mails are written; none if the user never said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Tokens in mails of an earlier epoch open nothing: a change of password or address starts the next one.
    #[serde(default)]
    pub credential_epoch: u64,
    /// Changes so far; signing up is the first. Access tokens name it as the user's version.
    pub seq: u64,
    /// Sessions of an earlier epoch are over: signing out everywhere starts the next one.
    pub session_epoch: u64,
    /// The latest change of roles, or sign-out everywhere, if this version saw one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_changed_at: Option<Timestamp>,
    /// Time of the latest change that others hear of, if this version saw one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// The latest change of whether the user may sign in, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_change: Option<StatusChange>,
    /// Trace context of the latest change, for its messages.
    pub traceparent: String,
    /// The latest changes of roles, oldest first.
    pub log: Vec<RoleChange>,
}

/// A logged change of roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChange {
    /// The user's `seq` after it.
    pub seq: u64,
    /// Id of the operator's message or of the admin's request.
    pub input: String,
    pub at: Timestamp,
    /// All roles after it.
    #[serde(deserialize_with = "kept")]
    pub roles: Roles,
    /// Who wanted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
}

impl User {
    /// A new user is a customer.
    pub fn register(id: UserId, registration: Registration, now: Timestamp) -> Self {
        Self {
            id,
            email: registration.email,
            name: registration.name,
            password_hash: registration.password,
            factors: Factors::default(),
            identity: None,
            roles: Roles::from([Role::Customer]),
            created_at: now,
            email_verified_at: None,
            language: registration.language,
            credential_epoch: 0,
            seq: 1,
            session_epoch: 0,
            access_changed_at: None,
            changed_at: None,
            status_change: None,
            traceparent: registration.traceparent,
            log: Vec::new(),
        }
    }

    /// Whether the user has shown to read the mailbox of the present address.
    pub const fn is_verified(&self) -> bool {
        self.email_verified_at.is_some()
    }

    /// How mails reach the user.
    pub fn contact(&self) -> Contact {
        Contact { email: self.email.clone(), name: Some(self.name.as_str().to_owned()) }
    }

    /// With another name or language, as far as they are given; `None` if nothing changes.
    pub fn edited(&self, name: Option<PersonName>, language: Option<Language>) -> Option<Self> {
        let name = name.unwrap_or_else(|| self.name.clone());
        let language = language.or(self.language);
        let differs = name != self.name || language != self.language;
        differs.then(|| Self { name, language, seq: self.seq + 1, ..self.clone() })
    }

    /// With the present address verified; the same if it was before.
    #[must_use]
    pub fn verified(&self, now: Timestamp) -> Self {
        match self.email_verified_at {
            Some(_) => self.clone(),
            None => Self { email_verified_at: Some(now), seq: self.seq + 1, changed_at: Some(now), ..self.clone() },
        }
    }

    /// With another password, every session over and no token in a mail good any more.
    #[must_use]
    pub fn with_password(&self, password_hash: HashedPassword, now: Timestamp) -> Self {
        Self { password_hash, ..self.with_new_credentials(now) }
    }

    /// With another address, which was shown to be the user's, and every session over.
    #[must_use]
    pub fn moved(&self, email: Email, now: Timestamp) -> Self {
        Self { email, email_verified_at: Some(now), ..self.with_new_credentials(now) }
    }

    fn with_new_credentials(&self, now: Timestamp) -> Self {
        let credential_epoch = self.credential_epoch + 1;
        Self { credential_epoch, changed_at: Some(now), ..self.signed_out_everywhere(now) }
    }

    /// With every session over.
    #[must_use]
    pub fn signed_out_everywhere(&self, now: Timestamp) -> Self {
        let (session_epoch, seq) = (self.session_epoch + 1, self.seq + 1);
        Self { session_epoch, seq, access_changed_at: Some(now), ..self.clone() }
    }

    /// Whether access tokens of the user allow more than a customer's.
    pub fn is_privileged(&self) -> bool {
        !self.permissions().is_empty()
    }

    /// What the roles allow together.
    pub fn permissions(&self) -> Permissions {
        permissions_of(&self.roles)
    }

    /// Whether access tokens of an earlier version allow more than the user may do now. A permission that was added is in none of them.
    pub fn revokes_tokens_of(&self, earlier: &Self) -> bool {
        let lost = !self.permissions().covers(earlier.permissions());
        lost || (earlier.is_privileged() && earlier.session_epoch != self.session_epoch)
    }

    /// With one more role, by an operator; `None` if the user has it or the log has `input`. A repeated message does not bring back a
    /// role that was taken away since.
    ///
    /// # Errors
    /// `EmailNotVerified` if the role allows more than a customer's.
    pub fn granted(&self, role: Role, input: &str, now: Timestamp) -> Result<Option<Self>, Rejection> {
        if self.roles.contains(&role) || self.log.iter().any(|change| change.input == input) {
            return Ok(None);
        }
        let mut roles = self.roles.clone();
        roles.insert(role);
        self.may_be_given(&roles)?;
        Ok(Some(self.with_roles(roles, Actor::operator(), input, now)))
    }

    /// Whoever has not shown to read the address may be anybody, so no role that allows more than a customer's is added.
    fn may_be_given(&self, roles: &Roles) -> Result<(), Rejection> {
        let more = roles.difference(&self.roles).any(|role| role.is_privileged());
        if more && !self.is_verified() { Err(Rejection::EmailNotVerified) } else { Ok(()) }
    }

    /// With exactly these roles; `None` if nothing changes.
    ///
    /// # Errors
    /// `OwnAdminRole` if `admin` would lose that role: another admin has to take it, so there is always one. `EmailNotVerified` if a
    /// role is added that allows more than a customer's.
    pub fn given_roles(
        &self,
        roles: Roles,
        admin: UserId,
        input: &str,
        now: Timestamp,
    ) -> Result<Option<Self>, Rejection> {
        if admin == self.id && !roles.contains(&Role::Admin) {
            return Err(Rejection::OwnAdminRole);
        }
        self.may_be_given(&roles)?;
        Ok((roles != self.roles).then(|| self.with_roles(roles, admin.into(), input, now)))
    }

    /// Who made the latest change: of its roles, or else the user.
    pub fn changed_by(&self) -> Actor {
        let latest = self.log.last().filter(|change| change.seq == self.seq);
        latest.and_then(|change| change.actor.clone()).unwrap_or_else(|| Actor::from(self.id))
    }

    fn with_roles(&self, roles: Roles, actor: Actor, input: &str, now: Timestamp) -> Self {
        let seq = self.seq + 1;
        let mut log = self.log.clone();
        let (input, actor) = (input.to_owned(), Some(actor));
        log.push(RoleChange { seq, input, at: now, roles: roles.clone(), actor });
        log.drain(..log.len().saturating_sub(REMEMBERED_CHANGES));
        Self { roles, seq, log, access_changed_at: Some(now), ..self.clone() }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::hashing::Hasher;
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    pub fn ada() -> User {
        let registration = Registration {
            email: "ada@example.com".parse().unwrap(),
            name: "Ada".parse().unwrap(),
            password: Hasher::with_cost(8, 1, 1).unwrap().hash("a quiet harbour", [1; 16]).unwrap(),
            language: None,
            traceparent: String::new(),
        };
        User::register(UserId::from_bits(1), registration, NOW)
    }

    fn verified() -> User {
        User { email_verified_at: Some(NOW), ..ada() }
    }

    #[test]
    fn everybody_starts_as_a_customer_with_the_first_change_made() {
        assert_eq!((ada().roles, ada().seq), (Roles::from([Role::Customer]), 1));
    }

    #[test]
    fn a_repeated_grant_changes_nothing_even_after_the_role_was_taken_away() {
        let staff = verified().granted(Role::Support, "grant-1", NOW).unwrap().unwrap();
        assert_eq!(staff.granted(Role::Support, "grant-2", NOW), Ok(None));
        let plain = staff.given_roles(ada().roles, UserId::from_bits(2), "request", NOW).unwrap().unwrap();
        assert_eq!(plain.granted(Role::Support, "grant-1", NOW), Ok(None));
        assert!(plain.granted(Role::Support, "grant-3", NOW).unwrap().is_some(), "a new command is followed");
    }

    #[test]
    fn an_admin_may_not_give_up_their_own_admin_role_but_another_admin_may_take_it() {
        let admin = verified().granted(Role::Admin, "grant", NOW).unwrap().unwrap();
        let customer = Roles::from([Role::Customer]);
        assert_eq!(admin.given_roles(customer.clone(), admin.id, "request", NOW), Err(Rejection::OwnAdminRole));
        assert!(admin.given_roles(customer, UserId::from_bits(2), "request", NOW).unwrap().is_some());
    }

    #[test]
    fn a_change_of_credentials_ends_sessions_and_tokens_and_a_mail_that_was_read_verifies_the_address() {
        let hash = Hasher::with_cost(8, 1, 1).unwrap().hash("another quiet harbour", [2; 16]).unwrap();
        let epochs = |user: &User| (user.seq, user.session_epoch, user.credential_epoch, user.is_verified());
        assert_eq!(epochs(&ada().verified(NOW)), (2, 0, 0, true));
        assert_eq!(ada().verified(NOW).verified(NOW.plus_seconds(1)), ada().verified(NOW));
        assert_eq!(epochs(&ada().with_password(hash.clone(), NOW)), (2, 1, 1, false));
        assert_eq!(epochs(&ada().reset(hash.clone(), NOW)), (2, 1, 1, true));
        assert_eq!(ada().reset(hash.clone(), NOW).password_hash, hash);
        let moved = ada().moved("eve@example.com".parse().unwrap(), NOW);
        assert_eq!((epochs(&moved), moved.email.as_str()), ((2, 1, 1, true), "eve@example.com"));
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        assert_eq!(ada().edited("Ada".parse().ok(), None), None);
        assert_eq!(ada().edited(None, None), None);
        let german = ada().edited(None, Some(Language::De)).unwrap();
        assert_eq!((german.language, german.seq), (Some(Language::De), 2));
        assert_eq!(german.edited(None, Some(Language::De)), None);
        assert_eq!(ada().given_roles(ada().roles, UserId::from_bits(2), "request", NOW), Ok(None));
    }

    #[test]
    fn a_role_that_is_taken_revokes_nothing_if_another_role_allows_as_much() {
        let admin = verified().granted(Role::Admin, "grant", NOW).unwrap().unwrap();
        let both = admin.granted(Role::Support, "grant-2", NOW).unwrap().unwrap();
        assert!(!admin.revokes_tokens_of(&both) && !both.revokes_tokens_of(&admin));
    }

    #[test]
    fn a_user_whom_an_earlier_version_made_staff_is_read_with_the_roles_that_it_is_now() {
        let mut stored = serde_json::to_value(verified().granted(Role::Finance, "grant", NOW).unwrap()).unwrap();
        stored["roles"] = serde_json::json!(["customer", "staff"]);
        stored["log"][0]["roles"] = stored["roles"].clone();
        let user: User = serde_json::from_value(stored.clone()).unwrap();
        let four = [Role::Customer, Role::Support, Role::Fulfillment, Role::Catalog, Role::Finance];
        assert_eq!((&user.roles, &user.log[0].roles), (&Roles::from(four), &Roles::from(four)));
        stored["roles"] = serde_json::json!(["owner"]);
        assert!(serde_json::from_value::<User>(stored).is_err());
    }

    #[test]
    fn the_audit_log_says_the_roles_or_that_all_sessions_ended() {
        let staff = verified().granted(Role::Support, "grant", NOW).unwrap().unwrap();
        assert_eq!(staff.audit_words(&ada()), "roles: customer, support");
        assert_eq!(staff.signed_out_everywhere(NOW).audit_words(&staff), "all sessions");
    }

    #[test]
    fn tokens_are_revoked_if_they_allow_more_than_a_customer_and_more_than_the_user_may_now() {
        let roles = |roles: &[Role]| {
            let given = verified().given_roles(roles.iter().copied().collect(), UserId::from_bits(2), "request", NOW);
            given.unwrap().unwrap_or_else(verified)
        };
        let (customer, staff, both) =
            (ada(), roles(&[Role::Customer, Role::Support]), roles(&[Role::Support, Role::Finance]));
        for (earlier, now, revoked) in [
            (&customer, &staff, false),
            (&staff, &customer, true),
            (&staff, &both, false),
            (&both, &staff, true),
            (&customer, &customer.signed_out_everywhere(NOW), false),
            (&staff, &staff.signed_out_everywhere(NOW), true),
            (&staff, &staff.edited("Eve".parse().ok(), None).unwrap(), false),
        ] {
            assert_eq!(now.revokes_tokens_of(earlier), revoked, "{:?} to {:?}", earlier.roles, now.roles);
        }
    }

    #[test]
    fn nobody_gets_a_role_before_their_address_is_verified_and_everybody_can_lose_one() {
        let (anybody, admin) = (ada(), UserId::from_bits(2));
        for role in [Role::Support, Role::Admin] {
            assert_eq!(anybody.granted(role, "grant", NOW), Err(Rejection::EmailNotVerified));
            let roles = Roles::from([Role::Customer, role]);
            assert_eq!(anybody.given_roles(roles, admin, "request", NOW), Err(Rejection::EmailNotVerified));
        }
        assert_eq!(anybody.given_roles(anybody.roles.clone(), admin, "request", NOW), Ok(None));
        let roles = Roles::from([Role::Support, Role::Admin]);
        let earlier = User { roles: roles.clone(), ..anybody };
        assert_eq!(earlier.given_roles(roles, admin, "request", NOW), Ok(None));
        let fewer = earlier.given_roles(Roles::from([Role::Support]), admin, "request", NOW).unwrap().unwrap();
        assert_eq!(fewer.roles, Roles::from([Role::Support]), "what an earlier version gave is taken away");
    }

    proptest! {
        #[test]
        fn every_change_takes_the_next_number_and_the_log_stays_bounded(flips in 1usize..120) {
            let mut user = verified();
            for flip in 0..flips {
                let roles = if flip % 2 == 0 { Roles::from([Role::Support]) } else { Roles::from([Role::Customer]) };
                let next = user.given_roles(roles, UserId::from_bits(2), &flip.to_string(), NOW).unwrap().unwrap();
                prop_assert_eq!(next.seq, user.seq + 1);
                user = next;
            }
            prop_assert_eq!(user.log.len(), flips.min(REMEMBERED_CHANGES));
            prop_assert_eq!(user.log.last().unwrap().seq, user.seq);
        }
    }
}
