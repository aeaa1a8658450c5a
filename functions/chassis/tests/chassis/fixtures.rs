//! Events from the ecosystem's event library: the chassis reads the same of each as that library.

use crate::probe::bench;
use aws_lambda_events::event::dynamodb::Event as StreamEvent;
use aws_lambda_events::event::sqs::SqsEvent;
use cargo_metadata::MetadataCommand;
use chassis::runtime::Event;
use chassis::testing::Response;
use serde_json::{Value, json};
use std::path::PathBuf;

fn folder() -> PathBuf {
    let metadata = MetadataCommand::new().manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).exec();
    let packages = metadata.unwrap().packages;
    let library = packages.iter().find(|package| package.name == "aws_lambda_events").unwrap();
    library.manifest_path.parent().unwrap().join("src/fixtures").into()
}

/// The fixtures with names that begin with `start`, each with its name.
fn fixtures(start: &str) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap());
    let named = files.map(|file| (file.file_name().into_string().unwrap(), file.path()));
    let found: Vec<_> = named.filter(|(name, _)| name.starts_with(start)).collect();
    assert!(!found.is_empty(), "no fixture starts with {start}");
    found.into_iter().map(|(name, path)| (name, std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn a_queue_event_is_read_as_the_event_library_reads_it() {
    for (name, text) in fixtures("example-sqs-event") {
        let theirs: SqsEvent = serde_json::from_str(&text).unwrap();
        let Event::Queue(ours) = Event::parse(&text).unwrap() else { panic!("{name} is a queue's") };
        assert_eq!(ours.len(), theirs.records.len(), "{name}");
        for (our, their) in ours.iter().zip(&theirs.records) {
            let texts = [&our.message_id, &our.receipt_handle, &our.body].map(|text| Some(text.clone()));
            assert_eq!(texts, [their.message_id.clone(), their.receipt_handle.clone(), their.body.clone()], "{name}");
            let count = their.attributes.get("ApproximateReceiveCount").map_or(1, |count| count.parse().unwrap());
            assert_eq!((our.receive_count(), &our.attributes), (count, &their.attributes), "{name}");
        }
    }
}

#[test]
fn a_stream_event_is_read_as_the_event_library_reads_it() {
    for (name, text) in fixtures("example-dynamodb-event") {
        // Some fixtures are a single record.
        let value: Value = serde_json::from_str(&text).unwrap();
        let event = if value["Records"].is_array() { value } else { json!({"Records": [value]}) };
        if event["Records"].as_array().unwrap().iter().any(|record| record["eventSource"].is_null()) {
            continue;
        }
        let theirs: StreamEvent = serde_json::from_value(event.clone()).unwrap();
        let Event::Stream(ours) = Event::parse(&event.to_string()).unwrap() else { panic!("{name} is a stream's") };
        assert_eq!(ours.len(), theirs.records.len(), "{name}");
        for (our, their) in ours.iter().zip(theirs.records) {
            assert_eq!(our.event_name, their.event_name, "{name}");
            let images = [&our.dynamodb.new, &our.dynamodb.old].map(|image| image.clone().unwrap_or_default());
            assert_eq!(images, [their.change.new_image, their.change.old_image], "{name}");
        }
    }
}

#[test]
fn a_scheduled_event_is_a_schedule() {
    for (name, text) in fixtures("example-eventbridge-schedule") {
        assert!(matches!(Event::parse(&text), Ok(Event::Schedule)), "{name}");
    }
}

#[tokio::test]
async fn every_http_event_of_payload_format_2_is_answered() {
    for (name, text) in fixtures("example-apigw-v2-request") {
        let answer = bench().invoke(&serde_json::from_str(&text).unwrap()).await.unwrap();
        assert_eq!(Response::from_answer(&answer).body, "page: not_found", "{name}");
    }
}

/// The event with which AWS documents cookies, sent to the echo.
fn echoed(change: impl Fn(&mut Value)) -> Value {
    let (_, text) = fixtures("example-apigw-v2-request-jwt-authorizer").remove(0);
    let mut event: Value = serde_json::from_str(&text).unwrap();
    event["rawPath"] = json!("/v1/echo");
    event["requestContext"]["http"]["method"] = json!("POST");
    event["headers"]["content-type"] = json!("application/octet-stream");
    change(&mut event);
    event
}

#[tokio::test]
async fn cookies_arrive_in_one_header_and_leave_apart() {
    let answer = bench().invoke(&echoed(|_| {})).await.unwrap();
    assert_eq!(answer["headers"]["x-cookie"], "cookie1; cookie2");
    assert_eq!(answer["cookies"], json!(["a=1; Path=/", "b=2; Path=/"]));
    assert!(answer["headers"].get("set-cookie").is_none(), "{answer}");
}

#[tokio::test]
async fn a_repeated_header_leaves_with_all_its_values() {
    let answer = bench().invoke(&echoed(|_| {})).await.unwrap();
    assert_eq!(answer["headers"]["link"], "</a>; rel=next, </b>; rel=last");
}

#[tokio::test]
async fn bytes_arrive_and_leave_in_base_64() {
    let send = |event: &mut Value| {
        event["body"] = json!("/wD+");
        event["isBase64Encoded"] = json!(true);
    };
    let answer = bench().invoke(&echoed(send)).await.unwrap();
    assert_eq!((&answer["body"], &answer["isBase64Encoded"]), (&json!("/wD+"), &json!(true)));
}

#[tokio::test]
async fn a_form_arrives_whether_the_gateway_encodes_it_or_not() {
    for (body, encoded) in [("a=1&b=%C3%A9", false), ("YT0xJmI9JUMzJUE5", true)] {
        let send = |event: &mut Value| {
            event["headers"]["content-type"] = json!("application/x-www-form-urlencoded");
            event["body"] = json!(body);
            event["isBase64Encoded"] = json!(encoded);
        };
        let answer = bench().invoke(&echoed(send)).await.unwrap();
        assert_eq!(answer["body"], "YT0xJmI9JUMzJUE5", "{body}");
    }
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let event = |method: &str| {
        echoed(|event| {
            event["rawPath"] = json!("/v1/things/a");
            event["requestContext"]["http"]["method"] = json!(method);
        })
    };
    let (get, head) = (bench().invoke(&event("GET")).await.unwrap(), bench().invoke(&event("HEAD")).await.unwrap());
    assert_eq!((&head["statusCode"], head.get("body")), (&get["statusCode"], None));
    for header in ["content-type", "cache-control", "x-content-type-options"] {
        assert_eq!(head["headers"][header], get["headers"][header], "{header}");
    }
    let missing = bench().invoke(&echoed(|event| event["requestContext"]["http"]["method"] = json!("HEAD"))).await;
    assert_eq!(missing.unwrap()["statusCode"], 405, "the echo takes POST only");
}
