//! One route: method, path, who may call it, what it takes and answers. The OpenAPI document is made from exactly this.

use crate::access::Access;
use crate::call::{Body, Call};
use crate::payload::HttpResponse;
use crate::problem::Problem;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A request whose body and query are still text.
pub type RawCall = Call<Vec<u8>, String>;

type Answering = Pin<Box<dyn Future<Output = Result<HttpResponse, Problem>> + Send>>;
type Handler<A> = Box<dyn Fn(Arc<A>, RawCall) -> Answering + Send + Sync>;

/// A route of the application `A`.
pub struct Route<A> {
    /// HTTP method in capitals.
    pub method: &'static str,
    /// Path with `{name}` for a variable segment.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Status of success.
    pub status: u16,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// Seconds for which anyone may keep the answer; 0 for not at all.
    pub cache_seconds: u32,
    /// The largest body taken, in bytes.
    pub body_limit: usize,
    pub(crate) handler: Handler<A>,
    #[cfg(feature = "spec")]
    pub(crate) shape: crate::openapi::Shape,
}

impl<A> fmt::Debug for Route<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.method, self.path, self.access)
    }
}

/// Bodies beyond this are refused unless a route says otherwise.
const MAX_BODY_BYTES: usize = 64 * 1024;

impl<A: Send + Sync + 'static> Route<A> {
    /// A route: `access` is who may call, `status` the status of success (204 answers without a body).
    pub fn new<B, Q, T, F, Fut>(
        method: &'static str,
        path: &'static str,
        access: Access,
        status: u16,
        summary: &'static str,
        handler: F,
    ) -> Self
    where
        B: Body,
        Q: DeserializeOwned + JsonSchema + Send + 'static,
        T: Serialize + JsonSchema + 'static,
        F: Fn(Arc<A>, Call<B, Q>) -> Fut + Send + Sync + Copy + 'static,
        Fut: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let handler: Handler<A> = Box::new(move |app, raw| {
            Box::pin(async move {
                let call = typed::<B, Q>(raw)?;
                let answer = handler(app, call).await?;
                Ok(json_response(status, &answer))
            })
        });
        Self {
            method,
            path,
            access,
            status,
            summary,
            cache_seconds: 0,
            body_limit: MAX_BODY_BYTES,
            handler,
            #[cfg(feature = "spec")]
            shape: crate::openapi::Shape::of::<B, Q, T>(),
        }
    }

    /// A route that answers with a fixed JSON document.
    pub fn document(path: &'static str, summary: &'static str, document: &'static str) -> Self {
        let handler: Handler<A> = Box::new(move |_, _| {
            let response = HttpResponse {
                status_code: 200,
                headers: HashMap::from([("content-type", "application/json".to_owned())]),
                body: Some(document.to_owned()),
                is_base64_encoded: false,
                cookies: [],
            };
            Box::pin(std::future::ready(Ok(response)))
        });
        Self {
            method: "GET",
            path,
            access: Access::Unauthenticated,
            status: 200,
            summary,
            cache_seconds: 300,
            body_limit: 0,
            handler,
            #[cfg(feature = "spec")]
            shape: crate::openapi::Shape::of::<crate::NoBody, crate::NoQuery, serde_json::Value>(),
        }
    }

    /// Anyone may keep the answer for so many seconds.
    #[must_use]
    pub fn cached(mut self, seconds: u32) -> Self {
        self.cache_seconds = seconds;
        self
    }

    /// Takes bodies of up to so many bytes.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }
}

fn typed<B: Body, Q: DeserializeOwned>(raw: RawCall) -> Result<Call<B, Q>, Problem> {
    let query = serde_urlencoded::from_str(&raw.query)
        .map_err(|error| Problem::bad_request("invalid_query", format!("The query cannot be read: {error}.")))?;
    Ok(Call {
        body: B::parse(&raw.body)?,
        query,
        caller: raw.caller,
        now: raw.now,
        trace: raw.trace,
        source_ip: raw.source_ip,
        request_id: raw.request_id,
        idempotency_key: raw.idempotency_key,
        params: raw.params,
    })
}

fn json_response(status: u16, answer: &impl Serialize) -> HttpResponse {
    let body = (status != 204).then(|| serde_json::to_string(answer).unwrap_or_default());
    HttpResponse {
        status_code: status,
        headers: HashMap::from([("content-type", "application/json".to_owned())]),
        body,
        is_base64_encoded: false,
        cookies: [],
    }
}
