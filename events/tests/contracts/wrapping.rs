//! Samples as AWS hands them to a function, for `cargo lambda invoke <function> --data-file events/samples/…`.

use events::{Capability, Outgoing};
use serde_json::{Value, json};

/// The SQS event of a batch with this message alone.
pub fn queue_event(outgoing: &Outgoing) -> Value {
    json!({"Records": [{
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": serde_json::to_string(&outgoing.envelope).unwrap(),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:eu-central-1:000000000000:local-{}-inbox", outgoing.to),
        "awsRegion": "eu-central-1",
    }]})
}

fn http_event(method: &str, path: &str, query: &str, body: Option<&Value>) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "requestId": "sample",
            "stage": "$default",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "sample"},
        },
        "body": body.map(Value::to_string),
        "isBase64Encoded": false,
    })
}

/// Events besides messages. `http.<capability>.…` is for that capability, the others are for any.
pub fn other_events() -> Vec<(String, Value)> {
    let mut events: Vec<_> = Capability::ALL
        .into_iter()
        .map(|capability| {
            let path = format!("/v1/openapi/{capability}.json");
            (format!("http.{capability}.openapi.json"), http_event("GET", &path, "", None))
        })
        .collect();
    let sign_up = json!({"email": "ada@example.com", "password": "a long enough passphrase", "name": "Ada"});
    let quote =
        json!({"currency": "EUR", "lines": [{"sku": "TEA-MINT-100", "quantity": 2}], "ship_to": {"country": "DE"}});
    events.extend([
        ("http.users.sign_up.json".to_owned(), http_event("POST", "/v1/users", "", Some(&sign_up))),
        ("http.catalog.products.json".to_owned(), http_event("GET", "/v1/products", "q=tea&limit=5", None)),
        ("http.catalog.quote.json".to_owned(), http_event("POST", "/v1/quotes", "", Some(&quote))),
        ("http.inventory.stock.json".to_owned(), http_event("GET", "/v1/stock/TEA-MINT-100", "", None)),
        ("http.carts.create.json".to_owned(), http_event("POST", "/v1/carts", "", Some(&json!({})))),
        ("schedule.json".to_owned(), schedule()),
        ("stream.removal.json".to_owned(), removal()),
    ]);
    events
}

fn schedule() -> Value {
    json!({
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-01-01T00:00:00Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:events:eu-central-1:000000000000:rule/local-orders-sweep"],
        "detail": {},
    })
}

fn removal() -> Value {
    let key = json!({"pk": {"S": "gone"}, "sk": {"S": "gone"}});
    json!({"Records": [{
        "eventID": "1",
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {"Keys": key, "OldImage": key, "SequenceNumber": "111", "SizeBytes": 8, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }]})
}
