//! Staff's list of what is short: it has the SKUs that are low or out, and no others, whoever changed their stock.

use crate::harness::{adjust, bench, deliver, disturbed, release, reserve, restock, stock, stocked};
use chassis::testing::{Bench, Request};
use inventory::Inventory;
use serde_json::{Value, json};

async fn page(bench: &Bench<Inventory>, query: &str) -> Value {
    let answer = bench.http(Request::get(&format!("/v1/stock?{query}")).bearer(&bench.staff())).await;
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.body
}

fn skus(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["sku"].as_str().unwrap().to_owned()).collect()
}

async fn listed(bench: &Bench<Inventory>, level: &str) -> Vec<String> {
    skus(&page(bench, &format!("level={level}&limit=100")).await)
}

/// Stock items as a test writes them, with the attributes of the list if they are short.
fn items(prefix: &'static str, count: usize, available: u32) -> impl Iterator<Item = Value> {
    (0..count).map(move |n| {
        let sku = format!("{prefix}-{n:04}");
        let mut item = json!({
            "pk": {"S": format!("stock#{sku}")}, "sk": {"S": "stock"}, "sku": {"S": sku}, "listing": {"S": "stock"},
            "available": {"N": available.to_string()}, "received": {"N": "90"}, "threshold": {"N": "5"},
            "seq": {"N": "1"}, "changed_at": {"S": "2026-01-01T00:00:00.000Z"},
        });
        if available <= 5 {
            item["index1"] = json!({"S": format!("low#{}", n % 4)});
            item["index1_sort"] = json!({"S": sku});
        }
        item
    })
}

#[tokio::test]
async fn what_is_low_or_out_is_listed_by_sku_until_it_is_not() {
    let bench = stocked(&[("D", 10), ("C", 10), ("B", 3), ("A", 10)]).await;
    assert_eq!((listed(&bench, "low").await, listed(&bench, "out").await), (vec!["B".to_owned()], vec![]));
    deliver(&bench, &reserve(&bench, 1, &[("C", 10), ("A", 5), ("D", 4)])).await;
    assert_eq!(listed(&bench, "low").await, ["A", "B", "C"]);
    assert_eq!(listed(&bench, "out").await, ["C"]);
    let shown = page(&bench, "level=low").await;
    assert_eq!((&shown["items"][2]["level"], &shown["items"][0]["level"]), (&json!("out"), &json!("low")));
    adjust(&bench, "C", 2, "some").await;
    adjust(&bench, "A", 1, "one").await;
    assert_eq!((listed(&bench, "low").await, listed(&bench, "out").await), (vec!["B".into(), "C".into()], vec![]));
    adjust(&bench, "B", -3, "lost").await;
    assert_eq!(listed(&bench, "out").await, ["B"]);
}

#[tokio::test]
async fn a_sku_leaves_the_list_when_an_order_gives_its_units_back_or_a_customer_sends_them_back() {
    let bench = stocked(&[("A", 10), ("B", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 10)])).await;
    deliver(&bench, &reserve(&bench, 2, &[("B", 9)])).await;
    assert_eq!(listed(&bench, "low").await, ["A", "B"]);
    deliver(&bench, &release(&bench, 1)).await;
    assert_eq!(listed(&bench, "low").await, ["B"]);
    deliver(&bench, &restock(&bench, 2, 1, &[("B", 2)])).await;
    assert_eq!(listed(&bench, "low").await, ["B"], "three are few still");
    deliver(&bench, &restock(&bench, 2, 2, &[("B", 3)])).await;
    assert_eq!(listed(&bench, "low").await, [""; 0]);
}

#[tokio::test]
async fn the_list_is_read_page_by_page_without_a_gap_or_a_repeat() {
    let bench = bench();
    bench.dynamo.put_all(items("FEW", 23, 2).chain(items("MANY", 9, 50)));
    for n in 0..9 {
        adjust(&bench, &format!("NONE-{n}"), 1, "in").await;
        adjust(&bench, &format!("NONE-{n}"), -1, "out").await;
    }
    for (level, expected) in [("low", 32), ("out", 9)] {
        let all = listed(&bench, level).await;
        let mut sorted = all.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((all.len(), &sorted), (expected, &all), "{level}");
        for limit in [1, 4, 7, 32] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = page(&bench, &format!("level={level}&limit={limit}{cursor}")).await;
                seen.extend(skus(&page));
                match page["cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen, all, "{level} by {limit}");
        }
    }
}

#[tokio::test]
async fn unknown_levels_other_lists_cursors_and_a_level_of_one_sku_are_refused() {
    let bench = stocked(&[("A", 1), ("B", 1), ("C", 1)]).await;
    let low = page(&bench, "level=low&limit=1").await["cursor"].as_str().unwrap().to_owned();
    let all = page(&bench, "limit=1").await["cursor"].as_str().unwrap().to_owned();
    for query in [
        "level=in_stock".to_owned(),
        "level=LOW".to_owned(),
        "level=low&level=out".to_owned(),
        "level=low&sku=A".to_owned(),
        "level=low&limit=101".to_owned(),
        format!("level=out&cursor={low}"),
        format!("level=low&cursor={all}"),
        format!("cursor={low}"),
    ] {
        let answer = bench.http(Request::get(&format!("/v1/stock?{query}")).bearer(&bench.staff())).await;
        assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{query}");
    }
}

#[tokio::test]
async fn a_page_costs_the_same_among_few_skus_and_among_many() {
    async fn cost(short: usize, plenty: usize) -> Vec<(String, u64)> {
        let bench = bench();
        bench.dynamo.put_all(items("FEW", short, 2).chain(items("MANY", plenty, 50)));
        assert_eq!(skus(&page(&bench, "level=low&limit=5").await).len(), 5);
        let calls = bench.dynamo.take_calls().into_iter();
        let mut costs: Vec<_> = calls.map(|call| (call.operation, call.tenths_of_units)).collect();
        costs.sort();
        costs
    }
    let few = cost(40, 10).await;
    assert_eq!(few.iter().filter(|(operation, _)| operation == "Query").count(), 8, "four shards of each level");
    assert_eq!(few.len(), 9, "and the items of the page at once");
    assert_eq!(few, cost(400, 1_000).await);
}

#[tokio::test]
async fn an_order_pays_for_the_list_only_when_it_changes_the_level() {
    let bench = stocked(&[("A", 12)]).await;
    let mut units = Vec::new();
    for (n, quantity) in [(1, 3), (2, 5), (3, 1), (4, 3)] {
        bench.dynamo.take_calls();
        deliver(&bench, &reserve(&bench, n, &[("A", quantity)])).await;
        let calls = bench.dynamo.take_calls();
        let write = calls.iter().find(|call| call.operation == "TransactWriteItems").unwrap();
        units.push((write.tenths_of_units - write.tenths_of_index_units, write.tenths_of_index_units));
    }
    assert_eq!(units, [(40, 0), (40, 10), (40, 0), (40, 20)], "in stock, low, low still, out");
}

#[tokio::test]
async fn units_that_come_back_are_listed_by_one_write_and_only_if_that_changes_anything() {
    let bench = stocked(&[("A", 10)]).await;
    let mut writes = Vec::new();
    for (n, quantity) in [(1, 3), (2, 10)] {
        deliver(&bench, &reserve(&bench, n, &[("A", quantity)])).await;
        bench.dynamo.take_calls();
        let command = release(&bench, n);
        deliver(&bench, &command).await;
        deliver(&bench, &command).await;
        let calls = bench.dynamo.take_calls();
        writes.push(calls.iter().filter(|call| call.operation == "UpdateItem").count());
    }
    assert_eq!(writes, [0, 1]);
}

#[tokio::test]
async fn an_order_that_was_decided_on_older_stock_is_decided_again_and_lists_what_it_leaves() {
    let (bench, next) = disturbed("TransactWriteItems", ("A", 8));
    adjust(&bench, "A", 12, "receipt").await;
    next.arm();
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    assert_eq!((stock(&bench, "A").0, listed(&bench, "low").await), (4, vec!["A".to_owned()]));
}

#[tokio::test]
async fn an_adjustment_that_was_decided_on_older_stock_lists_what_it_leaves() {
    let (bench, next) = disturbed("TransactWriteItems", ("A", 8));
    adjust(&bench, "A", 12, "receipt").await;
    next.arm();
    assert_eq!(adjust(&bench, "A", -3, "loss").await.status, 201);
    assert_eq!((stock(&bench, "A").0, listed(&bench, "low").await), (5, vec!["A".to_owned()]));
    next.arm();
    let refused = adjust(&bench, "A", -9, "more").await;
    assert_eq!((refused.problem(), &refused.body["available"]), ("insufficient_stock", &json!(8)));
}

#[tokio::test]
async fn units_that_are_taken_while_others_come_back_are_not_overlooked() {
    let (bench, next) = disturbed("UpdateItem", ("A", 2));
    adjust(&bench, "A", 10, "receipt").await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 10)])).await;
    assert_eq!(listed(&bench, "out").await, ["A"]);
    next.arm();
    deliver(&bench, &release(&bench, 1)).await;
    assert_eq!((listed(&bench, "low").await, listed(&bench, "out").await), (vec!["A".to_owned()], vec![]));
}
