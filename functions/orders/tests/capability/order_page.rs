//! What the page of an order offers, and to whom: another payment, the goods once more, the drawing; and what it says of amounts.

use crate::harness::{Harness, authorized, declined, delivered, dispatched};
use crate::pages::{TERMS, as_ada, fields, form, kept, placed_by_guest, quote, text};
use chassis::testing::Request;
use events::ids::OrderId;
use events::inventory::{MissingLine, StockRejected};
use events::payments::PaymentActionRequired;
use events::quotes::{QuoteClaims, QuotedLine};
use events::{Capability, Currency, Money};
use serde_json::json;

const BANK: &str = "https://bank.example/3ds";

async fn page(harness: &Harness, id: OrderId) -> String {
    text(&harness.bench.http(as_ada(harness, Request::get(&format!("/orders/{id}")))).await).to_owned()
}

/// The same as staff read it.
async fn page_for_staff(harness: &Harness, target: &str) -> String {
    let cookie = format!("__Host-souk_access={}", harness.bench.staff());
    let answer = harness.bench.http(Request::get(target).header("cookie", &cookie)).await;
    assert_eq!(answer.status, 200, "{target}: {}", text(&answer));
    text(&answer).to_owned()
}

/// An order of Ada's whose payment, by the card of the quote, waits for her at the bank.
async fn at_the_bank(harness: &Harness) -> OrderId {
    let id = harness.awaiting_payment(1).await;
    let url = BANK.to_owned();
    harness.receive(2, &PaymentActionRequired { order_id: id, payment_id: id.payment(), attempt: 1, url }).await;
    id
}

/// The form that puts the lines into the cart.
const INTO_THE_CART: &str = r#"<form method="post" action="/cart/lines" data-once>
<input type="hidden" name="lines" value="TEA-1*2 MUG-1*1"><input type="hidden" name="currency" value="EUR">"#;

#[tokio::test]
async fn an_order_that_ended_offers_its_lines_for_the_cart_and_one_under_way_does_not() {
    let harness = Harness::new();
    let under_way = harness.confirmed(1).await;
    assert!(!page(&harness, under_way).await.contains("/cart/lines"));
    harness.receive(3, &dispatched(under_way)).await;
    harness.settle().await;
    harness.receive(4, &delivered(under_way)).await;
    let canceled = harness.placed(2).await;
    harness.cancel(canceled).await;
    let rejected = harness.placed(3).await;
    let missing = vec![MissingLine { sku: "MUG-1".parse().unwrap(), requested: 1, available: 0 }];
    let no_stock = StockRejected { order_id: rejected, reservation_id: rejected.reservation(), missing };
    harness.receive(2, &no_stock).await;
    for (id, says) in [
        (under_way, "Buy again"),
        (canceled, "Put these into the cart again"),
        (rejected, "Put these into the cart again"),
    ] {
        let fragment = format!("/fragments/orders/{id}");
        let part = harness.bench.http(as_ada(&harness, Request::get(&fragment))).await;
        for shown in [page(&harness, id).await, text(&part).to_owned()] {
            assert!(shown.contains(INTO_THE_CART) && shown.contains(says), "{says}: {shown}");
        }
    }
}

#[tokio::test]
async fn paying_with_the_card_that_waits_at_the_bank_says_so_and_another_card_can_still_pay() {
    let harness = Harness::new();
    let id = at_the_bank(&harness).await;
    let pay = |method: &str| {
        let fields = [("payment_method", method), ("key", "page-2")];
        as_ada(&harness, Request::form(&format!("/orders/{id}/payment"), &fields))
    };
    let before = harness.bench.dynamo.items();
    for _ in 0..2 {
        let waits = harness.bench.http(pay("pm_card_visa")).await;
        assert_eq!(waits.status, 409, "{}", text(&waits));
        assert!(text(&waits).contains("The bank still waits for you to confirm"), "{}", text(&waits));
        assert!(text(&waits).contains(&format!(r#"href="{BANK}""#)), "{}", text(&waits));
    }
    assert_eq!(harness.bench.dynamo.items(), before);
    assert_eq!(harness.bench.http(pay("pm_card_slow")).await.status, 303, "the key is still the page's own");
    assert_eq!(harness.states(id).await[1], "none");
    let stale = harness.bench.http(pay("pm_card_declined")).await;
    assert!(text(&stale).contains("This page was out of date."), "a page that was left open: {}", text(&stale));
}

#[tokio::test]
async fn the_bank_is_said_to_wait_only_while_it_does_and_a_second_click_is_no_other_request() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    let pay = |key: &str| {
        let fields = [("payment_method", "pm_card_requires_action"), ("key", key)];
        as_ada(&harness, Request::form(&format!("/orders/{id}/payment"), &fields))
    };
    assert_eq!(harness.bench.http(pay("page-2")).await.status, 303);
    let url = BANK.to_owned();
    harness.receive(3, &PaymentActionRequired { order_id: id, payment_id: id.payment(), attempt: 2, url }).await;
    assert_eq!(harness.bench.http(pay("page-2")).await.status, 303, "a second click");
    let waits = harness.bench.http(pay("page-3")).await;
    assert!(waits.status == 409 && text(&waits).contains("The bank still waits"), "{}", text(&waits));
    let here = format!("/orders/{id}");
    assert!(text(&waits).contains(&format!(r#"href="{here}?lang=de""#)), "links lead where something can be opened");
    assert!(!text(&waits).contains(&format!(r#"href="{here}/payment"#)), "{}", text(&waits));
    harness.bench.world.pass_seconds(86_400);
    let late = harness.bench.http(pay("page-4")).await;
    assert!(!text(&late).contains("The bank still waits"), "{}", text(&late));
}

#[tokio::test]
async fn staff_see_how_an_order_stands_and_no_button_that_is_its_buyers_alone() {
    let harness = Harness::new();
    let unpaid = harness.awaiting_payment(2).await;
    harness.receive(2, &declined(unpaid, 1)).await;
    let waiting = at_the_bank(&harness).await;
    let canceled = harness.placed(3).await;
    harness.cancel(canceled).await;
    let (guests, guest) = placed_by_guest(&harness, 4).await;
    let target = format!("/orders/{guests}");
    let own = harness.bench.http(Request::get(&target).header("cookie", &guest)).await;
    assert!(text(&own).contains("This browser remembers your order."), "{}", text(&own));
    for (id, buyers) in [
        (unpaid, "Pay with another method"),
        (waiting, BANK),
        (waiting, "costs you nothing"),
        (canceled, "/cart/lines"),
    ] {
        assert!(page(&harness, id).await.contains(buyers), "{buyers}");
        for target in [format!("/orders/{id}"), format!("/fragments/orders/{id}")] {
            let shown = page_for_staff(&harness, &target).await;
            assert!(!shown.contains(buyers), "{target}: {shown}");
        }
    }
    assert!(!page_for_staff(&harness, &target).await.contains("This browser remembers"));
    let cancelable = page_for_staff(&harness, &format!("/orders/{unpaid}")).await;
    assert!(cancelable.contains("Cancel this order"), "staff may cancel: {cancelable}");
}

#[tokio::test]
async fn without_script_the_links_of_the_parts_lead_to_whole_pages() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let shown = page(&harness, id).await;
    let whole = format!("/orders/{id}?saga=drawn");
    assert!(shown.contains(&format!(r#"<p><a href="{whole}#saga">"#)), "{shown}");
    assert!(shown.contains(&format!(r#"<p><a href="/shipments/{}/demo">"#, id.shipment())), "{shown}");
    assert!(!shown.contains(r#"href="/fragments"#), "{shown}");
    let drawn = harness.bench.http(as_ada(&harness, Request::get(&whole))).await;
    let drawn = text(&drawn);
    for part in ["<!doctype html>", "</footer>", "<h1>Order ", "Who told whom what", "<svg", "reserve_stock"] {
        assert!(drawn.contains(part), "{part}: {drawn}");
    }
    let guest = placed_by_guest(&harness, 2).await;
    let stranger = Request::get(&format!("/orders/{}?saga=drawn", guest.0));
    assert_eq!(harness.bench.http(as_ada(&harness, stranger)).await.status, 404);
}

/// Fifty lines, with titles and SKUs of so many signs.
fn fifty_lines(harness: &Harness, title: usize, sku: usize) -> QuoteClaims {
    let mut quote = quote(harness, 1);
    let sample = quote.lines[1].clone();
    let line = |n: usize| QuotedLine {
        sku: format!("{}-{n:02}", "S".repeat(sku - 3)).parse().unwrap(),
        title: "T".repeat(title),
        ..sample.clone()
    };
    quote.lines = (0..50).map(line).collect();
    quote
}

#[tokio::test]
async fn the_pages_of_an_order_with_fifty_lines_stay_small() {
    // The longest that there are, and those of a shop that names its goods as shops do. The last step carries the signed quote besides.
    for (title, sku, most) in [(200, 64, [54_000, 33_000]), (32, 20, [30_000, 20_000])] {
        let harness = Harness::new();
        let quote = fifty_lines(&harness, title, sku);
        let fields = fields(&harness, &quote);
        let review = harness.bench.http(form("/checkout/payment", &fields, &[])).await;
        let chosen = [("payment_method", "pm_card_visa"), ("terms", TERMS)];
        let placed = harness.bench.http(form("/orders", &fields, &chosen)).await;
        let target = format!("/orders/{}", quote.jti.order());
        let order = |at: &str| Request::get(at).header("cookie", &kept(&placed));
        let canceled = Request::form(&format!("{target}/cancellation"), &[]).header("cookie", &kept(&placed));
        assert_eq!(harness.bench.http(canceled).await.status, 303);
        let ended = harness.bench.http(order(&target)).await;
        assert!(review.status == 200 && text(&ended).contains("/cart/lines"), "{}", text(&ended));
        let sizes = [text(&review).len(), text(&ended).len()];
        assert!(sizes.iter().zip(&most).all(|(size, most)| size <= most), "{sizes:?} bytes, not {most:?}");
    }
}

#[tokio::test]
async fn a_mail_is_told_the_same_sums_as_the_page_shows() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &authorized(id, 1)).await;
    let sent = harness.bench.queues.take();
    let mail = sent.iter().find(|sent| sent.to == Capability::Notifications).unwrap();
    let told = &mail.envelope.data["order"];
    assert_eq!(told["parts"], json!({"net": 3699, "shipping": 490, "tax": 189 + 190 + 93}));
    assert_eq!(told["lines"][0]["net"], json!(Money::new(2 * 1500 - 300, Currency::EUR)));
    let shown = page(&harness, id).await;
    let amounts = ["net", "shipping", "tax"].map(|part| told["parts"][part].as_i64().unwrap());
    for amount in amounts.into_iter().chain([2 * 1500 - 300, told["total"]["amount"].as_i64().unwrap()]) {
        let written = format!("€{}.{:02}", amount / 100, amount % 100);
        assert!(shown.contains(&written), "{written}: {shown}");
    }
}
