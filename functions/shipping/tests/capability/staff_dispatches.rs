//! Several shipments that leave at once: chosen on the list, each with its number, and each as if it left alone.

use crate::harness::{
    ORDER, arrive, assert_for_staff_alone, audited, bench, come_and_go, dispatch, error_at, html, order, spent,
    staff_form, staff_page, values, with_session,
};
use chassis::testing::{Bench, Request, Response};
use events::Address;
use events::ids::{OrderId, UserId};
use events::shipping::CreateShipment;
use serde_json::Value;
use shipping::Shipping;

const PAGE: &str = "/staff/shipping/dispatches";

fn field(order: OrderId) -> String {
    format!("tracking_number.{}", order.shipment())
}

fn page_of(orders: impl IntoIterator<Item = OrderId>) -> String {
    let ids: Vec<_> = orders.into_iter().map(|order| format!("id={}", order.shipment())).collect();
    format!("{PAGE}?{}", ids.join("&"))
}

/// The form with these numbers.
async fn sent(bench: &Bench<Shipping>, carrier: &str, rows: &[(OrderId, &str)], further: &[(&str, &str)]) -> Response {
    let named: Vec<_> = rows.iter().map(|(order, number)| (field(*order), *number)).collect();
    let mut fields = vec![("carrier", carrier)];
    fields.extend(named.iter().map(|(name, number)| (name.as_str(), *number)));
    fields.extend(further);
    staff_form(bench, PAGE, &fields).await
}

async fn waiting(orders: impl IntoIterator<Item = OrderId>) -> Bench<Shipping> {
    let bench = bench();
    for order in orders {
        arrive(&bench, order, None).await;
    }
    bench.queues.take();
    bench
}

/// The shipment of an order, as the API shows it.
async fn shipment(bench: &Bench<Shipping>, order: OrderId) -> Value {
    let request = Request::get(&format!("/v1/shipments?order_id={order}")).bearer(&bench.staff());
    bench.http(request).await.body["items"][0].clone()
}

fn row(page: &str, order: OrderId) -> &str {
    let mut rows = page.split("<tr>").skip(2).map(|rest| rest.split("</tr>").next().unwrap());
    rows.find(|row| row.contains(&format!("/staff/shipping/{}\"", order.shipment()))).unwrap()
}

/// The input with this name.
fn input<'a>(page: &'a str, name: &str) -> &'a str {
    let mut inputs = page.split("<input").map(|rest| rest.split('>').next().unwrap());
    inputs.find(|input| input.contains(&format!("name=\"{name}\""))).unwrap()
}

#[tokio::test]
async fn what_was_chosen_on_the_list_has_a_row_each_with_a_field_for_its_number() {
    let bench = waiting([1, 2].map(order)).await;
    let list = staff_page(&bench, "/staff/shipping?carrier=DHL").await;
    assert!(html(&list).contains(&format!("formaction=\"{PAGE}\"")), "{list:?}");
    assert!(html(&list).contains("<input type=\"hidden\" name=\"carrier\" value=\"DHL\">"), "{list:?}");
    spent(&bench);
    let answer = staff_page(&bench, &format!("{}&carrier=DHL", page_of([2, 1, 2].map(order)))).await;
    assert_eq!(spent(&bench), [("BatchGetItem".to_owned(), 10)], "half a unit for each");
    let page = html(&answer);
    assert_eq!(values(page, "name", "tracking_number."), [2, 1].map(order).map(field), "in the order of the choice");
    for number in [1, 2].map(order) {
        let row = row(page, number);
        for part in ["Ada", "Berlin, Germany", ">2</td>", &format!("Tracking number of order {}", number.number())] {
            assert!(row.contains(part), "{part}: {row}");
        }
    }
    assert!(input(page, "carrier").contains("value=\"DHL\""), "{page}");
    let none = staff_page(&bench, PAGE).await;
    assert!(none.status == 200 && html(&none).contains("No shipment is chosen"), "{none:?}");
}

#[tokio::test]
async fn a_scanners_enter_goes_on_to_the_next_row_and_the_last_one_confirms() {
    let bench = waiting([1, 2].map(order)).await;
    let shown = staff_page(&bench, &format!("{}&carrier=dhl", page_of([1, 2].map(order)))).await;
    let page = html(&shown);
    for number in [1, 2].map(order) {
        let input = input(page, &field(number));
        assert!(input.contains(" required"), "a browser goes on to a field that is empty: {input}");
        assert_eq!(input.contains(" autofocus"), number == order(1), "{input}");
    }
    let form = page.split(&format!("<form method=\"post\" action=\"{PAGE}\"")).nth(1).unwrap();
    let buttons: Vec<_> = form.split("<button").skip(1).map(|rest| rest.split("</button>").next().unwrap()).collect();
    assert!(
        buttons[0].contains("The goods have left") && !buttons[0].contains("name="),
        "Enter presses it: {buttons:?}"
    );
    assert!(buttons[1].contains("name=\"partial\"") && buttons[1].contains(" formnovalidate"), "{buttons:?}");
    let unknown = staff_page(&bench, &page_of([order(1)])).await;
    assert!(input(html(&unknown), "carrier").contains(" autofocus"), "{unknown:?}");
}

#[tokio::test]
async fn several_leave_at_once_each_as_if_it_left_alone() {
    let bench = waiting([1, 2].map(order)).await;
    let answer = sent(&bench, " DHL Paket ", &[(order(1), "A1"), (order(2), "A2")], &[]).await;
    let page = html(&answer);
    assert!(answer.status == 200 && page.contains("Dispatched: 2"), "{page}");
    assert!(page.contains("href=\"/staff/shipping?carrier=DHL+Paket\""), "the next ones begin with it: {page}");
    assert!(values(page, "name", "tracking_number.").is_empty(), "nothing is left to send: {page}");
    for (number, tracking) in [(1, "A1"), (2, "A2")] {
        assert!(row(page, order(number)).contains(tracking), "{page}");
        let sent = shipment(&bench, order(number)).await;
        assert_eq!(
            [&sent["status"], &sent["carrier"], &sent["tracking_number"]],
            ["dispatched", "DHL Paket", tracking]
        );
    }
    bench.relay().await.unwrap();
    let events = bench.queues.take();
    let kinds: Vec<_> = events.iter().map(|sent| sent.kind()).collect();
    assert_eq!(kinds, ["shipping.shipment_dispatched.v1"; 2]);
    assert!(events.iter().all(|sent| sent.envelope.actor == Some(UserId::from_bits(99).into())));
    assert_eq!(audited(&bench).await, ["dispatchShipment"; 2]);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_dispatches_once() {
    let bench = waiting([1, 2].map(order)).await;
    let rows = [(order(1), "A1"), (order(2), "A2")];
    sent(&bench, "dhl", &rows, &[]).await;
    bench.relay().await.unwrap();
    bench.queues.take();
    let before = bench.dynamo.items();
    bench.world.pass_seconds(1);
    let again = sent(&bench, "dhl", &rows, &[]).await;
    assert!(again.status == 200 && html(&again).contains("Dispatched: 2"), "{again:?}");
    assert_eq!(bench.dynamo.items(), before);
    bench.relay().await.unwrap();
    assert!(bench.queues.take().is_empty());
}

#[tokio::test]
async fn what_had_no_turn_when_the_table_stopped_answering_stays_in_the_form_to_be_sent_again() {
    let bench = waiting([1, 2, 3].map(order)).await;
    let rows = [(order(1), "A1"), (order(2), "A2"), (order(3), "A3")];
    // The session's mark and the shipments, then three calls for each dispatch.
    bench.dynamo.throttle_after(5);
    let stopped = sent(&bench, "dhl", &rows, &[]).await;
    bench.dynamo.throttle_after(u32::MAX);
    let page = html(&stopped);
    assert!(stopped.status == 503 && page.contains("Dispatched: 1") && page.contains("stop half-way"), "{page}");
    assert_eq!(values(page, "name", "tracking_number."), [2, 3].map(order).map(field));
    assert!(input(page, &field(order(3))).contains("value=\"A3\""), "{page}");
    assert!(input(page, "carrier").contains("value=\"dhl\""), "{page}");
    let statuses = async |bench: &Bench<Shipping>| {
        let mut statuses = Vec::new();
        for number in [1, 2, 3].map(order) {
            statuses.push(shipment(bench, number).await["status"].as_str().unwrap().to_owned());
        }
        statuses
    };
    assert_eq!(statuses(&bench).await, ["dispatched", "created", "created"]);
    let again = sent(&bench, "dhl", &rows, &[]).await;
    assert!(again.status == 200 && html(&again).contains("Dispatched: 3"), "{again:?}");
    assert_eq!(statuses(&bench).await, ["dispatched"; 3]);
    bench.relay().await.unwrap();
    let kinds: Vec<_> = bench.queues.take().iter().map(|sent| sent.kind().to_owned()).collect();
    assert_eq!(kinds, ["shipping.shipment_dispatched.v1"; 3], "each is told once");
}

/// Order 1 is to pack, 2 was canceled, 3 is too late, and `ORDER` was dispatched by a colleague.
async fn mixed() -> Bench<Shipping> {
    let bench = waiting([order(1), ORDER]).await;
    come_and_go(&bench, 2..=2).await;
    arrive(&bench, order(3), Some(60)).await;
    bench.world.pass_seconds(60);
    bench.http(dispatch(&bench, "0099")).await;
    bench.queues.take();
    bench
}

const REFUSED: [(OrderId, &str); 4] = [
    (order(2), "The shipment was canceled: keep the goods."),
    (order(3), "It is too late to send this shipment"),
    (ORDER, "The shipment was dispatched before"),
    (order(9), "There is no such shipment."),
];

#[tokio::test]
async fn what_cannot_leave_says_so_before_anything_is_typed_and_has_no_field() {
    let bench = mixed().await;
    arrive(&bench, order(4), Some(60)).await;
    let shown = staff_page(&bench, &page_of([order(1), order(2), order(3), ORDER, order(9), order(4)])).await;
    let page = html(&shown);
    assert_eq!(values(page, "name", "tracking_number."), [1, 4].map(order).map(field));
    for (order, why) in REFUSED {
        assert!(row(page, order).contains(why), "{why}: {page}");
    }
    assert!(row(page, order(4)).contains("Less than 24 hours left"), "{page}");
    assert!(row(page, order(3)).contains("Too late: keep the goods"), "{page}");
    assert!(!row(page, order(1)).contains("24 hours"), "{page}");
}

#[tokio::test]
async fn what_is_refused_says_why_in_its_row_and_keeps_its_number_while_the_others_leave() {
    let bench = mixed().await;
    let rows = [(order(2), "B2"), (order(3), "B3"), (ORDER, "B7"), (order(1), "B1"), (order(9), "B9")];
    let answer = sent(&bench, "dhl", &rows, &[]).await;
    let page = html(&answer);
    assert!(answer.status == 409 && page.contains("Dispatched: 1") && page.contains("Not all of them"), "{page}");
    for (order, why) in REFUSED {
        let row = row(page, order);
        let (_, typed) = rows.iter().find(|(other, _)| *other == order).unwrap();
        assert!(row.contains(why) && row.contains(&format!("Entered: {typed}")), "{why}: {row}");
    }
    assert_eq!(shipment(&bench, order(1)).await["tracking_number"], "B1");
    assert_eq!(shipment(&bench, ORDER).await["tracking_number"], "0099");
    for (number, status) in [(2, "canceled"), (3, "created")] {
        assert_eq!(shipment(&bench, order(number)).await["status"], status);
    }
}

#[tokio::test]
async fn nothing_leaves_before_everything_is_right_and_nothing_that_was_typed_is_lost() {
    let bench = waiting([1, 2].map(order)).await;
    let before = bench.dynamo.items();
    let long = "x".repeat(101);
    for (carrier, number, at, why) in [
        ("", "A2", "carrier".to_owned(), "Please fill this in."),
        ("dhl", "", field(order(2)), "Please fill this in."),
        ("dhl", long.as_str(), field(order(2)), "Please enter 100 characters at most."),
        ("dhl", "A\u{202e}2", field(order(2)), "cannot be seen"),
        ("dhl", "4242 4242 4242 4242", field(order(2)), "never type a card number"),
        ("dhl", "A1", field(order(2)), "Another row has this number."),
    ] {
        let answer = sent(&bench, carrier, &[(order(1), "A1"), (order(2), number)], &[]).await;
        let page = html(&answer);
        let error = error_at(page, &at).unwrap_or_else(|| panic!("{why}: {page}"));
        assert!(answer.status == 422 && error.contains(why), "{why}: {error}");
        assert!(page.contains("error-summary") && input(page, &at).contains("aria-invalid=\"true\""), "{page}");
        assert!(page.contains(&format!("href=\"#field-{at}\"")), "{page}");
        assert!(input(page, &field(order(1))).contains("value=\"A1\"") && !page.contains("4242"), "{page}");
        assert!(input(page, "carrier").contains(&format!("value=\"{carrier}\"")), "{page}");
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn rows_without_a_number_stay_if_staff_say_so() {
    let bench = waiting([1, 2].map(order)).await;
    let answer = sent(&bench, "dhl", &[(order(1), ""), (order(2), "A2")], &[("partial", "yes")]).await;
    let page = html(&answer);
    assert!(answer.status == 200 && page.contains("Dispatched: 1"), "{page}");
    assert_eq!(values(page, "name", "tracking_number."), [field(order(1))], "it can be sent next: {page}");
    assert!(input(page, "carrier").contains("value=\"dhl\""), "{page}");
    assert_eq!(shipment(&bench, order(1)).await["status"], "created");
    assert_eq!(shipment(&bench, order(2)).await["status"], "dispatched");
}

#[tokio::test]
async fn as_many_leave_at_once_as_the_list_has_rows() {
    let bench = waiting((1..=51).map(order)).await;
    assert_eq!(staff_page(&bench, &page_of((1..=50).map(order))).await.status, 200);
    assert_eq!(staff_page(&bench, &page_of((1..=51).map(order))).await.status, 400);
    assert_eq!(staff_page(&bench, &format!("{PAGE}?id=shp_1")).await.status, 400);
    let before = bench.dynamo.items();
    let numbers: Vec<_> = (1..=51).map(|number| number.to_string()).collect();
    let rows: Vec<_> = (1..=51).map(order).zip(numbers.iter().map(String::as_str)).collect();
    assert_eq!(sent(&bench, "dhl", &rows, &[]).await.status, 400);
    assert_eq!(bench.dynamo.items(), before);
    let answer = sent(&bench, "dhl", &rows[..50], &[]).await;
    assert!(answer.status == 200 && html(&answer).contains("Dispatched: 50"), "{answer:?}");
}

#[tokio::test]
async fn several_dispatches_are_for_staff_alone() {
    let bench = waiting([order(1)]).await;
    let name = field(order(1));
    assert_for_staff_alone(&bench, PAGE, &[("carrier", "dhl"), (&name, "A1")]).await;
    assert_eq!(shipment(&bench, order(1)).await["status"], "created");
}

#[tokio::test]
async fn several_dispatches_show_text_as_text_and_speak_german() {
    let bench = bench();
    let hostile = "<script>\"'&";
    let created = crate::harness::create_for(order(1), None);
    let ship_to = Address { name: hostile.into(), city: hostile.into(), ..created.ship_to };
    bench.receive("order_1", 3, &CreateShipment { ship_to, ..crate::harness::create_for(order(1), None) }).await;
    let refused = sent(&bench, hostile, &[(order(1), ""), (order(2), hostile)], &[]).await;
    let page = html(&refused);
    assert!(refused.status == 422 && page.contains("&#60;script&#62;") && !page.contains("<script>"), "{page}");
    let request = with_session(Request::get(&page_of([order(1)])), &bench.staff()).header("accept-language", "de");
    let german = bench.http(request).await;
    assert!(html(&german).contains("Die Ware ist unterwegs") && html(&german).contains("Sendungsnummer"), "{german:?}");
}
