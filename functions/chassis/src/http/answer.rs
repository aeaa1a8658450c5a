//! The answers that handlers give: a resource, alone or with the tag of its version.

use super::etag::Tagged;
use super::response::{Response, json, set};
use lambda_http::http::header::ETAG;
use schemars::JsonSchema;
use serde::Serialize;

/// What a handler answers with.
pub trait Answer {
    /// The resource that is shown.
    type Resource: JsonSchema;
    /// Whether the answer says which version it shows.
    const TAGGED: bool;
    /// Whether the answer says if the resource is new.
    const CREATES: bool = false;

    /// The response with this status.
    fn respond(self, status: u16) -> Response;
}

impl<T: Serialize + JsonSchema> Answer for T {
    type Resource = T;
    const TAGGED: bool = false;

    fn respond(self, status: u16) -> Response {
        json(status, "application/json", &self)
    }
}

impl<T: Serialize + JsonSchema> Answer for Tagged<T> {
    type Resource = T;
    const TAGGED: bool = true;

    fn respond(self, status: u16) -> Response {
        let mut response = json(status, "application/json", &self.resource);
        set(response.headers_mut(), ETAG, &self.etag.quoted());
        response
    }
}

/// What a PUT left: a new resource is answered 201, one that was there with the route's status (RFC 9110 §9.3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put<T> {
    /// There was none.
    Created(T),
    /// There was one, which is another now or the same still.
    Replaced(T),
}

impl<T> Put<T> {
    /// What was put, and whether it is new.
    pub fn of(resource: T, is_new: bool) -> Self {
        if is_new { Self::Created(resource) } else { Self::Replaced(resource) }
    }

    /// The same outcome, shown in another way.
    pub fn map<U>(self, show: impl FnOnce(T) -> U) -> Put<U> {
        match self {
            Self::Created(resource) => Put::Created(show(resource)),
            Self::Replaced(resource) => Put::Replaced(show(resource)),
        }
    }
}

impl<T: Serialize + JsonSchema> Answer for Put<Tagged<T>> {
    type Resource = T;
    const TAGGED: bool = true;
    const CREATES: bool = true;

    fn respond(self, status: u16) -> Response {
        match self {
            Self::Created(tagged) => tagged.respond(201),
            Self::Replaced(tagged) => tagged.respond(status),
        }
    }
}
