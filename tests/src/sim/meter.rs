//! What AWS would bill, counted at the SDK's requests and at invocations.

use super::invocation::{INVOCATION, Trigger};
use super::target::Target;
use crate::template::list;
use chassis::testing::dynamo::DynamoCall;
use chassis::testing::network::Packet;
use events::Capability;
use events::routes::{ROUTES, Route};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Mutex;

/// SQS bills one request for each started 64 KiB of payload.
const SQS_REQUEST_BYTES: usize = 64 * 1024;

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
            let usage = if call.is_read() {
                Usage { read: units, ..Usage::default() }
            } else {
                let indexed = call.tenths_of_index_units;
                Usage { written: units - indexed, indexed, ..Usage::default() }
            };
            self.add_here(of, usage);
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
            Target::Table | Target::Alarms | Target::Parameters(_) => {}
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
