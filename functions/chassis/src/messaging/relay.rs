//! Relays a table's stream: sends the messages that follow from an HTTP request's write, a pure function of the two
//! images.
//!
//! A record that cannot be decoded is sent to the dead-letter queue. Any other failure fails the whole invocation, and
//! the stream repeats it: the answer about partial failures is not relied on.

use super::change::{Change, StreamRecord, Undecodable};
use super::queues::SendError;
use crate::runtime::Service;
use crate::table::{Cause, Via};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(serde::Deserialize)]
struct Caused {
    cause: Cause,
}

/// Sends the messages that follow from a batch of records.
///
/// # Errors
/// If a message could not be sent: the batch must come again.
pub async fn relay_batch<S: Service>(service: &S, records: Vec<StreamRecord>) -> Result<(), SendError> {
    let queues = &service.wiring().queues;
    let mut outgoing = Vec::new();
    for record in records {
        let Some(new) = record.dynamodb.new else {
            continue;
        };
        let change = Change { new, old: record.dynamodb.old };
        match messages::<S>(&change) {
            Ok(messages) => outgoing.extend(messages),
            Err(error) => {
                tracing::error!(%error, pk = change.pk(), sk = change.sk(), "stream record goes to the dead-letter queue");
                let note = serde_json::json!({"undecodable": {"pk": change.pk(), "sk": change.sk(), "why": error.to_string()}});
                queues.dead_letter(S::CAPABILITY, &note.to_string()).await?;
            }
        }
    }
    let count = outgoing.len();
    queues.send(outgoing).await?;
    tracing::info!(count, "relayed");
    Ok(())
}

fn messages<S: Service>(change: &Change) -> Result<Vec<events::Outgoing>, Undecodable> {
    let Caused { cause } = change.new_image()?;
    // The event source has this filter too. A function invoked by hand, or a laxer filter, must not send twice.
    if cause.via != Via::Http {
        return Ok(Vec::new());
    }
    // A pure function that panics once panics every time. It would hold up the stream for a day.
    catch_unwind(AssertUnwindSafe(|| S::relay(change))).unwrap_or_else(|_| Err(Undecodable("panicked".to_owned())))
}
