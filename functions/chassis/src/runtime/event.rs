//! The events that invoke a function. One binary takes every kind and tells them apart by shape. `lambda_http` reads
//! HTTP. Of the others only the used fields are read, since each further field costs start-up time and size.

use crate::messaging::{Delivery, StreamRecord};
use crate::telemetry::redact::without_values;
use lambda_http::request::LambdaRequest;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The event of an invocation.
#[derive(Debug)]
pub enum Event {
    /// A request of API Gateway's HTTP API, payload format 2.0; none if what a client sent is no valid HTTP.
    Http(Option<Box<LambdaRequest>>),
    /// A batch from an SQS queue.
    Queue(Vec<Delivery>),
    /// A batch from a DynamoDB stream.
    Stream(Vec<StreamRecord>),
    /// A schedule of EventBridge.
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
    event_source: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Records<T> {
    #[serde(rename = "Records")]
    records: Vec<T>,
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// If it has none of the known shapes.
    pub fn parse(json: &str) -> Result<Self, UnknownEvent> {
        let unknown = |error: serde_json::Error| UnknownEvent(without_values(&error.to_string()));
        let shape: Shape<'_> = serde_json::from_str(json).map_err(unknown)?;
        if let Some(context) = shape.request_context {
            return match serde_json::from_str(json) {
                Err(error) if is_http(context) => {
                    tracing::warn!(why = without_values(&error.to_string()), "a request is no valid HTTP");
                    Ok(Self::Http(None))
                }
                read => read.map(|request| Self::Http(Some(Box::new(request)))).map_err(unknown),
            };
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

/// Whether a context is that of an HTTP API's request: then it has a method, whichever a client sent.
fn is_http(context: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Context {
        http: Http,
    }
    #[derive(Deserialize)]
    struct Http {
        method: String,
    }
    serde_json::from_str::<Context>(context.get()).is_ok_and(|context| !context.http.method.is_empty())
}
