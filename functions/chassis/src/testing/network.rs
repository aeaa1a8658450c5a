//! A network between the SDK and services in the same process. A request takes time and may get lost, and so may its
//! answer. The SDK's retries, time-outs and reading of errors stay real.

use crate::runtime::{Clock, JsonService, Random, ServiceNames, World, aws_retries, sdk};
use crate::telemetry::Metrics;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use events::Capability;
use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A request on the network.
#[derive(Debug, Clone)]
pub struct Packet {
    /// Operation of the `x-amz-target` header, e.g. `PutItem`; empty for REST protocols.
    pub operation: String,
    /// The body.
    pub body: String,
}

/// The network between the SDK and a service.
pub trait Network: Send + Sync {
    /// Carries a request to its service and returns status and body, or `None` if the connection breaks. A connection
    /// that hangs is one that never answers.
    fn carry(&self, packet: Packet) -> BoxFuture<'static, Option<(u16, String)>>;
}

#[derive(Clone)]
struct Across(Arc<dyn Network>);

impl fmt::Debug for Across {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Across")
    }
}

impl HttpConnector for Across {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let carried = self.0.carry(Packet { operation, body });
        HttpConnectorFuture::new(async move {
            let Some((status, body)) = carried.await else {
                return Err(ConnectorError::io("the connection broke".into()));
            };
            let status = StatusCode::try_from(status).unwrap_or_else(|_| panic!("status {status}"));
            let mut response = HttpResponse::new(status, SdkBody::from(body));
            response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
            Ok(response)
        })
    }
}

/// SDK configuration with this network. Retries wait for fixed times, since the SDK's own randomness would keep a run
/// from being repeated.
pub fn sdk_config(network: Arc<dyn Network>, world: &World) -> SdkConfig {
    let connector = SharedHttpConnector::new(Across(network));
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test")))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .retry_config(aws_retries().with_use_static_exponential_base(true))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .sleep_impl(world.sleeper())
        .build()
}

/// A retry partition for one client. By default all clients of a process share theirs.
pub fn own_retries() -> RetryPartition {
    RetryPartition::custom("own").build()
}

/// A client of the table's service.
pub fn dynamodb(config: &SdkConfig, world: &World) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::from_conf(sdk::dynamodb(config, world).retry_partition(own_retries()).build())
}

/// A client of the queues.
pub fn sqs(config: &SdkConfig, world: &World) -> aws_sdk_sqs::Client {
    aws_sdk_sqs::Client::from_conf(sdk::sqs(config, world).retry_partition(own_retries()).build())
}

/// A service in AWS JSON.
pub fn json_service(network: Arc<dyn Network>, world: &World, names: ServiceNames) -> JsonService {
    let connector = SharedHttpConnector::new(Across(Arc::clone(&network)));
    JsonService::new(connector, sdk_config(network, world), world.clone(), names)
}

/// A client of the parameter store.
pub fn ssm(config: &SdkConfig, world: &World) -> aws_sdk_ssm::Client {
    aws_sdk_ssm::Client::from_conf(sdk::ssm(config, world).retry_partition(own_retries()).build())
}

/// Metrics as log lines.
pub fn logged_metrics(capability: Capability, world: World) -> Metrics {
    Metrics::new("souk", super::signing::STAGE, capability, world).printing(|line| tracing::info!(%line, "metric"))
}

/// A world with this clock and randomness, which sleeps by tokio's timer.
pub fn world(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> World {
    World::new(clock, random, SharedAsyncSleep::new(TokioSleep))
}

#[derive(Debug)]
struct TokioSleep;

impl AsyncSleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}
