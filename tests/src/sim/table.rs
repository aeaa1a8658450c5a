//! A capability's table as the simulation watches it: every version that was ever written, as its stream tells it.

use chassis::testing::EmbeddedDynamo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use tokio::sync::Notify;

/// A partition and a sort key.
pub type ItemKey = (String, String);

/// A version of an item.
#[derive(Debug, Clone)]
pub struct Version {
    /// The item, as DynamoDB JSON.
    pub image: Value,
    /// The one before.
    pub before: Option<Value>,
    /// When it was written, in virtual milliseconds.
    pub at: u64,
}

#[derive(Debug, Default)]
struct State {
    items: BTreeMap<ItemKey, Version>,
    backlog: VecDeque<Value>,
}

/// A table and its stream.
#[derive(Debug)]
pub struct WatchedTable {
    dynamo: EmbeddedDynamo,
    state: Mutex<State>,
    /// Something is to be relayed.
    pub news: Notify,
}

impl WatchedTable {
    /// Watches a table.
    pub fn new(dynamo: EmbeddedDynamo) -> Self {
        Self { dynamo, state: Mutex::default(), news: Notify::new() }
    }

    /// The table itself.
    pub const fn dynamo(&self) -> &EmbeddedDynamo {
        &self.dynamo
    }

    /// What was written since last time, each with its key; the watcher knows it from now on.
    pub fn new_versions(&self, at: u64) -> Vec<(ItemKey, Value)> {
        let records = self.dynamo.new_stream_records();
        let mut state = self.state.lock().unwrap();
        let mut versions = Vec::with_capacity(records.len());
        for record in records {
            let keys = &record["dynamodb"]["Keys"];
            let part = |name: &str| keys[name]["S"].as_str().unwrap_or_default().to_owned();
            let key = (part("pk"), part("sk"));
            let image = record["dynamodb"]["NewImage"].clone();
            if image.is_null() {
                state.items.remove(&key);
            } else {
                let before = record["dynamodb"].get("OldImage").filter(|old| !old.is_null()).cloned();
                state.items.insert(key.clone(), Version { image, before, at });
            }
            versions.push((key, record));
        }
        versions
    }

    /// A record that the relay is to get.
    pub fn hand_on(&self, record: Value) {
        self.state.lock().unwrap().backlog.push_back(record);
        self.news.notify_one();
    }

    /// The oldest records that were not relayed yet.
    pub fn oldest(&self, most: usize) -> Vec<Value> {
        self.state.lock().unwrap().backlog.iter().take(most).cloned().collect()
    }

    /// So many of them were relayed.
    pub fn relayed(&self, count: usize) {
        self.state.lock().unwrap().backlog.drain(..count);
    }

    /// How many records wait for the relay.
    pub fn backlog(&self) -> usize {
        self.state.lock().unwrap().backlog.len()
    }

    /// What an item was before its latest version, if that was written after an instant.
    pub fn before(&self, pk: &str, sk: &str, after: u64) -> Option<Option<Value>> {
        let state = self.state.lock().unwrap();
        let version = state.items.get(&(pk.to_owned(), sk.to_owned()))?;
        (version.at > after).then(|| version.before.clone())
    }

    /// Every item whose key pleases, read as a `T`.
    pub fn read<T: DeserializeOwned>(&self, wanted: impl Fn(&ItemKey) -> bool) -> Vec<T> {
        let state = self.state.lock().unwrap();
        state.items.iter().filter(|(key, _)| wanted(key)).map(|(_, version)| read(&version.image)).collect()
    }
}

/// An image as a `T`.
pub fn read<T: DeserializeOwned>(image: &Value) -> T {
    let item: serde_dynamo::Item = serde_json::from_value(image.clone()).unwrap();
    serde_dynamo::from_item(item).unwrap_or_else(|error| panic!("{error}: {image}"))
}
