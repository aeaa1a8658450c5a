//! Whom an access token is of, told apart by the prefix of the id. Refuses an id of any other kind.

use events::ids::{ApiKeyId, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;

/// The subject of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A user who signed in.
    User(UserId),
    /// A machine that exchanged its key.
    ApiKey(ApiKeyId),
}

impl From<UserId> for Subject {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl From<ApiKeyId> for Subject {
    fn from(key: ApiKeyId) -> Self {
        Self::ApiKey(key)
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(user) => user.serialize(serializer),
            Self::ApiKey(key) => key.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let key = text.parse::<ApiKeyId>().map(Self::ApiKey);
        key.or_else(|_| text.parse::<UserId>().map(Self::User)).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_a_user_or_a_key_by_its_prefix_and_nothing_else() {
        let (user, key) = (UserId::from_bits(7), ApiKeyId::from_bits(7));
        for subject in [Subject::User(user), Subject::ApiKey(key)] {
            let text = serde_json::to_string(&subject).unwrap();
            assert_eq!(serde_json::from_str::<Subject>(&text).unwrap(), subject);
        }
        assert_eq!(serde_json::to_value(Subject::from(key)).unwrap(), key.to_string());
        let session = serde_json::to_string(&key.session()).unwrap();
        assert!(serde_json::from_str::<Subject>(&session).is_err());
    }
}
