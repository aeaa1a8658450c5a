//! Callers, and the access that routes declare.

use super::problem::Problem;
use events::ids::{SessionId, UserId};
use events::users::Role;

/// The callers that a route lets in. Ownership of the addressed resource is checked where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody. Credentials are not read.
    Unauthenticated,
    /// Everybody. A token that is sent must be valid, so that a customer with an expired token never acts as a guest.
    OptionalAuth,
    /// Every signed-in user, for their own resources.
    Customer,
    /// A signed-in user, a guest with the resource's token, or staff. The use case checks ownership.
    Owner,
    /// Staff and admins.
    Staff,
    /// Admins.
    Admin,
}

impl Access {
    /// Name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::OptionalAuth => "optional_auth",
            Self::Customer => "customer",
            Self::Owner => "owner",
            Self::Staff => "staff",
            Self::Admin => "admin",
        }
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
    /// Email address.
    pub email: String,
    /// Whether the user has shown that the address is theirs.
    pub email_verified: bool,
    /// Name to address the user by.
    pub name: String,
    /// Roles at the time of issue.
    pub roles: Vec<Role>,
}

impl Identity {
    /// Whether a role allows more than a customer may.
    pub fn is_privileged(&self) -> bool {
        self.roles.iter().any(|role| role.is_privileged())
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

    /// Whether the caller is staff or an admin.
    pub fn is_staff(&self) -> bool {
        self.has(Role::Staff) || self.has(Role::Admin)
    }

    /// Whether the caller is this user.
    pub fn is(&self, owner: Option<UserId>) -> bool {
        owner.is_some() && self.user() == owner
    }

    fn has(&self, role: Role) -> bool {
        self.identity.as_ref().is_some_and(|identity| identity.roles.contains(&role))
    }

    /// Whether the caller passes a route's declared access.
    ///
    /// # Errors
    /// 401 without credentials, 403 without the role.
    pub fn check(&self, access: Access) -> Result<(), Problem> {
        let enough = match access {
            Access::Unauthenticated | Access::OptionalAuth => return Ok(()),
            Access::Owner if self.guest_token.is_some() => return Ok(()),
            Access::Customer | Access::Owner => true,
            Access::Staff => self.is_staff(),
            Access::Admin => self.has(Role::Admin),
        };
        self.identity()?;
        if enough { Ok(()) } else { Err(Problem::forbidden()) }
    }
}
