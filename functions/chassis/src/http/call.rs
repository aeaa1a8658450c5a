//! A request that has passed every generic check: body and query are typed, the caller is known.

use super::access::Caller;
use super::body::NoBody;
use super::cursor;
use super::declared::Declared;
use super::etag::Precondition;
use super::problem::Problem;
use crate::runtime::Context;
use crate::table::{Cause, Page};
use crate::telemetry::Trace;
use events::Timestamp;
use events::text::FieldError;
use lambda_http::http::HeaderMap;
use schemars::JsonSchema;
use serde::Deserialize;
use std::str::FromStr;

/// A checked request. `B` is its body, `Q` its query.
#[derive(Debug)]
pub struct Call<B = NoBody, Q = NoQuery> {
    /// All headers as sent. Cookies are one `cookie` header.
    pub headers: HeaderMap,
    /// The typed body.
    pub body: B,
    /// The typed query.
    pub query: Q,
    /// The sender.
    pub caller: Caller,
    /// Arrival of the request.
    pub now: Timestamp,
    /// Trace of all work for this request.
    pub trace: Trace,
    /// The caller's IP address, from the gateway.
    pub source_ip: String,
    /// Path and query as sent, below the shop's public address.
    pub target: String,
    pub(super) request_id: String,
    /// The operation, if the caller acts as staff.
    pub(super) staff_operation: Option<&'static str>,
    pub(super) idempotency_key: Option<String>,
    pub(super) declared: Declared,
    pub(super) params: Vec<(String, String)>,
}

impl<B, Q> Call<B, Q> {
    /// A variable segment of the path.
    ///
    /// # Errors
    /// 404 if it cannot be parsed: then there is no such resource.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.params
            .iter()
            .find(|(param, _)| param == name)
            .and_then(|(_, value)| value.parse().ok())
            .ok_or_else(Problem::not_found)
    }

    /// A variable segment of the path that names what the request creates or sets.
    ///
    /// # Errors
    /// 400 if it cannot be parsed: then nothing can have that name.
    pub fn named<T: FromStr<Err: Into<FieldError>>>(&self, name: &str) -> Result<T, Problem> {
        let text: String = self.param(name)?;
        let parsed = text.parse::<T>().map_err(Into::<FieldError>::into);
        parsed.map_err(|error| Problem::parameter(name, &error.requirement))
    }

    /// The required `Idempotency-Key` header: 1 to 255 visible characters.
    ///
    /// # Errors
    /// 400 `idempotency_key_required` if missing, `invalid_parameter` if unusable.
    pub fn idempotency_key(&self) -> Result<&str, Problem> {
        let missing = || {
            let detail = "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.";
            Problem::bad_request("idempotency_key_required", detail).of_parameter("Idempotency-Key")
        };
        self.idempotency_key_if_any()?.ok_or_else(missing)
    }

    /// The optional `Idempotency-Key` header.
    ///
    /// # Errors
    /// 400 `invalid_parameter` if it is sent but unusable, since its sender relies on it.
    pub fn idempotency_key_if_any(&self) -> Result<Option<&str>, Problem> {
        let is_usable = |key: &str| (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        match self.idempotency_key.as_deref() {
            Some(key) if !is_usable(key) => {
                Err(Problem::parameter("Idempotency-Key", "must be 1 to 255 visible ASCII characters"))
            }
            sent => Ok(sent),
        }
    }

    /// The versions that the caller edits from, by `If-Match`, and those that it does not want to change, by `If-None-Match`.
    ///
    /// # Errors
    /// 400 if a header is neither `*` nor a list of entity tags.
    pub fn precondition(&self) -> Result<Precondition, Problem> {
        Precondition::of(&self.headers)
    }

    /// Context for the use case. The relay sends the messages that follow from its writes.
    pub fn context(&self) -> Context {
        let traceparent = self.trace.parent().to_owned();
        let context = Context::http(self.caller.actor(), self.now, traceparent, self.request_id.clone());
        self.staff_operation.into_iter().fold(context, Context::audited_as)
    }

    /// The cause of a write that this request makes.
    pub fn cause(&self, seq: u64) -> Cause {
        self.context().cause(seq)
    }
}

/// No query.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

/// The paging parameters of every list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// The cursor of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

/// A page of a list.
#[derive(Debug, Clone, serde::Serialize, JsonSchema)]
// Named after the item: `Listing2` would mean another list in every document.
#[schemars(rename = "{T}Listing")]
pub struct Listing<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl<T> Listing<T> {
    /// A page of the table, with the cursor of the next one. `list` is what the cursor is read with.
    pub fn page<Item>(list: &str, page: Page<Item>, to_resource: impl FnMut(Item) -> T) -> Self {
        let cursor = page.next.as_deref().map(|next| cursor::encode(list, next));
        Self { items: page.items.into_iter().map(to_resource).collect(), cursor }
    }

    /// A list that has one page.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, cursor: None }
    }
}
