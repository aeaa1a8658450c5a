//! What the mail service tells through a topic (SNS): its envelope, as a message of ours. Refuses other topics: the queue's policy lets
//! none write either.

use chassis::{Failure, Received};
use events::{Envelope, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// The type of the message that it becomes. Nobody sends one of it.
pub(super) const TYPE: &str = "ses.event";

/// A notification as SNS puts it into a queue without raw delivery.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notification {
    r#type: String,
    message_id: String,
    topic_arn: String,
    message: String,
    timestamp: Timestamp,
}

/// A body that is such a notification of this topic. What is no JSON in it is the text by which the mail service tries the topic.
pub(crate) fn translated(body: &str, topic: &str) -> Option<Envelope<Value>> {
    let sent: Notification = serde_json::from_str(body).ok()?;
    if sent.r#type != "Notification" || sent.topic_arn != topic {
        return None;
    }
    let event: Value = serde_json::from_str(&sent.message).unwrap_or_default();
    Some(Envelope {
        specversion: events::envelope::SPEC_VERSION.to_owned(),
        subject: event["mail"]["messageId"].as_str().unwrap_or_default().to_owned(),
        id: sent.message_id,
        source: topic.to_owned(),
        kind: TYPE.to_owned(),
        time: sent.timestamp,
        traceparent: None,
        actor: None,
        data: event,
    })
}

/// What it tells; `None` if it only tried the topic.
pub(super) fn feedback(message: &Received) -> Result<Option<crate::domain::Feedback>, Failure> {
    let event = &message.envelope.data;
    if event.is_null() {
        return Ok(None);
    }
    crate::domain::Feedback::of(event).map(Some).map_err(|why| Failure::Permanent(why.to_owned()))
}
