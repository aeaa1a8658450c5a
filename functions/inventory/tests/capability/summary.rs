//! What the start page of staff says of the stock.

use crate::harness::{adjust, bench, deliver, reserve, stocked};
use crate::screens::shown;
use chassis::testing::Bench;
use inventory::Inventory;
use serde_json::json;

const SUMMARY: &str = "/staff/inventory/summary";

/// SKUs that are out, or low with one unit, without a call for each.
fn short(bench: &Bench<Inventory>, level: &str, count: u32) {
    bench.dynamo.put_all((0..count).map(|n| {
        let sku = format!("{}-{n:03}", level.to_uppercase());
        json!({
            "pk": {"S": format!("stock#{sku}")}, "sk": {"S": "stock"}, "sku": {"S": sku}, "listing": {"S": "stock"},
            "index1": {"S": format!("{level}#{}", n % 4)}, "index1_sort": {"S": sku},
            "available": {"N": if level == "out" { "0" } else { "1" }}, "received": {"N": "9"},
            "threshold": {"N": "5"}, "seq": {"N": "1"}, "changed_at": {"S": "2026-01-01T00:00:00.000Z"},
        })
    }));
}

/// The SKUs that are named, in their order.
fn named(part: &str) -> Vec<&str> {
    part.split("<li><a href=\"/staff/inventory/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn it_counts_what_is_out_and_what_is_low_and_names_the_first_of_them() {
    let bench = stocked(&[("A", 7), ("B", 9), ("C", 2)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("B", 9)])).await;
    let part = shown(&bench, SUMMARY).await;
    assert_eq!(named(&part), ["B", "C"], "{part}");
    for said in
        ["href=\"/staff/inventory?level=out\"", "Out of stock: 1<", "Low: 1<", "href=\"/staff/inventory\">All stock"]
    {
        assert!(part.contains(said), "{said}: {part}");
    }
    assert!(!part.contains("<html"), "{part}");
    for (sku, delta) in [("B", 20), ("C", 20)] {
        adjust(&bench, sku, delta, "more").await;
    }
    let part = shown(&bench, SUMMARY).await;
    assert!(part.contains("Nothing is low or out of stock.") && named(&part).is_empty(), "{part}");
}

#[tokio::test]
async fn it_names_five_counts_up_to_a_hundred_and_reads_no_stock_item() {
    let bench = bench();
    short(&bench, "out", 3);
    short(&bench, "low", 100);
    let part = shown(&bench, SUMMARY).await;
    assert_eq!(named(&part), ["OUT-000", "OUT-001", "OUT-002", "LOW-000", "LOW-001"]);
    assert!(part.contains("Out of stock: 3<") && part.contains("Low: 100<"), "{part}");
    short(&bench, "low", 900);
    bench.dynamo.take_calls();
    assert!(shown(&bench, SUMMARY).await.contains("Low: more than 100<"));
    let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, vec!["Query"; 8], "four shards of each level");
}
