//! The marks of challenges that were used, deleted by their TTL. Refuses to keep those that nobody used.

use super::{Store, key};
use chassis::{Cause, StoreError, Written, digest};
use events::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentChallenge {
    ttl: i64,
}

impl Store {
    /// Marks a challenge as used, which counts until `end`; refused if it was used before. If the answer to the write is lost, the second
    /// attempt is refused: its sender asks for another challenge.
    pub async fn spend_challenge(
        &self,
        challenge: &[u8],
        end: Timestamp,
        cause: &Cause,
    ) -> Result<Written<SpentChallenge>, StoreError> {
        let item = SpentChallenge { ttl: end.seconds() };
        self.table.create(&key::challenge(&digest::of_bytes(challenge)), &item, &cause.silent()).await
    }
}
