//! Receiving a batch: each record is read alone and fails alone. Those that have something in common may be handled
//! together; if that fails, each is handled alone. What cannot be read goes to the dead-letter queue at once; what fails for
//! now comes again later, and later still.

use super::{Failure, Received};
use crate::payload::{BatchAnswer, ItemFailure, QueueRecord};
use crate::redact::without_values;
use crate::service::{Service, Wiring};
use events::{Envelope, Outgoing, Timestamp};
use futures_util::future::{BoxFuture, Either, Fuse, FusedFuture, Shared, join_all, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::Duration;

/// Kept back from the invocation's time to answer and to change visibilities.
const MARGIN: Duration = Duration::from_millis(500);
/// The longest wait before a failed message comes again (DESIGN law 8).
const MAX_BACK_OFF_SECONDS: u32 = 900;

/// Handles a batch; the answer names the records that come again.
pub async fn receive_batch<S: Service>(service: &S, records: Vec<QueueRecord>, time_left: Duration) -> BatchAnswer {
    let Wiring { world, queues, .. } = service.wiring();
    let now = world.now();
    let batch = Batch {
        service,
        letters: records.iter().map(|record| Letter { record, content: read(&record.body, now) }).collect(),
        deadline: world.sleep(time_left.saturating_sub(MARGIN)).boxed().shared(),
    };
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
    if let Err(error) = queues.retry_later(S::CAPABILITY, &later).await {
        // Without it they come again after the queue's own visibility timeout, which is late but safe.
        tracing::warn!(%error, "could not set the back-off");
    }
    BatchAnswer {
        batch_item_failures: failed
            .iter()
            .map(|record| ItemFailure { item_identifier: record.message_id.clone() })
            .collect(),
    }
}

/// Seconds until a message comes again that was received so often: doubling from 1, at most 15 minutes.
pub fn back_off_seconds(receive_count: u32) -> u32 {
    2u32.saturating_pow(receive_count.saturating_sub(1)).min(MAX_BACK_OFF_SECONDS)
}

/// The message in a body, or why there is none.
fn read(body: &str, now: Timestamp) -> Result<Received, String> {
    let envelope: Envelope<Value> = serde_json::from_str(body).map_err(|error| without_values(&error.to_string()))?;
    if envelope.specversion != events::envelope::SPEC_VERSION {
        return Err("not CloudEvents 1.0".to_owned());
    }
    Ok(Received { envelope, now })
}

struct Letter<'a> {
    record: &'a QueueRecord,
    content: Result<Received, String>,
}

/// Letters that were handled, and what is to be sent before they are acknowledged.
struct Handled {
    party: Vec<usize>,
    follow: Vec<Outgoing>,
    dead_lettered: bool,
}

struct Batch<'a, S> {
    service: &'a S,
    letters: Vec<Letter<'a>>,
    deadline: Shared<BoxFuture<'a, ()>>,
}

impl<S: Service> Batch<'_, S> {
    /// Who is handled with whom, by index; most are alone.
    fn parties(&self) -> Vec<Vec<usize>> {
        let mut parties: Vec<Vec<usize>> = Vec::new();
        let mut known = BTreeMap::new();
        let group_key = |message| catch_unwind(AssertUnwindSafe(|| S::group_key(message))).unwrap_or_default();
        for (index, letter) in self.letters.iter().enumerate() {
            let next = parties.len();
            let name = letter.content.as_ref().ok().and_then(group_key);
            let place = name.map_or(next, |name| *known.entry(name).or_insert(next));
            match parties.get_mut(place) {
                Some(party) => party.push(index),
                None => parties.push(vec![index]),
            }
        }
        parties
    }

    /// Handles all parties at once; the indices of the letters to acknowledge. What follows is sent while others are still
    /// at work, as one for all that are ready by then: nobody waits for the slowest, and a batch sends little more than once.
    async fn receive(&self) -> BTreeSet<usize> {
        let parties = self.parties();
        let mut working: FuturesUnordered<_> = parties.iter().map(|party| self.handle(party)).collect();
        let (mut acknowledged, mut ready) = (BTreeSet::new(), Vec::new());
        let mut sending = pin!(Fuse::terminated());
        loop {
            if sending.is_terminated() {
                while let Some(Some(handled)) = working.next().now_or_never() {
                    ready.extend(handled);
                }
                if !ready.is_empty() {
                    sending.set(self.send(std::mem::take(&mut ready)).fuse());
                }
            }
            tokio::select! {
                biased;
                Some(handled) = working.next() => ready.extend(handled),
                sent = &mut sending, if !sending.is_terminated() => acknowledged.extend(sent),
                else => return acknowledged,
            }
        }
    }

    async fn handle(&self, party: &[usize]) -> Vec<Handled> {
        if party.len() > 1 {
            let messages: Vec<&Received> =
                party.iter().filter_map(|&index| self.letters[index].content.as_ref().ok()).collect();
            match self.in_time(self.service.receive_group(&messages)).await {
                Ok(follow) => return vec![Handled { party: party.to_vec(), follow, dead_lettered: false }],
                Err(error) => tracing::warn!(%error, messages = party.len(), "handled one by one"),
            }
        }
        join_all(party.iter().map(|&index| self.handle_alone(index))).await.into_iter().flatten().collect()
    }

    async fn handle_alone(&self, index: usize) -> Option<Handled> {
        let letter = &self.letters[index];
        let outcome = match &letter.content {
            Ok(message) => self.in_time(self.service.receive(message)).await,
            Err(why) => Err(Failure::Permanent(why.clone())),
        };
        let party = vec![index];
        match outcome {
            Ok(follow) => Some(Handled { party, follow, dead_lettered: false }),
            Err(Failure::Transient(error)) => {
                self.postponed(index, &error);
                None
            }
            Err(Failure::Permanent(error)) => {
                let dead_lettered = dead_letter(self.service, letter.record, &error).await;
                dead_lettered.then(|| Handled { party, follow: Vec::new(), dead_lettered })
            }
        }
    }

    /// Sends what follows; the indices of the letters of which all is sent. What cannot be sent as one is sent for each
    /// alone.
    async fn send(&self, handled: Vec<Handled>) -> Vec<usize> {
        let all = handled.iter().flat_map(|handled| handled.follow.iter().cloned()).collect();
        let alone = handled.len() == 1;
        let as_one = self.in_time(self.post(all)).await;
        let sent = join_all(handled.into_iter().map(async |handled| {
            let sent = match &as_one {
                Err(_) if !alone => self.in_time(self.post(handled.follow)).await,
                outcome => outcome.clone(),
            };
            match sent {
                Ok(()) if handled.dead_lettered => {}
                Ok(()) => handled.party.iter().for_each(|&index| self.handled(index)),
                Err(error) => {
                    handled.party.iter().for_each(|&index| self.postponed(index, &error.to_string()));
                    return Vec::new();
                }
            }
            handled.party
        }));
        sent.await.concat()
    }

    async fn post(&self, follow: Vec<Outgoing>) -> Result<(), Failure> {
        Ok(self.service.wiring().queues.send(follow).await?)
    }

    fn handled(&self, index: usize) {
        let Ok(message) = &self.letters[index].content else { return };
        self.service.wiring().metrics.message(message.kind(), "handled", &message.envelope.id, message.trace_id());
    }

    fn postponed(&self, index: usize, error: &str) {
        let Letter { record, content: Ok(message) } = &self.letters[index] else { return };
        let (kind, id, trace_id) = (message.kind(), &message.envelope.id, message.trace_id());
        tracing::warn!(trace_id, kind, id, receives = record.receive_count(), error, "message comes again");
        self.service.wiring().metrics.message(kind, "retried", id, trace_id);
    }

    /// What fails by panicking, or takes too long, fails for now.
    async fn in_time<T>(&self, handling: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let handling = pin!(AssertUnwindSafe(handling).catch_unwind());
        match select(handling, self.deadline.clone()).await {
            Either::Left((Ok(outcome), _)) => outcome,
            Either::Left((Err(_), _)) => Err(Failure::Transient("panicked".to_owned())),
            Either::Right(_) => Err(Failure::Transient("out of time".to_owned())),
        }
    }
}

async fn dead_letter<S: Service>(service: &S, record: &QueueRecord, why: &str) -> bool {
    let wiring = service.wiring();
    tracing::error!(message_id = record.message_id, why, "message goes to the dead-letter queue");
    wiring.metrics.message("unreadable", "dead_lettered", &record.message_id, "");
    match wiring.queues.dead_letter(S::CAPABILITY, &record.body).await {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, "the dead-letter queue did not take it");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_doubles_up_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = [1, 2, 3, 10, 11, 40].map(back_off_seconds).into();
        assert_eq!(waits, [1, 2, 4, 512, 900, 900]);
    }
}
