//! Services of AWS whose SDK would be large for the one question that is asked of them: called in AWS JSON 1.0, and signed as the SDK
//! signs. Refuses retries and time limits: who asks bounds the call ([`within`](super::within)) and can do without its answer.

use super::world::World;
use crate::telemetry::redact::with_causes;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_types::SdkConfig;
use serde_json::Value;
use std::time::{Duration, UNIX_EPOCH};

const MEDIA_TYPE: &str = "application/x-amz-json-1.0";

/// A service gave no answer, or refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {why}")]
pub struct CallError {
    operation: String,
    why: String,
}

/// The names of a service.
#[derive(Debug, Clone, Copy)]
pub struct ServiceNames {
    /// In its address and in signatures.
    pub endpoint: &'static str,
    /// Before an operation, in the header `x-amz-target`.
    pub target: &'static str,
}

/// A service that speaks AWS JSON 1.0.
#[derive(Debug, Clone)]
pub struct JsonService {
    connector: SharedHttpConnector,
    sdk: SdkConfig,
    world: World,
    names: ServiceNames,
}

impl JsonService {
    /// `sdk` says the region, the credentials and, of an emulator, the address.
    pub fn new(connector: SharedHttpConnector, sdk: SdkConfig, world: World, names: ServiceNames) -> Self {
        Self { connector, sdk, world, names }
    }

    /// Calls an operation once.
    ///
    /// # Errors
    /// If there is no answer, or a refusal.
    pub async fn call(&self, operation: &str, input: &Value) -> Result<Value, CallError> {
        let failed = |error: BoxError| CallError { operation: operation.to_owned(), why: with_causes(&*error) };
        self.answer(operation, input).await.map_err(failed)
    }

    async fn answer(&self, operation: &str, input: &Value) -> Result<Value, BoxError> {
        let request = self.signed(operation, input.to_string()).await?;
        let response = self.connector.call(request).await?;
        let status = response.status();
        let answer = ByteStream::new(response.into_body()).collect().await?.into_bytes();
        if status.is_success() {
            return Ok(serde_json::from_slice(&answer)?);
        }
        let refusal: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let kind = refusal["__type"].as_str().unwrap_or_default();
        Err(format!("status {} {kind}", status.as_u16()).into())
    }

    async fn signed(&self, operation: &str, body: String) -> Result<HttpRequest, BoxError> {
        let region = self.sdk.region().ok_or("no region")?.as_ref();
        let provider = self.sdk.credentials_provider().ok_or("no credentials")?;
        let identity: Identity = provider.provide_credentials().await?.into();
        let (address, target) = (self.address(region), format!("{}.{operation}", self.names.target));
        let headers = [("content-type", MEDIA_TYPE), ("x-amz-target", target.as_str())];
        let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(self.world.now().millis()).unwrap_or(0));
        let parameters: SigningParams<'_> = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(self.names.endpoint)
            .time(now)
            .settings(SigningSettings::default())
            .build()?
            .into();
        let unsigned =
            SignableRequest::new("POST", address.as_str(), headers.into_iter(), SignableBody::Bytes(body.as_bytes()))?;
        let (signature, _) = sign(unsigned, &parameters)?.into_parts();
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST")?;
        request.set_uri(address)?;
        let headers = headers.into_iter().chain(signature.headers());
        for (name, value) in headers {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }

    fn address(&self, region: &str) -> String {
        let country = if region.starts_with("cn-") { ".cn" } else { "" };
        let own = || format!("https://{}.{region}.amazonaws.com{country}", self.names.endpoint);
        let address = self.sdk.endpoint_url().map_or_else(own, str::to_owned);
        format!("{}/", address.trim_end_matches('/'))
    }
}
