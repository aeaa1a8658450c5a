//! A server of the outside world that answers in the same process.

use crate::runtime::Web;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use std::fmt;
use std::sync::Arc;

/// A request as the server would see it.
#[derive(Debug)]
pub struct WebRequest<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// The whole address.
    pub address: &'a str,
    /// The header `authorization`; empty without one.
    pub authorization: &'a str,
    /// The body.
    pub body: &'a str,
}

/// A server: takes a request and returns a status and a body, or `None` if the connection hangs.
pub type WebServer = Arc<dyn Fn(WebRequest<'_>) -> Option<(u16, String)> + Send + Sync>;

#[derive(Clone)]
struct InProcess(WebServer);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
        let authorization = request.headers().get("authorization").unwrap_or_default();
        let asked = WebRequest { method: request.method(), address: request.uri(), authorization, body: &body };
        let Some((status, body)) = (self.0)(asked) else {
            return HttpConnectorFuture::new(std::future::pending());
        };
        let status = StatusCode::try_from(status).unwrap_or_else(|_| panic!("status {status}"));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

/// A client for which this server is the outside world.
pub fn web(server: WebServer) -> Web {
    Web::new(SharedHttpConnector::new(InProcess(server)))
}
