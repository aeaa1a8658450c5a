//! One binary, any trigger: events as AWS documents them, told apart by shape.

use crate::probe::{Deed, Poke, Probe, Stored, bench, thing_key};
use chassis::testing::Bench;
use chassis::{Cause, Via};
use events::Message;
use serde_json::{Value, json};

/// An HTTP API event of payload format 2.0, as AWS documents it.
const HTTP: &str = r#"{
  "version": "2.0", "routeKey": "GET /v1/things/{id}", "rawPath": "/v1/things/a%2Fb", "rawQueryString": "",
  "cookies": ["cookie1"], "headers": {"header1": "value1", "header2": "value1,value2"},
  "requestContext": {
    "accountId": "123456789012", "apiId": "api-id", "domainName": "id.execute-api.us-east-1.amazonaws.com",
    "http": {"method": "GET", "path": "/v1/things/a%2Fb", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "agent"},
    "requestId": "id", "routeKey": "$default", "stage": "$default", "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390
  },
  "pathParameters": {"id": "a/b"}, "isBase64Encoded": false, "stageVariables": {"stageVariable1": "value1"}
}"#;

/// A scheduled event, as EventBridge sends it.
const SCHEDULE: &str = r#"{
  "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event", "source": "aws.events",
  "account": "123456789012", "time": "2015-10-08T16:53:06Z", "region": "us-east-1",
  "resources": ["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"], "detail": {}
}"#;

fn queue_event(body: &str) -> Value {
    json!({"Records": [{
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": body, "messageAttributes": {}, "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183"},
        "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:my-queue", "awsRegion": "us-east-2"
    }]})
}

fn stream_event(name: &str) -> Value {
    json!({"Records": [{
        "eventID": "1", "eventVersion": "1.0", "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "dynamodb": {
            "Keys": {"pk": {"S": "THING#a"}, "sk": {"S": "THING"}},
            "NewImage": {
                "pk": {"S": "THING#a"}, "sk": {"S": "THING"}, "name": {"S": name}, "size": {"N": "1"}, "seq": {"N": "4"},
                "cause": {"M": {"via": {"S": "http"}, "id": {"S": "r"}, "seq": {"N": "4"}}}
            },
            "SequenceNumber": "111", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES"
        }
    }]})
}

async fn invoke(bench: &Bench<Probe>, event: &str) -> Result<Value, String> {
    bench.invoke(&serde_json::from_str(event).unwrap()).await
}

#[tokio::test]
async fn an_http_event_is_answered_by_its_route_with_decoded_path_variables() {
    let answer = invoke(&bench(), HTTP).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["id"], "a/b");
}

#[tokio::test]
async fn a_queue_event_reaches_the_inbox_and_is_acknowledged() {
    let bench = bench();
    let body = json!({"specversion": "1.0", "id": "a/1/carts.poke.v1", "source": "/souk/carts", "type": Poke::TYPE,
        "subject": "a", "time": "2026-01-01T00:00:00Z", "data": {"deed": "succeed", "added_later": true}, "extension": 1});
    let answer = bench.invoke(&queue_event(&body.to_string())).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(*bench.function.service().handled.lock().unwrap(), ["a/1/carts.poke.v1"]);
}

#[tokio::test]
async fn a_stream_event_is_relayed() {
    let bench = bench();
    assert_eq!(bench.invoke(&stream_event("a")).await.unwrap(), Value::Null);
    let ids: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.id).collect();
    assert_eq!(ids, ["a/4/carts.poke.v1", "a/4/carts.poke.v1"]);
}

#[tokio::test]
async fn an_event_of_any_schedule_ticks() {
    let bench = bench();
    assert_eq!(invoke(&bench, SCHEDULE).await.unwrap(), Value::Null);
    assert_eq!(invoke(&bench, r#"{"source": "aws.scheduler"}"#).await.unwrap(), Value::Null);
}

#[tokio::test]
async fn an_unknown_event_fails_the_invocation() {
    let bench = bench();
    for event in [
        "{}",
        "[]",
        "null",
        "7",
        r#""text""#,
        r#"{"Records": [{"eventSource": "aws:s3"}]}"#,
        r#"{"Records": [{"EventSource": "aws:sns"}]}"#,
        r#"{"Records": [{"eventSource": "aws:sqs"}]}"#,
        r#"{"source": "custom.app"}"#,
        r#"{"requestContext": {"http": {}}}"#,
    ] {
        assert!(invoke(&bench, event).await.is_err(), "{event}");
    }
}

#[tokio::test]
async fn an_empty_batch_is_no_error() {
    assert_eq!(invoke(&bench(), r#"{"Records": []}"#).await.unwrap(), json!({"batchItemFailures": []}));
}

#[tokio::test]
async fn the_stream_of_the_embedded_table_has_the_documented_shape() {
    let bench = bench();
    let cause = Cause::new(Via::Http, "r", 4);
    let stored = Stored { name: "a".to_owned(), size: 1, seq: 4 };
    let _ = bench.function.service().table.create(&thing_key("a"), &stored, &cause).await.unwrap();
    let records = bench.dynamo.new_stream_records();
    let documented = &stream_event("a")["Records"][0]["dynamodb"]["NewImage"];
    assert_eq!(&records[0]["dynamodb"]["NewImage"], documented);
    assert_eq!(records[0]["eventSource"], "aws:dynamodb");
}

#[test]
fn the_probe_knows_every_deed_by_name() {
    let deed: Deed = serde_json::from_value(json!({"sleep_millis": 5})).unwrap();
    assert_eq!(deed, Deed::SleepMillis(5));
}

#[tokio::test]
async fn an_unknown_event_is_not_repeated_in_the_error() {
    for event in [json!({"requestContext": "ada@example.com"}), json!({"Records": "ada@example.com"})] {
        let why = bench().invoke(&event).await.unwrap_err();
        assert!(why.contains("unknown event") && !why.contains("ada"), "{why}");
    }
}
