//! Stock levels from inventory, shown beside variants.

use crate::harness::*;
use catalog::Catalog;
use catalog::service::catalogue_cache::LEVELS_SECONDS;
use chassis::testing::{Bench, Request};
use events::inventory::{StockLevel, StockLevelChanged};

fn changed(level: StockLevel, seq: u64) -> StockLevelChanged {
    StockLevelChanged { sku: "TEA".parse().unwrap(), level, seq }
}

async fn hear(bench: &Bench<Catalog>, level: StockLevel, seq: u64) {
    bench.receive("TEA", seq, &changed(level, seq)).await;
}

/// The availability that is shown once the cached levels are too old.
async fn shown(bench: &Bench<Catalog>) -> (String, u64) {
    bench.world.pass_seconds(LEVELS_SECONDS);
    let listed = bench.http(Request::get("/v1/products")).await.body;
    let availability = listed["items"][0]["variants"][0]["availability"].as_str().unwrap().to_owned();
    (availability, listed["facets"]["in_stock"].as_u64().unwrap())
}

async fn stocked() -> Bench<Catalog> {
    let bench = furnished().await;
    stock(&bench, &product("tea", "Tea", &[variant("TEA", 100)])).await;
    bench
}

#[tokio::test]
async fn a_level_is_shown_within_seconds() {
    let bench = stocked().await;
    assert_eq!(shown(&bench).await, ("unknown".to_owned(), 0));
    let steps = [(StockLevel::InStock, "in_stock", 1), (StockLevel::Low, "low", 1), (StockLevel::Out, "out", 0)];
    for ((level, text, in_stock), seq) in steps.into_iter().zip(1..) {
        hear(&bench, level, seq).await;
        assert_eq!(shown(&bench).await, (text.to_owned(), in_stock));
    }
}

#[tokio::test]
async fn an_older_level_never_replaces_a_later_one_and_a_repeated_one_changes_nothing() {
    let bench = stocked().await;
    hear(&bench, StockLevel::Out, 3).await;
    let before = bench.dynamo.items();
    // After each: a repetition of the latest would hide that an older one had replaced it.
    for (level, seq) in [(StockLevel::InStock, 2), (StockLevel::Out, 3)] {
        hear(&bench, level, seq).await;
        assert_eq!(bench.dynamo.items(), before, "{seq}");
    }
    assert_eq!(shown(&bench).await.0, "out");
}

#[tokio::test]
async fn a_level_that_comes_before_its_product_is_kept_for_it() {
    let bench = furnished().await;
    hear(&bench, StockLevel::Low, 1).await;
    stock(&bench, &product("tea", "Tea", &[variant("TEA", 100)])).await;
    assert_eq!(shown(&bench).await.0, "low");
}

#[tokio::test]
async fn a_level_makes_nobody_read_the_catalogue_anew() {
    let bench = stocked().await;
    shown(&bench).await;
    hear(&bench, StockLevel::Low, 1).await;
    bench.dynamo.take_calls();
    assert_eq!(shown(&bench).await.0, "low");
    let mut calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    calls.sort();
    assert_eq!(calls, ["GetItem", "Query"]);
}

#[tokio::test]
async fn a_level_costs_one_write_and_sends_nothing() {
    let bench = stocked().await;
    bench.dynamo.take_calls();
    hear(&bench, StockLevel::Low, 1).await;
    let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!((calls, bench.queues.take().len()), (vec!["UpdateItem".to_owned()], 0));
}

#[tokio::test]
async fn what_cannot_be_read_is_dead_lettered_alone() {
    let bench = stocked().await;
    let good = serde_json::to_string(&bench.envelope("TEA", 1, &changed(StockLevel::Low, 1))).unwrap();
    let mut unknown = bench.envelope("TEA", 1, &changed(StockLevel::Low, 1));
    unknown.kind = "inventory.moved_house.v1".to_owned();
    let mut wrong = bench.envelope("TEA", 1, &changed(StockLevel::Low, 1));
    wrong.data["level"] = "plenty".into();
    let bodies =
        ["{".to_owned(), serde_json::to_string(&unknown).unwrap(), serde_json::to_string(&wrong).unwrap(), good];
    assert!(bench.deliver_raw(&bodies).await.is_empty());
    assert_eq!(bench.queues.dead_lettered().len(), 3);
    assert_eq!(shown(&bench).await.0, "low");
}

#[tokio::test(start_paused = true)]
async fn a_level_comes_again_when_the_table_is_throttled() {
    let bench = stocked().await;
    bench.dynamo.throttle_next(3);
    let message = bench.envelope("TEA", 1, &changed(StockLevel::Low, 1));
    assert_eq!(bench.deliver(std::slice::from_ref(&message)).await, [0]);
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(shown(&bench).await.0, "low");
}
