//! Packing slips, and shipping's part of the start page of staff.

use crate::harness::{arrive, bench, come_and_go, html, order, spent, staff_page, values};
use chassis::testing::Bench;
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
    assert!(!empty.contains("<html") && empty.contains("href=\"/staff/shipping\""), "{empty}");
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
