//! What of a request decides how its answer looks in a browser.

use super::target;
use crate::telemetry::Trace;
use lambda_http::Request;
use lambda_http::http::HeaderMap;

/// A request, as far as it decides how its answer looks.
#[derive(Debug, Clone)]
pub struct Visit {
    /// HTTP method in upper case.
    pub method: String,
    /// Path and query as sent, below the shop's public address.
    pub target: String,
    /// Headers as sent to a path of people; none of what programs ask for.
    pub headers: HeaderMap,
    /// Whether a part of a page was asked for.
    pub is_fragment: bool,
    /// The trace of the request. Support asks for its id.
    pub trace: Trace,
}

impl Visit {
    /// Of a request to the shop whose public address has the path `base`; none is one that cannot be read, which has no path.
    pub(super) fn of(request: Option<&Request>, base: &str, trace: Trace) -> Self {
        let target = request.map(|request| target::below(request, base)).unwrap_or_default();
        let for_people = request.filter(|_| is_for_people(path(&target)));
        Self {
            method: request.map_or("unknown", |request| request.method().as_str()).to_owned(),
            headers: for_people.map(|request| request.headers().clone()).unwrap_or_default(),
            target,
            is_fragment: false,
            trace,
        }
    }

    pub(super) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }

    pub(super) fn is_for_people(&self) -> bool {
        is_for_people(path(&self.target))
    }
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// Whether a path is one of people's: whatever is neither the API's nor a well-known address.
fn is_for_people(path: &str) -> bool {
    let below = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    !path.is_empty() && !below("/v1") && !below("/.well-known")
}

#[cfg(test)]
mod tests {
    use super::{Visit, is_for_people};
    use crate::http::input;
    use crate::telemetry::Trace;
    use crate::testing::{Request, TestWorld};

    #[test]
    fn people_look_at_all_paths_but_those_of_programs() {
        for path in ["/", "/cart", "/v1x", "/products/v1", "/.well-knownx"] {
            assert!(is_for_people(path), "{path}");
        }
        for path in ["", "/v1", "/v1/", "/v1/carts", "/.well-known/jwks.json"] {
            assert!(!is_for_people(path), "{path}");
        }
    }

    #[test]
    fn nothing_is_copied_of_what_programs_send() {
        let trace = Trace::continue_or_start(None, &TestWorld::default().world());
        let sent = |target: &str| {
            let event = Request::get(target).header("cookie", "a=b").event();
            let request = input::request(Some(serde_json::from_value(event).unwrap())).unwrap();
            Visit::of(Some(&request), "", trace.clone())
        };
        assert!(sent("/v1/carts?x=1").headers.is_empty());
        assert!(sent("/cart?then=/v1/carts").headers.contains_key("cookie"));
    }
}
