//! Relays a table's stream: sends the messages that follow from an HTTP request's write, a pure function of the two
//! images.
//!
//! A record that cannot be decoded is sent to the dead-letter queue. Any other failure fails the whole invocation, and
//! the stream repeats it: the answer about partial failures is not relied on.

use super::change::{Change, StreamRecord, Undecodable};
use super::queues::SendError;
use crate::runtime::{Service, Wiring};
use crate::table::{Cause, Via};
use crate::telemetry::Trace;
use events::Outgoing;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(serde::Deserialize)]
struct Caused {
    cause: Cause,
}

/// A write over HTTP, and the messages that follow from it.
struct Write {
    request_id: String,
    messages: Vec<Outgoing>,
}

/// Sends the messages that follow from a batch of records.
///
/// # Errors
/// If a message could not be sent: the batch must come again.
pub async fn relay_batch<S: Service>(service: &S, records: Vec<StreamRecord>) -> Result<(), SendError> {
    let Wiring { queues, metrics, .. } = service.wiring();
    let mut writes = Vec::new();
    for record in records {
        let Some(new) = record.dynamodb.new else {
            continue;
        };
        let change = Change { new, old: record.dynamodb.old };
        match read::<S>(&change) {
            Ok(write) => writes.extend(write),
            Err(error) => {
                tracing::error!(%error, pk = change.pk(), sk = change.sk(), "stream record goes to the dead-letter queue");
                let note = serde_json::json!({"undecodable": {"pk": change.pk(), "sk": change.sk(), "why": error.to_string()}});
                queues.dead_letter(S::CAPABILITY, &note.to_string()).await?;
            }
        }
    }
    queues.send(writes.iter().flat_map(|write| write.messages.iter().cloned()).collect()).await?;
    for Write { request_id, messages } in writes.iter().filter(|write| !write.messages.is_empty()) {
        let sent: Vec<_> = messages.iter().map(|message| message.envelope.id.as_str()).collect();
        let traceparent = messages.first().and_then(|message| message.envelope.traceparent.as_deref());
        metrics.relayed(request_id, Trace::id_in(traceparent), &sent);
    }
    Ok(())
}

/// A record's write; `None` if HTTP did not cause it.
fn read<S: Service>(change: &Change) -> Result<Option<Write>, Undecodable> {
    let Caused { cause } = change.new_image()?;
    // The event source has this filter too. A function invoked by hand, or a laxer filter, must not send twice.
    if cause.via != Via::Http {
        return Ok(None);
    }
    // A pure function that panics once panics every time. It would hold up the stream for a day.
    let relay = catch_unwind(AssertUnwindSafe(|| S::relay(change)));
    let messages = relay.unwrap_or_else(|_| Err(Undecodable("panicked".to_owned())))?;
    Ok(Some(Write { request_id: cause.id, messages }))
}
