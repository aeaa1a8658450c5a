//! An SDK connector that answers in the same process: serialization, retries and error parsing stay real.

use crate::runtime::{JsonService, ServiceNames, aws_retries, sdk};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use std::fmt;
use std::sync::Arc;

/// A request as the service would see it.
#[derive(Debug)]
pub struct WireRequest<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Path and query.
    pub uri: &'a str,
    /// Operation of the `x-amz-target` header, e.g. `PutItem`; empty for REST protocols.
    pub operation: &'a str,
    /// The body.
    pub body: &'a str,
}

/// The status of a service that never answers: the connection hangs.
pub const NO_ANSWER: u16 = 0;

/// A service: takes a request and returns a status and a body.
pub type WireService = Arc<dyn Fn(WireRequest<'_>) -> (u16, String) + Send + Sync>;

#[derive(Clone)]
struct InProcess(WireService);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let wire = WireRequest { method: request.method(), uri: request.uri(), operation: &operation, body: &body };
        let (status, body) = (self.0)(wire);
        if status == NO_ANSWER {
            return HttpConnectorFuture::new(std::future::pending());
        }
        let status = StatusCode::try_from(status).unwrap_or_else(|_| panic!("status {status}"));
        let mut response = HttpResponse::new(status, SdkBody::from(body));
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// SDK configuration in which `service` answers every request.
pub fn sdk_config(service: WireService, world: &crate::World) -> SdkConfig {
    let connector = SharedHttpConnector::new(InProcess(service));
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test")))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .retry_config(aws_retries())
        .sleep_impl(world.sleeper())
        .build()
}

/// A client of the table whose service this is, with its time limits.
pub fn dynamodb(service: WireService, world: &crate::World) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::from_conf(sdk::dynamodb(&sdk_config(service, world), world).build())
}

/// A client of the queues whose service this is, with its time limits.
pub fn sqs(service: WireService, world: &crate::World) -> aws_sdk_sqs::Client {
    aws_sdk_sqs::Client::from_conf(sdk::sqs(&sdk_config(service, world), world).build())
}

/// The service in AWS JSON that this one is.
pub fn json_service(service: WireService, world: &crate::World, names: ServiceNames) -> JsonService {
    let connector = SharedHttpConnector::new(InProcess(Arc::clone(&service)));
    JsonService::new(connector, sdk_config(service, world), world.clone(), names)
}

/// A client of the parameter store that this service is, with its time limits.
pub fn ssm(service: WireService, world: &crate::World) -> aws_sdk_ssm::Client {
    aws_sdk_ssm::Client::from_conf(sdk::ssm(&sdk_config(service, world), world).build())
}
