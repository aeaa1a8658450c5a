//! Receives a batch: each delivery is read alone and fails alone. Deliveries with the same group key may be handled
//! together; if that fails, each is handled alone. A permanent failure goes to the dead-letter queue at once. A
//! transient one comes again later, and later still (policy `REDELIVERY`). All of it ends before the invocation does,
//! whatever hangs (`time_limit.rs`).

use super::dead_letter::{DeadLetter, ORIGINAL_MESSAGE_ID};
use super::delivery::{BatchAnswer, Delivery, ItemFailure};
use super::inbox::{Failure, Received, in_time};
use crate::runtime::retry::REDELIVERY;
use crate::runtime::time_limit::{ANSWER, SETTLING};
use crate::runtime::{Deadline, Service, Wiring};
use crate::telemetry::Trace;
use crate::telemetry::redact::without_values;
use events::{Envelope, Outgoing, Timestamp};
use futures_util::future::{Fuse, FusedFuture, join_all};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::slice::Chunks;
use std::time::Duration;

/// Handles a batch. The answer names the records that come again.
pub async fn receive_batch<S: Service>(service: &S, records: Vec<Delivery>, time_left: Duration) -> BatchAnswer {
    let Wiring { world, queues, metrics, .. } = service.wiring();
    let now = world.now();
    let answer_at = time_left.saturating_sub(ANSWER.at_most);
    let work = answer_at.saturating_sub(SETTLING.at_most).min(S::BATCH.at_most);
    let batch = Batch {
        service,
        entries: records.iter().map(|record| Entry { record, content: read(service, &record.body, now) }).collect(),
        together: Deadline::after(world, work / 2),
        work: Deadline::after(world, work),
        dead_lettering: Deadline::after(world, answer_at.min(work + SETTLING.at_most / 2)),
    };
    let delaying = Deadline::after(world, answer_at.min(work + SETTLING.at_most));
    let acknowledged = batch.receive().await;
    let failed: Vec<_> = records
        .iter()
        .enumerate()
        .filter(|(index, _)| !acknowledged.contains(index))
        .map(|(_, record)| record)
        .collect();
    let later: Vec<_> = failed
        .iter()
        .map(|record| (record.receipt_handle.as_str(), back_off_seconds(record.receive_count())))
        .collect();
    // Here, where nothing escapes: also a letter that its dead-letter queue did not take.
    if let Some(receives) = failed.iter().map(|record| record.receive_count()).max() {
        metrics.retried(failed.len() as u64, receives);
    }
    // Without it they come again after the queue's own visibility timeout, which is late but safe.
    match delaying.bound(queues.retry_later(S::CAPABILITY, &later).boxed()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "could not set the back-off"),
        Err(error) => tracing::warn!(%error, "could not set the back-off"),
    }
    BatchAnswer {
        batch_item_failures: failed
            .iter()
            .map(|record| ItemFailure { item_identifier: record.message_id.clone() })
            .collect(),
    }
}

/// Seconds until a message comes again after `receive_count` receives.
pub fn back_off_seconds(receive_count: u32) -> u32 {
    u32::try_from(REDELIVERY.wait_seconds(receive_count.saturating_sub(1))).unwrap_or(u32::MAX)
}

/// Parses a body; the error says what is wrong. One that is no envelope is the capability's to translate.
fn read<S: Service>(service: &S, body: &str, now: Timestamp) -> Result<Received, String> {
    let translated = || catch_unwind(AssertUnwindSafe(|| service.translate(body))).ok().flatten();
    let envelope: Envelope<Value> = match serde_json::from_str(body) {
        Ok(envelope) => envelope,
        Err(error) => translated().ok_or_else(|| without_values(&error.to_string()))?,
    };
    if envelope.specversion != events::envelope::SPEC_VERSION {
        return Err("not CloudEvents 1.0".to_owned());
    }
    Ok(Received { envelope, now })
}

struct Entry<'a> {
    record: &'a Delivery,
    content: Result<Received, String>,
}

/// Handled entries, and the messages to send before they are acknowledged.
struct Handled {
    group: Vec<usize>,
    outgoing: Vec<Outgoing>,
    dead_lettered: bool,
}

/// What became of a group.
enum Outcome<'g> {
    Handled(Handled),
    /// It comes again.
    Failed,
    /// Each of its entries must be handled alone.
    Divided(&'g [usize]),
}

impl<'g> Outcome<'g> {
    /// Keeps what was handled; returns the entries to handle alone.
    fn keep(self, ready: &mut Vec<Handled>) -> Chunks<'g, usize> {
        match self {
            Self::Handled(handled) => ready.push(handled),
            Self::Failed => {}
            Self::Divided(group) => return group.chunks(1),
        }
        [].chunks(1)
    }
}

struct Batch<'a, S> {
    service: &'a S,
    entries: Vec<Entry<'a>>,
    /// For what is handled together, so that time is left to handle each alone.
    together: Deadline,
    work: Deadline,
    dead_lettering: Deadline,
}

impl<S: Service> Batch<'_, S> {
    /// Groups of entries by index. Most have one entry.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known = BTreeMap::new();
        let group_key = |message| catch_unwind(AssertUnwindSafe(|| S::group_key(message))).unwrap_or_default();
        for (index, entry) in self.entries.iter().enumerate() {
            let next = groups.len();
            let name = entry.content.as_ref().ok().and_then(group_key);
            let place = name.map_or(next, |name| *known.entry(name).or_insert(next));
            match groups.get_mut(place) {
                Some(group) => group.push(index),
                None => groups.push(vec![index]),
            }
        }
        groups
    }

    /// Handles all groups at once; returns the indices of the entries to acknowledge. The messages of finished groups
    /// are sent together while others are still handled: no group waits for the slowest, and a batch sends little more
    /// than once.
    async fn receive(&self) -> BTreeSet<usize> {
        let groups = self.groups();
        let mut working: FuturesUnordered<_> = groups.iter().map(|group| self.handle(group)).collect();
        let (mut acknowledged, mut ready) = (BTreeSet::new(), Vec::new());
        let mut sending = pin!(Fuse::terminated());
        loop {
            if sending.is_terminated() {
                while let Some(Some(outcome)) = working.next().now_or_never() {
                    working.extend(outcome.keep(&mut ready).map(|alone| self.handle(alone)));
                }
                if !ready.is_empty() {
                    sending.set(self.send(std::mem::take(&mut ready)).fuse());
                }
            }
            tokio::select! {
                biased;
                Some(outcome) = working.next() => {
                    working.extend(outcome.keep(&mut ready).map(|alone| self.handle(alone)));
                }
                sent = &mut sending, if !sending.is_terminated() => acknowledged.extend(sent),
                else => return acknowledged,
            }
        }
    }

    async fn handle<'g>(&self, group: &'g [usize]) -> Outcome<'g> {
        if group.len() > 1 {
            let messages: Vec<&Received> =
                group.iter().filter_map(|&index| self.entries[index].content.as_ref().ok()).collect();
            return match in_time(&self.together, self.service.receive_group(&messages).boxed()).await {
                Ok(outgoing) => Outcome::Handled(Handled { group: group.to_vec(), outgoing, dead_lettered: false }),
                Err(error) => {
                    tracing::warn!(%error, messages = group.len(), "handled one by one");
                    Outcome::Divided(group)
                }
            };
        }
        match group.first() {
            Some(&index) => self.handle_alone(index).await.map_or(Outcome::Failed, Outcome::Handled),
            None => Outcome::Failed,
        }
    }

    async fn handle_alone(&self, index: usize) -> Option<Handled> {
        let entry = &self.entries[index];
        let outcome = match &entry.content {
            Ok(message) => in_time(&self.work, self.service.receive(message).boxed()).await,
            Err(why) => Err(Failure::Permanent(why.clone())),
        };
        let group = vec![index];
        match outcome {
            Ok(outgoing) => Some(Handled { group, outgoing, dead_lettered: false }),
            Err(Failure::Transient(error)) => {
                self.retried(index, &error);
                None
            }
            Err(Failure::Permanent(error)) => {
                let dead_lettered = self.dead_letter(entry, &error).await;
                dead_lettered.then(|| Handled { group, outgoing: Vec::new(), dead_lettered })
            }
        }
    }

    /// Sends the messages; returns the indices of the entries whose messages are all sent. If they cannot be sent
    /// together, they are sent entry by entry.
    async fn send(&self, handled: Vec<Handled>) -> Vec<usize> {
        let all = handled.iter().flat_map(|handled| handled.outgoing.iter().cloned()).collect();
        let alone = handled.len() == 1;
        let as_one = in_time(&self.work, self.post(all).boxed()).await;
        let sent = join_all(handled.into_iter().map(async |handled| {
            let outcome = match &as_one {
                // Nothing follows from it, so it does not matter what became of the others' messages.
                _ if handled.outgoing.is_empty() => Ok(()),
                Err(_) if !alone => in_time(&self.work, self.post(handled.outgoing.clone()).boxed()).await,
                outcome => outcome.clone(),
            };
            match outcome {
                Ok(()) if handled.dead_lettered => {}
                Ok(()) => handled.group.iter().for_each(|&index| self.handled(index, &handled.outgoing)),
                Err(error) => return self.unsent(handled.group, &error).await,
            }
            handled.group
        }));
        sent.await.concat()
    }

    /// The entries to acknowledge although their messages cannot be sent. Their writes stay: an entry that comes again,
    /// also from the dead-letter queue, finds its write and sends the same.
    async fn unsent(&self, group: Vec<usize>, error: &Failure) -> Vec<usize> {
        let mut acknowledged = Vec::new();
        for index in group {
            match error {
                Failure::Transient(why) => self.retried(index, why),
                Failure::Permanent(why) if self.dead_letter(&self.entries[index], why).await => {
                    acknowledged.push(index)
                }
                Failure::Permanent(_) => {}
            }
        }
        acknowledged
    }

    async fn post(&self, outgoing: Vec<Outgoing>) -> Result<(), Failure> {
        Ok(self.service.wiring().queues.send(outgoing).await?)
    }

    /// `outgoing` is what followed from the whole group; what shares its trace followed from this message.
    fn handled(&self, index: usize, outgoing: &[Outgoing]) {
        let Ok(message) = &self.entries[index].content else { return };
        let (kind, id, trace_id) = (message.kind(), &message.envelope.id, message.trace_id());
        let follows = |sent: &&Outgoing| Trace::id_in(sent.envelope.traceparent.as_deref()) == trace_id;
        let sent: Vec<_> = outgoing.iter().filter(follows).map(|sent| sent.envelope.id.as_str()).collect();
        self.service.wiring().metrics.message(kind, "handled", id, trace_id, &sent);
    }

    fn retried(&self, index: usize, error: &str) {
        let Entry { record, content: Ok(message) } = &self.entries[index] else { return };
        let (kind, id, trace_id) = (message.kind(), &message.envelope.id, message.trace_id());
        tracing::warn!(trace_id, kind, id, receives = record.receive_count(), error, "message comes again");
        self.service.wiring().metrics.message(kind, "retried", id, trace_id, &[]);
    }

    /// Whether the dead-letter queue took the record. One that it did not take comes again.
    async fn dead_letter(&self, Entry { record, content }: &Entry<'_>, why: &str) -> bool {
        let Wiring { queues, metrics, .. } = self.service.wiring();
        let (kind, id, trace_id) = match content {
            Ok(message) => (message.kind(), message.envelope.id.as_str(), message.trace_id()),
            Err(_) => ("unreadable", record.message_id.as_str(), ""),
        };
        let message_id = &record.message_id;
        tracing::error!(trace_id, kind, id, message_id, why, "message goes to the dead-letter queue");
        metrics.message("permanent", "dead_lettered", id, trace_id, &[]);
        let letter = DeadLetter::new(&record.body, why).with(ORIGINAL_MESSAGE_ID, record.original_id());
        let refused = match self.dead_lettering.bound(queues.dead_letter(S::CAPABILITY, letter).boxed()).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::error!(error = refused, "the dead-letter queue did not take it");
        false
    }
}
