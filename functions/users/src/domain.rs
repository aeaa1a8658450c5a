//! Rules of users, passwords, second factors, sessions and throttles. Pure: refuses clocks, randomness, tables and HTTP; what they give
//! is passed in.

pub mod address_book;
pub mod api_key;
pub mod api_secret;
pub mod breached;
pub mod client;
pub mod credential_token;
pub mod departure;
pub mod device;
pub mod erasure;
pub mod factors;
pub mod hashing;
pub mod identity;
pub mod key_set;
pub mod oidc;
pub mod passkey;
pub mod password;
pub mod person_name;
pub mod recovery_codes;
pub mod refresh_token;
pub mod roles;
pub mod search;
pub mod session;
pub mod status_change;
pub mod throttle;
pub mod ticket;
pub mod totp;
pub mod user;
pub mod user_factors;
pub mod user_identity;
pub mod user_status;
pub mod user_words;

use api_key::KeyRejection;
use password::WeakPassword;

/// The reason for which the domain refuses a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Another user has this email address.
    #[error("the email address is taken")]
    EmailTaken,
    /// Holds the seconds to wait.
    #[error("too many attempts; again after {0} seconds")]
    TooManyAttempts(u32),
    /// No user has this address and password.
    #[error("unknown address or wrong password")]
    InvalidCredentials,
    #[error("not a refresh token")]
    InvalidRefreshToken,
    /// Idle for too long, or too old.
    #[error("the session expired")]
    SessionExpired,
    /// Signed out, or a used refresh token was presented again.
    #[error("the session was revoked")]
    SessionRevoked,
    /// A refresh token was used and so was its successor, both a moment ago.
    #[error("the session was refreshed again")]
    RefreshSuperseded,
    #[error("too many addresses")]
    TooManyAddresses,
    /// The code is wrong, was used, or its time is over.
    #[error("wrong second factor")]
    InvalidSecondFactor,
    /// What protects the account is changed only a moment after a second factor was shown.
    #[error("no second factor was shown of late")]
    StepUpRequired,
    /// It was not made on a page of this shop, for this challenge, by a verified user.
    #[error("not a passkey of this shop")]
    InvalidPasskey,
    #[error("too many passkeys")]
    TooManyPasskeys,
    #[error("the user has this passkey")]
    PasskeyKnown,
    /// No app waits for its first code.
    #[error("no enrollment is under way")]
    NoEnrollment,
    #[error("the user has no second factor")]
    NoSecondFactor,
    /// Their roles count only with one.
    #[error("staff keep their last second factor")]
    LastFactorOfStaff,
    /// Unknown, used, expired, or ended by a change of credentials: which one is not told.
    #[error("the token opens nothing")]
    InvalidToken,
    #[error("the address is verified")]
    AlreadyVerified,
    /// Of somebody who is signed in.
    #[error("wrong password")]
    WrongPassword,
    #[error("the new password {0}")]
    Weak(WeakPassword),
    #[error("the new email address is the present one")]
    SameEmail,
    #[error("an admin may not give up their own admin role")]
    OwnAdminRole,
    /// With the right password.
    #[error("the account is disabled")]
    AccountDisabled,
    #[error("nobody changes their own status")]
    OwnStatus,
    /// By somebody who gives no roles.
    #[error("only who gives roles changes the account of who does")]
    AdminStatus,
    /// Somebody else signs in by it.
    #[error("the identity is somebody else's")]
    IdentityTaken,
    /// Whoever may do more than a customer is not erased.
    #[error("the user has a role")]
    HasRoles,
    /// Nobody knows whether the user reads the mail of their address.
    #[error("the email address is not verified")]
    EmailNotVerified,
    /// About a machine's key.
    #[error("{0}")]
    Key(KeyRejection),
}
