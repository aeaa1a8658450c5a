//! The embedded DynamoDB, with the table of a capability's template.

use super::connector::{NO_ANSWER, WireRequest, WireService};
use dynoxide::{Database, DynoxideError};
use events::Capability;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// One call as the table saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct DynamoCall {
    /// E.g. `PutItem`.
    pub operation: String,
    /// Consumed capacity in tenths of a unit, as the database reports it; 0 for a refused call.
    pub tenths_of_units: u64,
    /// The part of them that indexes consumed.
    pub tenths_of_index_units: u64,
}

impl DynamoCall {
    /// Whether it only reads, so that its units are read request units.
    pub fn is_read(&self) -> bool {
        matches!(self.operation.as_str(), "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems")
    }
}

/// An embedded DynamoDB with one capability's table.
#[derive(Clone)]
pub struct EmbeddedDynamo {
    database: Database,
    table: String,
    calls: Arc<Mutex<Vec<DynamoCall>>>,
    throttled: Arc<AtomicU32>,
    /// Requests that are answered before all are throttled.
    spare: Arc<Mutex<Option<u32>>>,
    hanging: Arc<AtomicU32>,
    refusal: Arc<Mutex<Option<&'static str>>>,
    read_up_to: Arc<Mutex<Option<String>>>,
    shard: Arc<OnceLock<(String, Value)>>,
    behind: Arc<Mutex<Option<Vec<Value>>>>,
}

impl std::fmt::Debug for EmbeddedDynamo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EmbeddedDynamo({})", self.table)
    }
}

impl EmbeddedDynamo {
    /// With the table that `infra/<capability>.yaml` declares.
    ///
    /// # Panics
    /// If the template or its table cannot be read.
    pub fn for_capability(capability: Capability) -> Self {
        Self::with(capability, true)
    }

    /// The same without a stream. The embedded database reads a stream from its beginning at every write; without one
    /// it is fit for thousands of writes.
    ///
    /// # Panics
    /// Like [`Self::for_capability`].
    pub fn without_stream(capability: Capability) -> Self {
        Self::with(capability, false)
    }

    fn with(capability: Capability, stream: bool) -> Self {
        let table = format!("test-{capability}");
        let database = Database::memory().unwrap();
        let mut request = create_table_request(capability, &table);
        if stream {
            request["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
        }
        database.create_table(serde_json::from_value(request).unwrap()).unwrap();
        for (name, request) in tables_beside(capability, &table) {
            database
                .create_table(serde_json::from_value(request).unwrap())
                .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        }
        Self {
            database,
            table,
            calls: Arc::default(),
            throttled: Arc::default(),
            spare: Arc::default(),
            hanging: Arc::default(),
            refusal: Arc::default(),
            read_up_to: Arc::default(),
            shard: Arc::default(),
            behind: Arc::default(),
        }
    }

    /// The table's name.
    pub fn table_name(&self) -> String {
        self.table.clone()
    }

    /// Another table of the capability's template, whose name is this one's with `-<name>` behind it. Its calls are this one's.
    #[must_use]
    pub fn beside(&self, name: &str) -> Self {
        Self { table: format!("{}-{name}", self.table), ..self.clone() }
    }

    /// All calls so far. They are forgotten.
    pub fn take_calls(&self) -> Vec<DynamoCall> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// Throttles the next `requests` requests. The SDK itself tries each three times.
    pub fn throttle_next(&self, requests: u32) {
        self.throttled.store(requests, Ordering::SeqCst);
    }

    /// Answers the next `requests` requests, and throttles all that come after them.
    pub fn throttle_after(&self, requests: u32) {
        *self.spare.lock().unwrap() = Some(requests);
    }

    fn is_spent(&self) -> bool {
        let mut spare = self.spare.lock().unwrap();
        let Some(left) = *spare else { return false };
        *spare = Some(left.saturating_sub(1));
        left == 0
    }

    /// Leaves the next `requests` requests without an answer, after they are done: the connection hangs.
    pub fn hang_next(&self, requests: u32) {
        self.hanging.store(requests, Ordering::SeqCst);
    }

    /// Answers every request with this error code of DynamoDB from now on.
    pub fn refuse_all(&self, code: &'static str) {
        *self.refusal.lock().unwrap() = Some(code);
    }

    /// From now on an eventually consistent `GetItem` finds items as they are at this moment.
    pub fn fall_behind(&self) {
        *self.behind.lock().unwrap() = Some(self.items());
    }

    /// Every item of the table, as DynamoDB JSON.
    pub fn items(&self) -> Vec<Value> {
        let mut scan = json!({"TableName": self.table});
        let mut items = Vec::new();
        loop {
            let answer = self.database.scan(serde_json::from_value(scan.clone()).unwrap()).unwrap();
            let answer = serde_json::to_value(answer).unwrap();
            items.extend(answer["Items"].as_array().into_iter().flatten().cloned());
            // A page has a megabyte.
            match answer.get("LastEvaluatedKey") {
                Some(key) if !key.is_null() => scan["ExclusiveStartKey"] = key.clone(),
                _ => return items,
            }
        }
    }

    /// Puts an item, as DynamoDB JSON, without a call of the capability.
    pub fn put(&self, item: &Value) {
        let put = json!({"TableName": self.table, "Item": item});
        self.database.put_item(serde_json::from_value(put).unwrap()).unwrap();
    }

    /// Removes an item without a call of the capability.
    pub fn remove(&self, pk: &str, sk: &str) {
        let delete = json!({"TableName": self.table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}});
        self.database.delete_item(serde_json::from_value(delete).unwrap()).unwrap();
    }

    /// Puts many items at once, as DynamoDB JSON, without a call of the capability and without stream records.
    pub fn put_all(&self, items: impl Iterator<Item = Value>) {
        let items = items.map(|item| serde_json::from_value(item).unwrap()).collect();
        self.database.import_items(&self.table, items, dynoxide::ImportOptions::default()).unwrap();
    }

    /// The present item, as DynamoDB JSON.
    pub fn item(&self, pk: &str, sk: &str) -> Option<Value> {
        let get = json!({"TableName": self.table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}, "ConsistentRead": true});
        let answer = self.database.get_item(serde_json::from_value(get).unwrap()).unwrap();
        Some(serde_json::to_value(answer).unwrap()["Item"].take()).filter(|item| !item.is_null())
    }

    /// The stream's records since the last call, in Lambda's form.
    pub fn new_stream_records(&self) -> Vec<Value> {
        let (arn, shard) = self.shard.get_or_init(|| self.only_shard());
        let mut read_up_to = self.read_up_to.lock().unwrap();
        let request = match &*read_up_to {
            Some(sequence) => json!({"StreamArn": arn, "ShardId": shard,
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": sequence}),
            None => {
                json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"})
            }
        };
        let iterator = self.database.get_shard_iterator(serde_json::from_value(request).unwrap()).unwrap();
        let iterator = serde_json::to_value(iterator).unwrap()["ShardIterator"].clone();
        let request = json!({"ShardIterator": iterator});
        let answer = self.database.get_records(serde_json::from_value(request).unwrap()).unwrap();
        let Value::Array(mut records) = serde_json::to_value(answer).unwrap()["Records"].take() else {
            return Vec::new();
        };
        for record in &mut records {
            record["eventSource"] = json!("aws:dynamodb");
            if let Some(sequence) = record["dynamodb"]["SequenceNumber"].as_str() {
                *read_up_to = Some(sequence.to_owned());
            }
        }
        records
    }

    /// The stream and its shard: the embedded database never makes another.
    fn only_shard(&self) -> (String, Value) {
        let streams = self.database.list_streams(serde_json::from_value(json!({"TableName": self.table})).unwrap());
        let streams = serde_json::to_value(streams.unwrap()).unwrap();
        let arn = streams["Streams"][0]["StreamArn"].as_str().unwrap().to_owned();
        let described = self.database.describe_stream(serde_json::from_value(json!({"StreamArn": arn})).unwrap());
        let described = serde_json::to_value(described.unwrap()).unwrap();
        (arn, described["StreamDescription"]["Shards"][0]["ShardId"].clone())
    }

    /// The database as a service behind the SDK.
    pub fn service(&self) -> WireService {
        let this = self.clone();
        Arc::new(move |request| this.answer(&request))
    }

    fn answer(&self, request: &WireRequest<'_>) -> (u16, String) {
        let refused = |code: &str| {
            let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "refused"});
            (400, body.to_string())
        };
        if let Some(code) = *self.refusal.lock().unwrap() {
            return refused(code);
        }
        if take_one(&self.throttled) || self.is_spent() {
            return refused("ProvisionedThroughputExceededException");
        }
        let (status, answer) = self.perform(request);
        (if take_one(&self.hanging) { NO_ANSWER } else { status }, answer)
    }

    fn perform(&self, request: &WireRequest<'_>) -> (u16, String) {
        let body = request.body.replacen('{', r#"{"ReturnConsumedCapacity":"INDEXES","#, 1);
        let (status, mut answer, (units, of_indexes)) = match self.call(request.operation, &body) {
            Ok(answer) => {
                let units = units_of(&answer);
                (200, answer, units)
            }
            Err(error) => (error.status_code(), error.to_json(), (0, 0)),
        };
        if let (200, Some(old)) = (status, self.as_it_was(request)) {
            answer = json!({"Item": old}).to_string();
        }
        let operation = request.operation.to_owned();
        let call = DynamoCall { operation, tenths_of_units: units, tenths_of_index_units: of_indexes };
        self.calls.lock().unwrap().push(call);
        (status, answer)
    }

    /// The old item of an eventually consistent read, after [`Self::fall_behind`].
    fn as_it_was(&self, request: &WireRequest<'_>) -> Option<Value> {
        let behind = self.behind.lock().unwrap();
        let items = behind.as_ref().filter(|_| request.operation == "GetItem")?;
        let body: Value = serde_json::from_str(request.body).unwrap();
        if body["ConsistentRead"] == true {
            return None;
        }
        let is_it = |item: &&Value| ["pk", "sk"].iter().all(|key| item[key] == body["Key"][key]);
        Some(items.iter().find(is_it).cloned().unwrap_or_default())
    }

    fn call(&self, operation: &str, body: &str) -> Result<String, DynoxideError> {
        fn json_of(answer: impl Serialize) -> String {
            serde_json::to_string(&answer).unwrap()
        }
        macro_rules! forward {
            ($method:ident) => {
                self.database.$method(serde_json::from_str(body).unwrap()).map(json_of)
            };
        }
        match operation {
            "GetItem" => forward!(get_item),
            "PutItem" => forward!(put_item),
            "UpdateItem" => forward!(update_item),
            "DeleteItem" => forward!(delete_item),
            "Query" => forward!(query),
            "Scan" => forward!(scan),
            "BatchGetItem" => forward!(batch_get_item),
            "BatchWriteItem" => forward!(batch_write_item),
            "TransactWriteItems" => forward!(transact_write_items),
            "TransactGetItems" => forward!(transact_get_items),
            other => panic!("no capability should call {other}"),
        }
    }
}

pub(super) fn take_one(counter: &AtomicU32) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

/// The one field of an answer that counts here.
#[derive(Deserialize)]
struct Billed {
    #[serde(default, rename = "ConsumedCapacity")]
    consumed: Value,
}

/// Tenths of all units, and of those of indexes.
fn units_of(answer: &str) -> (u64, u64) {
    let Billed { consumed } = serde_json::from_str(answer).unwrap();
    let all: Vec<&Value> = consumed.as_array().map_or_else(|| vec![&consumed], |many| many.iter().collect());
    let indexes = |value: &&Value| value["GlobalSecondaryIndexes"].as_object().cloned().unwrap_or_default();
    let of_indexes = all.iter().flat_map(indexes).map(|(_, index)| tenths(&index)).sum();
    (all.into_iter().map(tenths).sum(), of_indexes)
}

fn tenths(consumed: &Value) -> u64 {
    let text = consumed["CapacityUnits"].as_f64().map(|units| format!("{units:.1}"));
    text.and_then(|units| units.replace('.', "").parse().ok()).unwrap_or(0)
}

fn create_table_request(capability: Capability, table: &str) -> Value {
    let (_, mut request) = declared_once(capability)[0].clone();
    request["TableName"] = json!(table);
    request
}

/// The tables that a template declares after its first, by the names that they have.
fn tables_beside(capability: Capability, table: &str) -> Vec<(String, Value)> {
    let others = declared_once(capability).iter().skip(1).map(|(name, request)| {
        let own = format!("{capability}-");
        let name = format!("{table}-{}", name.rsplit_once(&own).unwrap_or_else(|| panic!("{name} is not beside")).1);
        let mut request = request.clone();
        request["TableName"] = json!(name);
        (name, request)
    });
    others.collect()
}

/// A simulated run opens all tables, and a search makes hundreds of runs: each template is read once.
fn declared_once(capability: Capability) -> &'static [(String, Value)] {
    static DECLARED: [OnceLock<Vec<(String, Value)>>; Capability::ALL.len()] =
        [const { OnceLock::new() }; Capability::ALL.len()];
    DECLARED[capability as usize].get_or_init(|| declared(capability))
}

/// The tables of a template with their names there, the capability's own first.
fn declared(capability: Capability) -> Vec<(String, Value)> {
    let path = format!("{}/../../infra/{capability}.yaml", env!("CARGO_MANIFEST_DIR"));
    let template = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let template: yaml_serde::Value = yaml_serde::from_str(&template).unwrap();
    let resources = template["Resources"].as_mapping().unwrap();
    let tables = resources.values().filter(|resource| resource["Type"].as_str() == Some("AWS::DynamoDB::Table"));
    let declared: Vec<_> = tables.map(|table| request_of(&table["Properties"])).collect();
    assert!(!declared.is_empty(), "{path} declares no table");
    declared
}

fn request_of(properties: &yaml_serde::Value) -> (String, Value) {
    let mut request = json!({"BillingMode": "PAY_PER_REQUEST"});
    for property in ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"] {
        let value = &properties[property];
        if !value.is_null() {
            request[property] = serde_json::to_value(value).unwrap();
        }
    }
    (name_in(&properties["TableName"]), request)
}

/// A name with parameters in it, however the reader represents `!Sub`.
fn name_in(written: &yaml_serde::Value) -> String {
    let written = match written {
        yaml_serde::Value::Tagged(tagged) => &tagged.value,
        plain => plain,
    };
    written.as_str().unwrap_or_default().to_owned()
}
