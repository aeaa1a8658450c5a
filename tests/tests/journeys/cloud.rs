//! The one adapter to AWS behind the API: queues through the SDK, and the mails that an emulator keeps. Only `mails_to` knows
//! an emulator's private paths.

use crate::stage::stage;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::Credentials;
use serde_json::Value;

fn with_queues<T>(work: impl AsyncFnOnce(Client) -> T) -> T {
    with_cloud(async |config| work(Client::new(&config)).await)
}

pub fn with_cloud<T>(work: impl AsyncFnOnce(SdkConfig) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut config = aws_config::defaults(BehaviorVersion::latest());
        if let Some((url, region)) = stage().endpoint() {
            let key = |variable: &str| std::env::var(variable).unwrap_or_else(|_| "test".to_owned());
            let (id, secret) = (key("AWS_ACCESS_KEY_ID"), key("AWS_SECRET_ACCESS_KEY"));
            let credentials = Credentials::new(id, secret, None, None, "environment");
            config = config.endpoint_url(url).region(Region::new(region)).credentials_provider(credentials);
        }
        work(config.load().await).await
    })
}

async fn url(client: &Client, queue: &str) -> String {
    let name = format!("{}-{queue}", stage().prefix);
    client.get_queue_url().queue_name(name).send().await.unwrap().queue_url.unwrap()
}

/// The value of a parameter of the stage, e.g. `jwks/users`.
pub fn parameter(path: &str) -> String {
    with_cloud(async |config| {
        let name = stage().parameter(path);
        let answer = aws_sdk_ssm::Client::new(&config).get_parameter().name(name).send().await.unwrap();
        answer.parameter.unwrap().value.unwrap()
    })
}

/// Stores another version of a parameter of the stage.
pub fn store_parameter(path: &str, value: &str) {
    with_cloud(async |config| {
        let store = aws_sdk_ssm::Client::new(&config).put_parameter().name(stage().parameter(path)).value(value);
        store.overwrite(true).send().await.unwrap();
    });
}

/// Puts a body into a queue, e.g. `inventory-inbox`.
pub fn send(queue: &str, body: &str) {
    with_queues(async |client| {
        let url = url(&client, queue).await;
        client.send_message().queue_url(url).message_body(body).send().await.unwrap();
    });
}

/// Publishes a message on a topic of the stage, e.g. `mail-feedback`, as the mail service does. False on AWS itself: there it does so by
/// itself, and nobody else may.
pub fn publish(topic: &str, message: &str) -> bool {
    let Some((endpoint, region)) = stage().endpoint() else { return false };
    // The account is in the address of every queue: `http://host/000000000000/name`.
    let queue = with_queues(async |client| url(&client, "notifications-inbox").await);
    let account = queue.rsplit('/').nth(1).unwrap().to_owned();
    let arn = format!("arn:aws:sns:{region}:{account}:{}-{topic}", stage().prefix);
    let in_form = |text: &str| text.bytes().map(escaped).collect::<String>();
    let body = format!("Action=Publish&Version=2010-03-31&TopicArn={}&Message={}", in_form(&arn), in_form(message));
    // An emulator takes the account from this and does not check it.
    let key = std::env::var("AWS_ACCESS_KEY_ID").unwrap_or_else(|_| "test".to_owned());
    let signed = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20200101/{region}/sns/aws4_request, SignedHeaders=host, Signature=0"
    );
    let request = ureq::post(format!("{endpoint}/")).header("authorization", signed);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.send(body.as_str()).unwrap();
    true
}

/// A byte in a form.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

/// Receives and deletes messages that contain `marker`; leaves the others.
pub fn take(queue: &str, marker: &str) -> Vec<String> {
    with_queues(async |client| {
        let url = url(&client, queue).await;
        let received =
            client.receive_message().queue_url(&url).max_number_of_messages(10).visibility_timeout(1).send().await;
        let mut taken = Vec::new();
        for message in received.unwrap().messages.unwrap_or_default() {
            let body = message.body.unwrap_or_default();
            if body.contains(marker) {
                let handle = message.receipt_handle.unwrap_or_default();
                client.delete_message().queue_url(&url).receipt_handle(handle).send().await.unwrap();
                taken.push(body);
            }
        }
        taken
    })
}

/// The mails to an address, if an emulator keeps them.
pub fn mails_to(address: &str) -> Option<Vec<Value>> {
    let (endpoint, _) = stage().endpoint()?;
    let kept = ["/_ministack/ses/messages", "/_aws/ses"].iter().find_map(|path| {
        let answer = ureq::get(format!("{endpoint}{path}")).call().ok()?;
        serde_json::from_str::<Value>(&answer.into_body().read_to_string().ok()?).ok()
    })?;
    Some(mails(&kept["messages"]).into_iter().filter(|mail| mail.to_string().contains(address)).collect())
}

/// The tokens in links of mails to an address, newest first, if an emulator keeps them; `kind` is the last but one part of the link.
pub fn tokens_to(address: &str, kind: &str) -> Option<Vec<String>> {
    let of_token = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
    let token = |mail: &Value| {
        let text = mail.to_string();
        let (_, rest) = text.split_once(&format!("/account/{kind}/"))?;
        Some(rest.chars().take_while(|sign| of_token(*sign)).collect())
    };
    let mut tokens: Vec<String> = mails_to(address)?.iter().filter_map(token).collect();
    tokens.reverse();
    Some(tokens)
}

/// Mails in a list, or in lists by account.
fn mails(kept: &Value) -> Vec<Value> {
    match kept {
        Value::Array(mails) => mails.clone(),
        Value::Object(accounts) => accounts.values().flat_map(mails).collect(),
        _ => Vec::new(),
    }
}
