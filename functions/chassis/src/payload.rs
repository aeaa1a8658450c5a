//! The shapes of the events a function is invoked with. One binary takes all of them and tells them apart by shape.
//!
//! Only the fields that are used are read: the full event library costs start-up time and size on every cold start.

use crate::redact::without_values;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// What woke the function.
#[derive(Debug)]
pub enum Payload {
    /// API Gateway HTTP API, payload format 2.0.
    Http(Box<HttpRequest>),
    /// A batch from an SQS queue.
    Queue(Vec<QueueRecord>),
    /// A batch from a DynamoDB stream.
    Stream(Vec<StreamRecord>),
    /// A schedule.
    Schedule,
}

/// The event has none of the known shapes.
#[derive(Debug, thiserror::Error)]
#[error("unknown event: {0}")]
pub struct UnknownEvent(String);

#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(rename = "requestContext", borrow, default)]
    request_context: Option<&'a RawValue>,
    #[serde(rename = "Records", borrow, default)]
    records: Option<Vec<RecordShape<'a>>>,
    #[serde(default)]
    source: Option<String>,
}

#[derive(Deserialize)]
struct RecordShape<'a> {
    #[serde(rename = "eventSource", borrow)]
    event_source: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct Records<T> {
    #[serde(rename = "Records")]
    records: Vec<T>,
}

impl Payload {
    /// Reads an event.
    ///
    /// # Errors
    /// If it is none of the known shapes.
    pub fn parse(json: &str) -> Result<Self, UnknownEvent> {
        let unknown = |error: serde_json::Error| UnknownEvent(without_values(&error.to_string()));
        let shape: Shape<'_> = serde_json::from_str(json).map_err(unknown)?;
        if shape.request_context.is_some() {
            return serde_json::from_str(json).map(|request| Self::Http(Box::new(request))).map_err(unknown);
        }
        let source = shape.records.as_ref().and_then(|records| records.first());
        match (source.map(|record| record.event_source.as_ref()), shape.source.as_deref()) {
            (Some("aws:sqs"), _) => serde_json::from_str::<Records<_>>(json).map(|e| Self::Queue(e.records)),
            (Some("aws:dynamodb"), _) => serde_json::from_str::<Records<_>>(json).map(|e| Self::Stream(e.records)),
            (None, Some("aws.events" | "aws.scheduler")) => return Ok(Self::Schedule),
            (None, None) if shape.records.is_some() => return Ok(Self::Queue(Vec::new())),
            _ => {
                return Err(UnknownEvent("neither HTTP, queue, stream nor schedule".to_owned()));
            }
        }
        .map_err(unknown)
    }
}

/// An HTTP request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRequest {
    /// Path with its percent-encoding.
    pub raw_path: String,
    /// Query without the question mark.
    #[serde(default)]
    pub raw_query_string: String,
    /// Headers, names in lower case.
    #[serde(default)]
    pub headers: HashMap<String, String>,
    /// Method and request id.
    pub request_context: RequestContext,
    /// The body as text, or in base 64.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether the body is in base 64.
    #[serde(default)]
    pub is_base64_encoded: bool,
}

/// The part of the request context that is used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    /// Method and caller's address.
    pub http: HttpDescription,
    /// API Gateway's id of the request.
    #[serde(default)]
    pub request_id: String,
    /// The stage, which some gateways put before the path.
    #[serde(default)]
    pub stage: String,
}

/// Method and caller's address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpDescription {
    /// In capitals.
    pub method: String,
    /// The caller's address as the gateway saw it.
    #[serde(default)]
    pub source_ip: String,
}

/// An answer to an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpResponse {
    /// HTTP status.
    pub status_code: u16,
    /// Header names in lower case.
    pub headers: HashMap<&'static str, String>,
    /// Body text; absent for 204.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Always false: every body is text.
    pub is_base64_encoded: bool,
    /// Always empty; API Gateway does without it, `cargo lambda watch` refuses an answer that lacks it.
    pub cookies: [&'static str; 0],
}

/// A message as SQS hands it to a function.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueRecord {
    /// SQS' id of the delivery, for the answer about partial failures only.
    pub message_id: String,
    /// Handle for changing its visibility.
    pub receipt_handle: String,
    /// What was sent.
    pub body: String,
    /// `ApproximateReceiveCount` and others.
    #[serde(default)]
    pub attributes: HashMap<String, String>,
}

impl QueueRecord {
    /// How often the message was received, this time included; at least 1.
    pub fn receive_count(&self) -> u32 {
        self.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
    }
}

/// A change of an item as a table's stream tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamRecord {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    #[serde(rename = "eventName", default)]
    pub event_name: String,
    /// The images.
    pub dynamodb: StreamImages,
}

/// The item before and after.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamImages {
    /// After; absent for a removal.
    #[serde(rename = "NewImage", default)]
    pub new: Option<serde_dynamo::Item>,
    /// Before; absent for an insertion.
    #[serde(rename = "OldImage", default)]
    pub old: Option<serde_dynamo::Item>,
}

/// The answer to a queue batch: which records come again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    /// The records that failed.
    pub batch_item_failures: Vec<ItemFailure>,
}

/// A record that comes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFailure {
    /// SQS' message id.
    pub item_identifier: String,
}
