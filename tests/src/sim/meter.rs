//! What AWS would bill, counted at the SDK's requests and at invocations.

use super::invocation::{INVOCATION, Trigger};
use super::target::Target;
use crate::template::{Template, list};
use chassis::testing::dynamo::DynamoCall;
use chassis::testing::network::Packet;
use events::Capability;
use events::routes::{ROUTES, Route};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::{LazyLock, Mutex};

/// SQS bills one request for each started 64 KiB of payload.
const SQS_REQUEST_BYTES: usize = 64 * 1024;
/// Bytes that one write request unit covers.
const WRITE_UNIT_BYTES: usize = 1024;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub invocations: u64,
    /// Messages and stream records in the events.
    pub records: u64,
    /// Write request units of tables, in tenths.
    pub written: u64,
    /// Write request units of indexes, in tenths.
    pub indexed: u64,
    /// Read request units, in tenths.
    pub read: u64,
    /// Requests from functions to queues.
    pub queue_requests: u64,
    pub messages: u64,
    pub mails: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.invocations += other.invocations;
        self.records += other.records;
        self.written += other.written;
        self.indexed += other.indexed;
        self.read += other.read;
        self.queue_requests += other.queue_requests;
        self.messages += other.messages;
        self.mails += other.mails;
    }
}

/// Usage by capability and trigger.
pub type Usages = BTreeMap<(Capability, Trigger), Usage>;

/// The most round trips to its table that a request waited for, by route (method and path).
pub type Waited = BTreeMap<String, u64>;

#[derive(Debug, Default)]
pub struct Meter(Mutex<Usages>, Mutex<Waited>);

impl Meter {
    /// The usage since the last call.
    pub fn take(&self) -> Usages {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// The waits of all requests so far.
    pub fn waited(&self) -> Waited {
        self.1.lock().unwrap().clone()
    }

    pub(super) fn asked(&self, request: &str, waits: u64) {
        let mut waited = self.1.lock().unwrap();
        let most = waited.entry(route(request)).or_default();
        *most = waits.max(*most);
    }

    fn add(&self, of: Capability, trigger: Trigger, usage: Usage) {
        *self.0.lock().unwrap().entry((of, trigger)).or_default() += usage;
    }

    fn add_here(&self, of: Capability, usage: Usage) {
        let trigger = INVOCATION.with(|invocation| invocation.trigger);
        self.add(of, trigger, usage);
    }

    pub(super) fn woken(&self, of: Capability, trigger: Trigger, event: &Value) {
        let records = event["Records"].as_array().map_or(0, |records| records.len() as u64);
        self.add(of, trigger, Usage { invocations: 1, records, ..Usage::default() });
    }

    pub(super) fn table_called(&self, of: Capability, calls: &[DynamoCall]) {
        for call in calls {
            let units = call.tenths_of_units;
            let (read, written) = if call.is_read() { (units, 0) } else { (0, units) };
            self.add_here(of, Usage { read, written, ..Usage::default() });
        }
    }

    pub(super) fn called(&self, of: Capability, target: &Target, packet: &Packet) {
        match target {
            Target::Queues => {
                let queue_requests = packet.body.len().div_ceil(SQS_REQUEST_BYTES) as u64;
                let body: Value = serde_json::from_str(&packet.body).unwrap();
                let sent = |entry: &&Value| entry["MessageBody"].is_string();
                let messages = list(&body["Entries"]).iter().filter(|entry| sent(entry)).count() as u64;
                self.add_here(of, Usage { queue_requests, messages, ..Usage::default() });
            }
            Target::Mail => self.add_here(of, Usage { mails: 1, ..Usage::default() }),
            Target::Table | Target::Parameters(_) => {}
        }
    }

    /// Counts the index writes of a changed item.
    pub(super) fn changed(&self, of: Capability, record: &Value) {
        let (new, old) = (&record["dynamodb"]["NewImage"], &record["dynamodb"]["OldImage"]);
        let indexed = INDEXES[&of].iter().map(|index| index.units(old, new)).sum::<u64>() * 10;
        if indexed > 0 {
            self.add_here(of, Usage { indexed, ..Usage::default() });
        }
    }
}

/// The route that serves a request, with its method; the request itself if there is none.
fn route(request: &str) -> String {
    let is_this = |route: &&Route| {
        let declared = format!("{} {}", route.method, route.path);
        let parts = declared.split('/').zip(request.split('/'));
        declared.split('/').count() == request.split('/').count()
            && parts.into_iter().all(|(declared, asked)| declared == asked || declared.starts_with('{'))
    };
    // Fixed segments win over variable ones.
    let found = ROUTES.iter().filter(is_this).min_by_key(|route| route.path.matches('{').count());
    found.map_or_else(|| request.to_owned(), |route| format!("{} {}", route.method, route.path))
}

static INDEXES: LazyLock<BTreeMap<Capability, Vec<Index>>> = LazyLock::new(|| {
    let templates = Template::of_capabilities();
    templates.iter().map(|(of, template)| (*of, indexes(template))).collect()
});

fn indexes(template: &Template) -> Vec<Index> {
    let tables = template.of_type("AWS::DynamoDB::Table");
    let all = tables.iter().filter_map(|(_, table)| table["Properties"]["GlobalSecondaryIndexes"].as_array());
    all.flatten().map(Index::of).collect()
}

#[derive(Debug)]
struct Index {
    keys: Vec<String>,
    whole: bool,
}

impl Index {
    fn of(declared: &Value) -> Self {
        let keys = list(&declared["KeySchema"]).into_iter().filter_map(|key| key["AttributeName"].as_str());
        let whole = match declared["Projection"]["ProjectionType"].as_str() {
            Some("ALL") => true,
            Some("KEYS_ONLY") => false,
            other => panic!("the cost of a projection {other:?} is unknown here"),
        };
        Self { keys: keys.map(str::to_owned).collect(), whole }
    }

    /// One write when an entry is added, removed or changed outside its key, two when its key changes (Amazon DynamoDB
    /// developer guide, "Using global secondary indexes", write capacity).
    fn units(&self, old: &Value, new: &Value) -> u64 {
        let key = |image: &Value| -> Option<Vec<Value>> {
            self.keys.iter().map(|name| image.get(name).cloned()).collect::<Option<_>>()
        };
        let of = |image: &Value| self.size(image).div_ceil(WRITE_UNIT_BYTES) as u64;
        match (key(old), key(new)) {
            (None, None) => 0,
            (Some(_), None) => of(old),
            (None, Some(_)) => of(new),
            (Some(before), Some(after)) if before != after => of(old) + of(new),
            _ if self.whole && old != new => of(old).max(of(new)),
            _ => 0,
        }
    }

    /// An upper bound in bytes: an image in JSON is longer than the item.
    fn size(&self, image: &Value) -> usize {
        if self.whole {
            image.to_string().len()
        } else {
            json!([self.keys, image["pk"], image["sk"]]).to_string().len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Index {
        Index::of(&json!({"KeySchema": [{"AttributeName": "open"}, {"AttributeName": "pk"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"}}))
    }

    #[test]
    fn an_index_is_written_when_an_entry_comes_goes_or_moves_and_not_otherwise() {
        let item = |open: Option<&str>, status: &str| {
            let mut item = json!({"pk": {"S": "a"}, "status": {"S": status}});
            if let Some(open) = open {
                item["open"] = json!({"S": open});
            }
            item
        };
        let (before, index) = (item(Some("1"), "new"), open());
        assert_eq!(index.units(&Value::Null, &before), 1);
        assert_eq!(index.units(&before, &item(Some("1"), "paid")), 0);
        assert_eq!(index.units(&before, &item(Some("2"), "paid")), 2);
        assert_eq!(index.units(&before, &item(None, "done")), 1);
        assert_eq!(index.units(&item(None, "done"), &item(None, "sent")), 0);
        let whole = Index { whole: true, ..open() };
        assert_eq!(whole.units(&before, &item(Some("1"), "paid")), 1);
        assert_eq!(whole.units(&Value::Null, &item(Some("1"), &"x".repeat(1_500))), 2);
    }

    #[test]
    fn every_index_is_known() {
        // Two of every table are for what comes later.
        let own = |of| INDEXES[&of].len() - 2;
        let counts = Capability::ALL.map(|of| (of, own(of))).into_iter().filter(|(_, count)| *count > 0);
        let wanted =
            [(Capability::Users, 1), (Capability::Inventory, 2), (Capability::Orders, 2), (Capability::Payments, 1)];
        assert_eq!(counts.collect::<Vec<_>>(), wanted);
    }
}
