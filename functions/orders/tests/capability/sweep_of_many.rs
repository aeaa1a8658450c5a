//! A sweep costs what is stuck and nothing for what rests.
//!
//! `SOUK_SWEEP=large cargo test --profile prove -p orders --test capability` has 100,000 orders rest and 5,000 stuck, which takes
//! a minute; otherwise fewer do.

use crate::harness::Harness;
use chassis::testing::dynamo::DynamoCall;
use events::ids::OrderId;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The number of calls by operation, and tenths of read and of written units.
type Bill = (BTreeMap<String, usize>, u64, u64);

fn id(of: OrderId, number: u128) -> Value {
    json!({"S": OrderId::from_bits(of.bits() + 1 + number).to_string()})
}

fn bill(calls: &[DynamoCall]) -> Bill {
    let mut operations: BTreeMap<String, usize> = BTreeMap::new();
    calls.iter().for_each(|call| *operations.entry(call.operation.clone()).or_default() += 1);
    let sum = |reads| calls.iter().filter(|call| call.is_read() == reads).map(|call| call.tenths_of_units).sum();
    (operations, sum(true), sum(false))
}

/// The bill of a tick, and of the empty one after it. Nothing could read the orders that rest: a tick that tried would count
/// them as unreadable and move them.
async fn swept(resting: u128, stuck: u128) -> (Bill, Bill) {
    let harness = Harness::for_many_orders();
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    let of = quote.jti.order();
    let placed = harness.bench.dynamo.item(&of.to_string(), "order").unwrap();
    harness.bench.dynamo.put_all((1..stuck).map(|number| {
        let mut copy = placed.clone();
        let own = OrderId::from_bits(of.bits() + 1 + number);
        (copy["pk"], copy["id"], copy["due"]["S"]) = (id(of, number), id(of, number), json!((number % 8).to_string()));
        copy["index1"]["S"] = format!("valid#{}", own.bits() % 4).into();
        copy["index2"]["S"] = own.number().to_string().into();
        copy
    }));
    let later = harness.bench.world.now().plus_seconds(3600).to_string();
    let rest = |number: u128| {
        let shard = (number % 8).to_string();
        json!({"pk": id(of, stuck + number), "sk": {"S": "order"}, "due": {"S": shard}, "due_at": {"S": later}})
    };
    harness.bench.dynamo.put_all((0..resting).map(rest));
    // The first tick of a process reads the index of the version before once.
    harness.bench.tick().await.unwrap();
    harness.bench.dynamo.take_calls();
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    let recovered = bill(&harness.bench.dynamo.take_calls());
    let reserved =
        harness.bench.queues.take().iter().filter(|sent| sent.kind() == "inventory.reserve_stock.v1").count();
    assert_eq!(reserved as u128, stuck, "every stuck order is recovered");
    harness.bench.tick().await.unwrap();
    (recovered, bill(&harness.bench.dynamo.take_calls()))
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how large a test runs is said by its caller")]
async fn a_sweep_costs_what_is_stuck_however_many_orders_rest() {
    let large = std::env::var("SOUK_SWEEP").is_ok_and(|size| size == "large");
    let (resting, stuck) = if large { (100_000, 5_000) } else { (20_000, 200) };
    let (with, empty) = swept(resting, stuck).await;
    let (without, _) = swept(0, stuck).await;
    assert_eq!(with, without);
    let (calls, read, written) = with;
    assert_eq!(calls["PutItem"] as u128, stuck, "each order moves once");
    // Twelve of each of eight shards are read at once.
    let rounds = usize::try_from(stuck / 8).unwrap() / 12 + 1;
    assert_eq!((calls["Query"], calls["BatchGetItem"]), (8 * rounds, rounds));
    // Half a unit for an order, and for a page of the index.
    assert_eq!(u128::from(read), 5 * (stuck + calls["Query"] as u128));
    // The order's kilobyte, and out of one place of the index into another.
    assert_eq!(u128::from(written), 30 * stuck);
    assert_eq!(empty, (BTreeMap::from([("Query".to_owned(), 8)]), 40, 0), "an empty tick reads each shard once");
}
