//! The parts of a request, bounded and decoded: target, header values, body, path variables. Refuses to know routes.

use super::card_number;
use super::problem::Problem;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::HOST;
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Body, Request, RequestExt};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of path and query together.
const MAX_TARGET_BYTES: usize = 8_000;

/// Decoded variables of a path, by name.
pub(super) type Params = Vec<(String, String)>;

/// What no URI has in its query, and clients send all the same. Characters beyond ASCII are none of a URI either.
const NOT_IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// The request in an event, if its target is not too long (RFC 9112 §3 lets a server choose the limit). `lambda_http`
/// panics at events that no gateway sends: a path that is none of a URI, a body that is not the base 64 it claims to be.
pub(super) fn request(event: Option<Box<LambdaRequest>>) -> Result<Request, Problem> {
    let unreadable = || Problem::bad_request("malformed_request", "The request cannot be read.");
    let mut event = *event.ok_or_else(unreadable)?;
    if let LambdaRequest::ApiGatewayV2(sent) = &mut event {
        // `lambda_http` would make a URI of them, whatever they say. Nothing here asks for them.
        sent.headers.remove(HOST);
        sent.headers.remove("x-forwarded-proto");
        // The request keeps its context alone.
        sent.request_context.route_key = sent.route_key.take().or_else(|| sent.request_context.route_key.take());
        let bytes = |text: &Option<String>| text.as_deref().map_or(0, str::len);
        if bytes(&sent.raw_path) + bytes(&sent.raw_query_string) > MAX_TARGET_BYTES {
            let detail = format!("Path and query may have at most {MAX_TARGET_BYTES} bytes.");
            return Err(Problem::new(414, "uri_too_long", detail));
        }
        let readable = |query: String| utf8_percent_encode(&query, NOT_IN_QUERY).to_string();
        sent.raw_query_string = sent.raw_query_string.take().map(readable);
    }
    let request = catch_unwind(AssertUnwindSafe(|| Request::from(event)));
    request.map_err(|_| unreadable())
}

/// The value of a header. Invalid UTF-8 becomes a replacement character, which every check refuses, as in a query or a body.
pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The query without its question mark.
pub(super) fn query(request: &Request) -> &str {
    request.uri().query().unwrap_or_default()
}

/// The caller's IP address and the request's id, both from the gateway.
pub(super) fn origin(request: &Request) -> (String, String) {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => {
            let (source_ip, request_id) = (context.http.source_ip.clone(), context.request_id.clone());
            (source_ip.unwrap_or_default(), request_id.unwrap_or_default())
        }
        _ => Default::default(),
    }
}

/// The body, of at most `limit` bytes.
pub(super) fn body(body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    if body.len() > limit {
        return Err(Problem::new(413, "body_too_large", format!("The body may have at most {limit} bytes.")));
    }
    Ok(body.to_vec())
}

/// Decodes a path variable. A malformed one names nothing.
pub(super) fn decoded(segment: &str) -> Result<String, Problem> {
    let digits = |rest: &str| rest.as_bytes().get(..2).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
    if !segment.split('%').skip(1).all(digits) {
        return Err(Problem::not_found());
    }
    percent_decode_str(segment).decode_utf8().map(Into::into).map_err(|_| Problem::not_found())
}

/// Refuses card numbers outside of the body; the body's reader looks for them there.
pub(super) fn without_card_number(params: &Params, query: &str, idempotency_key: Option<&str>) -> Result<(), Problem> {
    let query = percent_decode_str(query).decode_utf8_lossy();
    let variables = params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut texts =
        variables.chain([("query", &*query)]).chain(idempotency_key.into_iter().map(|key| ("Idempotency-Key", key)));
    let found = texts.find(|(_, text)| card_number::is_in(text));
    found.map_or(Ok(()), |(name, _)| Err(card_number::refused("parameter", name)))
}
