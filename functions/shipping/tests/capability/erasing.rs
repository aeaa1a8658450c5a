//! An order forgot its buyer: what its shipment forgets and when, what it answers, and what comes late.

use crate::harness::{ORDER, bench, cancel, create, delivery, dispatch, html, list, sent, staff_page};
use chassis::testing::{Bench, Request};
use events::orders::OrderErased;
use serde_json::{Value, json};
use shipping::Shipping;

/// What tells who the recipient is.
const TRACES: [&str; 5] = ["Ada", "Street 1", "Berlin", "10115", "0034"];

fn traces(bench: &Bench<Shipping>) -> Vec<&'static str> {
    let text: String =
        bench.dynamo.items().iter().filter(|item| item["sk"]["S"] == "shipment").map(Value::to_string).collect();
    TRACES.into_iter().filter(|trace| text.contains(&format!("\"{trace}\""))).collect()
}

async fn erase(bench: &Bench<Shipping>, seq: u64) {
    bench.receive(&ORDER.to_string(), seq, &OrderErased { order_id: ORDER }).await;
}

#[tokio::test]
async fn a_shipment_forgets_its_recipient_and_keeps_goods_weight_and_country() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.http(dispatch(&bench, "0034")).await;
    bench.http(delivery(&bench)).await;
    assert_eq!(traces(&bench).len(), 5, "there is something to forget");
    sent(&bench);
    for seq in [9, 9, 10] {
        erase(&bench, seq).await;
        assert_eq!(sent(&bench), ["order_data_erased"], "each is answered");
    }
    assert_eq!(traces(&bench), Vec::<&str>::new());
    let shipment = bench.http(list(&bench)).await.body["items"][0].clone();
    assert_eq!(
        (&shipment["erased"], shipment.get("ship_to"), &shipment["weight_grams"]),
        (&json!(true), None, &json!(500))
    );
    assert_eq!(
        bench.dynamo.item(&ORDER.shipment().to_string(), "shipment").unwrap()["request"]["M"]["ship_to"]["M"]["country"]
            ["S"],
        "DE"
    );
    let answer = staff_page(&bench, &format!("/staff/shipping/{}", ORDER.shipment())).await;
    let page = html(&answer);
    assert!(page.contains("The address was erased") && !page.contains("<address>"), "{page}");
    // The order repeats its creation, and nothing of it comes back.
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    assert_eq!(sent(&bench), ["shipment_created", "shipment_delivered", "order_data_erased"]);
    assert_eq!(traces(&bench), Vec::<&str>::new());
}

#[tokio::test]
async fn goods_that_left_are_forgotten_and_nobody_corrects_whose_they_were() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.http(dispatch(&bench, "0034")).await;
    erase(&bench, 9).await;
    assert_eq!(traces(&bench), Vec::<&str>::new());
    let body = json!({"carrier": "dhl", "tracking_number": "0034"});
    let path = format!("/v1/shipments/{}", ORDER.shipment());
    let correct = Request::put(&format!("{path}/tracking"), body).bearer(&bench.staff());
    let retract = Request::new("DELETE", &format!("{path}/dispatch")).bearer(&bench.staff());
    for request in [correct, retract] {
        let refused = bench.http(request).await;
        assert_eq!((refused.status, refused.problem()), (409, "shipment_erased"));
    }
    assert_eq!(bench.http(delivery(&bench)).await.status, 200, "it may still arrive");
    assert_eq!(traces(&bench), Vec::<&str>::new());
}

#[tokio::test]
async fn a_shipment_that_may_still_have_to_leave_keeps_its_address_until_it_ends_and_answers_then() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    sent(&bench);
    for seq in [9, 10] {
        erase(&bench, seq).await;
    }
    assert_eq!(sent(&bench), Vec::<String>::new(), "nothing is erased yet");
    assert_eq!(traces(&bench).len(), 4);
    bench.receive(&ORDER.to_string(), 11, &cancel()).await;
    assert_eq!(sent(&bench), ["shipment_canceled", "order_data_erased"]);
    assert_eq!(traces(&bench), Vec::<&str>::new());
    // The answer was lost, and the order asks again by the same message.
    for seq in [9, 10] {
        erase(&bench, seq).await;
        assert_eq!(sent(&bench), ["shipment_canceled", "order_data_erased"]);
    }
}

#[tokio::test]
async fn an_order_that_never_asked_for_a_shipment_is_answered_and_a_late_creation_finds_the_tombstone() {
    let bench = bench();
    erase(&bench, 9).await;
    assert_eq!(sent(&bench), ["shipment_canceled", "order_data_erased"]);
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    assert_eq!(sent(&bench), ["shipment_canceled", "order_data_erased"]);
    assert_eq!(traces(&bench), Vec::<&str>::new());
    assert_eq!(bench.http(list(&bench)).await.body["items"][0]["status"], "canceled");
}
