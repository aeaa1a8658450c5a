//! A capability's table as the simulator sees it: the latest version of each item, and the records of its stream.

use super::replica::Replica;
use chassis::testing::EmbeddedDynamo;
use events::{Capability, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use tokio::sync::Notify;

/// Partition key and sort key.
pub type ItemKey = (String, String);

/// Shards of each stream: records of one item keep their order, those of two items need not.
pub const SHARDS: usize = 3;

#[derive(Debug, Clone)]
pub struct Version {
    /// The item, as DynamoDB JSON.
    pub image: Value,
    /// The version before.
    pub before: Option<Value>,
    /// When it was written, in virtual milliseconds.
    pub at: u64,
    /// How many changes of the table there were with this one.
    change: u64,
}

#[derive(Debug, Default)]
struct State {
    items: BTreeMap<ItemKey, Version>,
    /// Items by the time at which a schedule looks at them.
    due: BTreeSet<(String, ItemKey)>,
    backlog: [VecDeque<(u64, Value)>; SHARDS],
    changes: u64,
    /// When the latest change was made.
    changed_at: u64,
    /// Items that changed since the replica took them over.
    unseen: BTreeSet<ItemKey>,
}

#[derive(Debug)]
pub struct WatchedTable {
    dynamo: EmbeddedDynamo,
    replica: Replica,
    state: Mutex<State>,
    /// Notified when a shard has records to relay.
    pub arrivals: [Notify; SHARDS],
}

impl WatchedTable {
    pub fn new(of: Capability) -> Self {
        let (dynamo, replica) = (EmbeddedDynamo::without_stream(of), Replica::new(of));
        Self { dynamo, replica, state: Mutex::default(), arrivals: Default::default() }
    }

    pub const fn dynamo(&self) -> &EmbeddedDynamo {
        &self.dynamo
    }

    /// Notes a write to these items and returns the stream record of each that changed, as Lambda gets it. A write that changes
    /// nothing makes none, as on AWS.
    pub fn written(&self, keys: Vec<ItemKey>, at: u64) -> Vec<(ItemKey, Value)> {
        let mut state = self.state.lock().unwrap();
        let mut records = Vec::with_capacity(keys.len());
        for (pk, sk) in keys {
            let image = self.dynamo.item(&pk, &sk);
            let key = (pk, sk);
            let before = state.items.get(&key).map(|version| version.image.clone());
            if image == before {
                continue;
            }
            state.changes += 1;
            state.changed_at = at;
            state.unseen.insert(key.clone());
            if let Some(due) = before.as_ref().and_then(due_at) {
                state.due.remove(&(due, key.clone()));
            }
            if let Some(due) = image.as_ref().and_then(due_at) {
                state.due.insert((due, key.clone()));
            }
            records.push((key.clone(), record(&key, image.as_ref(), before.as_ref())));
            let change = state.changes;
            match image {
                Some(image) => state.items.insert(key, Version { image, before, at, change }),
                None => state.items.remove(&key),
            };
        }
        records
    }

    /// Whether a schedule has anything to look at by then.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.state.lock().unwrap().due.first().is_some_and(|(due, _)| *due <= now.to_string())
    }

    /// How many changes there were.
    pub fn changes(&self) -> u64 {
        self.state.lock().unwrap().changes
    }

    /// Puts a record of a write at this time into the stream.
    pub fn hand_on(&self, record: Value, at: u64) {
        let shard = shard_of(record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap_or_default());
        self.state.lock().unwrap().backlog[shard].push_back((at, record));
        self.arrivals[shard].notify_one();
    }

    /// Whether every record of a shard was relayed.
    pub fn is_relayed(&self, shard: usize) -> bool {
        self.state.lock().unwrap().backlog[shard].is_empty()
    }

    /// The oldest unrelayed records of a shard.
    pub fn oldest(&self, shard: usize, most: usize) -> Vec<Value> {
        self.state.lock().unwrap().backlog[shard].iter().take(most).map(|(_, record)| record.clone()).collect()
    }

    /// The time at which the last of these oldest records was written.
    pub fn written_at(&self, shard: usize, count: usize) -> Option<u64> {
        self.state.lock().unwrap().backlog[shard].iter().take(count).next_back().map(|(at, _)| *at)
    }

    /// Every unrelayed record.
    pub fn all_records(&self) -> Vec<Value> {
        self.state.lock().unwrap().backlog.iter().flatten().map(|(_, record)| record.clone()).collect()
    }

    /// Removes the oldest `count` records.
    pub fn relayed(&self, shard: usize, count: usize) {
        self.state.lock().unwrap().backlog[shard].drain(..count);
    }

    /// Removes the records of a shard that were written before an instant.
    pub fn trim(&self, shard: usize, before: u64) -> Vec<Value> {
        let mut state = self.state.lock().unwrap();
        let old = state.backlog[shard].iter().take_while(|(at, _)| *at < before).count();
        state.backlog[shard].drain(..old).map(|(_, record)| record).collect()
    }

    pub fn backlog(&self) -> usize {
        self.state.lock().unwrap().backlog.iter().map(VecDeque::len).sum()
    }

    /// The version before the latest one, if that was written after an instant.
    pub fn before(&self, pk: &str, sk: &str, after: u64) -> Option<Option<Value>> {
        let state = self.state.lock().unwrap();
        let version = state.items.get(&(pk.to_owned(), sk.to_owned()))?;
        (version.at > after).then(|| version.before.clone())
    }

    /// Whether anything changed after an instant.
    pub fn changed_after(&self, after: u64) -> bool {
        self.state.lock().unwrap().changed_at > after
    }

    /// What a query or a batch read finds that sees of each item the version of an instant.
    pub fn answer_as_of(&self, instant: u64, operation: &str, body: &str) -> String {
        let mut state = self.state.lock().unwrap();
        let State { items, unseen, .. } = &mut *state;
        unseen.retain(|key| {
            let version = items.get(key);
            let is_new = version.is_some_and(|version| version.at > instant);
            let image =
                if is_new { version.and_then(|new| new.before.as_ref()) } else { version.map(|old| &old.image) };
            self.replica.take_over(&key.0, &key.1, image);
            is_new
        });
        self.replica.answer(operation, body)
    }

    /// The latest version of an item as a `T`.
    pub fn item<T: DeserializeOwned>(&self, pk: &str, sk: &str) -> Option<T> {
        let state = self.state.lock().unwrap();
        state.items.get(&(pk.to_owned(), sk.to_owned())).map(|version| read(&version.image))
    }

    /// One text of an item; empty if there is none.
    pub fn text(&self, pk: &str, sk: &str, name: &str) -> String {
        let state = self.state.lock().unwrap();
        let version = state.items.get(&(pk.to_owned(), sk.to_owned()));
        version.and_then(|version| version.image[name]["S"].as_str()).unwrap_or_default().to_owned()
    }

    /// Every item with a wanted key, as a `T`.
    pub fn read<T: DeserializeOwned>(&self, wanted: impl Fn(&ItemKey) -> bool) -> Vec<T> {
        let state = self.state.lock().unwrap();
        state.items.iter().filter(|(key, _)| wanted(key)).map(|(_, version)| read(&version.image)).collect()
    }

    /// As [`Self::read`], but only what was written since there were that many changes.
    pub fn written_since<T: DeserializeOwned>(&self, changes: u64, wanted: impl Fn(&ItemKey) -> bool) -> Vec<T> {
        let state = self.state.lock().unwrap();
        let items = state.items.iter().filter(|(key, version)| version.change > changes && wanted(key));
        items.map(|(_, version)| read(&version.image)).collect()
    }

    /// Every item with its keys.
    pub fn images(&self) -> Vec<(String, String, Value)> {
        let state = self.state.lock().unwrap();
        state.items.iter().map(|((pk, sk), version)| (pk.clone(), sk.clone(), version.image.clone())).collect()
    }

    /// Partition key and one text of every item with a wanted key: much cheaper than the whole item.
    pub fn texts(&self, name: &str, wanted: impl Fn(&ItemKey) -> bool) -> Vec<(String, String)> {
        let state = self.state.lock().unwrap();
        let items = state.items.iter().filter(|(key, _)| wanted(key));
        let text = |version: &Version| version.image[name]["S"].as_str().unwrap_or_default().to_owned();
        items.map(|((pk, _), version)| (pk.clone(), text(version))).collect()
    }
}

/// When a schedule looks at an item: at its time, or always if it is in an index without one.
fn due_at(image: &Value) -> Option<String> {
    let timeless = ["open", "refunding"].iter().any(|index| image[*index]["S"].is_string());
    if timeless { Some(String::new()) } else { image["due_at"]["S"].as_str().map(str::to_owned) }
}

/// FNV-1a; any hash that spreads keys will do.
fn shard_of(pk: &str) -> usize {
    let hash = pk.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash as usize % SHARDS
}

fn record((pk, sk): &ItemKey, image: Option<&Value>, before: Option<&Value>) -> Value {
    let event = match (image, before) {
        (Some(_), None) => "INSERT",
        (Some(_), Some(_)) => "MODIFY",
        (None, _) => "REMOVE",
    };
    let mut record = json!({"eventSource": "aws:dynamodb", "eventName": event,
        "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}});
    for (name, image) in [("NewImage", image), ("OldImage", before)] {
        if let Some(image) = image {
            record["dynamodb"][name] = image.clone();
        }
    }
    record
}

/// The keys of the items that a request writes.
pub fn keys_written(operation: &str, body: &str) -> Vec<ItemKey> {
    let body: Value = serde_json::from_str(body).unwrap();
    let parts: Vec<&Value> = match operation {
        "PutItem" => vec![&body["Item"]],
        "UpdateItem" | "DeleteItem" => vec![&body["Key"]],
        "TransactWriteItems" => {
            let writes = body["TransactItems"].as_array().into_iter().flatten();
            writes.flat_map(|write| [&write["Put"]["Item"], &write["Update"]["Key"], &write["Delete"]["Key"]]).collect()
        }
        "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flat_map(serde_json::Map::values);
            let writes = tables.filter_map(Value::as_array).flatten();
            writes.flat_map(|write| [&write["PutRequest"]["Item"], &write["DeleteRequest"]["Key"]]).collect()
        }
        other => panic!("{other} writes nothing that is known here"),
    };
    let text = |item: &Value, name: &str| item[name]["S"].as_str().map(str::to_owned);
    parts.into_iter().filter_map(|item| Some((text(item, "pk")?, text(item, "sk")?))).collect()
}

pub fn read<T: DeserializeOwned>(image: &Value) -> T {
    let item = serde_dynamo::Item::deserialize(image).unwrap();
    serde_dynamo::from_item(item).unwrap_or_else(|error| panic!("{error}: {image}"))
}
