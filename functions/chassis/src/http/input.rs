//! The parts of a request, bounded and decoded: target, header values, body, path variables. Refuses to know routes.

use super::card_number;
use super::problem::Problem;
use events::text::{FieldError, Lines, fault, normalized};
use lambda_http::http::HeaderMap;
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Request, RequestExt};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of path and query together.
const MAX_TARGET_BYTES: usize = 8_000;

/// Decoded variables of a path, by name.
pub(super) type Params = Vec<(String, String)>;

/// The request in an event, if its target is not too long (RFC 9112 §3 lets a server choose the limit). `lambda_http`
/// panics at events that no gateway sends: a target that is no URI, a body that is not the base 64 it claims to be.
pub(super) fn request(event: LambdaRequest) -> Result<Request, Problem> {
    if let LambdaRequest::ApiGatewayV2(sent) = &event {
        let bytes = |text: &Option<String>| text.as_deref().map_or(0, str::len);
        if bytes(&sent.raw_path) + bytes(&sent.raw_query_string) > MAX_TARGET_BYTES {
            let detail = format!("Path and query may have at most {MAX_TARGET_BYTES} bytes.");
            return Err(Problem::new(414, "uri_too_long", detail));
        }
    }
    let request = catch_unwind(AssertUnwindSafe(|| Request::from(event)));
    request.map_err(|_| Problem::bad_request("malformed_request", "The request cannot be read."))
}

/// The value of a header. Invalid UTF-8 becomes a replacement character, which every check refuses.
pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The query without its question mark.
pub(super) fn query(request: &Request) -> &str {
    request.uri().query().unwrap_or_default()
}

/// The path as sent, without the stage that some gateways put before it.
pub(super) fn path(request: &Request) -> &str {
    let path = request.raw_http_path();
    let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref() else { return path };
    let stage = context.stage.as_deref().unwrap_or_default();
    let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(stage));
    rest.filter(|rest| rest.starts_with('/')).unwrap_or(path)
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
pub(super) fn body(request: Request, limit: usize) -> Result<Vec<u8>, Problem> {
    let body = request.into_body();
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

/// Refuses card numbers outside of the body; the body's reader looks for them there. The query must be UTF-8: a form
/// parser would replace invalid bytes and search for something else.
pub(super) fn without_card_number(params: &Params, query: &str, idempotency_key: Option<&str>) -> Result<(), Problem> {
    let query = percent_decode_str(query)
        .decode_utf8()
        .map_err(|_| Problem::bad_request("invalid_query", "The query is not UTF-8 text."))?;
    let variables = params.iter().map(|(_, value)| ("path", value.as_str()));
    let mut texts =
        variables.chain([("query", &*query)]).chain(idempotency_key.into_iter().map(|key| ("idempotency-key", key)));
    texts.find(|(_, text)| card_number::is_in(text)).map_or(Ok(()), |(place, _)| Err(card_number::refused(place)))
}

/// The typed query. Its values are legible text in Normalization Form C.
pub(super) fn typed_query<Q: DeserializeOwned>(query: &str) -> Result<Q, Problem> {
    let invalid = |error| Problem::bad_request("invalid_query", format!("The query cannot be read: {error}."));
    let typed = serde_urlencoded::from_str(query).map_err(invalid)?;
    if query.is_ascii() && !query.contains('%') {
        return Ok(typed);
    }
    let fields: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_urlencoded::from_str(query).map_err(invalid)?;
    for (name, value) in &fields {
        if let Some(requirement) = fault(value, Lines::One) {
            return Err(illegible(name, requirement));
        }
    }
    let in_form: Vec<_> = fields.iter().map(|(name, value)| (name, normalized(value))).collect();
    if in_form.iter().zip(&fields).all(|((_, new), (_, sent))| new == sent) {
        return Ok(typed);
    }
    let query = serde_urlencoded::to_string(in_form).map_err(Problem::internal)?;
    serde_urlencoded::from_str(&query).map_err(invalid)
}

/// 422: a text has characters that cannot be seen. The problem says where, and does not repeat it.
pub(super) fn illegible(place: &str, requirement: &str) -> Problem {
    let place = if place.is_empty() { "body" } else { place };
    FieldError::new(place, requirement).into()
}
