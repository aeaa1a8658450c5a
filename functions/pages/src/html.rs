//! Answers that are HTML. What a browser may load for them is the chassis's policy, which an answer of this type gets.

use askama::Template;
use chassis::Problem;
use chassis::digest;
use chassis::http::Response;
use lambda_http::Body;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, REFERRER_POLICY, VARY};

/// A page that is made for this visitor.
///
/// # Errors
/// If the template fails.
pub fn html(status: u16, page: &impl Template) -> Result<Response, Problem> {
    let text = page.render().map_err(Problem::internal)?;
    Ok(answer(status, text))
}

/// A step of a form that has several, which answers the one before it. The browser may keep it for itself, so that one can go back
/// to it with all that was typed: nothing else brings back what came in a form.
///
/// # Errors
/// If the template fails.
pub fn step(status: u16, page: &impl Template) -> Result<Response, Problem> {
    let mut response = html(status, page)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// A page about nobody, which caches may keep for five seconds and show for a minute while they ask for a newer one. A visitor who
/// has it already gets 304.
///
/// # Errors
/// If the template fails.
pub fn cacheable(page: &impl Template) -> Result<Response, Problem> {
    let text = page.render().map_err(Problem::internal)?;
    let tag = format!("\"{}\"", digest::of_bytes(text.as_bytes()));
    let mut response = answer(200, text);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=5, stale-while-revalidate=60"));
    // The language is in either.
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    Ok(response)
}

/// A part of a page that is made for this visitor.
///
/// # Errors
/// If the template fails.
pub fn fragment(part: &impl Template) -> Result<Response, Problem> {
    html(200, part)
}

fn answer(status: u16, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // A form says to the shop itself where it was sent from, and a link to somebody else nothing.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
