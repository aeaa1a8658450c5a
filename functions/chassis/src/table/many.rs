//! Reads of many items by key. Keys that DynamoDB leaves unread are read again after a pause (policy `UNREAD_KEYS`).

use super::error::StoreError;
use super::gateway::Table;
use super::item::{Attributes, Key, decode, text};
use crate::runtime::retry::UNREAD_KEYS;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use aws_smithy_async::rt::sleep::AsyncSleep;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap};

impl Table {
    /// Reads up to 100 items, eventually consistent, in the order of the keys.
    pub async fn get_many<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<Option<T>>, StoreError> {
        self.read_many(keys, false).await
    }

    /// Reads up to 100 items, consistent, in the order of the keys: for an answer that no write's condition checks,
    /// such as a refusal.
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
            if fruitless == UNREAD_KEYS.attempts {
                return Err(StoreError::Unavailable("keys are left unread".to_owned()));
            }
            if let Some(sleep) = self.client.config().sleep_impl().filter(|_| !pending.is_empty()) {
                sleep.sleep(UNREAD_KEYS.wait(fruitless)).await;
            }
        }
        keys.iter().map(|key| found.get(key).cloned().map(decode).transpose()).collect()
    }

    /// One round. Returns the keys that DynamoDB left unread.
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
            .map_err(StoreError::of_build)?;
        let answer = self
            .client
            .batch_get_item()
            .request_items(&self.name, request)
            .send()
            .await
            .map_err(StoreError::of_call)?;
        for item in answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default() {
            found.insert(Key::new(text(&item, "pk"), text(&item, "sk")), item);
        }
        let unread = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.name));
        Ok(unread.map(|rest| rest.keys).unwrap_or_default())
    }
}
