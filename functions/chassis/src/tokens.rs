//! Signed tokens, the private keys that sign them, and digests.

pub mod digest;
mod error;
mod jwt;
mod secrets;

pub use error::{KeyError, TokenError};
pub use jwt::{
    ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_TYP, AccessClaims, Expected, Signer, Verifier, access_identity, check_times,
};
pub use secrets::SecretParameter;
