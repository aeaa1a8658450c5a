//! Queues that record what is sent to them and can refuse parts of a batch.

use super::connector::{NO_ANSWER, WireRequest, WireService};
use super::dynamo::take_one;
use events::{Capability, Envelope};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Start of all queue URLs in tests.
pub const URL_PREFIX: &str = "https://sqs.eu-central-1.amazonaws.com/000000000000/test-";

/// A message sent to an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The receiver.
    pub to: Capability,
    /// Seconds of delay.
    pub delay_seconds: u64,
    /// The sent envelope.
    pub envelope: Envelope<Value>,
}

impl Sent {
    /// The message's type.
    pub fn kind(&self) -> &str {
        &self.envelope.kind
    }
}

/// Message attributes by name; all are text.
type Attributes = BTreeMap<String, String>;

/// Every queue of a stage.
#[derive(Debug, Clone, Default)]
pub struct RecordedQueues {
    sent: Arc<Mutex<Vec<Sent>>>,
    dead_lettered: Arc<Mutex<Vec<(String, Attributes)>>>,
    postponed: Arc<Mutex<Vec<(String, u64)>>>,
    refuse: Arc<AtomicU32>,
    broken: Arc<AtomicU32>,
    hanging: Arc<AtomicU32>,
    refusal: Arc<Mutex<Option<&'static str>>>,
    entry_refusal: Arc<Mutex<Option<&'static str>>>,
    poison: Arc<Mutex<Option<(&'static str, &'static str)>>>,
    batches: Arc<AtomicU32>,
}

impl RecordedQueues {
    /// Messages sent so far, in order. They are forgotten.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }

    /// Batches sent to inboxes so far.
    pub fn batches(&self) -> u32 {
        self.batches.load(Ordering::SeqCst)
    }

    /// Bodies in dead-letter queues.
    pub fn dead_lettered(&self) -> Vec<String> {
        self.dead_lettered.lock().unwrap().iter().map(|(body, _)| body.clone()).collect()
    }

    /// Message attributes in dead-letter queues, by name.
    pub fn dead_letter_attributes(&self) -> Vec<Attributes> {
        self.dead_lettered.lock().unwrap().iter().map(|(_, attributes)| attributes.clone()).collect()
    }

    /// Receipt handles and seconds of changed visibilities.
    pub fn postponed(&self) -> Vec<(String, u64)> {
        self.postponed.lock().unwrap().clone()
    }

    /// Refuses one entry in each of the next `batches` batches.
    pub fn refuse_next(&self, batches: u32) {
        self.refuse.store(batches, Ordering::SeqCst);
    }

    /// Answers the next `requests` sends with a server error. The SDK itself tries each three times.
    pub fn break_next(&self, requests: u32) {
        self.broken.store(requests, Ordering::SeqCst);
    }

    /// Leaves the next `requests` requests without an answer, after they are done: the connection hangs.
    pub fn hang_next(&self, requests: u32) {
        self.hanging.store(requests, Ordering::SeqCst);
    }

    /// Answers every batch, and every question about a queue, with this error code of SQS from now on.
    pub fn refuse_all(&self, code: &'static str) {
        *self.refusal.lock().unwrap() = Some(code);
    }

    /// Refuses every entry of every batch with this error code of SQS from now on, as the sender's fault.
    pub fn refuse_entries(&self, code: &'static str) {
        *self.entry_refusal.lock().unwrap() = Some(code);
    }

    /// Refuses every entry whose body has this text, with this error code of SQS.
    pub fn refuse_those_with(&self, text: &'static str, code: &'static str) {
        *self.poison.lock().unwrap() = Some((text, code));
    }

    /// The queues as a service behind the SDK.
    pub fn service(&self) -> WireService {
        let this = self.clone();
        Arc::new(move |request| this.answer(&request))
    }

    fn answer(&self, request: &WireRequest<'_>) -> (u16, String) {
        let body: Value = serde_json::from_str(request.body).unwrap();
        let url = body["QueueUrl"].as_str().unwrap_or_default();
        let queue = url.strip_prefix(URL_PREFIX).unwrap_or_else(|| panic!("not a queue of this stage: {url}"));
        if take_one(&self.broken) {
            return (500, json!({"__type": "com.amazonaws.sqs#InternalError", "message": "broken"}).to_string());
        }
        let refusal = *self.refusal.lock().unwrap();
        if let Some(code) = refusal.filter(|_| ["SendMessageBatch", "GetQueueAttributes"].contains(&request.operation))
        {
            return (400, json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": "refused"}).to_string());
        }
        let answer = match request.operation {
            "SendMessageBatch" => self.send_batch(queue, &body),
            "SendMessage" => {
                assert!(queue.ends_with("-dlq"), "inboxes are written in batches, not {queue}");
                self.dead_lettered.lock().unwrap().push((text(&body["MessageBody"]), attributes_of(&body)));
                json!({"MessageId": "1", "MD5OfMessageBody": ""})
            }
            "ChangeMessageVisibilityBatch" => self.retry_later(&body),
            "GetQueueAttributes" => {
                assert!(queue.ends_with("-dlq"), "nobody asks how much waits in {queue}");
                json!({"Attributes": {"ApproximateNumberOfMessages": self.dead_lettered().len().to_string()}})
            }
            other => panic!("no capability should call {other}"),
        };
        (if take_one(&self.hanging) { NO_ANSWER } else { 200 }, answer.to_string())
    }

    fn send_batch(&self, queue: &str, body: &Value) -> Value {
        let to = queue.strip_suffix("-inbox").and_then(Capability::named).unwrap();
        let entries = body["Entries"].as_array().unwrap();
        assert!((1..=10).contains(&entries.len()), "a batch has 1 to 10 entries");
        let bodies: Vec<_> = entries.iter().map(|entry| entry["MessageBody"].as_str().unwrap()).collect();
        assert!(bodies.iter().map(|body| body.len()).sum::<usize>() <= 256 * 1024, "a batch has at most 256 KiB");
        // Characters that SQS accepts: those of XML 1.0.
        let taken = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        assert!(bodies.iter().all(|body| body.chars().all(taken)), "a body has a character that SQS refuses");
        self.batches.fetch_add(1, Ordering::SeqCst);
        let refuse_first = take_one(&self.refuse);
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        let (entry_refusal, poison) = (*self.entry_refusal.lock().unwrap(), *self.poison.lock().unwrap());
        for (index, entry) in entries.iter().enumerate() {
            let poisoned = poison.filter(|(mark, _)| text(&entry["MessageBody"]).contains(mark)).map(|(_, code)| code);
            if let Some(code) = entry_refusal.or(poisoned) {
                failed.push(json!({"Id": entry["Id"], "Code": code, "SenderFault": true}));
                continue;
            }
            if refuse_first && index == 0 {
                failed.push(json!({"Id": entry["Id"], "Code": "InternalError", "SenderFault": false}));
                continue;
            }
            let envelope = serde_json::from_str(entry["MessageBody"].as_str().unwrap()).unwrap();
            let delay_seconds = entry["DelaySeconds"].as_u64().unwrap_or(0);
            self.sent.lock().unwrap().push(Sent { to, delay_seconds, envelope });
            successful.push(json!({"Id": entry["Id"], "MessageId": "1", "MD5OfMessageBody": ""}));
        }
        json!({"Successful": successful, "Failed": failed})
    }

    fn retry_later(&self, body: &Value) -> Value {
        let entries = body["Entries"].as_array().unwrap();
        for entry in entries {
            let seconds = entry["VisibilityTimeout"].as_u64().unwrap();
            self.postponed.lock().unwrap().push((text(&entry["ReceiptHandle"]), seconds));
        }
        let successful: Vec<_> = entries.iter().map(|entry| json!({"Id": entry["Id"]})).collect();
        json!({"Successful": successful, "Failed": []})
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The attributes of a message that is sent, as SQS takes them: up to ten, of text, and small enough beside the body.
fn attributes_of(sent: &Value) -> Attributes {
    let attributes: Attributes = sent["MessageAttributes"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            assert_eq!(value["DataType"], "String", "{name}");
            assert!(!text(&value["StringValue"]).is_empty(), "SQS refuses an empty attribute: {name}");
            (name.clone(), text(&value["StringValue"]))
        })
        .collect();
    assert!(attributes.len() <= 10, "a message has at most ten attributes");
    let bytes = attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len()).sum::<usize>();
    assert!(bytes + text(&sent["MessageBody"]).len() <= 256 * 1024, "a message has at most 256 KiB");
    attributes
}
