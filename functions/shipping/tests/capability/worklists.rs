//! The lists of what waits, as the API shows them.

use crate::harness::{ORDER, arrive, bench, come_and_go, create, delivery, dispatch, list, order, sent, spent};
use chassis::testing::{Bench, Request, Response};
use events::shipping::RetractDispatch;
use serde_json::Value;
use shipping::Shipping;

const DAY: i64 = 24 * 60 * 60;

async fn listed(bench: &Bench<Shipping>, query: &str) -> Response {
    bench.http(Request::get(&format!("/v1/shipments?{query}")).bearer(&bench.staff())).await
}

/// The orders of a page.
fn orders(page: &Response) -> Vec<String> {
    assert_eq!(page.status, 200, "{page:?}");
    page.body["items"].as_array().unwrap().iter().map(|item| item["order_id"].as_str().unwrap().to_owned()).collect()
}

fn ids(numbers: &[u128]) -> Vec<String> {
    numbers.iter().map(|number| order(*number).to_string()).collect()
}

async fn take_back(bench: &Bench<Shipping>) -> Response {
    let path = format!("/v1/shipments/{}/dispatch", ORDER.shipment());
    bench.http(Request::new("DELETE", &path).bearer(&bench.staff())).await
}

#[tokio::test]
async fn what_must_leave_first_comes_first_and_what_may_leave_at_any_time_comes_last() {
    let bench = bench();
    assert_eq!(orders(&listed(&bench, "status=created").await), ids(&[]));
    for (number, seconds) in [(1, Some(2 * DAY)), (2, None), (3, Some(DAY)), (4, None), (5, Some(DAY)), (6, Some(60))] {
        arrive(&bench, order(number), seconds).await;
    }
    let page = listed(&bench, "status=created").await;
    assert_eq!(orders(&page), ids(&[6, 3, 5, 1, 2, 4]));
    assert_eq!(page.body.get("cursor"), None);
    let first = &page.body["items"][0];
    assert_eq!((&first["status"], &first["ship_to"]["city"]), (&"created".into(), &"Berlin".into()));
    bench.world.pass_seconds(120);
    assert_eq!(orders(&listed(&bench, "status=created").await)[0], ids(&[6])[0], "what is overdue is still there");
}

#[tokio::test]
async fn a_list_is_read_page_by_page_without_a_gap_or_a_repeat() {
    let bench = bench();
    for number in 1..=23 {
        let seconds = i64::try_from(number * 7 % 5).unwrap() * 3_600;
        arrive(&bench, order(number), Some(seconds).filter(|seconds| *seconds > 0)).await;
    }
    let all = orders(&listed(&bench, "status=created&limit=100").await);
    assert_eq!(all.len(), 23);
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = listed(&bench, &format!("status=created&limit=4&cursor={cursor}")).await;
        let found = orders(&page);
        assert!((1..=4).contains(&found.len()), "{page:?}");
        read.extend(found);
        match page.body["cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(read, all);
}

#[tokio::test]
async fn what_left_or_was_canceled_is_in_no_list_and_a_dispatch_that_is_taken_back_returns() {
    let bench = bench();
    come_and_go(&bench, 1..=3).await;
    bench.receive(&ORDER.to_string(), 3, &create()).await;
    let lists = async || {
        let created = orders(&listed(&bench, "status=created").await);
        (created, orders(&listed(&bench, "status=retracting").await))
    };
    assert_eq!(lists().await, (ids(&[7]), ids(&[])));
    bench.http(dispatch(&bench, "0034")).await;
    assert_eq!(lists().await, (ids(&[]), ids(&[])));
    for _ in 0..2 {
        assert_eq!(take_back(&bench).await.status, 202);
        assert_eq!(lists().await, (ids(&[]), ids(&[7])));
    }
    let (order_id, shipment_id) = (ORDER, ORDER.shipment());
    bench.receive(&ORDER.to_string(), 8, &RetractDispatch { order_id, shipment_id, request: 4 }).await;
    assert_eq!(lists().await, (ids(&[7]), ids(&[])));
    bench.http(dispatch(&bench, "0035")).await;
    bench.http(delivery(&bench)).await;
    assert_eq!(lists().await, (ids(&[]), ids(&[])));
    assert_eq!(bench.http(list(&bench)).await.body["items"][0]["status"], "delivered", "its order finds it");
}

#[tokio::test]
async fn a_page_costs_the_same_however_much_was_sent_before() {
    let cost = async |before: u128| {
        let bench = bench();
        come_and_go(&bench, 100..100 + before).await;
        for number in 1..=3 {
            arrive(&bench, order(number), Some(DAY)).await;
        }
        spent(&bench);
        assert_eq!(orders(&listed(&bench, "status=created").await).len(), 3);
        spent(&bench)
    };
    let few = cost(0).await;
    assert_eq!(few.len(), 5, "a query of each partition, and the items: {few:?}");
    assert_eq!(cost(40).await, few);
}

#[tokio::test]
async fn an_order_pays_for_its_place_in_the_list_once_when_it_begins_and_once_when_it_ends() {
    let bench = bench();
    arrive(&bench, ORDER, Some(DAY)).await;
    bench.http(dispatch(&bench, "0034")).await;
    let path = format!("/v1/shipments/{}/tracking", ORDER.shipment());
    let body = serde_json::json!({"carrier": "ups", "tracking_number": "1"});
    assert_eq!(bench.http(Request::put(&path, body).bearer(&bench.staff())).await.status, 200);
    assert_eq!(bench.http(delivery(&bench)).await.status, 200);
    let of_indexes = bench.dynamo.take_calls().into_iter().map(|call| call.tenths_of_index_units);
    assert_eq!(of_indexes.filter(|units| *units > 0).collect::<Vec<_>>(), [10, 10]);
}

#[tokio::test]
async fn either_an_order_or_what_waits_is_listed_and_a_refusal_says_what_can_be() {
    let bench = bench();
    arrive(&bench, ORDER, None).await;
    arrive(&bench, order(8), None).await;
    let cursor = listed(&bench, "status=created&limit=1").await.body["cursor"].as_str().unwrap().to_owned();
    let listable = "status must be one of created, retracting.";
    for (query, detail) in [
        (String::new(), "order_id must be sent, or status in its place."),
        ("status=&order_id=".into(), "order_id must be sent, or status in its place."),
        ("limit=5".into(), "order_id must be sent, or status in its place."),
        (format!("status=created&order_id={ORDER}"), "status must not be sent together with order_id."),
        ("status=dispatched".into(), listable),
        ("status=delivered".into(), listable),
        ("status=canceled".into(), listable),
        ("status=Created".into(), listable),
        (format!("status=retracting&cursor={cursor}"), "cursor must be the cursor of another page of this list."),
        (format!("order_id={ORDER}&cursor={cursor}"), "cursor must be the cursor of another page of this list."),
        ("status=created&cursor=x".into(), "cursor must be the cursor of another page of this list."),
        ("status=created&limit=0".into(), "limit must be an integer from 1 to 100."),
        (format!("order_id={ORDER}&limit=101"), "limit must be an integer from 1 to 100."),
    ] {
        let refused = listed(&bench, &query).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{query}: {refused:?}");
        assert_eq!(refused.body["detail"], detail, "{query}");
    }
    assert_eq!(orders(&listed(&bench, &format!("order_id={ORDER}&limit=5")).await), ids(&[7]));
    assert_eq!(orders(&listed(&bench, &format!("status=created&limit=1&cursor={cursor}")).await), ids(&[8]));
}

#[tokio::test]
async fn a_shipment_that_was_written_before_there_were_lists_is_found_by_its_order_and_sent_as_any_other() {
    let bench = bench();
    arrive(&bench, ORDER, Some(DAY)).await;
    let mut item = bench.dynamo.items()[0].clone();
    for attribute in ["index1", "index1_sort"] {
        assert!(item.as_object_mut().unwrap().remove(attribute).is_some(), "{attribute}: {item}");
    }
    bench.dynamo.put(&item);
    sent(&bench);
    assert_eq!(orders(&listed(&bench, "status=created").await), ids(&[]));
    assert_eq!(bench.http(list(&bench)).await.body["items"][0]["status"], "created");
    assert_eq!(bench.http(dispatch(&bench, "0034")).await.body["status"], Value::from("dispatched"));
}
