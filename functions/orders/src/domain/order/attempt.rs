//! An attempt to pay and the requests that it answers. Refuses to forget one.

use serde::{Deserialize, Deserializer, Serialize};

/// Most `Idempotency-Key`s of an attempt: enough for an impatient customer, and few enough for the order's item.
pub const MAX_KEYS: usize = 8;

/// An attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The provider's token for the payment method.
    pub method: String,
    /// The `Idempotency-Key`s of the requests that it answers: the one that made it, and those that came while it was under way.
    #[serde(default, alias = "key", deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

impl Attempt {
    /// Whether a request with this key got this attempt for an answer.
    pub fn answers(&self, key: &str) -> bool {
        self.keys.iter().any(|kept| kept == key)
    }
}

/// The version before stored the one `key` of the request that made the attempt.
#[derive(Deserialize)]
#[serde(untagged)]
enum Keys {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Keys::deserialize(deserializer)? {
        Keys::One(key) => vec![key],
        Keys::Many(keys) => keys,
    })
}
