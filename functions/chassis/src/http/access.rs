//! Who is calling, and who may call what.

use super::problem::Problem;
use events::ids::{SessionId, UserId};
use events::users::Role;

/// Who may call a route. Ownership of the addressed thing is checked where the thing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody; credentials are not read.
    Unauthenticated,
    /// Everybody; a token, if one is sent, must be valid, so that a customer whose token expired never acts as a guest by accident.
    OptionalAuth,
    /// Every signed-in user, for what is theirs.
    Customer,
    /// A signed-in user, a guest with the resource's token, or staff; the resource decides.
    Owner,
    /// Staff and admins.
    Staff,
    /// Admins.
    Admin,
}

impl Access {
    /// Its name in documents.
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

/// What a valid access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub user: UserId,
    /// In which sign-in.
    pub session: SessionId,
    /// Their e-mail address.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Who made a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// Signed in as.
    pub identity: Option<Identity>,
    /// The `X-Guest-Token` header.
    pub guest_token: Option<String>,
}

impl Caller {
    /// The signed-in person.
    ///
    /// # Errors
    /// 401 if nobody is signed in.
    pub fn identity(&self) -> Result<&Identity, Problem> {
        self.identity.as_ref().ok_or_else(|| Problem::unauthenticated("Sign in first."))
    }

    /// The signed-in person's id.
    pub fn user(&self) -> Option<UserId> {
        self.identity.as_ref().map(|identity| identity.user)
    }

    /// Whether the caller runs the shop.
    pub fn is_staff(&self) -> bool {
        self.has(Role::Staff) || self.has(Role::Admin)
    }

    /// Whether the caller is that person.
    pub fn is(&self, owner: Option<UserId>) -> bool {
        owner.is_some() && self.user() == owner
    }

    fn has(&self, role: Role) -> bool {
        self.identity.as_ref().is_some_and(|identity| identity.roles.contains(&role))
    }

    /// Whether the caller passes a route's declared access.
    ///
    /// # Errors
    /// 401 without credentials, 403 with too weak ones.
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
