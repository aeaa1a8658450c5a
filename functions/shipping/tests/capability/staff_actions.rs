//! A shipment on the page of staff, and what they do with it there.

use crate::harness::{
    ORDER, arrive, bench, cancel, create, delivery, dispatch, html, list, sent, staff_form, staff_page, values,
    with_session,
};
use chassis::testing::{Bench, Request, Response};
use events::ids::{OrderId, SessionId, UserId};
use events::orders::RetractionRefused;
use events::shipping::CancelShipment;
use events::users::{Role, SessionEnded};
use serde_json::{Value, json};
use shipping::Shipping;

const TRACKING: [(&str, &str); 2] = [("carrier", "DHL Paket"), ("tracking_number", "0034")];
const TICKED: [(&str, &str); 1] = [("confirmed", "yes")];

fn path(act: &str) -> String {
    format!("/staff/shipping/{}{act}", ORDER.shipment())
}

async fn waiting() -> Bench<Shipping> {
    let bench = bench();
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    bench.queues.take();
    bench
}

async fn shown(bench: &Bench<Shipping>) -> String {
    let answer = staff_page(bench, &path("")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    html(&answer).to_owned()
}

/// What the page's forms do.
fn offered(page: &str) -> Vec<&str> {
    values(page, "action", &path("/")).into_iter().map(|action| action.rsplit('/').next().unwrap()).collect()
}

/// The shipment, as the API shows it.
async fn shipment(bench: &Bench<Shipping>) -> Value {
    bench.http(list(bench)).await.body["items"][0].clone()
}

fn assert_leads(answer: &Response, to: &str) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(to)), "{answer:?}");
}

/// Nothing was done, and the page says why.
async fn assert_refused(bench: &Bench<Shipping>, act: &str, fields: &[(&str, &str)], status: u16, why: &str) -> String {
    let before = bench.dynamo.items();
    let answer = staff_form(bench, &path(act), fields).await;
    assert!(answer.status == status && html(&answer).contains(why), "{act}: {why}: {answer:?}");
    let writes = bench.dynamo.items().into_iter().filter(|item| !before.contains(item)).count();
    assert_eq!(writes, 0, "{act}");
    html(&answer).to_owned()
}

#[tokio::test]
async fn a_shipment_is_sent_and_delivered_on_its_page_as_by_the_api() {
    let bench = waiting().await;
    let answer = staff_form(&bench, &path("/dispatch"), &TRACKING).await;
    assert_leads(&answer, &format!("/staff/shipping?dispatched={ORDER}&carrier=DHL+Paket"));
    assert!(bench.queues.take().is_empty(), "the relay publishes what HTTP starts");
    bench.relay().await.unwrap();
    let events = bench.queues.take();
    assert_eq!(events.iter().map(|sent| sent.kind()).collect::<Vec<_>>(), ["shipping.shipment_dispatched.v1"]);
    assert_eq!(events[0].envelope.actor, Some(UserId::from_bits(99).into()));
    bench.world.pass_seconds(1);
    let fields = [("carrier", "DHL Paket"), ("tracking_number", "0035")];
    assert_leads(&staff_form(&bench, &path("/tracking"), &fields).await, &path("?done=corrected"));
    bench.world.pass_seconds(1);
    assert_leads(&staff_form(&bench, &path("/delivery"), &[]).await, &path("?done=delivered"));
    bench.relay().await.unwrap();
    assert_eq!(sent(&bench), ["tracking_corrected", "shipment_delivered"]);
    assert_eq!(shipment(&bench).await["status"], "delivered");
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let audit = bench.http(Request::get("/v1/shipping/audit").bearer(&admin)).await;
    let actions: Vec<_> = audit.body["items"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(actions, [json!("deliverShipment"), json!("correctTracking"), json!("dispatchShipment")]);
}

#[tokio::test]
async fn the_list_says_what_left_and_the_next_dispatch_begins_with_its_carrier() {
    let bench = waiting().await;
    arrive(&bench, OrderId::from_bits(8), None).await;
    let answer = staff_form(&bench, &path("/dispatch"), &TRACKING).await;
    let listed = staff_page(&bench, answer.header("location").unwrap()).await;
    let page = html(&listed);
    assert!(page.contains(&format!("The goods of order {} have left.", ORDER.number())), "{page}");
    assert!(page.contains(&format!("href=\"{}\"", path(""))), "a mistake is corrected from there: {page}");
    let other = OrderId::from_bits(8).shipment();
    let way = values(page, "href", &format!("/staff/shipping/{other}"))[0];
    assert_eq!(way, format!("/staff/shipping/{other}?carrier=DHL+Paket"));
    let next = staff_page(&bench, way).await;
    let field = html(&next).split("<input").find(|field| field.contains("name=\"carrier\"")).unwrap().to_owned();
    assert!(field.contains("value=\"DHL Paket\""), "{field}");
    let number =
        html(&next).split("<input").find(|field| field.contains("name=\"tracking_number\"")).unwrap().to_owned();
    assert!(number.contains(" autofocus"), "a scanner types here: {number}");
}

#[tokio::test]
async fn the_page_offers_what_may_be_done_now_and_nothing_else() {
    let bench = waiting().await;
    assert_eq!(offered(&shown(&bench).await), ["dispatch"]);
    bench.http(dispatch(&bench, "0034")).await;
    assert_eq!(offered(&shown(&bench).await), ["delivery", "tracking", "retraction"]);
    staff_form(&bench, &path("/retraction"), &TICKED).await;
    let asked = shown(&bench).await;
    assert!(asked.contains("Ask the order once more"), "{asked}");
    assert_eq!(offered(&asked), ["retraction"]);
    let (order_id, shipment_id) = (ORDER, ORDER.shipment());
    bench.receive(&ORDER.to_string(), 8, &RetractionRefused { order_id, shipment_id, request: 3 }).await;
    assert_eq!(offered(&shown(&bench).await), ["delivery", "tracking"], "the order's refusal is final");
    bench.http(delivery(&bench)).await;
    assert!(offered(&shown(&bench).await).is_empty());
    let canceled = waiting().await;
    canceled.receive(&ORDER.to_string(), 4, &cancel()).await;
    let page = shown(&canceled).await;
    assert!(offered(&page).is_empty() && page.contains("Canceled: keep the goods"), "{page}");
    let overdue = bench_with_an_end().await;
    let page = shown(&overdue).await;
    assert!(offered(&page).is_empty() && page.contains("It is too late to send this shipment"), "{page}");
}

/// A shipment whose held money is about to be released.
async fn bench_with_an_end() -> Bench<Shipping> {
    let bench = bench();
    arrive(&bench, ORDER, Some(60)).await;
    bench.queues.take();
    bench.world.pass_seconds(60);
    bench
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_in_words_and_changes_nothing() {
    let early = waiting().await;
    assert_refused(&early, "/delivery", &[], 409, "has not been dispatched").await;
    assert_refused(&early, "/tracking", &TRACKING, 409, "has not been dispatched").await;
    assert_refused(&early, "/retraction", &TICKED, 409, "has not been dispatched").await;
    let overdue = bench_with_an_end().await;
    assert_refused(&overdue, "/dispatch", &TRACKING, 409, "It is too late").await;
    let canceled = waiting().await;
    canceled.receive(&ORDER.to_string(), 4, &cancel()).await;
    assert_refused(&canceled, "/dispatch", &TRACKING, 409, "was canceled: keep the goods").await;
    let retracting = waiting().await;
    retracting.http(dispatch(&retracting, "0034")).await;
    staff_form(&retracting, &path("/retraction"), &TICKED).await;
    assert_refused(&retracting, "/delivery", &[], 409, "is being taken back").await;
    let (order_id, shipment_id) = (ORDER, ORDER.shipment());
    retracting.receive(&ORDER.to_string(), 8, &RetractionRefused { order_id, shipment_id, request: 3 }).await;
    assert_refused(&retracting, "/retraction", &TICKED, 409, "The dispatch stays").await;
    retracting.http(delivery(&retracting)).await;
    assert_refused(&retracting, "/tracking", &TRACKING, 409, "has arrived").await;
    let nowhere = bench();
    for act in ["", "/dispatch", "/retraction"] {
        let answer = if act.is_empty() {
            staff_page(&nowhere, &path(act)).await
        } else {
            staff_form(&nowhere, &path(act), &[TRACKING.as_slice(), &TICKED].concat()).await
        };
        assert_eq!(answer.status, 404, "{act}");
    }
    assert_eq!(staff_page(&nowhere, "/staff/shipping/shp_1").await.status, 404);
}

#[tokio::test]
async fn whoever_is_slower_than_a_colleague_sees_what_was_recorded_beside_what_was_typed() {
    let bench = waiting().await;
    bench.http(dispatch(&bench, "0099")).await;
    let page = assert_refused(&bench, "/dispatch", &TRACKING, 409, "was dispatched before").await;
    assert!(page.contains("<dd>0099</dd>") && page.contains("value=\"0034\""), "{page}");
    assert_eq!(offered(&page), ["delivery", "tracking", "retraction"]);
    assert!(page.contains(&format!("{}?lang=de", path(""))), "the page can be opened in another language: {page}");
}

#[tokio::test]
async fn a_second_click_changes_nothing() {
    let bench = waiting().await;
    let nothing: &[(&str, &str)] = &[];
    for (act, fields) in [("/dispatch", TRACKING.as_slice()), ("/delivery", nothing)] {
        staff_form(&bench, &path(act), fields).await;
        let before = shipment(&bench).await;
        assert_eq!(staff_form(&bench, &path(act), fields).await.status, 303, "{act}");
        assert_eq!(shipment(&bench).await, before, "{act}");
    }
}

#[tokio::test]
async fn a_field_that_cannot_be_is_refused_at_its_place_and_keeps_what_was_typed() {
    let bench = waiting().await;
    let long = "x".repeat(101);
    for (carrier, number, why) in [
        ("", "0034", "Please fill this in."),
        ("  ", "0034", "Please fill this in."),
        ("dhl", "", "Please fill this in."),
        ("dhl", long.as_str(), "Please enter 100 characters at most."),
        ("d\u{202e}hl", "0034", "cannot be seen"),
        ("dhl", "4242 4242 4242 4242", "never type a card number"),
    ] {
        let typed = [("carrier", carrier), ("tracking_number", number)];
        let page = assert_refused(&bench, "/dispatch", &typed, 422, why).await;
        assert!(page.contains("aria-invalid=\"true\"") && page.contains("error-summary"), "{page}");
        let kept = if why.contains("card") { carrier } else { number };
        assert!(page.contains(&format!("value=\"{kept}\"")) && !page.contains("4242"), "{page}");
    }
    bench.http(dispatch(&bench, "0034")).await;
    let typed = [("carrier", "ups"), ("tracking_number", "")];
    let page = assert_refused(&bench, "/tracking", &typed, 422, "Please fill this in.").await;
    assert!(page.contains("value=\"ups\""), "{page}");
}

#[tokio::test]
async fn a_dispatch_is_taken_back_only_by_who_confirms_that_the_goods_are_here() {
    let bench = waiting().await;
    bench.http(dispatch(&bench, "0034")).await;
    let page = assert_refused(&bench, "/retraction", &[], 422, "Please confirm that the goods never left.").await;
    assert_eq!(page.matches("error-summary").count(), 1, "{page}");
    assert_leads(&staff_form(&bench, &path("/retraction"), &TICKED).await, &path("?done=retracting"));
    let asked = staff_page(&bench, &path("?done=retracting")).await;
    assert!(html(&asked).contains("The order has been asked."), "{asked:?}");
    assert_eq!(shipment(&bench).await["status"], "retracting");
}

#[tokio::test]
async fn staff_whose_session_ended_send_nothing() {
    let bench = waiting().await;
    let staff = bench.staff();
    let ended = SessionEnded { user_id: UserId::from_bits(99), session_id: SessionId::from_bits(99) };
    bench.receive("ses_1", 1, &ended).await;
    for act in ["/dispatch", "/tracking", "/delivery", "/retraction"] {
        let fields = [TRACKING.as_slice(), &TICKED].concat();
        let answer = bench.http(with_session(Request::form(&path(act), &fields), &staff)).await;
        assert_eq!(answer.status, 307, "{answer:?}");
        assert!(answer.header("location").unwrap().starts_with("/account/session?ended=1&then="), "{answer:?}");
    }
    assert_eq!(shipment(&bench).await["status"], "created");
}

#[tokio::test]
async fn the_page_shows_the_goods_the_address_and_who_did_what() {
    let bench = waiting().await;
    bench.http(dispatch(&bench, "0034")).await;
    let page = shown(&bench).await;
    for part in [
        "href=\"/staff/inventory/TEA\"",
        "Street 1<br>10115 Berlin<br>Germany",
        "500 g",
        "<dd>standard</dd>",
        "dhl 0034",
        &format!("href=\"/staff/orders/{ORDER}\""),
        &format!("href=\"/staff/users/{}\"", UserId::from_bits(99)),
        &format!("href=\"/staff/shipping/slips?id={}\"", ORDER.shipment()),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let tombstone = bench_of_a_tombstone().await;
    let page = shown(&tombstone).await;
    assert!(page.contains("canceled before there was anything to pack") && offered(&page).is_empty(), "{page}");
}

async fn bench_of_a_tombstone() -> Bench<Shipping> {
    let bench = bench();
    let early = CancelShipment { order_id: ORDER, shipment_id: ORDER.shipment() };
    bench.receive(&ORDER.to_string(), 4, &early).await;
    bench
}
