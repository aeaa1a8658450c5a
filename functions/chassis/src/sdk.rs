//! What SDK clients are made of on Lambda. Refuses to search: region and credentials stand in every function's environment,
//! and the SDK's search for them elsewhere (profiles, web identities, instance metadata) would be carried along unused.

use crate::config::{ConfigError, Env};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::SdkConfig;
use std::sync::atomic::{AtomicBool, Ordering};

/// For all clients of a process, which share their connections. The credentials are those that the process started with:
/// Lambda ends it before they do.
///
/// # Errors
/// If `AWS_REGION`, `AWS_ACCESS_KEY_ID` or `AWS_SECRET_ACCESS_KEY` is missing.
pub fn config(env: &Env<'_>, sleep: SharedAsyncSleep) -> Result<SdkConfig, ConfigError> {
    let credentials = Credentials::new(
        env.required("AWS_ACCESS_KEY_ID")?,
        env.required("AWS_SECRET_ACCESS_KEY")?,
        env.optional("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(env.required("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(OneForAll {
            client: Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https(),
            has_certificates: AtomicBool::new(false),
        })
        .sleep_impl(sleep);
    Ok(match env.optional("AWS_ENDPOINT_URL") {
        Some(url) => config.endpoint_url(url).build(),
        None => config.build(),
    })
}

/// The HTTP client that all SDK clients share. Each of them, when it is made, has it load and read the machine's
/// certificates, so that no first request does: once does for all.
#[derive(Debug)]
struct OneForAll {
    client: SharedHttpClient,
    has_certificates: AtomicBool,
}

impl HttpClient for OneForAll {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        self.client.http_connector(settings, components)
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        if self.has_certificates.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        self.client.validate_base_client_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}
