//! A shipment from the order's command to its delivery, and every repeat on the way.

use crate::harness::{ORDER, bench, cancel, create, delivery, dispatch, list, sent, spent};
use chassis::testing::{Bench, Request, Response};
use events::ids::{OrderId, ShipmentId, UserId};
use events::orders::RetractionRefused;
use events::shipping::{CreateShipment, RetractDispatch};
use events::users::Role;
use serde_json::{Value, json};
use shipping::Shipping;

#[tokio::test]
async fn a_shipment_is_created_dispatched_and_delivered_and_each_is_published_to_the_order() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    assert_eq!(sent(&bench), ["shipment_created"]);
    let dispatched = bench.http(dispatch(&bench, "0034")).await;
    assert_eq!((dispatched.status, &dispatched.body["status"]), (200, &json!("dispatched")));
    assert!(bench.queues.take().is_empty(), "the relay publishes what HTTP starts");
    bench.relay().await.unwrap();
    let events = bench.queues.take();
    assert_eq!(events[0].envelope.id, format!("{}/2/shipping.shipment_dispatched.v1", ORDER.shipment()));
    assert_eq!(
        (&events[0].envelope.data["carrier"], &events[0].envelope.data["tracking_number"]),
        (&json!("dhl"), &json!("0034"))
    );
    assert_eq!(bench.http(delivery(&bench)).await.body["status"], "delivered");
    bench.relay().await.unwrap();
    assert_eq!(sent(&bench), ["shipment_delivered"]);

    let listed = bench.http(list(&bench)).await;
    let shipment = &listed.body["items"][0];
    assert_eq!(shipment["id"], ORDER.shipment().to_string());
    assert_eq!(shipment["ship_to"]["city"], "Berlin");
    let steps: Vec<&Value> = shipment["history"].as_array().unwrap().iter().map(|step| &step["status"]).collect();
    assert_eq!(steps, ["created", "dispatched", "delivered"]);
}

#[tokio::test]
async fn goods_are_not_dispatched_once_the_held_money_is_about_to_be_released() {
    let bench = bench();
    let dispatch_before = Some(bench.world.now().plus_seconds(3600));
    bench.receive(&ORDER.to_string(), 3, &CreateShipment { dispatch_before, ..create() }).await;
    bench.world.pass_seconds(3600);
    let late = bench.http(dispatch(&bench, "0034")).await;
    assert_eq!((late.status, late.problem()), (409, "dispatch_overdue"));
    let listed = bench.http(list(&bench)).await;
    assert_eq!(listed.body["items"][0]["status"], "created", "it changed nothing");
    bench.receive(&ORDER.to_string(), 4, &cancel()).await;
    assert_eq!(sent(&bench), ["shipment_created", "shipment_canceled"]);
}

#[tokio::test]
async fn one_correlation_id_runs_from_the_order_through_every_message() {
    let bench = bench();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let mut envelope = bench.envelope(&ORDER.to_string(), 3, &create());
    envelope.traceparent = Some(parent.to_owned());
    bench.deliver(&[envelope]).await;
    bench.http(dispatch(&bench, "1")).await;
    bench.relay().await.unwrap();
    let parents: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.traceparent).collect();
    assert_eq!(parents, [Some(parent.to_owned()), Some(parent.to_owned())]);
}

#[tokio::test]
async fn a_repeated_command_gets_its_recorded_answer_and_writes_nothing() {
    let bench = bench();
    for command in 0..2 {
        for _ in 0..2 {
            match command {
                0 => bench.receive(&ORDER.to_string(), 3, &create()).await,
                _ => bench.receive(&ORDER.to_string(), 4, &cancel()).await,
            }
        }
        let events = bench.queues.take();
        assert_eq!(events.len(), 2);
        assert_eq!(events[0], events[1]);
    }
    assert_eq!(bench.dynamo.items().len(), 1);
    assert_eq!(bench.dynamo.items()[0]["seq"]["N"], "2");
}

#[tokio::test]
async fn a_reply_that_was_lost_is_sent_when_the_command_is_retried() {
    let bench = bench();
    let command = bench.envelope(&ORDER.to_string(), 3, &create());
    bench.queues.break_next(3);
    assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
    assert!(bench.queues.take().is_empty());
    assert!(bench.deliver(&[command]).await.is_empty());
    assert_eq!(sent(&bench), ["shipment_created"]);
    assert_eq!(bench.dynamo.items()[0]["seq"]["N"], "1");
}

#[tokio::test]
async fn a_relay_that_could_not_send_sends_the_same_when_the_stream_repeats_the_record() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.http(dispatch(&bench, "1")).await;
    let records: Vec<_> = bench
        .dynamo
        .new_stream_records()
        .into_iter()
        .filter(|record| record["dynamodb"]["NewImage"]["cause"]["M"]["via"]["S"] == "http")
        .collect();
    bench.queues.take();
    bench.queues.break_next(3);
    let event = json!({"Records": records});
    bench.invoke(&event).await.unwrap_err();
    bench.invoke(&event).await.unwrap();
    bench.invoke(&event).await.unwrap();
    assert_eq!(sent(&bench), ["shipment_dispatched", "shipment_dispatched"]);
}

#[tokio::test]
async fn a_canceled_shipment_is_neither_dispatched_nor_delivered() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.receive(&ORDER.to_string(), 4, &cancel()).await;
    assert_eq!(sent(&bench), ["shipment_created", "shipment_canceled"]);
    for request in [dispatch(&bench, "1"), delivery(&bench)] {
        let refused = bench.http(request).await;
        assert_eq!((refused.status, refused.problem()), (409, "shipment_canceled"));
    }
    bench.relay().await.unwrap();
    assert!(bench.queues.take().is_empty());
}

#[tokio::test]
async fn a_cancellation_that_overtakes_the_creation_leaves_a_tombstone() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 4, &cancel()).await;
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    assert_eq!(sent(&bench), ["shipment_canceled", "shipment_canceled"]);
    let listed = bench.http(list(&bench)).await;
    assert_eq!(listed.body["items"][0]["status"], "canceled");
    assert!(!serde_json::to_string(&bench.dynamo.items()).unwrap().contains("Berlin"));
}

#[tokio::test]
async fn a_cancellation_after_the_dispatch_is_refused() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.http(dispatch(&bench, "1")).await;
    sent(&bench);
    bench.receive(&ORDER.to_string(), 5, &cancel()).await;
    bench.http(delivery(&bench)).await;
    bench.receive(&ORDER.to_string(), 5, &cancel()).await;
    let events = bench.queues.take();
    assert_eq!(events[0].kind(), "shipping.cancel_refused.v1");
    assert_eq!(events[0], events[1]);
}

#[tokio::test]
async fn the_same_dispatch_again_answers_the_same_and_another_is_refused() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    let first = bench.http(dispatch(&bench, "1")).await;
    let again = bench.http(dispatch(&bench, "1")).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let refused = bench.http(dispatch(&bench, "2")).await;
    assert_eq!((refused.status, refused.problem()), (409, "already_dispatched"));
    let delivered = bench.http(delivery(&bench)).await;
    assert_eq!(bench.http(delivery(&bench)).await.body, delivered.body);
    bench.relay().await.unwrap();
    assert_eq!(sent(&bench), ["shipment_created", "shipment_dispatched", "shipment_delivered"]);
}

#[tokio::test]
async fn a_delivery_before_the_dispatch_is_refused() {
    let bench = bench();
    assert_eq!(bench.http(delivery(&bench)).await.status, 404);
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    let refused = bench.http(delivery(&bench)).await;
    assert_eq!((refused.status, refused.problem()), (409, "not_dispatched"));
}

#[tokio::test]
async fn a_carrier_and_a_number_are_printable_text() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    let path = format!("/v1/shipments/{}/dispatch", ORDER.shipment());
    for (carrier, number, field) in [
        ("", "1", "carrier"),
        ("dhl", "  ", "tracking_number"),
        ("d\nhl", "1", "carrier"),
        ("dhl", &"1".repeat(101), "tracking_number"),
    ] {
        let body = json!({"carrier": carrier, "tracking_number": number});
        let refused = bench.http(Request::post(&path, body).bearer(&bench.staff())).await;
        assert_eq!((refused.status, &refused.body["field"]), (422, &json!(format!("/{field}"))));
    }
    for body in ["", "[]", r#"{"carrier":"dhl"}"#, r#"{"carrier":"dhl","tracking_number":1}"#] {
        let refused = bench.http(Request::new("POST", &path).body(body).bearer(&bench.staff())).await;
        assert_eq!(refused.status, 422, "{body}");
    }
    assert_eq!(bench.dynamo.items()[0]["status"]["S"], "created");
}

#[tokio::test]
async fn only_staff_see_and_change_shipments() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    let shipment = format!("/v1/shipments/{}", ORDER.shipment());
    let by_order = format!("/v1/shipments?order_id={ORDER}");
    for (method, path) in
        [("GET", by_order), ("POST", format!("{shipment}/dispatch")), ("POST", format!("{shipment}/delivery"))]
    {
        let request = || Request::new(method, &path).body(r#"{"carrier":"dhl","tracking_number":"1"}"#);
        assert_eq!(bench.http(request()).await.status, 401, "{path}");
        assert_eq!(bench.http(request().header("x-guest-token", "any")).await.status, 401, "{path}");
        assert_eq!(bench.http(request().bearer(&customer)).await.status, 403, "{path}");
    }
    assert_eq!(bench.dynamo.items()[0]["status"]["S"], "created");
}

#[tokio::test]
async fn an_order_without_a_shipment_has_an_empty_list_and_a_wrong_id_is_refused() {
    let bench = bench();
    assert_eq!(bench.http(list(&bench)).await.body, json!({"items": []}));
    for query in ["", "?order_id=", "?order_id=1", "?order_id=pay_00000000000000000000000007"] {
        let refused = bench.http(Request::get(&format!("/v1/shipments{query}")).bearer(&bench.staff())).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{query}");
    }
}

#[tokio::test]
async fn an_invalid_message_is_dead_lettered_alone() {
    let bench = bench();
    let mut wrong = bench.envelope("order_x", 1, &create());
    wrong.data = json!({"order_id": 1});
    let mut unknown = bench.envelope("order_x", 1, &create());
    unknown.kind = "shipping.paint_shipment.v1".to_owned();
    let foreign = CreateShipment { shipment_id: ShipmentId::from_bits(8), ..create() };
    let foreign = bench.envelope("order_x", 1, &foreign);
    let good = CreateShipment { order_id: OrderId::from_bits(9), shipment_id: ShipmentId::from_bits(9), ..create() };
    let good = bench.envelope("order_y", 1, &good);
    assert!(bench.deliver(&[wrong, unknown, foreign, good]).await.is_empty());
    assert_eq!(bench.queues.dead_lettered().len(), 3);
    assert_eq!(sent(&bench), ["shipment_created"]);
}

#[tokio::test]
async fn a_message_costs_one_write_and_at_most_one_read() {
    let bench = bench();
    // Half of each write is the place in the list of what is to pack, which begins and ends there.
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    assert_eq!(spent(&bench), [("PutItem".to_owned(), 20)]);
    bench.receive(&ORDER.to_string(), 4, &cancel()).await;
    assert_eq!(spent(&bench), [("GetItem".to_owned(), 10), ("PutItem".to_owned(), 20)]);
}

#[tokio::test]
async fn an_ordinary_shipment_stays_within_one_write_unit_a_step_to_its_delivery() {
    let bench = bench();
    let line = create().lines[0].clone();
    bench.receive(&ORDER.to_string(), 3, &CreateShipment { lines: vec![line; 3], ..create() }).await;
    bench.http(dispatch(&bench, "00340434161094042557")).await;
    bench.http(delivery(&bench)).await;
    let calls = bench.dynamo.take_calls().into_iter().filter(|call| call.operation == "PutItem");
    let writes: Vec<_> = calls.map(|call| (call.tenths_of_units, call.tenths_of_index_units)).collect();
    // The entries of the audit log are written ahead of the dispatch and of the delivery. The dispatch ends the place in the list of
    // what is to pack.
    assert_eq!(writes, [(20, 10), (10, 0), (20, 10), (10, 0), (10, 0)]);
}

#[tokio::test]
async fn dispatch_and_delivery_name_who_recorded_them() {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.queues.take();
    bench.http(dispatch(&bench, "1")).await;
    bench.world.pass_seconds(1);
    bench.http(delivery(&bench)).await;
    bench.relay().await.unwrap();
    let staff = UserId::from_bits(99);
    let actors: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.actor).collect();
    assert_eq!(actors, [Some(staff.into()), Some(staff.into())]);
    let history = bench.http(list(&bench)).await.body["items"][0]["history"].clone();
    assert_eq!([&history[0]["by"], &history[1]["by"], &history[2]["by"]], [&json!(null), &json!(staff), &json!(staff)]);
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let audit = bench.http(Request::get("/v1/shipping/audit").bearer(&admin)).await;
    let what: Vec<_> = audit.body["items"].as_array().unwrap().iter().map(|entry| entry["what"].clone()).collect();
    assert_eq!(what, [json!("delivery by dhl"), json!("dispatch by dhl")]);
}

/// Staff correct the tracking.
async fn correct(bench: &Bench<Shipping>, number: &str) -> Response {
    let body = json!({"carrier": "ups", "tracking_number": number});
    let path = format!("/v1/shipments/{}/tracking", ORDER.shipment());
    bench.http(Request::put(&path, body).bearer(&bench.staff())).await
}

/// Staff want the dispatch taken back.
async fn take_back(bench: &Bench<Shipping>) -> Response {
    let path = format!("/v1/shipments/{}/dispatch", ORDER.shipment());
    bench.http(Request::new("DELETE", &path).bearer(&bench.staff())).await
}

async fn gone(bench: &Bench<Shipping>) {
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.http(dispatch(bench, "0034")).await;
    bench.relay().await.unwrap();
    bench.queues.take();
}

#[tokio::test]
async fn a_mistyped_tracking_number_is_corrected_until_the_goods_arrive() {
    let bench = bench();
    assert_eq!(correct(&bench, "0035").await.status, 404);
    gone(&bench).await;
    let corrected = correct(&bench, " 0035 ").await;
    assert_eq!((corrected.status, &corrected.body["tracking_number"]), (200, &json!("0035")));
    assert_eq!(correct(&bench, "\u{7}").await.problem(), "invalid_field");
    bench.relay().await.unwrap();
    let events = bench.queues.take();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].envelope.data["tracking_number"], "0035");
    bench.http(delivery(&bench)).await;
    assert_eq!(correct(&bench, "0036").await.problem(), "already_delivered");
}

#[tokio::test]
async fn a_mistaken_dispatch_is_taken_back_if_the_order_agrees() {
    let bench = bench();
    assert_eq!(take_back(&bench).await.status, 404);
    gone(&bench).await;
    let asked = take_back(&bench).await;
    assert_eq!((asked.status, &asked.body["status"]), (202, &json!("retracting")));
    assert_eq!(bench.http(delivery(&bench)).await.problem(), "retraction_pending");
    bench.relay().await.unwrap();
    assert_eq!(sent(&bench), ["retraction_requested"]);
    let (order_id, shipment_id) = (ORDER, ORDER.shipment());
    bench.receive(&ORDER.to_string(), 8, &RetractDispatch { order_id, shipment_id, request: 3 }).await;
    assert_eq!(sent(&bench), ["dispatch_retracted"]);
    let listed = bench.http(list(&bench)).await;
    let shipment = &listed.body["items"][0];
    assert_eq!((&shipment["status"], shipment.get("tracking_number")), (&json!("created"), None));
    assert_eq!(bench.http(dispatch(&bench, "0077")).await.body["tracking_number"], "0077");
}

#[tokio::test]
async fn a_dispatch_whose_money_was_captured_stays_and_the_refusal_says_so() {
    let bench = bench();
    gone(&bench).await;
    take_back(&bench).await;
    let (order_id, shipment_id) = (ORDER, ORDER.shipment());
    bench.receive(&ORDER.to_string(), 8, &RetractionRefused { order_id, shipment_id, request: 3 }).await;
    let listed = bench.http(list(&bench)).await;
    assert_eq!(listed.body["items"][0]["status"], "dispatched");
    let again = take_back(&bench).await;
    assert_eq!((again.status, again.problem()), (409, "retraction_refused"));
    assert_eq!(bench.http(delivery(&bench)).await.body["status"], "delivered");
}
