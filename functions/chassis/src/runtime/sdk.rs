//! Configuration of SDK clients on Lambda; no client is made without its time limits. Refuses to search: region and credentials are in every function's
//! environment, and the code that searches elsewhere (profiles, web identities, instance metadata) would only add size.

use super::config::{ConfigError, Env};
use super::deadline::{EndsInTime, aws_retries};
use super::time_limit::AWS_ATTEMPT;
use super::world::World;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;

/// The connections of a process. Made once for all clients: each connector of the SDK's own parses the machine's certificates again.
pub fn connector(sleep: SharedAsyncSleep) -> SharedHttpConnector {
    SharedHttpConnector::new(
        Connector::builder()
            .connector_settings(HttpConnectorSettings::builder().connect_timeout(AWS_ATTEMPT.at_most).build())
            .sleep_impl(sleep)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .build(),
    )
}

/// For all clients of a process, which share their connections. The credentials are fixed: Lambda ends the process
/// before they expire.
///
/// # Errors
/// If `AWS_REGION`, `AWS_ACCESS_KEY_ID` or `AWS_SECRET_ACCESS_KEY` is missing.
pub fn config(
    env: &Env<'_>,
    sleep: SharedAsyncSleep,
    connector: SharedHttpConnector,
) -> Result<SdkConfig, ConfigError> {
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
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .retry_config(aws_retries())
        .sleep_impl(sleep);
    Ok(match env.optional("AWS_ENDPOINT_URL") {
        Some(url) => config.endpoint_url(url).build(),
        None => config.build(),
    })
}

/// A client's configuration for the table.
pub fn dynamodb(sdk: &SdkConfig, world: &World) -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::config::Builder::from(sdk).interceptor(EndsInTime::attempts(world, AWS_ATTEMPT))
}

/// A client's configuration for the queues.
pub fn sqs(sdk: &SdkConfig, world: &World) -> aws_sdk_sqs::config::Builder {
    aws_sdk_sqs::config::Builder::from(sdk).interceptor(EndsInTime::attempts(world, AWS_ATTEMPT))
}

/// A client's configuration for the parameter store.
pub fn ssm(sdk: &SdkConfig, world: &World) -> aws_sdk_ssm::config::Builder {
    aws_sdk_ssm::config::Builder::from(sdk).interceptor(EndsInTime::attempts(world, AWS_ATTEMPT))
}
