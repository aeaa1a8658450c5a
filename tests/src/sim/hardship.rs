//! What policies must allow although crowds seldom or never need it: nobody can read a message or a stream record, a
//! message is not handled in time, a stream loses all that it should tell.

use super::rights::{Right, Trigger};
use super::stage::RELAYS;
use super::visit::{Visit, on_virtual_time};
use crate::house;
use chassis::testing::Request;
use events::Capability;
use events::flows::received_by;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// So little that no table answers before the time to handle a message is over.
const NO_TIME: Duration = Duration::from_millis(501);

/// What the functions ask of AWS when they meet all of it.
pub fn rights() -> BTreeSet<Right> {
    on_virtual_time(async {
        let visit = Visit::begin(false).await;
        is_only_swept(&visit).await;
        for capability in Capability::ALL {
            cannot_be_read(&visit, capability).await;
            comes_too_late(&visit, capability).await;
        }
        visit.shop.stage.rights.recorded()
    })
}

/// An order of which no stream tells anything, refunded in part: the sweeps move it.
async fn is_only_swept(visit: &Visit) {
    let cart = visit.cart(None).await;
    let wish = visit.wish(None, &cart).await;
    let (order, _) = visit.place(None, &wish).await;
    visit.until(order, "fulfilment_state", "created").await;
    visit.deliver(order).await;
    let refund = json!({"amount": {"amount": 100, "currency": "EUR"}, "reason": "a broken cup"});
    let refund = Request::post(&format!("/v1/payments/{}/refunds", order.payment()), refund);
    let refund = refund.bearer(&visit.staff()).header("idempotency-key", "first");
    visit.ask(Capability::Payments, refund).await;
    visit.until(order, "payment_state", "partially_refunded").await;
}

async fn cannot_be_read(visit: &Visit, of: Capability) {
    let (shop, about) = (&visit.shop, || "something unreadable".to_owned());
    let message = json!({"Records": [queued("{")]});
    shop.invoke(of, Trigger::Queue, &message, about()).await;
    if RELAYS.contains(&of) {
        let image = json!({"pk": {"S": "a"}, "sk": {"S": "b"}});
        let record = json!({"eventSource": "aws:dynamodb", "eventName": "INSERT",
            "dynamodb": {"Keys": image, "NewImage": image}});
        shop.invoke(of, Trigger::Stream, &json!({"Records": [record]}), about()).await;
    }
}

async fn comes_too_late(visit: &Visit, of: Capability) {
    let kind = received_by(of).find(|flow| flow.to[0] == of).unwrap().kind;
    let sample: Value = serde_json::from_str(&house::read(&format!("events/samples/{kind}.json"))).unwrap();
    let message = json!({"Records": [queued(sample["Records"][0]["body"].as_str().unwrap())]});
    visit.shop.invoke_within(NO_TIME, of, Trigger::Queue, &message, kind.to_owned()).await;
}

fn queued(body: &str) -> Value {
    json!({"messageId": "1", "receiptHandle": u64::MAX.to_string(), "body": body, "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": "1"}})
}
