//! A function that reads an item and sends a message, with the clients as the SDK makes them.

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let sdk = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let table = aws_sdk_dynamodb::Client::new(&sdk);
        let queues = aws_sdk_sqs::Client::new(&sdk);
        let (name, prefix) = (std::env::var("TABLE_NAME")?, std::env::var("QUEUE_URL_PREFIX")?);
        lambda_runtime::run(service_fn(async |_: LambdaEvent<Value>| {
            let key = || AttributeValue::S("a".to_owned());
            table.get_item().table_name(&name).key("pk", key()).key("sk", key()).send().await?;
            queues.send_message().queue_url(format!("{prefix}orders-dlq")).message_body("{}").send().await?;
            Ok::<_, Error>(json!({"statusCode": 200, "headers": {}, "body": "\"done\""}))
        }))
        .await
    })
}
