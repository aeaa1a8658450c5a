//! Signed tokens, the private keys that sign them, digests and pseudonyms.

mod access_token;
pub mod digest;
mod error;
mod jwt;
mod pseudonyms;
mod secrets;
mod subject;

pub use access_token::{ACCESS_AUDIENCE, ACCESS_TYP, AccessClaims, AccessVerifier, access_identity};
pub use error::{KeyError, TokenError};
pub use jwt::{Expected, Signer, Verifier, check_times};
pub use pseudonyms::Pseudonyms;
pub use secrets::SecretParameter;
pub use subject::Subject;
