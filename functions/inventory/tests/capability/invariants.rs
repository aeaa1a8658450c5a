//! `sold + reserved + available = received` after any commands, in any order, with any repeats, and staff's list has exactly what is
//! short.

use crate::harness::{adjust, bench, commit, deliver_until_acknowledged, release, reserve, restock, stock, stocked};
use chassis::testing::Bench;
use events::Message;
use events::inventory::{StockRejected, StockReserved};
use inventory::Inventory;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

const SKUS: [&str; 3] = ["A", "B", "C"];

#[derive(Debug, Clone)]
enum Action {
    Reserve(u32, Vec<(usize, u32)>),
    Commit(u32),
    Release(u32),
    Restock(u32, u128, Vec<(usize, u32)>),
    Adjust(usize, i64, u32),
}

fn lines() -> impl Strategy<Value = Vec<(usize, u32)>> {
    prop::collection::vec((0..SKUS.len(), 1u32..6), 1..4)
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0u32..5, lines()).prop_map(|(order, lines)| Action::Reserve(order, lines)),
        2 => (0u32..5).prop_map(Action::Commit),
        2 => (0u32..5).prop_map(Action::Release),
        1 => (0u32..5, 0u128..3, lines()).prop_map(|(order, back, lines)| Action::Restock(order, back, lines)),
        3 => (0..SKUS.len(), -8i64..12, 0u32..6).prop_map(|(sku, delta, key)| Action::Adjust(sku, delta, key)),
    ]
}

async fn take(bench: &Bench<Inventory>, action: &Action) {
    let named =
        |lines: &[(usize, u32)]| lines.iter().map(|(sku, quantity)| (SKUS[*sku], *quantity)).collect::<Vec<_>>();
    let message = match action {
        Action::Reserve(order, lines) => reserve(bench, *order, &named(lines)),
        Action::Commit(order) => commit(bench, *order),
        Action::Release(order) => release(bench, *order),
        Action::Restock(order, back, lines) => restock(bench, *order, *back, &named(lines)),
        Action::Adjust(sku, delta, key) => {
            let status = adjust(bench, SKUS[*sku], *delta, &key.to_string()).await.status;
            assert!(matches!(status, 201 | 409 | 422), "{status}");
            return;
        }
    };
    // A command for an unknown reservation is retried later; every other one is acknowledged.
    bench.deliver(&[message]).await;
}

fn number(value: &Value) -> i64 {
    value["N"].as_str().unwrap().parse().unwrap()
}

fn assert_adds_up(bench: &Bench<Inventory>) {
    let mut allocated: BTreeMap<String, i64> = BTreeMap::new();
    let mut moved: BTreeMap<String, i64> = BTreeMap::new();
    let items = bench.dynamo.items();
    for item in &items {
        let sk = item["sk"]["S"].as_str().unwrap();
        if sk == "reservation" && matches!(item["status"]["S"].as_str().unwrap(), "held" | "committed") {
            for line in item["lines"]["L"].as_array().unwrap() {
                let out = number(&line["M"]["quantity"]) - number(&line["M"]["returned"]);
                assert!(out >= 0);
                *allocated.entry(line["M"]["sku"]["S"].as_str().unwrap().to_owned()).or_default() += out;
            }
        }
        if sk.starts_with("mov#") && item["kind"]["S"] == "adjustment" {
            *moved.entry(item["sku"]["S"].as_str().unwrap().to_owned()).or_default() += number(&item["delta"]);
        }
    }
    for item in items.iter().filter(|item| item["sk"]["S"] == "stock") {
        let sku = item["sku"]["S"].as_str().unwrap();
        let (available, received) = (number(&item["available"]), number(&item["received"]));
        assert!(available >= 0 && received >= available, "{sku}: {available} of {received}");
        assert_eq!(allocated.get(sku).copied().unwrap_or(0) + available, received, "{sku}");
        assert_eq!(moved.get(sku).copied().unwrap_or(0), received, "{sku}: every unit came in by an adjustment");
        let level = match available {
            0 => Some("out"),
            few if few <= number(&item["threshold"]) => Some("low"),
            _ => None,
        };
        let list = item["index1"]["S"].as_str().map(|shard| shard.split('#').next().unwrap());
        assert_eq!((list, list.is_some()), (level, item["index1_sort"]["S"] == sku), "{sku}: {available} units");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn stock_adds_up_after_every_action_and_every_repeat(
        actions in prop::collection::vec((action(), 1usize..3), 1..25)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = bench();
            for (action, times) in &actions {
                for _ in 0..*times {
                    take(&bench, action).await;
                }
                assert_adds_up(&bench);
            }
            // All of it once more, late.
            for (action, _) in &actions {
                take(&bench, action).await;
            }
            assert_adds_up(&bench);
        });
    }
}

#[test]
fn forty_buyers_at_once_get_exactly_the_ten_units_there_are() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = runtime().block_on(stocked(&[("HOT", 10), ("COLD", 100)]));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let bench = &bench;
            scope.spawn(move || {
                runtime().block_on(async {
                    let buyers = (0..5).map(|n| reserve(bench, thread * 5 + n, &[("HOT", 1), ("COLD", 1)]));
                    deliver_until_acknowledged(bench, &buyers.collect::<Vec<_>>()).await;
                });
            });
        }
    });
    let sent = bench.queues.take();
    let count = |kind: &str| sent.iter().filter(|sent| sent.kind() == kind).count();
    assert_eq!((count(StockReserved::TYPE), count(StockRejected::TYPE)), (10, 30));
    assert_eq!((stock(&bench, "HOT"), stock(&bench, "COLD")), ((0, 10), (90, 100)));
    assert_adds_up(&bench);
    let last = sent.iter().filter(|sent| sent.envelope.data["sku"] == "HOT");
    let last = last.max_by_key(|sent| sent.envelope.data["seq"].as_u64()).unwrap();
    assert_eq!(last.envelope.data["level"], "out", "a receiver that keeps the highest seq knows that it is out");
}

#[test]
fn every_command_of_one_order_at_once_ends_with_everything_back_or_never_taken() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..20 {
        let bench = runtime().block_on(stocked(&[("A", 10)]));
        let commands = [reserve(&bench, 1, &[("A", 4)]), release(&bench, 1), commit(&bench, 1)];
        std::thread::scope(|scope| {
            for command in &commands {
                for _ in 0..2 {
                    let bench = &bench;
                    scope.spawn(move || {
                        runtime().block_on(async {
                            // A commit may find nothing yet, or lose its race in every attempt.
                            deliver_until_acknowledged(bench, std::slice::from_ref(command)).await;
                        });
                    });
                }
            }
        });
        assert_eq!(stock(&bench, "A"), (10, 10));
        assert_adds_up(&bench);
    }
}
