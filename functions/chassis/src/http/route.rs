//! A route: method, path, access, input and output. The OpenAPI document is made from the routes.

use super::access::Access;
use super::answer::Answer;
use super::body::{Body, NoBody, SentBody};
use super::call::{Call, NoQuery};
use super::declared::Declared;
use super::documented::Documented;
use super::etag::Precondition;
use super::json::Unknown;
use super::problem::Problem;
use super::query;
use super::response::Response;
#[cfg(feature = "spec")]
use super::shape::Shape;
#[cfg(feature = "spec")]
use super::statement::Statement;
use events::Capability;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

/// A request whose body and query are still text.
pub type RawCall = Call<Vec<u8>, String>;

type Answering = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;
type Handler<A> = Box<dyn Fn(Arc<A>, RawCall) -> Answering + Send + Sync>;

/// What a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Programs, which show an access token.
    Api,
    /// People: a page, or what a form of it is sent to. A browser shows the access token in a cookie.
    Page,
    /// A part of a page, which the page asks for by itself.
    Fragment,
}

/// A route of the application `A`.
pub struct Route<A> {
    /// What it is for.
    pub kind: Kind,
    /// HTTP method in upper case.
    pub method: &'static str,
    /// Path with `{name}` for a variable segment.
    pub path: &'static str,
    /// Callers that it lets in.
    pub access: Access,
    /// Status of success.
    pub status: u16,
    /// Summary in the OpenAPI document: a verb and its object.
    pub summary: &'static str,
    /// `operationId` in camel case, e.g. `placeOrder`.
    pub operation: Option<&'static str>,
    /// Seconds for which any cache may keep the answer; 0 for none.
    pub cache_seconds: u32,
    /// Largest body in bytes.
    pub body_limit: usize,
    /// Fields of the body whose text may have several lines.
    pub multi_line: &'static [&'static str],
    /// Whether a privileged caller's access token must not be revoked.
    pub rechecked: bool,
    /// Whether a second factor must have been shown a moment ago, in a shop that requires one of its staff.
    pub stepped_up: bool,
    /// Whether the handler heeds an `If-Match`.
    pub(super) heeds_if_match: bool,
    /// The document of all routes of the capability, on the route that serves it.
    pub(super) document: Option<&'static str>,
    pub(super) handler: Handler<A>,
    #[cfg(feature = "spec")]
    pub(super) shape: Shape,
    #[cfg(feature = "spec")]
    pub(super) statement: Statement,
}

impl<A> fmt::Debug for Route<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.method, self.path, self.access)
    }
}

/// Default limit of a body, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

impl<A: Send + Sync + 'static> Route<A> {
    /// `status` is that of success; 204 answers without a body.
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
        T: Answer + 'static,
        F: Fn(Arc<A>, Call<B, Q>) -> Fut + Send + Sync + Copy + 'static,
        Fut: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let answering =
            move |app, raw: RawCall| async move { Ok(handler(app, typed::<B, Q>(raw)?).await?.respond(status)) };
        Self {
            kind: Kind::Api,
            method,
            path,
            access,
            status,
            summary,
            operation: None,
            cache_seconds: 0,
            body_limit: MAX_BODY_BYTES,
            multi_line: &[],
            rechecked: false,
            stepped_up: false,
            heeds_if_match: false,
            document: None,
            handler: Box::new(move |app, raw| Box::pin(answering(app, raw))),
            #[cfg(feature = "spec")]
            shape: Shape::of::<B, Q, T>(),
            #[cfg(feature = "spec")]
            statement: Statement::default(),
        }
    }

    /// A route whose handler makes the whole response: other media types, cookies or headers.
    pub fn responding<B, Q, F, Fut>(
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
        F: Fn(Arc<A>, Call<B, Q>) -> Fut + Send + Sync + Copy + 'static,
        Fut: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        let answering = move |app, raw: RawCall| async move { handler(app, typed::<B, Q>(raw)?).await };
        Self {
            handler: Box::new(move |app, raw| Box::pin(answering(app, raw))),
            ..Self::new(method, path, access, status, summary, |_, _: Call<B, Q>| async { Ok(serde_json::Value::Null) })
        }
    }

    /// A page, or what a form of it is sent to. It stands in no document of the API.
    pub fn page<B, Q, F, Fut>(method: &'static str, path: &'static str, access: Access, handler: F) -> Self
    where
        B: Body,
        Q: DeserializeOwned + JsonSchema + Send + 'static,
        F: Fn(Arc<A>, Call<B, Q>) -> Fut + Send + Sync + Copy + 'static,
        Fut: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        Self { kind: Kind::Page, ..Self::responding(method, path, access, 200, "", handler) }
    }

    /// A part of a page.
    pub fn fragment<Q, F, Fut>(path: &'static str, access: Access, handler: F) -> Self
    where
        Q: DeserializeOwned + JsonSchema + Send + 'static,
        F: Fn(Arc<A>, Call<NoBody, Q>) -> Fut + Send + Sync + Copy + 'static,
        Fut: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        Self { kind: Kind::Fragment, ..Self::responding("GET", path, access, 200, "", handler) }
    }

    /// The route that answers with the OpenAPI document of the capability.
    pub fn openapi(capability: Capability, document: &'static str) -> Self {
        let (operation, path) = openapi_route(capability);
        let summary = "Get this OpenAPI document";
        let answer = move || {
            let mut response = Response::new(document.into());
            let media_type = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, media_type);
            response
        };
        Self {
            operation: Some(operation),
            cache_seconds: 300,
            document: Some(document),
            handler: Box::new(move |_, _| Box::pin(ready(Ok(answer())))),
            ..Self::new("GET", path, Access::Unauthenticated, 200, summary, |_, _: Call<NoBody, NoQuery>| async {
                Ok(serde_json::Map::new())
            })
        }
    }

    /// Sets the `operationId`, e.g. `placeOrder`.
    #[must_use]
    pub fn named(mut self, operation: &'static str) -> Self {
        self.operation = Some(operation);
        self
    }

    /// What the route declares of its requests, in this document. What others link to takes the parameters that they add; whoever
    /// signed in, or changes something, is told of a parameter that counts for nothing.
    pub(super) fn declared(&self, document: &'static str) -> Declared {
        let is_public = matches!(self.access, Access::Unauthenticated | Access::OptionalAuth);
        let is_lenient = self.kind != Kind::Api || self.method == "GET" && is_public;
        let unknown = if is_lenient { Unknown::Ignored } else { Unknown::Refused };
        let documented = Documented { document, method: self.method, path: self.path };
        Declared { documented, multi_line: self.multi_line, unknown }
    }

    /// Refuses a change that depends on what is there, if the handler would not look at it (RFC 9110 §13.1.1, §13.1.2): it would be made
    /// blindly.
    pub(super) fn heed(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if self.heeds_if_match || self.method == "GET" || self.kind != Kind::Api {
            Ok(())
        } else {
            Precondition::without_versions(headers)
        }
    }

    /// GET serves HEAD too.
    pub(super) fn methods(&self) -> impl Iterator<Item = &'static str> {
        [self.method].into_iter().chain((self.method == "GET").then_some("HEAD"))
    }

    /// Lets the text of these fields of the body have several lines.
    #[must_use]
    pub fn multi_line(mut self, fields: &'static [&'static str]) -> Self {
        self.multi_line = fields;
        self
    }

    /// Refuses a privileged caller whose session ended, or who lost a right, since the access token was issued. For routes that
    /// move money or goods, or change prices or rights.
    #[must_use]
    pub fn rechecked(mut self) -> Self {
        self.rechecked = true;
        self
    }

    /// Refuses a caller who has not shown a second factor within the last ten minutes, in a shop that requires one of its staff. For
    /// routes that give money back, or change rights.
    #[must_use]
    pub fn stepped_up(mut self) -> Self {
        self.stepped_up = true;
        self
    }

    /// Lets any cache keep the answer for this time.
    #[must_use]
    pub fn cached(mut self, seconds: u32) -> Self {
        self.cache_seconds = seconds;
        self
    }
}

/// Name and path of the route to a capability's OpenAPI document.
const fn openapi_route(capability: Capability) -> (&'static str, &'static str) {
    match capability {
        Capability::Users => ("getUsersOpenApi", "/v1/openapi/users.json"),
        Capability::Catalog => ("getCatalogOpenApi", "/v1/openapi/catalog.json"),
        Capability::Inventory => ("getInventoryOpenApi", "/v1/openapi/inventory.json"),
        Capability::Carts => ("getCartsOpenApi", "/v1/openapi/carts.json"),
        Capability::Orders => ("getOrdersOpenApi", "/v1/openapi/orders.json"),
        Capability::Payments => ("getPaymentsOpenApi", "/v1/openapi/payments.json"),
        Capability::Shipping => ("getShippingOpenApi", "/v1/openapi/shipping.json"),
        Capability::Notifications => ("getNotificationsOpenApi", "/v1/openapi/notifications.json"),
    }
}

fn typed<B: Body, Q: DeserializeOwned>(raw: RawCall) -> Result<Call<B, Q>, Problem> {
    let query = query::typed(&raw.query, raw.declared.unknown, raw.declared.documented)?;
    let sent = SentBody { bytes: &raw.body, headers: &raw.headers, declared: raw.declared };
    let body = B::parse(sent)?;
    Ok(Call {
        headers: raw.headers,
        body,
        query,
        caller: raw.caller,
        now: raw.now,
        trace: raw.trace,
        source_ip: raw.source_ip,
        target: raw.target,
        request_id: raw.request_id,
        staff_operation: raw.staff_operation,
        idempotency_key: raw.idempotency_key,
        declared: raw.declared,
        params: raw.params,
    })
}
