//! Relays a table's stream: sends the messages that follow from an HTTP request's write, a pure function of the two
//! images and, where a service completes them, of a secret.
//!
//! A record that cannot be decoded, or whose messages a queue refuses for good, is named in the dead-letter queue: it
//! would hold up its shard for a day. Any other failure fails the whole invocation, and the stream repeats it: the answer
//! about partial failures is not relied on.

use super::change::{Change, StreamRecord, Undecodable};
use super::dead_letter::{DeadLetter, SEQUENCE_NUMBER, TABLE_KEY};
use super::inbox::Failure;
use super::queues::SendError;
use crate::runtime::{Service, Wiring};
use crate::table::{Cause, Via};
use crate::telemetry::Trace;
use events::Outgoing;
use futures_util::future::join_all;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(serde::Deserialize)]
struct Caused {
    cause: Cause,
}

/// A write over HTTP, and the messages that follow from it.
struct Write {
    place: Place,
    request_id: String,
    messages: Vec<Outgoing>,
}

/// Which record it is: keys and numbers, no personal data.
struct Place {
    pk: String,
    sk: String,
    sequence_number: String,
}

/// A record that no repeat relays.
struct Unrelayable {
    place: Place,
    why: String,
}

/// Sends the messages that follow from a batch of records.
///
/// # Errors
/// If a message could not be completed or sent for now: the batch must come again.
pub async fn relay_batch<S: Service>(service: &S, records: Vec<StreamRecord>) -> Result<(), Failure> {
    let Wiring { queues, metrics, .. } = service.wiring();
    let (mut writes, mut dead) = (Vec::new(), Vec::new());
    for record in records {
        let Some(new) = record.dynamodb.new else {
            continue;
        };
        let change = Change { new, old: record.dynamodb.old };
        let (pk, sk) = (change.pk().to_owned(), change.sk().to_owned());
        let place = Place { pk, sk, sequence_number: record.dynamodb.sequence_number };
        match read(service, &change).await {
            Ok(Some((request_id, messages))) => writes.push(Write { place, request_id, messages }),
            Ok(None) => {}
            Err(Failure::Permanent(why)) => dead.push(Unrelayable { place, why }),
            Err(transient) => return Err(transient),
        }
    }
    let (sent, unsendable) = send::<S>(service, writes).await?;
    dead.extend(unsendable);
    // Last, so that a batch that comes again names none twice.
    for Unrelayable { place: Place { pk, sk, sequence_number }, why } in dead {
        tracing::error!(pk, sk, sequence_number, why, "stream record goes to the dead-letter queue");
        metrics.message("permanent", "dead_lettered", &sequence_number, "", &[]);
        metrics.count("unrelayed", 1);
        let note = serde_json::json!({"unrelayed": {"pk": pk, "sk": sk, "sequence_number": sequence_number}});
        let letter = DeadLetter::new(note.to_string(), &why).with(TABLE_KEY, &format!("{pk} {sk}"));
        queues.dead_letter(S::CAPABILITY, letter.with(SEQUENCE_NUMBER, &sequence_number)).await?;
    }
    for Write { request_id, messages, .. } in sent.iter().filter(|write| !write.messages.is_empty()) {
        let sent: Vec<_> = messages.iter().map(|message| message.envelope.id.as_str()).collect();
        let traceparent = messages.first().and_then(|message| message.envelope.traceparent.as_deref());
        metrics.relayed(request_id, Trace::id_in(traceparent), &sent);
    }
    Ok(())
}

/// Sends the messages of all writes together. If a queue refuses some of them for good, those of each write are sent
/// alone. Returns the writes whose messages are sent, and those that no repeat sends.
async fn send<S: Service>(service: &S, writes: Vec<Write>) -> Result<(Vec<Write>, Vec<Unrelayable>), SendError> {
    let queues = &service.wiring().queues;
    let all = writes.iter().flat_map(|write| write.messages.iter().cloned()).collect();
    match queues.send(all).await {
        Ok(()) => return Ok((writes, Vec::new())),
        Err(error) if !error.is_permanent() => return Err(error),
        Err(_) => {}
    }
    let outcomes = join_all(writes.iter().map(|write| queues.send(write.messages.clone()))).await;
    let (mut sent, mut dead) = (Vec::new(), Vec::new());
    for (write, outcome) in writes.into_iter().zip(outcomes) {
        match outcome {
            Ok(()) => sent.push(write),
            Err(error) if error.is_permanent() => {
                dead.push(Unrelayable { place: write.place, why: error.to_string() });
            }
            Err(error) => return Err(error),
        }
    }
    Ok((sent, dead))
}

/// The request's id and the messages of a record; `None` if HTTP did not cause it.
async fn read<S: Service>(service: &S, change: &Change) -> Result<Option<(String, Vec<Outgoing>)>, Failure> {
    let permanent = |error: Undecodable| Failure::Permanent(error.to_string());
    let Caused { cause } = change.new_image().map_err(permanent)?;
    // The event source has this filter too. A function invoked by hand, or a laxer filter, must not send twice.
    if cause.via != Via::Http {
        return Ok(None);
    }
    // A pure function that panics once panics every time. It would hold up the stream for a day.
    let relay = catch_unwind(AssertUnwindSafe(|| S::relay(change)));
    let messages = relay.unwrap_or_else(|_| Err(Undecodable("panicked".to_owned()))).map_err(permanent)?;
    Ok(Some((cause.id, service.complete(change, messages).await?)))
}
