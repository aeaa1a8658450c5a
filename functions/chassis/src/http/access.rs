//! Callers, and the access that routes declare.

use super::problem::{Problem, STEPPED_UP_SECONDS};
use events::Timestamp;
use events::ids::{SessionId, UserId};
use events::users::{Permission, Permissions};

/// The callers that a route lets in. Ownership of the addressed resource is checked where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody. Credentials are not read.
    Unauthenticated,
    /// Everybody. A token that is sent must be valid, so that a customer with an expired token never acts as a guest.
    OptionalAuth,
    /// Every signed-in user, for their own resources.
    Customer,
    /// A signed-in user, a guest with the resource's token, or who has the permission. The use case checks ownership.
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
            Self::Customer => "customer",
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

/// The content of a valid access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The signed-in user.
    pub user: UserId,
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

    /// The signed-in user's id.
    pub fn user(&self) -> Option<UserId> {
        self.identity.as_ref().map(|identity| identity.user)
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
    /// 401 without credentials, 403 without the permission.
    pub fn check(&self, access: Access) -> Result<(), Problem> {
        let refusal = match access {
            Access::Unauthenticated | Access::OptionalAuth => return Ok(()),
            Access::Owner(_) if self.guest_token.is_some() => return Ok(()),
            Access::Needs(permission) if !self.may(permission) => Some(Problem::lacking(permission)),
            Access::AnyStaff if !self.is_staff() => Some(Problem::forbidden()),
            Access::Customer | Access::Owner(_) | Access::Needs(_) | Access::AnyStaff => None,
        };
        self.identity()?;
        refusal.map_or(Ok(()), Err)
    }
}
