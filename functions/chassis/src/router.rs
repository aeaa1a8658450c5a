//! From an HTTP event to a route's handler and back: everything that is the same for every request.

use crate::access::{Access, Caller, Identity};
use crate::payload::{HttpRequest, HttpResponse};
use crate::route::{RawCall, Route};
use crate::service::Wiring;
use crate::trace::Trace;
use crate::{Problem, card_number, token};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Bytes of path and query together.
const MAX_TARGET_BYTES: usize = 8_000;

type Params = Vec<(String, String)>;

/// A capability's routes, ready to match.
pub struct Router<A> {
    routes: Vec<Route<A>>,
    paths: matchit::Router<Vec<usize>>,
}

impl<A> std::fmt::Debug for Router<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.routes).finish()
    }
}

impl<A: Send + Sync + 'static> Router<A> {
    /// Builds the matcher.
    ///
    /// # Errors
    /// If two paths contradict each other.
    pub fn new(routes: Vec<Route<A>>) -> Result<Self, matchit::InsertError> {
        let mut by_path: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (index, route) in routes.iter().enumerate() {
            by_path.entry(route.path).or_default().push(index);
        }
        let mut paths = matchit::Router::new();
        for (path, indices) in by_path {
            paths.insert(path, indices)?;
        }
        Ok(Self { routes, paths })
    }

    /// Answers a request. Every failure becomes a problem document here and is logged here, once.
    pub async fn answer(&self, app: &Arc<A>, wiring: &Wiring, request: HttpRequest) -> HttpResponse {
        let traceparent = request.headers.get("traceparent").map(String::as_str);
        let trace = Trace::continue_or_start(traceparent, &wiring.world);
        let method = request.request_context.http.method.clone();
        let (route, outcome) = self.dispatch(app, wiring, request, trace.clone()).await;
        let path = route.map_or("unmatched", |route| route.path);
        let mut response = match outcome {
            Ok(mut response) => {
                if let Some(route) = route.filter(|route| route.cache_seconds > 0) {
                    let value = format!("public, max-age={}", route.cache_seconds);
                    response.headers.insert("cache-control", value);
                }
                response
            }
            Err(problem) => problem_response(&problem, &trace),
        };
        response.headers.insert("x-trace-id", trace.id().to_owned());
        response.headers.entry("cache-control").or_insert_with(|| "no-store".to_owned());
        response.headers.insert("x-content-type-options", "nosniff".to_owned());
        let status = response.status_code;
        if status >= 500 {
            tracing::error!(trace_id = trace.id(), method, path, status, "request failed");
        }
        wiring.metrics.request(&method, path, status, trace.id());
        response
    }

    async fn dispatch(
        &self,
        app: &Arc<A>,
        wiring: &Wiring,
        request: HttpRequest,
        trace: Trace,
    ) -> (Option<&Route<A>>, Result<HttpResponse, Problem>) {
        let found = bounded(&request).and_then(|()| self.find(&request));
        let (route, params) = match found {
            Ok(found) => found,
            Err(problem) => return (None, Err(problem)),
        };
        let outcome = match self.admit(route, wiring, request, params, trace) {
            // A panic is our fault and this request's alone: it is answered like any other failure.
            Ok(call) => {
                let handling = async { (route.handler)(app.clone(), call).await };
                AssertUnwindSafe(handling).catch_unwind().await.unwrap_or_else(|_| Err(Problem::internal()))
            }
            Err(problem) => Err(problem),
        };
        (Some(route), outcome)
    }

    fn find(&self, request: &HttpRequest) -> Result<(&Route<A>, Params), Problem> {
        let stage = format!("/{}", request.request_context.stage);
        let path =
            request.raw_path.strip_prefix(&stage).filter(|rest| rest.starts_with('/')).unwrap_or(&request.raw_path);
        let matched = self.paths.at(path).map_err(|_| Problem::not_found())?;
        let method = request.request_context.http.method.as_str();
        let route = matched
            .value
            .iter()
            .filter_map(|&index| self.routes.get(index))
            .find(|route| route.method == method)
            .ok_or_else(|| {
                let allowed: Vec<_> =
                    matched.value.iter().filter_map(|&index| Some(self.routes.get(index)?.method)).collect();
                Problem::new(405, "method_not_allowed", "This path does not take that method.").with("allowed", allowed)
            })?;
        let params = matched
            .params
            .iter()
            .map(|(name, value)| Ok((name.to_owned(), percent_decoded(value)?)))
            .collect::<Result<_, Problem>>()?;
        Ok((route, params))
    }

    fn admit(
        &self,
        route: &Route<A>,
        wiring: &Wiring,
        request: HttpRequest,
        params: Params,
        trace: Trace,
    ) -> Result<RawCall, Problem> {
        let now = wiring.world.now();
        let caller = Caller {
            identity: match route.access {
                Access::Unauthenticated => None,
                _ => identity(wiring, &request)?,
            },
            guest_token: request.headers.get("x-guest-token").cloned(),
        };
        caller.check(route.access)?;
        let idempotency_key = request.headers.get("idempotency-key").cloned();
        without_card_number(&params, &query_text(&request.raw_query_string)?, idempotency_key.as_deref())?;
        Ok(RawCall {
            body: body(&request, route.body_limit)?,
            query: request.raw_query_string,
            caller,
            now,
            trace,
            source_ip: request.request_context.http.source_ip,
            request_id: request.request_context.request_id,
            idempotency_key,
            params,
        })
    }
}

fn identity(wiring: &Wiring, request: &HttpRequest) -> Result<Option<Identity>, Problem> {
    let Some(header) = request.headers.get("authorization") else {
        return Ok(None);
    };
    let token = header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Problem::unauthenticated("The Authorization header must be a bearer token."))?;
    token::access_identity(&wiring.tokens, token, &wiring.stage, wiring.world.now())
        .map(Some)
        .map_err(|error| Problem::unauthenticated(format!("The access token is not valid: {error}.")))
}

fn body(request: &HttpRequest, limit: usize) -> Result<Vec<u8>, Problem> {
    let text = request.body.as_deref().unwrap_or_default();
    // Base 64 is a third longer than what it encodes: refuse before decoding.
    if text.len() > limit + limit / 2 {
        return Err(too_large(limit));
    }
    let bytes = if request.is_base64_encoded {
        STANDARD.decode(text).map_err(|_| Problem::bad_request("invalid_body", "The body is not valid base 64."))?
    } else {
        text.as_bytes().to_vec()
    };
    if bytes.len() > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

fn too_large(limit: usize) -> Problem {
    Problem::new(413, "body_too_large", format!("The body may have at most {limit} bytes."))
}

/// A path and query longer than every client may rely on (RFC 9112 §3) are nothing that we hand out.
fn bounded(request: &HttpRequest) -> Result<(), Problem> {
    let fits = request.raw_path.len() + request.raw_query_string.len() <= MAX_TARGET_BYTES;
    let too_long =
        || Problem::new(414, "uri_too_long", format!("Path and query may have at most {MAX_TARGET_BYTES} bytes."));
    fits.then_some(()).ok_or_else(too_long)
}

/// A query decoded. The form parser would replace what is no text, and search for something else.
fn query_text(query: &str) -> Result<String, Problem> {
    let (bytes, _) = percent_decode(query);
    String::from_utf8(bytes).map_err(|_| Problem::bad_request("invalid_query", "The query is not UTF-8 text."))
}

/// Refuses card numbers outside of the body, which its reader looks through.
fn without_card_number(params: &Params, query: &str, idempotency_key: Option<&str>) -> Result<(), Problem> {
    let variables = params.iter().map(|(_, value)| ("path", value.as_str()));
    let mut texts =
        variables.chain([("query", query)]).chain(idempotency_key.into_iter().map(|key| ("idempotency-key", key)));
    texts.find(|(_, text)| card_number::is_in(text)).map_or(Ok(()), |(place, _)| Err(card_number::refused(place)))
}

fn percent_decoded(segment: &str) -> Result<String, Problem> {
    let (bytes, well_formed) = percent_decode(segment);
    String::from_utf8(bytes).ok().filter(|_| well_formed).ok_or_else(Problem::not_found)
}

/// The bytes meant, and whether each percent sign stands before two hexadecimal digits; one that does not stays.
fn percent_decode(text: &str) -> (Vec<u8>, bool) {
    let (mut bytes, mut well_formed) = (Vec::with_capacity(text.len()), true);
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|code| first == b'%' && code.iter().all(u8::is_ascii_hexdigit));
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        well_formed &= first != b'%' || code.is_some();
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    (bytes, well_formed)
}

fn problem_response(problem: &Problem, trace: &Trace) -> HttpResponse {
    let mut headers = HashMap::from([("content-type", "application/problem+json".to_owned())]);
    if let Some(seconds) = problem.retry_after {
        headers.insert("retry-after", seconds.to_string());
    }
    if let Some(allowed) = problem.members.get("allowed").and_then(|methods| methods.as_array()) {
        let methods: Vec<_> = allowed.iter().filter_map(|method| method.as_str()).collect();
        headers.insert("allow", methods.join(", "));
    }
    if problem.status == 401 {
        headers.insert("www-authenticate", "Bearer".to_owned());
    }
    HttpResponse {
        status_code: problem.status,
        headers,
        body: serde_json::to_string(&problem.document(trace.id())).ok(),
        is_base64_encoded: false,
        cookies: [],
    }
}
