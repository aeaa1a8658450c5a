//! The faults of tokens and keys.

/// The reason for which a token or key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, changed, or signed with an unknown key.
    #[error("not signed by this shop")]
    Forged,
    /// Signed by us, but of another kind, audience or stage.
    #[error("meant for another purpose")]
    Mismatched,
    /// Past its `exp`.
    #[error("expired")]
    Expired,
    /// Before its `nbf`.
    #[error("not valid yet")]
    Early,
    /// The key is malformed.
    #[error("unusable key")]
    UnusableKey,
}

/// A private key is not available or unusable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The parameter store does not answer. A repeat may succeed later.
    #[error("key {name} unavailable: {why}")]
    Unavailable {
        /// Name of the parameter.
        name: String,
        /// The parameter store's error.
        why: String,
    },
    /// The parameter store refuses it for good, or it is not a key, or not one that signs.
    #[error("key {name} unusable: {why}")]
    Unusable {
        /// Name of the parameter, or id of the key.
        name: String,
        /// What is wrong with it.
        why: String,
    },
}
