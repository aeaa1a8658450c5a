//! Relaying a table's stream: what an HTTP request wrote is told to others, as a pure function of the two images.
//!
//! A record that cannot be read goes to the dead-letter queue by our own send. Any other failure fails the whole
//! invocation, and the stream repeats it: answers about partial failures are not relied on.

use crate::payload::StreamRecord;
use crate::queues::SendError;
use crate::redact::without_values;
use crate::service::Service;
use crate::table::{Cause, Via};
use serde::de::DeserializeOwned;
use serde_dynamo::Item;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An image that does not have the form we write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("undecodable image: {0}")]
pub struct Undecodable(pub String);

/// An item before and after a write.
#[derive(Debug, Clone)]
pub struct Change {
    new: Item,
    old: Option<Item>,
}

impl Change {
    /// The item after the write.
    ///
    /// # Errors
    /// If it is not a `T`.
    pub fn new_image<T: DeserializeOwned>(&self) -> Result<T, Undecodable> {
        decode(&self.new)
    }

    /// The item before the write, if there was one.
    ///
    /// # Errors
    /// If it is not a `T`.
    pub fn old_image<T: DeserializeOwned>(&self) -> Result<Option<T>, Undecodable> {
        self.old.as_ref().map(decode).transpose()
    }

    /// The partition key.
    pub fn pk(&self) -> &str {
        self.text("pk")
    }

    /// The sort key.
    pub fn sk(&self) -> &str {
        self.text("sk")
    }

    fn text(&self, name: &str) -> &str {
        match self.new.get(name) {
            Some(serde_dynamo::AttributeValue::S(text)) => text,
            _ => "",
        }
    }
}

fn decode<T: DeserializeOwned>(item: &Item) -> Result<T, Undecodable> {
    serde_dynamo::from_item(item.clone()).map_err(|error| Undecodable(without_values(&error.to_string())))
}

#[derive(serde::Deserialize)]
struct Caused {
    cause: Cause,
}

/// Sends what follows from a batch of changes.
///
/// # Errors
/// If anything could not be sent: the batch must come again.
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
    // The event source filters on this too; a function invoked by hand, or a laxer filter, must not send twice.
    if cause.via != Via::Http {
        return Ok(Vec::new());
    }
    // A pure function that panics panics every time: left to fail the invocation, it would hold up the stream for a day.
    catch_unwind(AssertUnwindSafe(|| S::relay(change))).unwrap_or_else(|_| Err(Undecodable("panicked".to_owned())))
}
