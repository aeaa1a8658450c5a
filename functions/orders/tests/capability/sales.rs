//! What was sold, as staff ask the API for it: by day, by currency and by product.

use crate::harness::{Harness, TOTAL};
use chassis::testing::{Request, Response};
use events::ids::OrderId;
use serde_json::{Value, json};

pub const DAY: i64 = 86_400;
/// Seconds after a day's beginning at which it is counted.
pub const COUNTED: i64 = DAY + 1_800 + 6 * 3_600;

pub async fn ask(harness: &Harness, query: &str) -> Response {
    harness.bench.http(Request::get(&format!("/v1/sales{query}")).bearer(&harness.bench.staff())).await
}

/// The answer of a period, which must be one.
pub async fn sales(harness: &Harness, query: &str) -> Value {
    let answer = ask(harness, query).await;
    assert_eq!(answer.status, 200, "{query}: {:?}", answer.body);
    answer.body
}

pub fn euros(amount: i64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

/// What that many orders of the harness come to.
pub fn totals(orders: i64) -> Value {
    json!({
        "currency": "EUR", "orders": orders, "units": 3 * orders, "net": euros(3_699 * orders),
        "shipping": euros(490 * orders), "tax": euros(472 * orders), "gross": euros(TOTAL * orders),
    })
}

/// Copies of an order, each under an id and at a time of its own, which the sweep has no need to look at.
pub fn copy(harness: &Harness, id: OrderId, count: u128) {
    let item = harness.bench.dynamo.item(&id.to_string(), "order").unwrap();
    let placed: i64 = item["index1_sort"]["S"].as_str().unwrap().parse().unwrap();
    harness.bench.dynamo.put_all((1..=count).map(|number| {
        let own = OrderId::from_bits(id.bits() + 1_000 + number);
        let mut copy = item.clone();
        (copy["pk"]["S"], copy["id"]["S"]) = (own.to_string().into(), own.to_string().into());
        copy["index1"]["S"] = format!("valid#{}", own.bits() % 4).into();
        copy["index1_sort"]["S"] = format!("{:013}", placed + i64::try_from(number).unwrap()).into();
        copy["index2"]["S"] = own.number().to_string().into();
        for gone in ["due", "due_at"] {
            copy.as_object_mut().unwrap().remove(gone);
        }
        copy
    }));
}

#[tokio::test]
async fn staff_see_what_was_sold_by_day_and_product() {
    let harness = Harness::new();
    harness.confirmed(1).await;
    harness.confirmed(2).await;
    harness.bench.world.pass_seconds(2 * DAY + 3_600);
    harness.confirmed(3).await;
    let report = sales(&harness, "?from=2026-01-01").await;
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-01-01"), &json!("2026-01-03")));
    let day =
        |date: &str, complete: bool, totals: Vec<Value>| json!({"date": date, "complete": complete, "totals": totals});
    let days = [
        day("2026-01-01", true, vec![totals(2)]),
        day("2026-01-02", true, Vec::new()),
        day("2026-01-03", false, vec![totals(1)]),
    ];
    assert_eq!(report["days"], json!(days), "the last day is not over");
    assert_eq!(report["complete"], false);
    let of_euros = json!([{
        "totals": totals(3),
        "products": [
            {"sku": "TEA-1", "units": 6, "net": euros(8_100)},
            {"sku": "MUG-1", "units": 3, "net": euros(2_997)},
        ],
        "other": {"units": 0, "net": euros(0)},
    }]);
    assert_eq!(report["currencies"], of_euros);
    let first = sales(&harness, "?from=2026-01-01&to=2026-01-01").await;
    assert_eq!((&first["complete"], &first["currencies"][0]["totals"]), (&json!(true), &totals(2)));
}

#[tokio::test]
async fn an_order_that_was_never_confirmed_is_not_sold_and_one_that_was_stays_sold_when_it_is_canceled() {
    let harness = Harness::new();
    harness.placed(1).await;
    harness.awaiting_payment(2).await;
    let canceled = harness.confirmed(3).await;
    assert_eq!(harness.cancel(canceled).await.status, 202);
    harness.settle().await;
    assert_eq!(harness.states(canceled).await[0], "canceled");
    let never = harness.awaiting_payment(4).await;
    assert_eq!(harness.cancel(never).await.status, 202);
    harness.settle().await;
    assert_eq!(sales(&harness, "").await["currencies"][0]["totals"], totals(1));
}

#[tokio::test]
async fn of_days_that_are_not_counted_500_orders_are_summed_and_the_answer_says_if_there_are_more() {
    let harness = Harness::for_many_orders();
    let id = crate::sales_counting::confirmed_at_once(&harness).await;
    harness.bench.world.pass_seconds(DAY + 3_600);
    copy(&harness, id, 499);
    let all = sales(&harness, "?from=2026-01-01&to=2026-01-01").await;
    assert_eq!((&all["complete"], &all["days"][0]["totals"][0]), (&json!(true), &totals(500)));
    copy(&harness, id, 600);
    harness.bench.dynamo.take_calls();
    let some = sales(&harness, "?from=2026-01-01&to=2026-01-01").await;
    let reads = harness.bench.dynamo.take_calls().into_iter().filter(|call| call.operation == "BatchGetItem").count();
    assert_eq!(reads, 5);
    assert_eq!((&some["complete"], &some["days"][0]["complete"]), (&json!(false), &json!(false)));
    assert_eq!(some["days"][0]["totals"][0], totals(500));
}

#[tokio::test]
async fn a_period_is_the_last_30_days_and_at_most_92() {
    let harness = Harness::new();
    harness.bench.world.pass_seconds(200 * DAY);
    let report = sales(&harness, "").await;
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-06-21"), &json!("2026-07-20")));
    assert_eq!(report["days"].as_array().unwrap().len(), 30);
    let quarter = sales(&harness, "?from=2026-04-01&to=2026-07-01").await;
    assert_eq!(quarter["days"].as_array().unwrap().len(), 92);
    let to_come = sales(&harness, "?from=2026-07-20&to=2026-07-25").await;
    assert_eq!(to_come["days"].as_array().unwrap().len(), 1, "days still to come are left out");
    let all_to_come = sales(&harness, "?from=2026-07-21&to=2026-07-25").await;
    assert_eq!((&all_to_come["days"], &all_to_come["complete"]), (&json!([]), &json!(false)));
    for query in ["?from=2026-04-01&to=2026-07-02", "?from=2026-07-02&to=2026-07-01"] {
        let refused = ask(&harness, query).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{query}");
        assert!(refused.body["detail"].as_str().unwrap().starts_with("from must "), "{:?}", refused.body);
    }
    for query in ["?from=2026-02-30", "?to=yesterday", "?day=2026-01-01"] {
        assert_eq!(ask(&harness, query).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn nobody_but_staff_learns_what_was_sold() {
    let harness = Harness::new();
    let customer = harness.bench.http(Request::get("/v1/sales").bearer(&harness.ada_token())).await;
    assert_eq!(customer.status, 403);
    assert_eq!(harness.bench.http(Request::get("/v1/sales")).await.status, 401);
}
