//! Signed tokens, the private keys that sign them, and digests.

pub mod digest;
mod jwt;
mod secrets;

pub use jwt::{
    ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_TYP, AccessClaims, Expected, Signer, TokenError, Verifier, access_identity,
    check_times,
};
pub use secrets::{KeyError, SecretParameter};
