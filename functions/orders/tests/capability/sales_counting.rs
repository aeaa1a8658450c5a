//! The sweep counts each finished day once, some orders at a time, and reads nothing when all days are counted.

use crate::harness::{Harness, authorized, reserved};
use crate::sales::{COUNTED, DAY, copy, sales, totals};
use events::ids::OrderId;
use serde_json::{Value, json};

/// An order that is confirmed on a table without a stream. Its commands have no replies.
pub async fn confirmed_at_once(harness: &Harness) -> OrderId {
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    let id = quote.jti.order();
    harness.receive(2, &reserved(id)).await;
    harness.receive(2, &authorized(id, 1)).await;
    assert_eq!(harness.states(id).await[0], "confirmed");
    id
}

/// The days that are counted, or being counted.
fn counted(harness: &Harness) -> Vec<Value> {
    let mut items = harness.bench.dynamo.items();
    items.retain(|item| item["pk"]["S"] == "sales");
    items.sort_by_key(|item| item["sk"]["S"].as_str().unwrap().to_owned());
    items
}

fn days(harness: &Harness) -> Vec<String> {
    counted(harness).iter().map(|item| item["sk"]["S"].as_str().unwrap().to_owned()).collect()
}

async fn tick(harness: &Harness) {
    harness.bench.tick().await.unwrap();
    harness.bench.queues.take();
}

/// The calls of a tick that do more than look at the index of the sweep.
async fn calls_of_tick(harness: &Harness) -> Vec<String> {
    harness.bench.dynamo.take_calls();
    tick(harness).await;
    let calls = harness.bench.dynamo.take_calls().into_iter().map(|call| call.operation);
    calls.skip(8).collect()
}

#[tokio::test]
async fn a_day_is_counted_when_its_last_order_had_to_be_paid_hours_ago() {
    let harness = Harness::new();
    harness.confirmed(1).await;
    harness.bench.world.pass_seconds(COUNTED - 1);
    tick(&harness).await;
    assert_eq!(days(&harness), Vec::<String>::new());
    harness.bench.world.pass_seconds(1);
    tick(&harness).await;
    assert_eq!(days(&harness), ["2026-01-01"]);
    assert_eq!(counted(&harness)[0]["is_complete"]["BOOL"], true);
    harness.bench.dynamo.take_calls();
    let report = sales(&harness, "?from=2026-01-01&to=2026-01-01").await;
    assert_eq!((&report["complete"], &report["days"][0]["totals"][0]), (&json!(true), &totals(1)));
    let calls: Vec<_> = harness.bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["Query"], "a period that is counted is one query");
}

#[tokio::test]
async fn a_day_of_many_orders_is_counted_over_several_ticks_and_each_order_once() {
    let harness = Harness::for_many_orders();
    let id = confirmed_at_once(&harness).await;
    copy(&harness, id, 1_199);
    harness.bench.world.pass_seconds(COUNTED);
    for (orders, complete) in [(500, false), (1_000, false), (1_200, true)] {
        tick(&harness).await;
        let item = counted(&harness).remove(0);
        assert_eq!(item["is_complete"]["BOOL"], complete, "{orders}");
        assert_eq!(item["totals"]["L"][0]["L"][1]["M"]["orders"]["N"], orders.to_string());
        assert_eq!(item.get("after").is_none(), complete);
    }
    let before = counted(&harness);
    tick(&harness).await;
    assert_eq!(counted(&harness), before, "a repeat adds nothing");
    let report = sales(&harness, "?from=2026-01-01&to=2026-01-01").await;
    assert_eq!(report["days"][0]["totals"][0], totals(1_200));
}

#[tokio::test]
async fn another_process_goes_on_where_the_last_one_stopped_and_counts_nothing_again() {
    let harness = Harness::for_many_orders();
    let id = confirmed_at_once(&harness).await;
    copy(&harness, id, 699);
    harness.bench.world.pass_seconds(COUNTED);
    tick(&harness).await;
    let harness = harness.redeployed_with(&[1]);
    tick(&harness).await;
    let first = counted(&harness);
    assert_eq!(first[0]["totals"]["L"][0]["L"][1]["M"]["orders"]["N"], "700");
    let harness = harness.redeployed_with(&[1]);
    tick(&harness).await;
    assert_eq!(counted(&harness), first);
}

#[tokio::test]
async fn counting_costs_nothing_when_all_days_are_counted() {
    let harness = Harness::for_many_orders();
    let id = confirmed_at_once(&harness).await;
    copy(&harness, id, 20);
    harness.bench.dynamo.remove(&id.to_string(), "order");
    assert_eq!(calls_of_tick(&harness).await.iter().filter(|call| *call != "Query").count(), 0, "nothing is over");
    assert_eq!(calls_of_tick(&harness).await, Vec::<String>::new());
    harness.bench.world.pass_seconds(COUNTED);
    let work = calls_of_tick(&harness).await;
    let of = |operation: &str| work.iter().filter(|call| *call == operation).count();
    assert_eq!((of("BatchGetItem"), of("PutItem")), (1, 1), "{work:?}");
    for _ in 0..3 {
        harness.bench.world.pass_seconds(60);
        assert_eq!(calls_of_tick(&harness).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_day_without_orders_is_one_small_item_and_a_shop_without_orders_has_none() {
    let harness = Harness::new();
    harness.bench.world.pass_seconds(10 * DAY);
    tick(&harness).await;
    assert_eq!(days(&harness), Vec::<String>::new());
    harness.confirmed(1).await;
    harness.bench.world.pass_seconds(3 * DAY);
    for _ in 0..2 {
        tick(&harness).await;
    }
    assert_eq!(days(&harness), ["2026-01-11", "2026-01-12"]);
    assert_eq!(counted(&harness)[1]["totals"]["L"], json!([]));
    assert_eq!(counted(&harness)[1].as_object().unwrap().len(), 6, "key, number, state, figures, cause");
}

#[tokio::test]
async fn the_first_look_goes_back_92_days_and_what_is_older_is_summed_when_somebody_asks() {
    let harness = Harness::new();
    harness.confirmed(1).await;
    harness.bench.world.pass_seconds(100 * DAY);
    harness.confirmed(2).await;
    harness.bench.world.pass_seconds(COUNTED);
    tick(&harness).await;
    assert_eq!(days(&harness), ["2026-04-11"]);
    let old = sales(&harness, "?from=2026-01-01&to=2026-01-31").await;
    assert_eq!((&old["complete"], &old["days"][0]["totals"][0]), (&json!(true), &totals(1)));
    let both = sales(&harness, "?from=2026-01-20&to=2026-04-12").await;
    assert_eq!(both["currencies"][0]["totals"], totals(1), "a day is counted or summed, never both");
}
