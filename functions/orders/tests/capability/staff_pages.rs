//! The pages of orders that staff work with: lists whose address says what was looked for, an order with all that is known of it.

use crate::harness::{Harness, declined, dispatched};
use crate::pages::{as_ada, placed_by_guest, text};
use chassis::testing::{Request, Response};
use events::ids::{OrderId, UserId};

pub fn as_staff(harness: &Harness, request: Request) -> Request {
    request.header("cookie", &format!("__Host-souk_access={}", harness.bench.staff()))
}

pub async fn open(harness: &Harness, target: &str) -> Response {
    harness.bench.http(as_staff(harness, Request::get(target))).await
}

pub async fn page(harness: &Harness, target: &str) -> String {
    let answer = open(harness, target).await;
    assert_eq!(answer.status, 200, "{target}: {}", text(&answer));
    text(&answer).to_owned()
}

fn link(id: OrderId) -> String {
    format!(r#"href="/staff/orders/{id}">{}</a>"#, id.number())
}

pub async fn send(harness: &Harness, target: &str, fields: &[(&str, &str)]) -> Response {
    harness.bench.http(as_staff(harness, Request::form(target, fields))).await
}

/// Entries of the audit log about an order.
fn audited(harness: &Harness, id: OrderId) -> usize {
    let is_entry = |item: &serde_json::Value| item["pk"]["S"].as_str().unwrap().starts_with("audit#");
    let items = harness.bench.dynamo.items().into_iter().filter(is_entry);
    items.filter(|item| item["resource"]["S"] == id.to_string()).count()
}

#[tokio::test]
async fn staff_find_an_order_by_what_they_type_and_the_address_keeps_it() {
    let harness = Harness::new();
    let confirmed = harness.confirmed(1).await;
    let (guests, _) = placed_by_guest(&harness, 2).await;
    let all = page(&harness, "/staff/orders").await;
    assert!(all.contains(&link(confirmed)) && all.contains(&link(guests)), "{all}");
    for (query, found, other) in [
        ("status=confirmed", confirmed, guests),
        ("number=&email=guest%40example.com&status=", guests, confirmed),
        ("sku=tea-1", confirmed, guests),
        ("fulfillment_state=created&payment_state=authorized", confirmed, guests),
        (&format!("number={}", guests.number()), guests, confirmed),
        (&format!("customer={}", harness.ada), confirmed, guests),
    ] {
        let list = page(&harness, &format!("/staff/orders?{query}")).await;
        assert!(list.contains(&link(found)) && !list.contains(&link(other)), "{query}: {list}");
    }
    let typed = page(&harness, "/staff/orders?email=guest%40example.com&status=pending").await;
    assert!(typed.contains(r#"value="guest@example.com""#), "{typed}");
    assert!(typed.contains(r#"href="/staff/users?who=guest%40example.com""#), "a customer is found by users: {typed}");
    assert!(typed.contains(r#"<option value="pending" selected>"#), "{typed}");
}

#[tokio::test]
async fn the_page_of_a_user_shows_the_last_orders_of_that_user_and_leads_to_all() {
    let harness = Harness::new();
    let mut own = Vec::new();
    for number in 1..=6 {
        own.push(harness.confirmed(number * 10).await);
    }
    let (guests, _) = placed_by_guest(&harness, 100).await;
    let part = page(&harness, &format!("/staff/orders/of/{}", harness.ada)).await;
    assert!(own[1..].iter().all(|id| part.contains(&link(*id))), "{part}");
    assert!(!part.contains(&link(own[0])) && !part.contains(&link(guests)) && !part.contains("<html"), "{part}");
    assert!(part.contains(&format!(r#"href="/staff/orders?customer={}""#, harness.ada)), "{part}");
    let nobody = page(&harness, &format!("/staff/orders/of/{}", UserId::from_bits(99))).await;
    assert!(nobody.contains("This customer has no orders.") && !nobody.contains("<table"), "{nobody}");
}

#[tokio::test]
async fn the_pages_of_a_list_follow_each_other_by_links_that_keep_what_was_looked_for() {
    let harness = Harness::for_many_orders();
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    let placed = harness.bench.dynamo.item(&quote.jti.order().to_string(), "order").unwrap();
    harness.bench.dynamo.put_all((1..60).map(|number: u128| {
        let mut copy = placed.clone();
        let id = OrderId::from_bits(quote.jti.bits() + number).to_string();
        (copy["pk"]["S"], copy["id"]["S"]) = (id.clone().into(), id.into());
        copy
    }));
    let (mut target, mut seen) = ("/staff/orders?sku=&payment_state=none".to_owned(), 0);
    loop {
        let list = page(&harness, &target).await;
        seen += list.matches(r#"<th scope="row"><a href="/staff/orders/order_"#).count();
        let Some((before, _)) = list.split_once(r#"" rel="next""#) else { break };
        target = before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&");
        assert!(target.contains("payment_state=none") && !target.contains("sku="), "{target}");
    }
    assert_eq!(seen, 60);
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_said_at_its_field_and_stays_as_it_was_typed() {
    let harness = Harness::new();
    for (query, field, typed) in [
        ("number=%3Cb%3E1", "number", "&#60;b&#62;1"),
        ("email=nobody", "email", "nobody"),
        ("sku=a+b", "sku", "a b"),
        ("from=yesterday", "from", "yesterday"),
        ("status=lost", "status", ""),
    ] {
        let refused = open(&harness, &format!("/staff/orders?{query}")).await;
        let shown = text(&refused);
        assert_eq!(refused.status, 422, "{query}: {shown}");
        assert!(shown.contains(&format!(r#"id="field-{field}-error""#)), "{query}: {shown}");
        assert!(typed.is_empty() || shown.contains(&format!(r#"value="{typed}""#)), "{query}: {shown}");
    }
    let none = page(&harness, "/staff/orders?status=expired").await;
    assert!(none.contains("No such orders") && none.contains("All orders"), "{none}");
    let german = as_staff(&harness, Request::get("/staff/orders")).header("accept-language", "de");
    let german = harness.bench.http(german).await;
    assert!(text(&german).contains("Keine solchen Bestellungen"), "{}", text(&german));
}

#[tokio::test]
async fn an_order_shows_what_it_waits_for_what_happened_who_wanted_it_and_what_was_told_to_whom() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    let shown = page(&harness, &format!("/staff/orders/{id}")).await;
    for wanted in [
        "Confirmed",
        "Waits for shipping (create_shipment) since",
        "Fine TEA-1",
        "1 Analytical Way",
        "inventory.reserve_stock.v1 → inventory",
        "orders.order_confirmed.v1 → ",
        &format!(r#"href="/staff/users/{}""#, harness.ada),
        &format!(r#"src="/staff/payments/of/{id}""#),
        &format!(r#"href="/staff/payments/{}""#, id.payment()),
        &format!(r#"href="/staff/shipping/{}""#, id.shipment()),
        &format!(r#"src="/staff/users/{}/name""#, harness.ada),
        &format!(r#"<a href="/staff/users/{}">Customer</a>"#, harness.ada),
        &format!(r#"src="/fragments/orders/{id}/saga""#),
        &format!(r#"src="/staff/shipping/of/{id}""#),
        &format!(r#"src="/staff/notifications/of/{id}""#),
        &format!(r#"href="/staff/notifications?order_id={id}""#),
        "Cancel the order",
        "Send again",
    ] {
        assert!(shown.contains(wanted), "{wanted} is missing: {shown}");
    }
    let (guests, _) = placed_by_guest(&harness, 2).await;
    let of_guest = page(&harness, &format!("/staff/orders/{guests}")).await;
    assert!(of_guest.contains("guest@example.com"), "{of_guest}");
    assert!(of_guest.contains(r#"href="/staff/orders?email=guest%40example.com""#), "{of_guest}");
    assert_eq!(open(&harness, &format!("/staff/orders/{}", OrderId::from_bits(7))).await.status, 404);
}

#[tokio::test]
async fn staff_pick_orders_that_have_a_parcel_and_print_their_packing_slips() {
    let harness = Harness::new();
    let [packed, waits] = [harness.confirmed(1).await, harness.awaiting_payment(2).await];
    let list = page(&harness, "/staff/orders").await;
    let picks = |id: OrderId| list.contains(&format!(r#"type="checkbox" name="id" value="{}""#, id.shipment()));
    assert!(picks(packed) && !picks(waits), "{list}");
    assert!(list.contains(r#"<form method="get" action="/staff/shipping/slips">"#), "{list}");
    assert!(list.contains("Print packing slips") && list.contains(&link(waits)), "{list}");
    let unpaid = page(&harness, "/staff/orders?status=awaiting_payment").await;
    assert!(unpaid.contains(&link(waits)) && !unpaid.contains("/staff/shipping/slips"), "{unpaid}");
}

#[tokio::test]
async fn staff_cancel_an_order_once_they_have_confirmed_it_and_see_why_not_otherwise() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let target = format!("/staff/orders/{id}/cancellation");
    let before = harness.bench.dynamo.items();
    let refused = send(&harness, &target, &[]).await;
    assert!(refused.status == 422 && text(&refused).contains("Tick the box"), "{}", text(&refused));
    assert_eq!(harness.bench.dynamo.items(), before);
    let done = send(&harness, &target, &[("confirmed", "yes")]).await;
    assert_eq!((done.status, done.header("location")), (303, Some(&*format!("/staff/orders/{id}?done=cancellation"))));
    assert_eq!(harness.states(id).await[0], "canceled");
    let shown = page(&harness, &format!("/staff/orders/{id}?done=cancellation")).await;
    assert!(shown.contains("is canceled, or being canceled") && !shown.contains(&target), "{shown}");
    assert!(shown.contains(&format!(r#"src="/staff/users/{}/name""#, UserId::from_bits(99))), "who did it: {shown}");
    assert_eq!(audited(&harness, id), 1);
    let seen = harness.awaiting_payment(3).await;
    assert_eq!(send(&harness, &format!("/orders/{seen}/cancellation"), &[]).await.status, 303);
    assert_eq!(audited(&harness, seen), 1, "also on the page that the customer sees");

    let left = harness.confirmed(2).await;
    harness.receive(3, &dispatched(left)).await;
    harness.settle().await;
    let late = send(&harness, &format!("/staff/orders/{left}/cancellation"), &[("confirmed", "yes")]).await;
    assert!(late.status == 409 && text(&late).contains("The parcel has left"), "{}", text(&late));
}

#[tokio::test]
async fn staff_have_the_pending_commands_of_a_stuck_order_sent_again() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let shown = page(&harness, &format!("/staff/orders/{id}")).await;
    assert!(shown.contains("Waits for inventory (reserve_stock) since"), "{shown}");
    let done = send(&harness, &format!("/staff/orders/{id}/redrive"), &[]).await;
    assert_eq!((done.status, done.header("location")), (303, Some(&*format!("/staff/orders/{id}?done=redrive"))));
    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    assert!(sent.iter().any(|sent| sent.kind() == "inventory.reserve_stock.v1"), "{sent:?}");
    let again = page(&harness, &format!("/staff/orders/{id}?done=redrive")).await;
    assert!(again.contains("sent again 1 times without an answer"), "{again}");
}

#[tokio::test]
async fn the_start_pages_part_counts_what_is_new_what_is_stuck_and_what_waits_for_staff() {
    let harness = Harness::new();
    let yesterday = harness.confirmed(1).await;
    harness.bench.world.pass_seconds(86_400);
    let stuck = harness.placed(2).await;
    send(&harness, &format!("/staff/orders/{stuck}/redrive"), &[]).await;
    harness.awaiting_payment(3).await;
    let mut item = harness.bench.dynamo.item(&yesterday.to_string(), "order").unwrap();
    item["due_at"]["S"] = orders::domain::overdue::WAITS_FOR_STAFF.to_string().into();
    harness.bench.dynamo.put(&item);
    let part = page(&harness, "/staff/orders/summary").await;
    let number_of = |label: &str| {
        let (_, rest) = part.split_once(&format!("<dt>{label}</dt><dd>")).unwrap_or_else(|| panic!("{label}: {part}"));
        rest.split("</dd>").next().unwrap().to_owned()
    };
    assert!(number_of("Placed today").contains(">2</a>"), "{part}");
    let (waits, without) = (number_of("Waiting for staff"), number_of("Without an answer"));
    assert!(waits.starts_with('1') && waits.contains(&link(yesterday)), "{part}");
    assert!(without.starts_with('1') && without.contains(&link(stuck)), "{part}");
}

#[tokio::test]
async fn nobody_but_staff_opens_staffs_pages_and_another_site_sends_none_of_their_forms() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    let [sales, csv] = ["", ".csv"].map(|ending| format!("/staff/orders/sales{ending}"));
    let of_user = format!("/staff/orders/of/{}", harness.ada);
    let (one, summary) = (format!("/staff/orders/{id}"), "/staff/orders/summary".to_owned());
    let targets = ["/staff/orders".to_owned(), one, summary, sales, csv, of_user];
    for target in &targets {
        let customer = harness.bench.http(as_ada(&harness, Request::get(target))).await;
        assert_eq!(customer.status, 403, "{target}");
        let nobody = harness.bench.http(Request::get(target)).await;
        assert!([303, 401].contains(&nobody.status), "{target}: {}", nobody.status);
        assert_eq!(open(&harness, target).await.header("cache-control"), Some("no-store"), "{target}");
    }
    let before = harness.bench.dynamo.items();
    for what in ["cancellation", "redrive"] {
        let form = || Request::form(&format!("/staff/orders/{id}/{what}"), &[("confirmed", "yes")]);
        assert_eq!(harness.bench.http(as_ada(&harness, form())).await.status, 403, "{what}");
        let foreign = as_staff(&harness, form()).header("sec-fetch-site", "cross-site");
        assert_eq!(harness.bench.http(foreign).await.status, 403, "{what}");
    }
    assert_eq!(harness.bench.dynamo.items(), before);
}
