//! Sends to inboxes in batches. Entries that a batch refuses are sent again (policy `REFUSED_ENTRIES`). Refuses to know
//! the meaning of messages.

use super::dead_letter::DeadLetter;
use super::inbox::Failure;
use crate::runtime::retry::REFUSED_ENTRIES;
use crate::telemetry::redact::with_causes;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, QueueAttributeName, SendMessageBatchRequestEntry};
use events::{Capability, Outgoing};
use futures_util::future::join_all;
use std::collections::BTreeMap;

/// Entries in one SQS batch (SQS quota).
const BATCH: usize = 10;
/// Bytes of all bodies in one SQS batch. New queues accept four times as many; old queues and emulators do not.
const BATCH_BYTES: usize = 256 * 1024;

/// A queue refused messages. All of them must be sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("queue {queue}: {why}")]
pub struct SendError {
    queue: String,
    why: String,
    /// Whether every repeat is refused too: the message is invalid, not allowed or too large, or the queue is missing.
    is_permanent: bool,
}

/// A queue did not say how much lies in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("queue {queue}: {why}")]
pub struct CountError {
    queue: String,
    why: String,
}

/// Error codes that no repeat changes (SQS, "Common errors" and those of each action). Some have the prefix of the
/// query protocol.
const REFUSED: [&str; 16] = [
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorized",
    "InvalidClientTokenId",
    "InvalidSecurity",
    "KmsAccessDenied",
    "KmsInvalidKeyUsage",
    "KmsNotFound",
    "InvalidAddress",
    "InvalidMessageContents",
    "InvalidParameterValue",
    "BatchRequestTooLong",
    "QueueDoesNotExist",
    "NonExistentQueue",
    "UnsupportedOperation",
    "ValidationException",
];

/// Whether an error code means that every repeat is refused. `None` means that no answer came.
fn is_refused(code: Option<&str>) -> bool {
    code.is_some_and(|code| REFUSED.contains(&code.rsplit('.').next().unwrap_or(code)))
}

impl SendError {
    /// Whether every repeat is refused too.
    pub const fn is_permanent(&self) -> bool {
        self.is_permanent
    }

    fn of_call(queue: &str, error: impl ProvideErrorMetadata + std::error::Error) -> Self {
        Self { queue: queue.to_owned(), is_permanent: is_refused(error.code()), why: with_causes(&error) }
    }

    /// A call that cannot be built.
    fn of_build(queue: &str, error: impl std::error::Error) -> Self {
        Self { queue: queue.to_owned(), is_permanent: true, why: with_causes(&error) }
    }
}

/// A message in SQS' form.
struct QueueMessage {
    body: String,
    delay_seconds: u16,
}

/// Splits messages into full batches, in order.
fn in_batches(messages: Vec<QueueMessage>) -> Vec<Vec<QueueMessage>> {
    let mut batches: Vec<Vec<QueueMessage>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH && bytes + message.body.len() <= BATCH_BYTES => {
                bytes += message.body.len();
                batch.push(message);
            }
            _ => {
                bytes = message.body.len();
                batches.push(vec![message]);
            }
        }
    }
    batches
}

/// The same JSON without the two characters that JSON allows unescaped and SQS refuses. One in a customer's name would
/// hold up the table's stream and everything behind it.
fn in_allowed_characters(json: &str) -> String {
    json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

/// All inboxes and dead-letter queues of a stage.
#[derive(Debug, Clone)]
pub struct Queues {
    client: Client,
    url_prefix: String,
}

impl Queues {
    /// Queue URLs are `url_prefix` + `<capability>-inbox` or `<capability>-dlq`.
    pub fn new(client: Client, url_prefix: String) -> Self {
        Self { client, url_prefix }
    }

    fn inbox(&self, capability: Capability) -> String {
        format!("{}{capability}-inbox", self.url_prefix)
    }

    /// Sends every message, or fails. After a failure some may have been sent, which receivers expect: those to other
    /// queues and in other batches are sent all the same.
    ///
    /// # Errors
    /// If a queue keeps refusing one of them. It is permanent only if nothing failed for now.
    pub async fn send(&self, messages: Vec<Outgoing>) -> Result<(), SendError> {
        let mut by_receiver: BTreeMap<Capability, Vec<QueueMessage>> = BTreeMap::new();
        for message in messages {
            let body = serde_json::to_string(&message.envelope)
                .map_err(|error| SendError::of_build(&self.inbox(message.to), error))?;
            let queued = QueueMessage { body: in_allowed_characters(&body), delay_seconds: message.delay_seconds };
            by_receiver.entry(message.to).or_default().push(queued);
        }
        let batches = by_receiver
            .into_iter()
            .flat_map(|(to, messages)| in_batches(messages).into_iter().map(move |batch| self.send_batch(to, batch)));
        let failed: Vec<_> = join_all(batches).await.into_iter().filter_map(Result::err).collect();
        failed.into_iter().min_by_key(SendError::is_permanent).map_or(Ok(()), Err)
    }

    async fn send_batch(&self, to: Capability, messages: Vec<QueueMessage>) -> Result<(), SendError> {
        let queue = self.inbox(to);
        let mut pending = Vec::with_capacity(messages.len());
        for (index, message) in messages.into_iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(message.body)
                .set_delay_seconds((message.delay_seconds > 0).then(|| i32::from(message.delay_seconds)))
                .build()
                .map_err(|error| SendError::of_build(&queue, error))?;
            pending.push(entry);
        }
        // `SenderFault` alone does not say it: exceeding a quota is the sender's fault, too.
        let (mut is_permanent, mut code) = (false, String::new());
        for _ in 0..REFUSED_ENTRIES.attempts {
            let answer = self
                .client
                .send_message_batch()
                .queue_url(&queue)
                .set_entries(Some(pending.clone()))
                .send()
                .await
                .map_err(|error| SendError::of_call(&queue, error))?;
            pending.retain(|entry| answer.failed().iter().any(|refused| refused.id() == entry.id()));
            if pending.is_empty() {
                return Ok(());
            }
            is_permanent = answer.failed().iter().all(|refused| is_refused(Some(refused.code())));
            code = answer.failed().first().map(|refused| refused.code().to_owned()).unwrap_or_default();
            if is_permanent {
                break;
            }
        }
        Err(SendError { why: format!("{} messages refused, {code}", pending.len()), queue, is_permanent })
    }

    /// Makes each received message visible again after its seconds.
    ///
    /// # Errors
    /// If the queue cannot be reached. A message that it no longer holds is no error.
    pub async fn retry_later(&self, inbox: Capability, messages: &[(&str, u32)]) -> Result<(), SendError> {
        let queue = self.inbox(inbox);
        for batch in messages.chunks(BATCH) {
            let mut entries = Vec::with_capacity(batch.len());
            for (index, (receipt, seconds)) in batch.iter().enumerate() {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(*receipt)
                    .visibility_timeout(i32::try_from(*seconds).unwrap_or(i32::MAX))
                    .build()
                    .map_err(|error| SendError::of_build(&queue, error))?;
                entries.push(entry);
            }
            self.client
                .change_message_visibility_batch()
                .queue_url(&queue)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| SendError::of_call(&queue, error))?;
        }
        Ok(())
    }

    /// About how many letters lie in a capability's dead-letter queue. Those that somebody has received and still looks at are not
    /// among them.
    ///
    /// # Errors
    /// If the queue does not say.
    pub async fn dead_letters(&self, capability: Capability) -> Result<u64, CountError> {
        let queue = self.dead_letter_queue(capability);
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let asked = self.client.get_queue_attributes().queue_url(&queue).attribute_names(name.clone()).send().await;
        let answer = asked.map_err(|error| CountError { why: with_causes(&error), queue: queue.clone() })?;
        let count = answer.attributes().and_then(|found| found.get(&name)).and_then(|count| count.parse().ok());
        count.ok_or_else(|| CountError { queue, why: "no number in the answer".to_owned() })
    }

    fn dead_letter_queue(&self, capability: Capability) -> String {
        format!("{}{capability}-dlq", self.url_prefix)
    }

    /// Puts a dead letter into a capability's dead-letter queue.
    ///
    /// # Errors
    /// If the queue refuses it.
    pub async fn dead_letter(&self, capability: Capability, letter: DeadLetter) -> Result<(), SendError> {
        let queue = self.dead_letter_queue(capability);
        let attributes = letter.attributes(BATCH_BYTES).map_err(|error| SendError::of_build(&queue, error))?;
        self.client
            .send_message()
            .queue_url(&queue)
            .message_body(letter.body)
            .set_message_attributes(Some(attributes).filter(|attributes| !attributes.is_empty()))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| SendError::of_call(&queue, error))
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        if error.is_permanent { Self::Permanent(error.to_string()) } else { Self::Transient(error.to_string()) }
    }
}
