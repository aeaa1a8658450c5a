//! The leanest function that reads an item and sends a message through the SDK: its clients take credentials and region from
//! the environment and share a connector.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use std::env::var;

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let credentials =
            Credentials::new(var("AWS_ACCESS_KEY_ID")?, var("AWS_SECRET_ACCESS_KEY")?, None, None, "environment");
        let tls = Provider::Rustls(CryptoMode::AwsLc);
        let connector = SharedHttpConnector::new(Connector::builder().tls_provider(tls).build());
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(var("AWS_REGION")?))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .sleep_impl(TokioSleep::new())
            .endpoint_url(var("AWS_ENDPOINT_URL")?)
            .build();
        let table = aws_sdk_dynamodb::Client::new(&sdk);
        let queues = aws_sdk_sqs::Client::new(&sdk);
        let (name, prefix) = (var("TABLE_NAME")?, var("QUEUE_URL_PREFIX")?);
        lambda_runtime::run(service_fn(async |_: LambdaEvent<Value>| {
            let key = || AttributeValue::S("a".to_owned());
            table.get_item().table_name(&name).key("pk", key()).key("sk", key()).send().await?;
            queues.send_message().queue_url(format!("{prefix}orders-dlq")).message_body("{}").send().await?;
            Ok::<_, Error>(json!({"statusCode": 200, "headers": {}, "body": "\"done\""}))
        }))
        .await
    })
}
