//! SQS with its true semantics: at-least-once delivery in any order, delays, visibility timeouts and their changes, receive
//! counts, dead-letter queues, batches of ten whose entries fail one by one.

use super::faults::{Fault, Faults};
use super::invocation::INVOCATION;
use super::mutants::messages::{Fate, OF_MAIL_SERVICE};
use super::place::Place;
use super::{
    clock::VirtualClock,
    dice::{Dice, Draws},
    mutants::Mutant,
};
use crate::cloudwatch::sources::Undeleted;
use chassis::testing::sqs::URL_PREFIX;
use events::Capability;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Mutex;
use tokio::sync::Notify;

/// `BatchSize` of every inbox in the templates.
pub const FULL_BATCH: usize = 10;
/// `VisibilityTimeout` of every inbox in `infra/platform.yaml`.
pub const VISIBILITY_MILLIS: u64 = 30_000;
/// `maxReceiveCount` of every inbox.
const MAX_RECEIVES: u32 = 50;
/// `MessageRetentionPeriod` of every inbox.
const RETENTION_MILLIS: u64 = 345_600_000;

/// A message's id and type, without the rest of the body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Label {
    #[serde(default)]
    pub id: String,
    #[serde(default, rename = "type")]
    pub kind: String,
}

#[derive(Debug, Clone)]
struct Message {
    body: String,
    label: Label,
    sent: u64,
    visible_at: u64,
    receives: u32,
    receipt: u64,
}

#[derive(Debug, Clone)]
pub struct Delivery {
    /// SQS's message id.
    pub number: u64,
    pub receipt: u64,
    pub receives: u32,
    pub label: Label,
    pub body: String,
}

/// The place of a message.
fn place(to: Capability, label: &Label) -> Place {
    Place::named(to.name()).and(&label.id).and(&label.kind)
}

/// What a topic (SNS) puts into a queue has its name in another place.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notification {
    message_id: String,
}

fn label(body: &str) -> Label {
    let label: Label = serde_json::from_str(body).unwrap_or_default();
    match serde_json::from_str::<Notification>(body) {
        Ok(of_topic) if label.id.is_empty() => Label { id: of_topic.message_id, kind: OF_MAIL_SERVICE.to_owned() },
        _ => label,
    }
}

fn fate(mutant: Mutant, kind: &str, body: &str, dice: &Dice) -> Fate {
    let sender = INVOCATION.try_with(|invocation| invocation.trigger).ok();
    mutant.on_message(kind, body, sender, dice)
}

/// Messages by receiver and envelope id.
pub type Named = BTreeSet<(Capability, String)>;

#[derive(Debug, Default)]
struct State {
    inboxes: BTreeMap<Capability, BTreeMap<u64, Message>>,
    numbers: u64,
    sent: Named,
    /// A digest of what was sent under each name.
    contents: BTreeMap<(Capability, String), u64>,
    contradicted: Named,
    acknowledged: Named,
    dead: Vec<(Capability, String, &'static str)>,
    messages: u64,
}

impl State {
    fn note_sent(&mut self, name: (Capability, String), body: &str) {
        let mut content = std::hash::DefaultHasher::new();
        body.hash(&mut content);
        let content = content.finish();
        if self.contents.insert(name.clone(), content).is_some_and(|before| before != content) {
            self.contradicted.insert(name.clone());
        }
        self.sent.insert(name);
    }
}

#[derive(Debug)]
pub struct Queues {
    clock: VirtualClock,
    draws: Draws,
    mutant: Option<Mutant>,
    state: Mutex<State>,
    arrivals: BTreeMap<Capability, Notify>,
}

impl Queues {
    pub fn new(clock: VirtualClock, draws: Draws, mutant: Option<Mutant>) -> Self {
        let arrivals = Capability::ALL.into_iter().map(|capability| (capability, Notify::new())).collect();
        Self { clock, draws, mutant, state: Mutex::default(), arrivals }
    }

    /// Answers a request as SQS does.
    pub fn answer(&self, operation: &str, body: &str, faults: &Faults) -> (u16, String) {
        let body: Value = serde_json::from_str(body).unwrap();
        let url = body["QueueUrl"].as_str().unwrap_or_default();
        let queue = url.strip_prefix(URL_PREFIX).unwrap_or_else(|| panic!("unknown queue: {url}"));
        let answer = match operation {
            "SendMessageBatch" => self.send_batch(queue, &body, faults),
            "SendMessage" => {
                let to = queue.strip_suffix("-dlq").and_then(Capability::named).unwrap();
                let body = body["MessageBody"].as_str().unwrap_or_default().to_owned();
                self.state.lock().unwrap().dead.push((to, body, "dead_lettered"));
                json!({"MessageId": "1", "MD5OfMessageBody": ""})
            }
            "ChangeMessageVisibilityBatch" => self.retry_later(queue, &body),
            "GetQueueAttributes" => {
                let of = queue.strip_suffix("-dlq").and_then(Capability::named).unwrap();
                let count = self.dead().into_iter().filter(|(inbox, ..)| *inbox == of).count();
                json!({"Attributes": {"ApproximateNumberOfMessages": count.to_string()}})
            }
            other => panic!("no capability should call {other}"),
        };
        (200, answer.to_string())
    }

    fn send_batch(&self, queue: &str, body: &Value, faults: &Faults) -> Value {
        let to = queue.strip_suffix("-inbox").and_then(Capability::named).unwrap();
        let entries = body["Entries"].as_array().unwrap();
        assert!((1..=10).contains(&entries.len()), "a batch has 1 to 10 entries");
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in entries {
            let label = label(entry["MessageBody"].as_str().unwrap());
            if faults.strikes_at(Fault::PartialSend, place(to, &label)) {
                failed.push(json!({"Id": entry["Id"], "Code": "InternalError", "SenderFault": false}));
                continue;
            }
            let delay = entry["DelaySeconds"].as_u64().unwrap_or(0) * 1000;
            self.enqueue(to, entry["MessageBody"].as_str().unwrap(), delay, faults);
            successful.push(json!({"Id": entry["Id"], "MessageId": "1", "MD5OfMessageBody": ""}));
        }
        json!({"Successful": successful, "Failed": failed})
    }

    /// Puts a message into an inbox, with faults: now or later, once or twice.
    pub fn enqueue(&self, to: Capability, body: &str, delay_millis: u64, faults: &Faults) {
        let (mut label, mut body) = (label(body), body.to_owned());
        let place = place(to, &label);
        let dice = self.draws.at(place);
        match self.mutant.map_or(Fate::Kept, |mutant| fate(mutant, &label.kind, &body, &dice)) {
            Fate::Kept => {}
            Fate::Lost => return,
            Fate::Changed(other) => {
                label = self::label(&other);
                body = other;
            }
        }
        let now = self.clock.millis();
        let copies = if faults.strikes_at(Fault::Duplicate, place) { 2 } else { 1 };
        let mut state = self.state.lock().unwrap();
        state.note_sent((to, label.id.clone()), &body);
        for copy in 0..copies {
            let mut wait = delay_millis + dice.below(200);
            if copy > 0 {
                wait += dice.below(3_600_000);
            }
            if faults.strikes_at(Fault::Delay, place) {
                wait += dice.below(600_000);
            }
            state.numbers += 1;
            state.messages += 1;
            let number = state.numbers;
            let message = Message {
                body: body.clone(),
                label: label.clone(),
                sent: now,
                visible_at: now + wait,
                receives: 0,
                receipt: 0,
            };
            state.inboxes.entry(to).or_default().insert(number, message);
        }
        drop(state);
        self.arrivals[&to].notify_one();
    }

    fn retry_later(&self, queue: &str, body: &Value) -> Value {
        let inbox = queue.strip_suffix("-inbox").and_then(Capability::named).unwrap();
        let now = self.clock.millis();
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        let mut state = self.state.lock().unwrap();
        let messages = state.inboxes.entry(inbox).or_default();
        for entry in body["Entries"].as_array().unwrap() {
            let seconds = entry["VisibilityTimeout"].as_u64().unwrap();
            let receipt: u64 = entry["ReceiptHandle"].as_str().unwrap().parse().unwrap();
            // A receipt is invalid once the message was received again or deleted.
            match messages.values_mut().find(|message| message.receipt == receipt) {
                Some(message) => {
                    message.visible_at = now + seconds * 1000;
                    successful.push(json!({"Id": entry["Id"]}));
                }
                None => failed.push(json!({"Id": entry["Id"], "Code": "MessageNotInflight", "SenderFault": true})),
            }
        }
        drop(state);
        self.arrivals[&inbox].notify_one();
        json!({"Successful": successful, "Failed": failed})
    }

    /// Receives some visible messages in any order, as many as `full` asks for, or by chance fewer.
    pub fn receive(&self, inbox: Capability, full: bool) -> Vec<Delivery> {
        let now = self.clock.millis();
        let mut state = self.state.lock().unwrap();
        let State { inboxes, numbers, dead, .. } = &mut *state;
        let messages = inboxes.entry(inbox).or_default();
        // Each message has its turn by itself, so that none changes the order of others.
        let turn = |message: &Message| {
            let place = place(inbox, &message.label).number(u64::from(message.receives));
            self.draws.fixed(place)
        };
        let visible = messages.iter().filter(|(_, message)| message.visible_at <= now);
        let visible: BTreeSet<(u64, u64)> = visible.map(|(number, message)| (turn(message), *number)).collect();
        let some = |(turn, _): &(u64, u64)| usize::try_from(1 + turn % FULL_BATCH as u64).unwrap_or(1);
        let most = if full { FULL_BATCH } else { visible.first().map_or(0, some) };
        let mut received = Vec::new();
        for (_, number) in visible {
            if received.len() == most {
                break;
            }
            let Some(message) = messages.get_mut(&number) else { continue };
            let expired = now.saturating_sub(message.sent) > RETENTION_MILLIS;
            if expired || message.receives >= MAX_RECEIVES {
                let why = if expired { "too old" } else { "received too often" };
                dead.extend(messages.remove(&number).map(|message| (inbox, message.body, why)));
                continue;
            }
            *numbers += 1;
            message.receives += 1;
            message.receipt = *numbers;
            message.visible_at = now + VISIBILITY_MILLIS;
            received.push(Delivery {
                number,
                receipt: message.receipt,
                receives: message.receives,
                label: message.label.clone(),
                body: message.body.clone(),
            });
        }
        received
    }

    /// Deletes a handled message by its receipt.
    pub fn acknowledge(&self, inbox: Capability, delivery: &Delivery) {
        let mut state = self.state.lock().unwrap();
        state.acknowledged.insert((inbox, delivery.label.id.clone()));
        let messages = state.inboxes.entry(inbox).or_default();
        if messages.get(&delivery.number).is_some_and(|message| message.receipt == delivery.receipt) {
            messages.remove(&delivery.number);
        }
    }

    /// Waits until a message may have become visible.
    pub async fn wait(&self, inbox: Capability) {
        let next = {
            let mut state = self.state.lock().unwrap();
            state.inboxes.entry(inbox).or_default().values().map(|message| message.visible_at).min()
        };
        let now = self.clock.millis();
        let until = next.map_or(3_600_000, |next| next.saturating_sub(now)).clamp(1, 3_600_000);
        tokio::select! {
            biased;
            () = self.arrivals[&inbox].notified() => {}
            () = tokio::time::sleep(std::time::Duration::from_millis(until)) => {}
        }
    }

    /// The number of unacknowledged messages, without those that `idle` accepts.
    pub fn under_way(&self, idle: impl Fn(&Label, &str) -> bool) -> usize {
        let state = self.state.lock().unwrap();
        let all = state.inboxes.values().flat_map(BTreeMap::values);
        all.filter(|message| !idle(&message.label, &message.body)).count()
    }

    /// Every unacknowledged message: receiver, milliseconds until it is visible, body.
    pub fn all(&self) -> Vec<(Capability, u64, String)> {
        let now = self.clock.millis();
        let state = self.state.lock().unwrap();
        let of_all =
            state.inboxes.iter().flat_map(|(to, messages)| messages.values().map(move |message| (*to, message)));
        of_all.map(|(to, message)| (to, message.visible_at.saturating_sub(now), message.body.clone())).collect()
    }

    /// All sent and all acknowledged messages.
    pub fn sent_and_acknowledged(&self) -> (Named, Named) {
        let state = self.state.lock().unwrap();
        (state.sent.clone(), state.acknowledged.clone())
    }

    /// The names under which two contents were sent.
    pub fn contradicted(&self) -> Named {
        self.state.lock().unwrap().contradicted.clone()
    }

    /// Whether a message of this id was handled.
    pub fn was_handled(&self, by: Capability, id: &str) -> bool {
        self.state.lock().unwrap().acknowledged.contains(&(by, id.to_owned()))
    }

    /// Whether a message of this id was ever sent.
    pub fn was_sent(&self, to: Capability, id: &str) -> bool {
        self.state.lock().unwrap().sent.contains(&(to, id.to_owned()))
    }

    /// The dead letters: capability, body, reason.
    pub fn dead(&self) -> Vec<(Capability, String, &'static str)> {
        self.state.lock().unwrap().dead.clone()
    }

    /// Every message of an inbox and of its dead-letter queue, as SQS measures them. Nobody receives dead letters.
    pub fn undeleted(&self, of: Capability) -> (Vec<Undeleted>, Vec<Undeleted>) {
        let now = self.clock.millis();
        let state = self.state.lock().unwrap();
        let messages = state.inboxes.get(&of).into_iter().flat_map(BTreeMap::values);
        let measured = |message: &Message| {
            let (age, visible) = (now.saturating_sub(message.sent), message.visible_at <= now);
            Undeleted { age, receives: message.receives, visible }
        };
        let dead = state.dead.iter().filter(|(inbox, ..)| *inbox == of);
        (messages.map(measured).collect(), dead.map(|_| Undeleted { age: 0, receives: 0, visible: true }).collect())
    }

    /// An operator has seen to the dead letters and deletes them.
    pub fn delete_dead(&self) {
        self.state.lock().unwrap().dead.clear();
    }

    pub fn messages(&self) -> u64 {
        self.state.lock().unwrap().messages
    }
}
