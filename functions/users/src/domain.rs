//! What accounts, passwords, sessions and throttles are and what may become of them. Pure: refuses clocks, randomness,
//! tables and HTTP; whatever it needs of them is passed in.

pub mod account;
pub mod address_book;
pub mod email;
pub mod hashing;
pub mod password;
pub mod refresh_token;
pub mod session;
pub mod throttle;

/// Why something that was asked for is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Another account has that e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// Too many attempts; try again after so many seconds.
    #[error("too many attempts; again after {0} seconds")]
    TooManyAttempts(u32),
    /// No account has that address and password.
    #[error("unknown address or wrong password")]
    InvalidCredentials,
    /// Not a refresh token of ours.
    #[error("not a refresh token")]
    InvalidRefreshToken,
    /// The session was not used for too long, or is too old.
    #[error("the session expired")]
    SessionExpired,
    /// The session was signed out, or a used refresh token was presented again.
    #[error("the session was revoked")]
    SessionRevoked,
    /// The person keeps as many addresses as one may.
    #[error("too many addresses")]
    TooManyAddresses,
    /// An admin would stop being one by their own hand.
    #[error("an admin may not give up their own admin role")]
    OwnAdminRole,
}
