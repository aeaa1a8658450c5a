//! From an HTTP event to a route's handler and back: the steps that all requests share.

use super::access::{Access, Caller, Identity};
use super::etag;
use super::input::{self, Params};
use super::origin;
use super::page;
use super::problem::Problem;
use super::response::{self, Response};
use super::route::{Kind, RawCall, Route};
use super::screens::{RefusalPage, Screens};
use super::target::{self, Target};
use super::visit::Visit;
use crate::runtime::{Deadline, SecondFactor, Service, Wiring};
use crate::telemetry::{self, Trace};
use crate::tokens;
use futures_util::FutureExt;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_http::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE,
};
use lambda_http::http::{HeaderMap, StatusCode};
use lambda_http::request::LambdaRequest;
use lambda_http::{Body, Request};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// What the challenge says of a token that is good and yet not enough.
const INSUFFICIENT: &str = "Bearer error=\"insufficient_user_authentication\"";

const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// A capability's routes, ready to match.
pub struct Router<A> {
    routes: Vec<Route<A>>,
    paths: matchit::Router<Vec<usize>>,
    /// How a refusal looks to people, in a shop with pages.
    refusal: Option<RefusalPage<A>>,
    /// The document of the routes.
    document: &'static str,
}

impl<A> std::fmt::Debug for Router<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.routes).finish()
    }
}

impl<A: Service> Router<A> {
    /// Builds the matcher of the API's routes and the pages, if there are some.
    ///
    /// # Errors
    /// If two paths contradict each other.
    pub fn new(mut routes: Vec<Route<A>>, screens: Option<Screens<A>>) -> Result<Self, matchit::InsertError> {
        let refusal = screens.as_ref().map(|screens| screens.refusal);
        routes.extend(screens.into_iter().flat_map(|screens| screens.routes));
        let mut by_path: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (index, route) in routes.iter().enumerate() {
            by_path.entry(route.path).or_default().push(index);
        }
        let mut paths = matchit::Router::new();
        for (path, indices) in by_path {
            paths.insert(path, indices)?;
        }
        let document = routes.iter().find_map(|route| route.document).unwrap_or_default();
        Ok(Self { routes, paths, refusal, document })
    }

    /// Answers a request by the deadline; none is one that is no valid HTTP. Every failure becomes a problem document here and is
    /// logged here, once. HEAD is answered like GET, without a body (RFC 9110 §9.3.2).
    pub async fn answer(
        &self,
        app: &Arc<A>,
        wiring: &Wiring,
        event: Option<Box<LambdaRequest>>,
        deadline: &Deadline,
    ) -> ApiGatewayV2httpResponse {
        let request = input::request(event);
        let sent = request.as_ref().ok();
        let header = |name| sent.and_then(|request| input::header(request.headers(), name));
        let trace = Trace::continue_or_start(header("traceparent").as_deref(), &wiring.world);
        let known = header("if-none-match");
        let (_, id) = sent.map(input::origin).unwrap_or_default();
        let visit = Visit::of(sent, target::base_path(wiring.tokens.issuer()), trace.clone());
        let method = visit.method.clone();
        let mut caller = None;
        let (route, outcome) = match request.and_then(|request| wiring.edge.admit(request)) {
            Ok(request) => self.dispatch(app, wiring, request, &visit, &mut caller, deadline).await,
            Err(problem) => (None, Err(problem)),
        };
        let path = route.map_or("unmatched", |route| route.path);
        let (mut response, because) = match outcome {
            Ok(mut response) => {
                if let Some(route) = route.filter(|route| route.cache_seconds > 0) {
                    let value = format!("public, max-age={}", route.cache_seconds);
                    response::set(response.headers_mut(), CACHE_CONTROL, &value);
                }
                (response, None)
            }
            Err(problem) => {
                #[cfg(feature = "spec")]
                let problem = declared(route, problem);
                let shown = self.refusal.and_then(|refusal| page::shown(&**app, refusal, route, visit, &problem));
                let mut response = shown.unwrap_or_else(|| problem_response(&problem, &trace));
                explain(response.headers_mut(), &problem);
                (response, problem.because)
            }
        };
        let headers = response.headers_mut();
        response::set(headers, TRACE_ID, trace.id());
        response::secure(headers, wiring.tokens.issuer(), &wiring.site);
        if let Some(known) =
            known.filter(|_| matches!(method.as_str(), "GET" | "HEAD") && response.status().is_success())
        {
            leave_out_known(&mut response, &known);
        }
        if method == "HEAD" {
            *response.body_mut() = Body::Empty;
        }
        let status = response.status().as_u16();
        if status >= 500 {
            tracing::error!(trace_id = trace.id(), method, path, status, error = because, "request failed");
        }
        let (method, trace_id) = (method.as_str(), trace.id());
        wiring.metrics.request(&telemetry::Request { method, route: path, status, trace_id, id: &id, caller });
        response::to_gateway(response)
    }

    async fn dispatch(
        &self,
        app: &Arc<A>,
        wiring: &Wiring,
        request: Request,
        visit: &Visit,
        caller: &mut Option<String>,
        deadline: &Deadline,
    ) -> (Option<&Route<A>>, Result<Response, Problem>) {
        let (route, params) = match self.find(&request, target::base_path(wiring.tokens.issuer())) {
            Ok(found) => found,
            // A browser asks before it sends; the gateway adds what it may.
            Err(Problem { status: 405, members, .. }) if request.method() == "OPTIONS" => {
                return (None, Ok(methods_of(&members)));
            }
            Err(problem) => return (None, Err(problem)),
        };
        let outcome = match self.admit(route, wiring, request, params, visit, caller) {
            // A panic fails this request alone, like any other fault.
            Ok(call) => {
                let handling = async {
                    recheck(&**app, route, &call.caller).await?;
                    route.heed(&call.headers)?;
                    (route.handler)(app.clone(), call).await
                };
                match deadline.bound(AssertUnwindSafe(handling).catch_unwind().boxed()).await {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(_)) => Err(Problem::internal("the handler panicked")),
                    // Before the gateway gives up and answers for us. What hangs is dropped; another attempt is safe.
                    Err(error) => Err(Problem::unavailable().because(error.to_string())),
                }
            }
            Err(problem) => Err(problem),
        };
        (Some(route), outcome)
    }

    /// The route of a request. The function behind the gateway's default route knows what the whole shop serves.
    fn find(&self, request: &Request, base: &str) -> Result<(&Route<A>, Params), Problem> {
        let target = target::target(request, base)?;
        let (mut served, params): (Vec<&Route<A>>, Params) = match &target {
            Target::Route(template, params) => {
                (self.routes.iter().filter(|route| route.path == *template).collect(), params.clone())
            }
            Target::Path(path) => match self.paths.at(path) {
                Err(_) => return Err(elsewhere(path, request.method().as_str())),
                Ok(matched) => {
                    let decoded = |(name, value): (&str, &str)| Ok((name.to_owned(), input::decoded(value)?));
                    let params = matched.params.iter().map(decoded).collect::<Result<_, Problem>>()?;
                    (matched.value.iter().filter_map(|&index| self.routes.get(index)).collect(), params)
                }
            },
        };
        let method = request.method().as_str();
        let allowed: Vec<_> = served.iter().flat_map(|route| route.methods()).collect();
        served.retain(|route| route.methods().any(|served| served == method));
        let route = served.first().copied().ok_or_else(|| wrong_method(&allowed))?;
        Ok((route, params))
    }

    /// The call, if the caller may make it.
    fn admit(
        &self,
        route: &Route<A>,
        wiring: &Wiring,
        request: Request,
        params: Params,
        visit: &Visit,
        known: &mut Option<String>,
    ) -> Result<RawCall, Problem> {
        if route.kind != Kind::Api && route.method != "GET" {
            origin::must_be_own(request.headers(), wiring.tokens.issuer())?;
        }
        let mut caller = Caller {
            identity: match (route.access, route.kind) {
                (Access::Unauthenticated, _) => None,
                (_, Kind::Api) => identity(wiring, &request)?,
                (_, Kind::Page | Kind::Fragment) => page::identity(wiring, request.headers())?,
            },
            guest_token: input::header(request.headers(), "x-guest-token"),
        };
        if caller.is_machine() {
            // No machine acts as a guest.
            caller.guest_token = None;
        }
        // The line of a refused request says who tried.
        *known = caller.actor().map(|actor| actor.to_string());
        caller.check(route.access)?;
        step_up(wiring, route, &caller)?;
        // A page that its owner and staff may see decides by itself whose it is.
        let as_staff = match route.access {
            Access::CustomerOr(permission) | Access::Owner(permission) | Access::Needs(permission) => {
                caller.may(permission)
            }
            access => caller.is_staff() && (access == Access::AnyStaff || route.kind == Kind::Page),
        };
        let idempotency_key = input::header(request.headers(), "idempotency-key");
        let query = input::query(&request).to_owned();
        input::without_card_number(&params, &query, idempotency_key.as_deref())?;
        let (source_ip, request_id) = input::origin(&request);
        let (sent, body) = request.into_parts();
        Ok(RawCall {
            target: visit.target.clone(),
            headers: sent.headers,
            body: input::body(body, route.body_limit)?,
            query,
            caller,
            now: wiring.world.now(),
            trace: visit.trace.clone(),
            source_ip,
            request_id,
            staff_operation: route.operation.filter(|_| as_staff),
            idempotency_key,
            declared: route.declared(self.document),
            params,
        })
    }
}

/// Why a path is not served here.
fn elsewhere(path: &str, method: &str) -> Problem {
    let served: Vec<_> = events::routes::at(path).collect();
    let allowed: Vec<_> = served.iter().flat_map(|route| route.methods()).collect();
    match served.first() {
        None => {
            Problem::new(404, "not_found", "There is no such path. Paths are in lower case and end without a slash.")
        }
        Some(_) if !allowed.contains(&method) => wrong_method(&allowed),
        Some(route) => Problem::new(404, "not_found", format!("This shop runs without {} at present.", route.owner)),
    }
}

fn wrong_method(allowed: &[&str]) -> Problem {
    Problem::new(405, "method_not_allowed", "This path does not support this method.").with("allowed", allowed)
}

/// Leaves out of an answer what the client says it has (RFC 9110 §15.4.5). All other headers stay: a browser takes them in place of
/// those that it kept (RFC 9111 §4.3.4).
fn leave_out_known(response: &mut Response, known: &str) {
    let shown = input::header(response.headers(), ETAG.as_str());
    if shown.is_some_and(|shown| etag::includes(known, &shown)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::Empty;
        response.headers_mut().remove(CONTENT_TYPE);
    }
}

/// Refuses a person without a fresh second factor, where the route asks for that and the shop requires it. A machine has none: whoever
/// made its key, with what it may do, has shown one for it.
fn step_up<A>(wiring: &Wiring, route: &Route<A>, caller: &Caller) -> Result<(), Problem> {
    let is_asked = route.stepped_up && wiring.second_factor == SecondFactor::Required;
    let now = wiring.world.now();
    match &caller.identity {
        Some(identity) if is_asked && identity.machine.is_none() && !identity.is_stepped_up(now) => {
            Err(Problem::second_factor_required())
        }
        _ => Ok(()),
    }
}

/// Refuses a privileged caller whose token is revoked, where the route asks for that.
async fn recheck<A: Service>(app: &A, route: &Route<A>, caller: &Caller) -> Result<(), Problem> {
    let privileged = caller.identity.as_ref().filter(|identity| route.rechecked && identity.is_privileged());
    match privileged {
        Some(identity) if app.is_revoked(identity).await? => Err(Problem::session_ended()),
        _ => Ok(()),
    }
}

fn identity(wiring: &Wiring, request: &Request) -> Result<Option<Identity>, Problem> {
    let Some(header) = input::header(request.headers(), "authorization") else {
        return Ok(None);
    };
    let token = header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Problem::unauthenticated("Authorization takes a bearer token.").of_parameter("Authorization"))?;
    tokens::access_identity(&wiring.tokens, token, wiring.world.now())
        .map(Some)
        .map_err(|error| Problem::unauthenticated(format!("The access token is not valid: {error}.")))
}

/// Nothing but the methods that a path has.
fn methods_of(members: &Map<String, Value>) -> Response {
    let mut answer = Response::new(Body::Empty);
    *answer.status_mut() = StatusCode::NO_CONTENT;
    allow(answer.headers_mut(), members);
    answer
}

fn allow(headers: &mut HeaderMap, members: &Map<String, Value>) {
    if let Some(allowed) = members.get("allowed").and_then(Value::as_array) {
        let methods: Vec<_> = allowed.iter().filter_map(Value::as_str).collect();
        response::set(headers, ALLOW, &methods.join(", "));
    }
}

/// What a route does not declare is a fault of its own, so that no test takes it for an answer.
#[cfg(feature = "spec")]
fn declared<A>(route: Option<&Route<A>>, problem: Problem) -> Problem {
    match route.filter(|route| route.kind == Kind::Api && !route.declares(&problem)) {
        Some(route) => Problem::new(500, "internal", format!("{route:?} does not declare {problem}")),
        None => problem,
    }
}

/// Says to programs and browsers alike what they may do instead, and when.
fn explain(headers: &mut HeaderMap, problem: &Problem) {
    if let Some(seconds) = problem.retry_after {
        response::set(headers, RETRY_AFTER, &seconds.to_string());
    }
    allow(headers, &problem.members);
}

fn problem_response(problem: &Problem, trace: &Trace) -> Response {
    let mut answer = response::json(problem.status, "application/problem+json", &problem.document(trace.id()));
    let headers = answer.headers_mut();
    for (name, member) in [(ACCEPT, "accept"), (ACCEPT_ENCODING, "accept_encoding"), (ETAG, "etag")] {
        if let Some(served) = problem.members.get(member).and_then(Value::as_str) {
            response::set(headers, name, served);
        }
    }
    if problem.status == 401 {
        // Of a second factor the client learns how old it may be (RFC 9470 §3).
        let max_age = problem.members.get("max_age").map(|age| format!("{INSUFFICIENT}, max_age={age}"));
        response::set(headers, WWW_AUTHENTICATE, max_age.as_deref().unwrap_or("Bearer"));
    }
    answer
}
