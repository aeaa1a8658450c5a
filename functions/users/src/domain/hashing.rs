//! Passwords to hashes and back to yes or no: argon2id (RFC 9106), salted. Refuses randomness: the salt is passed in.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Memory of one hash in KiB, passes and lanes (OWASP Password Storage Cheat Sheet).
const STANDARD: (u32, u32, u32) = (19_456, 2, 1);

/// A password's hash as a PHC string, with its salt and parameters. Kept from logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HashedPassword(String);

impl fmt::Debug for HashedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashedPassword(…)")
    }
}

/// Hashing is impossible: no memory, unusable parameters or a malformed stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("password hashing: {0}")]
pub struct HashError(Error);

#[derive(Debug)]
pub struct Hasher {
    argon2: Argon2<'static>,
    /// Verified if there is no user: an unknown address costs as much as a known one. No password has this hash.
    nobody: PasswordHash,
}

impl Hasher {
    /// At the cost of stored passwords.
    ///
    /// # Errors
    /// Never with these parameters.
    pub fn standard() -> Result<Self, HashError> {
        let (memory_kib, passes, lanes) = STANDARD;
        Self::with_cost(memory_kib, passes, lanes)
    }

    /// At another cost.
    ///
    /// # Errors
    /// If argon2 does not allow such parameters.
    pub fn with_cost(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, HashError> {
        let params = Params::new(memory_kib, passes, lanes, None).map_err(|error| HashError(error.into()))?;
        let invalid = |_| HashError(Error::Internal);
        let nobody = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(HashError)?,
            salt: Some(Salt::new(&[0; 16]).map_err(invalid)?),
            hash: Some(Output::new(&[0; Params::DEFAULT_OUTPUT_LEN]).map_err(invalid)?),
        };
        Ok(Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), nobody })
    }

    /// `salt` is fresh and random.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn hash(&self, password: &str, salt: [u8; 16]) -> Result<HashedPassword, HashError> {
        let hash = self.argon2.hash_password_with_salt(password.as_bytes(), &salt).map_err(HashError)?;
        Ok(HashedPassword(hash.to_string()))
    }

    /// Whether a stored hash was made at another cost than new ones are.
    ///
    /// # Errors
    /// If the stored hash is malformed.
    pub fn is_outdated(&self, stored: &HashedPassword) -> Result<bool, HashError> {
        let parsed = PasswordHash::new(&stored.0).map_err(|_| HashError(Error::EncodingInvalid))?;
        let now = &self.nobody;
        Ok((parsed.algorithm, parsed.version, &parsed.params) != (now.algorithm, now.version, &now.params))
    }

    /// Whether the password has this hash. Without a hash it takes the same time and returns `false`.
    ///
    /// # Errors
    /// If there is no memory for it, or the stored hash is malformed.
    pub fn verify(&self, password: &str, stored: Option<&HashedPassword>) -> Result<bool, HashError> {
        let parsed = stored.map(|hash| PasswordHash::new(&hash.0)).transpose();
        let parsed = parsed.map_err(|_| HashError(Error::EncodingInvalid))?;
        let expected = parsed.as_ref().unwrap_or(&self.nobody);
        match self.argon2.verify_password(password.as_bytes(), expected) {
            Ok(()) => Ok(stored.is_some()),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(HashError(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_of_another_cost_is_outdated_and_still_verifies() {
        let (cheap, dear) = (Hasher::with_cost(8, 1, 1).unwrap(), Hasher::with_cost(16, 1, 1).unwrap());
        let stored = cheap.hash("a quiet harbour", [7; 16]).unwrap();
        assert_eq!((cheap.is_outdated(&stored), dear.is_outdated(&stored)), (Ok(false), Ok(true)));
        assert_eq!(dear.verify("a quiet harbour", Some(&stored)), Ok(true));
    }

    #[test]
    fn the_standard_cost_is_at_least_what_the_design_asks() {
        let hash = Hasher::standard().unwrap().hash("a quiet harbour", [7; 16]).unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
    }

    #[test]
    fn only_the_password_itself_is_accepted_and_nobody_has_none() {
        let hasher = Hasher::with_cost(8, 1, 1).unwrap();
        let hash = hasher.hash("a quiet harbour", [7; 16]).unwrap();
        assert!(hasher.verify("a quiet harbour", Some(&hash)).unwrap());
        assert!(!hasher.verify("a quiet harbor", Some(&hash)).unwrap());
        assert!(!hasher.verify("a quiet harbour", None).unwrap());
        assert_ne!(hash, hasher.hash("a quiet harbour", [8; 16]).unwrap(), "the salt matters");
    }

    #[test]
    fn an_unknown_user_is_verified_at_the_same_cost() {
        let hasher = Hasher::standard().unwrap();
        let known = hasher.hash("a quiet harbour", [7; 16]).unwrap();
        assert_eq!(hasher.nobody.params, PasswordHash::new(&known.0).unwrap().params);
        assert_eq!(hasher.nobody.algorithm, Algorithm::Argon2id.ident());
    }

    #[test]
    fn a_stored_hash_of_another_cost_still_verifies() {
        let old = Hasher::with_cost(16, 2, 1).unwrap().hash("a quiet harbour", [7; 16]).unwrap();
        assert!(Hasher::with_cost(8, 1, 1).unwrap().verify("a quiet harbour", Some(&old)).unwrap());
    }
}
