//! Packing slips, and shipping's parts of the start page of staff and of an order's page.

use crate::harness::{
    ORDER, arrive, bench, come_and_go, delivery, dispatch, html, order, spent, staff_form, staff_page, values,
    with_session,
};
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::users::Role;
use shipping::Shipping;

const DAY: i64 = 24 * 60 * 60;

fn slips(orders: impl IntoIterator<Item = u128>) -> String {
    let ids: Vec<_> = orders.into_iter().map(|number| format!("id={}", order(number).shipment())).collect();
    format!("/staff/shipping/slips?{}", ids.join("&"))
}

#[tokio::test]
async fn each_chosen_shipment_has_a_slip_with_its_goods_and_address_and_no_price() {
    let bench = bench();
    for number in [1, 2] {
        arrive(&bench, order(number), None).await;
    }
    spent(&bench);
    let answer = staff_page(&bench, &slips([2, 1])).await;
    let page = html(&answer);
    assert_eq!(page.matches("class=\"card slip\"").count(), 2, "{page}");
    let place = |number: u128| page.find(&format!("Packing slip of order {}", order(number).number())).unwrap();
    assert!(place(2) < place(1), "in the order in which they were chosen");
    for part in ["Ada<br>Street 1<br>10115 Berlin<br>Germany", "TEA", ">2</td>", "standard"] {
        assert_eq!(page.matches(part).count(), 2, "{part}: {page}");
    }
    assert!(!page.contains('€') && !page.contains("EUR"), "{page}");
    assert_eq!(spent(&bench), [("BatchGetItem".to_owned(), 10)], "half a unit for each");
}

#[tokio::test]
async fn what_nobody_is_to_pack_has_no_slip_and_is_named() {
    let bench = bench();
    come_and_go(&bench, 1..=1).await;
    arrive(&bench, order(2), None).await;
    let answer = staff_page(&bench, &slips([1, 2, 3])).await;
    let page = html(&answer);
    assert_eq!(page.matches("class=\"card slip\"").count(), 1, "{page}");
    let left_out = format!("nothing to pack: {}, {}", order(1).number(), order(3).number());
    assert!(page.contains(&left_out), "{left_out}: {page}");
    let none = staff_page(&bench, "/staff/shipping/slips").await;
    assert!(html(&none).contains("No slip to print"), "{none:?}");
}

#[tokio::test]
async fn as_many_slips_are_printed_at_once_as_the_list_has_rows() {
    let bench = bench();
    arrive(&bench, order(1), None).await;
    assert_eq!(staff_page(&bench, &slips(1..=50)).await.status, 200);
    assert_eq!(staff_page(&bench, &slips(1..=51)).await.status, 400);
    assert_eq!(staff_page(&bench, "/staff/shipping/slips?id=shp_1").await.status, 400);
}

async fn summary(bench: &Bench<Shipping>) -> String {
    let answer = staff_page(bench, "/staff/shipping/summary").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    html(&answer).to_owned()
}

/// The numbers of the summary: what is to pack, and what of it is urgent.
fn counts(summary: &str) -> Vec<&str> {
    let facts = summary.split("<dd>").skip(1).map(|rest| rest.split('<').next().unwrap());
    facts.filter(|fact| !fact.is_empty()).collect()
}

#[tokio::test]
async fn the_summary_counts_what_is_to_pack_and_names_what_must_leave_first() {
    let bench = bench();
    let empty = summary(&bench).await;
    assert_eq!(counts(&empty), ["0", "0"]);
    assert!(
        !empty.contains("<html") && !empty.contains("<h2"),
        "a part has the heading of the page around it: {empty}"
    );
    for (number, seconds) in
        [(1, None), (2, Some(300)), (3, Some(3 * DAY)), (4, Some(60)), (5, Some(200)), (6, Some(100))]
    {
        arrive(&bench, order(number), seconds).await;
    }
    bench.world.pass_seconds(60);
    let part = summary(&bench).await;
    assert_eq!(counts(&part), ["6", "4"]);
    let named = [4, 6, 5].map(|number| format!("/staff/shipping/{}", order(number).shipment()));
    assert_eq!(values(&part, "href", "/staff/shipping/shp_"), named);
}

#[tokio::test]
async fn the_summary_counts_up_to_a_hundred_and_reads_one_page() {
    let bench = bench();
    for number in 1..=100 {
        arrive(&bench, order(number), Some(2 * DAY)).await;
    }
    assert_eq!(counts(&summary(&bench).await), ["100", "0"]);
    arrive(&bench, order(101), Some(60)).await;
    spent(&bench);
    assert_eq!(counts(&summary(&bench).await), ["100+", "1"]);
    let calls = spent(&bench);
    assert_eq!(calls.len(), 5, "a query of each partition, and the items: {calls:?}");
    bench.world.pass_seconds(2 * DAY);
    assert_eq!(counts(&summary(&bench).await), ["100+", "100+"]);
}

async fn of_order(bench: &Bench<Shipping>) -> String {
    let answer = staff_page(bench, &format!("/staff/shipping/of/{ORDER}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    html(&answer).to_owned()
}

/// The anchors that the part leads to, each of which the shipment's page has.
async fn anchors(bench: &Bench<Shipping>, part: &str) -> Vec<String> {
    let opened = format!("/staff/shipping/{}", ORDER.shipment());
    let shipment = staff_page(bench, &opened).await;
    let ways = values(part, "href", &opened).into_iter().map(|way| way.split_once('#').unwrap().1.to_owned());
    let ways: Vec<_> = ways.collect();
    for anchor in &ways {
        assert!(html(&shipment).contains(&format!(" id=\"{anchor}\"")), "{anchor}: {shipment:?}");
    }
    ways
}

#[tokio::test]
async fn an_orders_page_says_where_its_goods_are_and_leads_to_what_may_be_done_with_them_now() {
    let bench = bench();
    let none = of_order(&bench).await;
    assert!(none.contains("There is no shipment.") && !none.contains("<html"), "{none}");
    assert!(anchors_of(&none).is_empty(), "{none}");
    arrive(&bench, ORDER, Some(3 * DAY)).await;
    spent(&bench);
    let to_pack = of_order(&bench).await;
    assert_eq!(spent(&bench), [("GetItem".to_owned(), 10)]);
    assert!(to_pack.contains("To pack") && to_pack.contains("Leave by: <time"), "{to_pack}");
    assert!(to_pack.contains(">Record the dispatch</a>") && !to_pack.contains("24 hours"), "{to_pack}");
    assert_eq!(anchors(&bench, &to_pack).await, ["field-tracking_number"]);
    bench.world.pass_seconds(2 * DAY + 60);
    assert!(of_order(&bench).await.contains("Less than 24 hours left"));
    bench.http(dispatch(&bench, "0034<b>")).await;
    bench.world.pass_seconds(2 * DAY);
    let left = of_order(&bench).await;
    assert!(left.contains("Tracking number: dhl 0034&#60;b&#62;"), "{left}");
    assert!(!left.contains("Leave by") && !left.contains("Too late"), "it left in time: {left}");
    assert_eq!(anchors(&bench, &left).await, ["delivery", "tracking", "retraction"]);
    let retraction = format!("/staff/shipping/{}/retraction", ORDER.shipment());
    staff_form(&bench, &retraction, &[("confirmed", "yes")]).await;
    let asked = of_order(&bench).await;
    assert!(asked.contains(">Ask the order once more</a>"), "{asked}");
    assert_eq!(anchors(&bench, &asked).await, ["retraction"]);
}

#[tokio::test]
async fn an_orders_page_offers_nothing_for_goods_that_must_stay_or_have_arrived() {
    let overdue = bench();
    arrive(&overdue, ORDER, Some(60)).await;
    overdue.world.pass_seconds(60);
    let part = of_order(&overdue).await;
    assert!(part.contains("Too late: keep the goods") && anchors_of(&part).is_empty(), "{part}");
    let arrived = bench();
    arrive(&arrived, ORDER, None).await;
    assert!(of_order(&arrived).await.contains("Leave by: Any time"), "{}", of_order(&arrived).await);
    arrived.http(dispatch(&arrived, "0034")).await;
    arrived.http(delivery(&arrived)).await;
    let part = of_order(&arrived).await;
    assert!(part.contains("Delivered") && anchors_of(&part).is_empty(), "{part}");
    let canceled = bench();
    come_and_go(&canceled, 7..=7).await;
    let part = of_order(&canceled).await;
    assert!(part.contains("Canceled: keep the goods") && anchors_of(&part).is_empty(), "{part}");
}

/// The links of a part.
fn anchors_of(part: &str) -> Vec<&str> {
    values(part, "href", "/staff/shipping/shp_")
}

#[tokio::test]
async fn the_goods_of_an_order_are_shown_to_staff_alone_in_their_language() {
    let bench = bench();
    arrive(&bench, ORDER, None).await;
    let target = format!("/staff/shipping/of/{ORDER}");
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    assert_eq!(bench.http(with_session(Request::get(&target), &customer)).await.status, 403);
    assert_eq!(bench.http(Request::get(&target)).await.status, 401);
    assert_eq!(staff_page(&bench, "/staff/shipping/of/x").await.status, 404);
    let german = with_session(Request::get(&target), &bench.staff()).header("accept-language", "de");
    assert!(html(&bench.http(german).await).contains("Versand erfassen"));
}
