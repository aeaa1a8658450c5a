//! Receiving from a queue: each record is parsed alone, timed alone, fails alone. What cannot be read goes to the
//! dead-letter queue at once; what fails for now comes again later, and later still.

use crate::payload::{BatchAnswer, ItemFailure, QueueRecord};
use crate::redact::without_values;
use crate::service::Service;
use crate::table::{Cause, StoreError, Via};
use events::{Envelope, Message, Timestamp};
use futures_util::FutureExt;
use futures_util::future::{Either, join_all, select};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

/// Kept back from the invocation's time to answer and to change visibilities.
const MARGIN: Duration = Duration::from_millis(500);
/// The longest wait before a failed message comes again (DESIGN law 8).
const LONGEST_BACK_OFF_SECONDS: u32 = 900;

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Received {
    /// The envelope with its data unread.
    pub envelope: Envelope<Value>,
    /// When it was received.
    pub now: Timestamp,
}

/// Why a message was not handled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// For now: it comes again after a while.
    #[error("for now: {0}")]
    Transient(String),
    /// For good: it cannot be read, and goes to the dead-letter queue.
    #[error("unreadable: {0}")]
    Unreadable(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Transient(error.to_string())
    }
}

impl Received {
    /// The message type.
    pub fn kind(&self) -> &str {
        &self.envelope.kind
    }

    /// The data as the type that the envelope names.
    ///
    /// # Errors
    /// `Unreadable` if it is not of that type.
    pub fn data<M: Message>(&self) -> Result<M, Failure> {
        self.read()
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        T::deserialize(&self.envelope.data).map_err(|error| {
            Failure::Unreadable(format!("{}: {}", self.envelope.kind, without_values(&error.to_string())))
        })
    }

    /// For a type that this inbox does not know.
    pub fn unknown(&self) -> Failure {
        Failure::Unreadable(format!("no handler for {}", self.envelope.kind))
    }

    /// The cause of a write that this message makes.
    pub fn cause(&self, seq: u64) -> Cause {
        Cause { via: Via::Queue, id: self.envelope.id.clone(), seq }
    }

    /// Trace context to store with what the message starts.
    pub fn traceparent(&self) -> Option<&str> {
        self.envelope.traceparent.as_deref()
    }
}

/// Handles a batch; the answer names the records that come again.
pub async fn receive_batch<S: Service>(service: &S, records: Vec<QueueRecord>, time_left: Duration) -> BatchAnswer {
    let deadline = time_left.saturating_sub(MARGIN);
    let outcomes = join_all(records.iter().map(|record| receive_one(service, record, deadline))).await;
    let failed: Vec<_> =
        records.iter().zip(outcomes).filter(|(_, acknowledged)| !acknowledged).map(|(record, _)| record).collect();
    let queues = &service.wiring().queues;
    let later: Vec<_> = failed
        .iter()
        .map(|record| (record.receipt_handle.as_str(), back_off_seconds(record.receive_count())))
        .collect();
    if let Err(error) = queues.postpone(S::CAPABILITY, &later).await {
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
    2u32.saturating_pow(receive_count.saturating_sub(1)).min(LONGEST_BACK_OFF_SECONDS)
}

async fn receive_one<S: Service>(service: &S, record: &QueueRecord, deadline: Duration) -> bool {
    let wiring = service.wiring();
    let envelope = match serde_json::from_str::<Envelope<Value>>(&record.body) {
        Ok(envelope) if envelope.specversion == events::envelope::SPEC_VERSION => envelope,
        Ok(_) => return bury(service, record, "not CloudEvents 1.0").await,
        Err(error) => return bury(service, record, &without_values(&error.to_string())).await,
    };
    let received = Received { envelope, now: wiring.world.now() };
    let handling = pin!(AssertUnwindSafe(async { service.receive(&received).await }).catch_unwind());
    let timeout = pin!(wiring.world.sleep(deadline));
    let outcome = match select(handling, timeout).await {
        Either::Left((Ok(outcome), _)) => outcome,
        Either::Left((Err(_), _)) => Err(Failure::Transient("panicked".to_owned())),
        Either::Right(_) => Err(Failure::Transient("out of time".to_owned())),
    };
    let trace_id = received.traceparent().and_then(|parent| parent.get(3..35)).unwrap_or_default();
    let (kind, id) = (received.kind(), received.envelope.id.as_str());
    match outcome {
        Ok(()) => {
            tracing::info!(trace_id, kind, id, "message");
            wiring.metrics.message(kind, "handled");
            true
        }
        Err(Failure::Transient(error)) => {
            let receives = record.receive_count();
            tracing::warn!(trace_id, kind, id, receives, error, "message comes again");
            wiring.metrics.message(kind, "postponed");
            false
        }
        Err(Failure::Unreadable(error)) => bury(service, record, &error).await,
    }
}

async fn bury<S: Service>(service: &S, record: &QueueRecord, why: &str) -> bool {
    let wiring = service.wiring();
    tracing::error!(message_id = record.message_id, why, "message goes to the dead-letter queue");
    wiring.metrics.message("unreadable", "buried");
    match wiring.queues.bury(S::CAPABILITY, &record.body).await {
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
