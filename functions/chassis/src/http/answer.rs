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
