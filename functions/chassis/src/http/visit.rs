//! What of a request decides how its answer looks in a browser.

use super::target::{self, base_path};
use crate::runtime::Wiring;
use crate::telemetry::Trace;
use lambda_http::Request;
use lambda_http::http::HeaderMap;

/// A request of a browser, as far as it decides how an answer looks.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// HTTP method in upper case.
    pub method: String,
    /// Path and query as sent, below the shop's public address.
    pub target: String,
    /// Headers as sent.
    pub headers: HeaderMap,
    /// Whether a part of a page was asked for.
    pub is_fragment: bool,
    /// The trace of the request, for support.
    pub trace_id: String,
}

impl Visit {
    pub(super) fn of(request: &Request, wiring: &Wiring, trace: &Trace) -> Self {
        Self {
            method: request.method().as_str().to_owned(),
            target: target::below(request, base_path(wiring.tokens.issuer())),
            headers: request.headers().clone(),
            is_fragment: false,
            trace_id: trace.id().to_owned(),
        }
    }

    pub(super) fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }
}
