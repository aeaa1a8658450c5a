//! The identity by which a user signs in at the company's provider. Refuses to be found by an email address: somebody who gives roles ties
//! it to a user.

use super::oidc::{is_issuer, is_subject};
use events::text::FieldError;
use events::{Actor, Timestamp};
use serde::{Deserialize, Serialize};

/// Somebody as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderIdentity {
    pub issuer: String,
    pub subject: String,
}

/// The identity that is tied to a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiedIdentity {
    #[serde(flatten)]
    pub identity: ProviderIdentity,
    pub at: Timestamp,
    /// Who tied it.
    pub actor: Actor,
}

impl ProviderIdentity {
    /// # Errors
    /// The field that is none.
    pub fn new(issuer: &str, subject: &str) -> Result<Self, FieldError> {
        let (issuer, subject) = (issuer.trim(), subject.trim());
        if !is_issuer(issuer) {
            return Err(FieldError::new("issuer", "must be an address with https, as the provider says it"));
        }
        if !is_subject(subject) {
            return Err(FieldError::new("subject", "must have 1 to 255 characters of ASCII"));
        }
        Ok(Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_has_an_issuer_and_a_subject() {
        assert!(ProviderIdentity::new("http://id.example", "1").is_err());
        assert!(ProviderIdentity::new("https://id.example", " ").is_err());
        let known = ProviderIdentity::new("https://id.example", "1");
        assert_eq!(ProviderIdentity::new(" https://id.example ", " 1 ").unwrap(), known.unwrap());
    }
}
