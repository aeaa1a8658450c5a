//! The warehouse and the carrier of a shop to try out, as its visitors play them.

use crate::harness::{ORDER, bench, cancel, config, create, delivery, dispatch, list, sent};
use chassis::testing::signing::stored_key;
use chassis::testing::{Bench, Request, Response};
use events::ids::{OrderId, UserId};
use events::shipping::{CreateShipment, RetractDispatch};
use events::users::Role;
use serde_json::{Value, json};
use shipping::Shipping;

const EXPLAINED: &str = "Part of the demo";

fn part() -> String {
    format!("/fragments/shipments/{}", ORDER.shipment())
}

fn target() -> String {
    format!("/shipments/{}/demo", ORDER.shipment())
}

fn play(act: &str) -> Request {
    Request::form(&target(), &[("act", act)])
}

/// Plays, and comes back to the order.
async fn played(bench: &Bench<Shipping>, act: &str) {
    let answer = bench.http(play(act)).await;
    let order = format!("/orders/{ORDER}");
    assert_eq!((answer.status, answer.header("location")), (303, Some(order.as_str())), "{act}: {answer:?}");
}

fn text(answer: &Response) -> &str {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer:?}");
    answer.body.as_str().unwrap_or_default()
}

async fn shown(bench: &Bench<Shipping>) -> String {
    let answer = bench.http(Request::get(&part())).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{answer:?}");
    text(&answer).trim().to_owned()
}

/// The acts that the part offers.
fn offered(part: &str) -> Vec<&str> {
    part.split(r#"name="act" value=""#).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

async fn waiting() -> Bench<Shipping> {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.queues.take();
    bench
}

/// A shop that sells.
fn production() -> Bench<Shipping> {
    Bench::new(|parts| {
        let key = parts.secret("/souk/test/keys/shipping", stored_key("shipping"));
        let mut wiring = parts.wiring.clone();
        wiring.site.is_demo = false;
        Shipping::new(parts.table.clone(), wiring, config(), key)
    })
}

async fn shipment(bench: &Bench<Shipping>) -> Value {
    bench.http(list(bench)).await.body["items"][0].clone()
}

async fn audit_log(bench: &Bench<Shipping>) -> Value {
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    bench.http(Request::get("/v1/shipping/audit").bearer(&admin)).await.body["items"].clone()
}

#[tokio::test]
async fn a_visitor_sends_the_parcel_and_delivers_it_and_the_order_hears_as_from_staff() {
    let bench = waiting().await;
    played(&bench, "dispatch").await;
    assert!(bench.queues.take().is_empty(), "the relay publishes what HTTP starts");
    bench.relay().await.unwrap();
    let events = bench.queues.take();
    assert_eq!(events.iter().map(|sent| sent.kind()).collect::<Vec<_>>(), ["shipping.shipment_dispatched.v1"]);
    let told = &events[0].envelope.data;
    assert_eq!((&told["carrier"], &told["tracking_number"]), (&json!("souk-demo"), &json!(ORDER.number().to_string())));
    played(&bench, "deliver").await;
    bench.relay().await.unwrap();
    assert_eq!(sent(&bench), ["shipment_delivered"]);
    assert_eq!(shipment(&bench).await["status"], "delivered");
}

#[tokio::test]
async fn a_second_click_changes_nothing() {
    let bench = waiting().await;
    for (act, event) in [("dispatch", "shipment_dispatched"), ("deliver", "shipment_delivered")] {
        played(&bench, act).await;
        let before = bench.dynamo.items();
        played(&bench, act).await;
        assert_eq!(bench.dynamo.items(), before, "{act}");
        bench.relay().await.unwrap();
        assert_eq!(sent(&bench), [event]);
    }
    let before = bench.dynamo.items();
    played(&bench, "dispatch").await;
    assert_eq!(bench.dynamo.items(), before, "a page that was left open is no dispatch");
}

#[tokio::test]
async fn what_comes_too_early_or_too_late_changes_nothing_and_leads_back_to_the_order() {
    let early = waiting().await;
    let canceled = waiting().await;
    canceled.receive(&ORDER.to_string(), 4, &cancel()).await;
    let sent_by_staff = waiting().await;
    sent_by_staff.http(dispatch(&sent_by_staff, "0034")).await;
    let overdue = bench();
    let dispatch_before = Some(overdue.world.now().plus_seconds(3600));
    overdue.receive(&ORDER.to_string(), 3, &CreateShipment { dispatch_before, ..create() }).await;
    assert_eq!(offered(&shown(&overdue).await), ["dispatch"]);
    overdue.world.pass_seconds(3600);
    let late = shown(&overdue).await;
    assert!(offered(&late).is_empty() && late.contains("data-live"), "the order is about to call it off: {late}");
    for (bench, act) in [(early, "deliver"), (canceled, "dispatch"), (sent_by_staff, "dispatch"), (overdue, "dispatch")]
    {
        let before = bench.dynamo.items();
        played(&bench, act).await;
        assert_eq!(bench.dynamo.items(), before, "{act}");
    }
}

#[tokio::test]
async fn the_part_offers_what_can_be_played_next_and_says_that_it_is_the_demo() {
    let bench = bench();
    let nothing_yet = shown(&bench).await;
    assert_eq!(nothing_yet, "<div data-live></div>", "the order may be confirmed in a moment");
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    for (act, label) in
        [("dispatch", "Play the warehouse: send the parcel"), ("deliver", "Play the carrier: deliver the parcel")]
    {
        let part = shown(&bench).await;
        assert_eq!(offered(&part), [act]);
        assert!(part.contains(EXPLAINED) && part.contains(label) && part.contains("data-live"), "{part}");
        assert!(part.contains(&format!(r#"method="post" action="{}" data-once"#, target())), "{part}");
        assert!(!part.contains("<h1") && !part.contains("Berlin") && part.len() < 1_000, "{part}");
        played(&bench, act).await;
    }
    assert_eq!(shown(&bench).await, "", "nothing is left to play");
}

#[tokio::test]
async fn the_part_of_a_shipment_that_was_called_off_is_empty_and_of_a_retracted_one_waits() {
    let canceled = waiting().await;
    canceled.receive(&ORDER.to_string(), 4, &cancel()).await;
    assert_eq!(shown(&canceled).await, "");
    let bench = waiting().await;
    played(&bench, "dispatch").await;
    let path = format!("/v1/shipments/{}/dispatch", ORDER.shipment());
    assert_eq!(bench.http(Request::new("DELETE", &path).bearer(&bench.staff())).await.status, 202);
    assert_eq!(shown(&bench).await, "<div data-live></div>", "the order has not answered yet");
    played(&bench, "deliver").await;
    assert_eq!(shipment(&bench).await["status"], "retracting");
    let (order_id, shipment_id) = (ORDER, ORDER.shipment());
    bench.receive(&ORDER.to_string(), 8, &RetractDispatch { order_id, shipment_id, request: 3 }).await;
    assert_eq!(offered(&shown(&bench).await), ["dispatch"]);
    played(&bench, "dispatch").await;
    assert_eq!(shipment(&bench).await["status"], "dispatched");
}

#[tokio::test]
async fn the_part_speaks_german() {
    let bench = waiting().await;
    for (act, label) in
        [("dispatch", "Lager spielen: Paket verschicken"), ("deliver", "Paketdienst spielen: Paket zustellen")]
    {
        let german = bench.http(Request::get(&part()).header("accept-language", "de")).await;
        assert!(text(&german).contains("Teil der Demo") && text(&german).contains(label), "{german:?}");
        played(&bench, act).await;
    }
}

#[tokio::test]
async fn the_part_takes_one_read_and_an_act_a_read_and_a_write() {
    let bench = waiting().await;
    bench.dynamo.take_calls();
    shown(&bench).await;
    played(&bench, "dispatch").await;
    played(&bench, "dispatch").await;
    let calls: Vec<_> =
        bench.dynamo.take_calls().into_iter().map(|call| (call.operation, call.tenths_of_units)).collect();
    let calls: Vec<_> = calls.iter().map(|(operation, units)| (operation.as_str(), *units)).collect();
    // The parcel leaves the list of what is to pack.
    let (read, write) = (("GetItem", 10), ("PutItem", 20));
    assert_eq!(calls, [read, read, write, read]);
}

#[tokio::test]
async fn a_shop_that_sells_has_no_warehouse_to_play() {
    let bench = production();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    let before = bench.dynamo.items();
    let staff = bench.staff();
    for act in ["dispatch", "deliver", "nonsense"] {
        for cookie in [String::new(), format!("__Host-souk_access={staff}")] {
            assert_eq!(bench.http(play(act).header("cookie", &cookie)).await.status, 404, "{act}");
        }
    }
    let part = bench.http(Request::get(&part())).await;
    assert!(part.status == 404 && !text(&part).contains("<form"), "{part:?}");
    assert_eq!(bench.dynamo.items(), before);
    assert_eq!(bench.http(dispatch(&bench, "0034")).await.status, 200, "staff dispatch there");
    assert_eq!(bench.http(delivery(&bench)).await.status, 200);
}

#[tokio::test]
async fn a_form_of_another_site_moves_no_parcel() {
    let bench = waiting().await;
    let before = bench.dynamo.items();
    for request in [
        play("dispatch").without_header("sec-fetch-site"),
        play("dispatch").header("sec-fetch-site", "cross-site"),
        play("dispatch").without_header("sec-fetch-site").header("origin", "https://evil.example"),
    ] {
        assert_eq!(bench.http(request).await.status, 403);
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn without_script_the_parcel_is_moved_on_a_page_of_its_own() {
    let bench = bench();
    let page = async |language: &str| {
        let answer = bench.http(Request::get(&target()).header("accept-language", language)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        text(&answer).to_owned()
    };
    let early = page("en").await;
    assert!(early.contains("nothing to do for this parcel yet") && early.contains(">Refresh</a>"), "{early}");
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    for act in ["dispatch", "deliver"] {
        let shown = page("en").await;
        for part in ["<!doctype html>", "</footer>", EXPLAINED, &format!(r#"href="/orders/{ORDER}""#)] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert_eq!(offered(&shown), [act]);
        played(&bench, act).await;
    }
    let late = page("de").await;
    assert!(late.contains("Für dieses Paket ist nichts mehr zu tun.") && !late.contains("Aktualisieren"), "{late}");
    assert_eq!(production().http(Request::get(&target())).await.status, 404);
}

#[tokio::test]
async fn an_unknown_shipment_and_an_unknown_act_change_nothing() {
    let bench = waiting().await;
    let before = bench.dynamo.items();
    let unknown = OrderId::from_bits(8).shipment();
    for target in
        [format!("/shipments/{unknown}/demo"), "/shipments/shp_1/demo".into(), format!("/shipments/{ORDER}/demo")]
    {
        for act in ["dispatch", "deliver"] {
            assert_eq!(bench.http(Request::form(&target, &[("act", act)])).await.status, 404, "{target}");
        }
    }
    assert_eq!(bench.http(Request::get("/fragments/shipments/shp_1")).await.status, 404);
    for act in ["", "cancel", "<script>\"'&\u{200f}", &"a".repeat(60_000)] {
        let refused = bench.http(play(act)).await;
        assert!(refused.status == 422 && !text(&refused).contains("<script>\""), "{act}");
    }
    assert_eq!(bench.http(Request::form(&target(), &[])).await.status, 422);
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn the_audit_log_names_nobody_for_an_act_of_the_demo_and_the_history_whoever_is_signed_in() {
    let bench = waiting().await;
    played(&bench, "dispatch").await;
    // Even staff act as visitors here.
    let cookie = format!("__Host-souk_access={}", bench.staff());
    assert_eq!(bench.http(play("deliver").header("cookie", &cookie)).await.status, 303);
    let history = shipment(&bench).await["history"].clone();
    assert_eq!((&history[1]["by"], &history[2]["by"]), (&json!(null), &json!(UserId::from_bits(99))));
    assert_eq!(audit_log(&bench).await, json!([]));
}
