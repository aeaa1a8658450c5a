//! Reading many items by key. What DynamoDB leaves unread is asked for again after a pause, and not for ever.

use super::{Attributes, Key, StoreError, Table, decode, text, unavailable};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use aws_smithy_async::rt::sleep::AsyncSleep;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// Rounds in a row that may read nothing.
const FRUITLESS_ROUNDS: u32 = 5;
/// Before the next round; doubled with every round that read nothing.
const PAUSE: Duration = Duration::from_millis(25);

impl Table {
    /// Reads up to 100 items at once, in the order of the keys.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn get_many<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<Option<T>>, StoreError> {
        self.read_many(keys, false).await
    }

    /// Reads up to 100 items as of now, in the order of the keys: where what is read is an answer that no write's
    /// condition checks, such as a refusal.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn get_many_consistent<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<Option<T>>, StoreError> {
        self.read_many(keys, true).await
    }

    async fn read_many<T: DeserializeOwned>(
        &self,
        keys: &[Key],
        consistent: bool,
    ) -> Result<Vec<Option<T>>, StoreError> {
        let mut found: HashMap<Key, Attributes> = HashMap::new();
        // DynamoDB refuses a batch that names a key twice.
        let distinct: BTreeSet<&Key> = keys.iter().collect();
        let mut pending: Vec<Attributes> = distinct.into_iter().map(Key::attributes).collect();
        let mut fruitless = 0;
        while !pending.is_empty() {
            let asked = pending.len();
            pending = self.read_some(pending, consistent, &mut found).await?;
            fruitless = if pending.len() < asked { 0 } else { fruitless + 1 };
            if fruitless == FRUITLESS_ROUNDS {
                return Err(StoreError::Unavailable("keys are left unread".to_owned()));
            }
            if let Some(sleep) = self.client.config().sleep_impl().filter(|_| !pending.is_empty()) {
                sleep.sleep(PAUSE * 2u32.saturating_pow(fruitless)).await;
            }
        }
        keys.iter().map(|key| found.get(key).cloned().map(decode).transpose()).collect()
    }

    /// One round; the keys that DynamoDB left for another.
    async fn read_some(
        &self,
        keys: Vec<Attributes>,
        consistent: bool,
        found: &mut HashMap<Key, Attributes>,
    ) -> Result<Vec<Attributes>, StoreError> {
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(consistent)
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let answer =
            self.client.batch_get_item().request_items(&self.name, request).send().await.map_err(unavailable)?;
        for item in answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default() {
            found.insert(Key::new(text(&item, "pk"), text(&item, "sk")), item);
        }
        let unread = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.name));
        Ok(unread.map(|rest| rest.keys).unwrap_or_default())
    }
}
