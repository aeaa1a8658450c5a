//! Callers, and the access that routes declare.

use super::problem::{Problem, STEPPED_UP_SECONDS};
use events::ids::{ApiKeyId, SessionId, UserId};
use events::users::{Permission, Permissions};
use events::{Actor, Timestamp};

/// The callers that a route lets in. Ownership of the addressed resource is checked where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody. Credentials are not read.
    Unauthenticated,
    /// Everybody but machines. A token that is sent must be valid, so that a customer with an expired token never acts as a guest.
    OptionalAuth,
    /// Every signed-in user, for their own resources. No machine has any.
    Customer,
    /// The same, and who has the permission, for those of others. The use case tells them apart.
    CustomerOr(Permission),
    /// A signed-in user, a guest with the resource's token, or who has the permission. The use case checks ownership. A machine needs the
    /// permission.
    Owner(Permission),
    /// Who has the permission.
    Needs(Permission),
    /// Who has any permission.
    AnyStaff,
}

impl Access {
    /// Name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::OptionalAuth => "optional_auth",
            Self::Customer | Self::CustomerOr(_) => "customer",
            Self::Owner(_) => "owner",
            Self::Needs(permission) => permission.name(),
            Self::AnyStaff => "any_staff",
        }
    }

    /// Whether only staff get in.
    pub const fn is_staffs(self) -> bool {
        matches!(self, Self::Needs(_) | Self::AnyStaff)
    }
}

/// A machine that exchanged its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// The key.
    pub key: ApiKeyId,
    /// The user who made it, and whose losses are the key's.
    pub maker: UserId,
}

/// The content of a valid access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The signed-in user. Of a machine, an id with the bits of its key, which is no user's.
    pub user: UserId,
    /// The machine, if none of the users calls.
    pub machine: Option<Machine>,
    /// The session that issued the token.
    pub session: SessionId,
    /// Version of the user at the time of issue: it rises with each change of the user.
    pub user_version: u64,
    /// Whether the user has shown that their email address is theirs.
    pub email_verified: bool,
    /// Permissions at the time of issue. Customers have none.
    pub permissions: Permissions,
    /// When the session began.
    pub authenticated_at: Timestamp,
    /// When the user last showed a second factor in the session.
    pub second_factor_at: Option<Timestamp>,
}

impl Identity {
    /// Whether the user may do more than a customer.
    pub const fn is_privileged(&self) -> bool {
        !self.permissions.is_empty()
    }

    /// Who changes what this caller changes: the user, or the key.
    pub fn actor(&self) -> Actor {
        self.machine.map_or_else(|| self.user.into(), |machine| machine.key.into())
    }

    /// The user whose sessions and rights the token stands and falls with.
    pub fn answerable(&self) -> UserId {
        self.machine.map_or(self.user, |machine| machine.maker)
    }

    /// Whether a second factor was shown a moment ago.
    pub fn is_stepped_up(&self, now: Timestamp) -> bool {
        self.second_factor_at.is_some_and(|at| now.seconds_since(at) <= STEPPED_UP_SECONDS)
    }
}

/// The sender of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// From the access token, if one was sent.
    pub identity: Option<Identity>,
    /// Value of the `X-Guest-Token` header.
    pub guest_token: Option<String>,
}

impl Caller {
    /// The signed-in user.
    ///
    /// # Errors
    /// 401 if nobody is signed in.
    pub fn identity(&self) -> Result<&Identity, Problem> {
        self.identity.as_ref().ok_or_else(|| Problem::unauthenticated("Sign in first."))
    }

    /// The signed-in user's id. A machine is nobody.
    pub fn user(&self) -> Option<UserId> {
        self.identity.as_ref().filter(|identity| identity.machine.is_none()).map(|identity| identity.user)
    }

    /// Who changes what this caller changes. `None` for guests.
    pub fn actor(&self) -> Option<Actor> {
        self.identity.as_ref().map(Identity::actor)
    }

    /// Whether a machine's key calls.
    pub fn is_machine(&self) -> bool {
        self.identity.as_ref().is_some_and(|identity| identity.machine.is_some())
    }

    /// Whether the caller has this permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.identity.as_ref().is_some_and(|identity| identity.permissions.contains(permission))
    }

    /// Whether the caller has any permission.
    pub fn is_staff(&self) -> bool {
        self.identity.as_ref().is_some_and(Identity::is_privileged)
    }

    /// Whether the caller is this user.
    pub fn is(&self, owner: Option<UserId>) -> bool {
        owner.is_some() && self.user() == owner
    }

    /// Whether the caller passes a route's declared access.
    ///
    /// # Errors
    /// 401 without credentials, 403 without the permission, or for a machine where people do what is their own.
    pub fn check(&self, access: Access) -> Result<(), Problem> {
        if self.is_machine() {
            return self.check_machine(access);
        }
        let refusal = match access {
            Access::Unauthenticated | Access::OptionalAuth => return Ok(()),
            Access::Owner(_) if self.guest_token.is_some() => return Ok(()),
            Access::Needs(permission) if !self.may(permission) => Some(Problem::lacking(permission)),
            Access::AnyStaff if !self.is_staff() => Some(Problem::forbidden()),
            Access::Customer | Access::CustomerOr(_) | Access::Owner(_) | Access::Needs(_) | Access::AnyStaff => None,
        };
        self.identity()?;
        refusal.map_or(Ok(()), Err)
    }

    /// A machine acts by its permissions alone.
    fn check_machine(&self, access: Access) -> Result<(), Problem> {
        match access {
            Access::Unauthenticated => Ok(()),
            Access::Owner(permission) | Access::Needs(permission) | Access::CustomerOr(permission) => {
                if self.may(permission) { Ok(()) } else { Err(Problem::lacking(permission)) }
            }
            Access::AnyStaff if self.is_staff() => Ok(()),
            Access::AnyStaff => Err(Problem::forbidden()),
            Access::OptionalAuth | Access::Customer => {
                Err(Problem::new(403, "forbidden", "This is for people: no key of a machine may do it."))
            }
        }
    }
}
