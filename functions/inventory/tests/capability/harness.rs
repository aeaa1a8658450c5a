//! A bench with stock, and the messages that orders send to it.

use chassis::Table;
use chassis::testing::connector::{self, WireRequest};
use chassis::testing::{Bench, EmbeddedDynamo, Request, Response, Sent};
use events::ids::{OrderId, ReturnId};
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock, Restock, StockLevelChanged, StockLine};
use events::{Capability, Envelope, Message};
use inventory::Inventory;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub type Lines<'a> = &'a [(&'a str, u32)];

pub fn bench() -> Bench<Inventory> {
    Bench::new(|parts| Inventory::new(parts.table.clone(), parts.wiring.clone()))
}

/// Somebody else who changes the stock at the worst moment.
#[derive(Debug, Clone, Default)]
pub struct Other(Arc<AtomicBool>);

impl Other {
    /// Lets it happen right before the next call.
    pub fn arm(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A bench on which somebody else leaves so many units of a SKU, right before a call of this operation.
pub fn disturbed(operation: &'static str, (sku, left): (&'static str, u32)) -> (Bench<Inventory>, Other) {
    let other = Other::default();
    let Other(armed) = other.clone();
    let dynamo = EmbeddedDynamo::for_capability(Capability::Inventory);
    let (table, answer) = (dynamo.clone(), dynamo.service());
    let service = Arc::new(move |request: WireRequest<'_>| {
        if request.operation == operation && armed.swap(false, Ordering::SeqCst) {
            let mut item = table.item(&format!("stock#{sku}"), "stock").unwrap();
            let seq: u64 = item["seq"]["N"].as_str().unwrap().parse().unwrap();
            item["available"]["N"] = json!(left.to_string());
            item["seq"]["N"] = json!((seq + 1).to_string());
            table.put(&item);
        }
        answer(request)
    });
    let name = dynamo.table_name();
    let bench = Bench::on(dynamo, |parts| {
        let table = Table::new(connector::dynamodb(service, &parts.wiring.world), name);
        Inventory::new(table, parts.wiring.clone())
    });
    (bench, other)
}

/// A bench with these units of each SKU, and nothing left in its queues and stream.
pub async fn stocked(lines: Lines<'_>) -> Bench<Inventory> {
    let bench = bench();
    for (sku, quantity) in lines {
        let response = adjust(&bench, sku, i64::from(*quantity), &format!("receipt-{sku}")).await;
        assert_eq!(response.status, 201, "{response:?}");
    }
    bench.dynamo.new_stream_records();
    bench.dynamo.take_calls();
    bench
}

pub async fn adjust(bench: &Bench<Inventory>, sku: &str, delta: i64, key: &str) -> Response {
    let request = Request::post(&format!("/v1/stock/{sku}/adjustments"), json!({"delta": delta, "reason": "count"}));
    bench.http(request.bearer(&bench.staff()).header("idempotency-key", key)).await
}

pub fn order(n: u32) -> OrderId {
    OrderId::from_bits(u128::from(n))
}

fn stock_lines(lines: Lines<'_>) -> Vec<StockLine> {
    lines.iter().map(|(sku, quantity)| StockLine { sku: sku.parse().unwrap(), quantity: *quantity }).collect()
}

pub fn reserve(bench: &Bench<Inventory>, n: u32, lines: Lines<'_>) -> Envelope<Value> {
    let order_id = order(n);
    let command = ReserveStock { order_id, reservation_id: order_id.reservation(), lines: stock_lines(lines) };
    bench.envelope(&order_id.to_string(), 1, &command)
}

pub fn commit(bench: &Bench<Inventory>, n: u32) -> Envelope<Value> {
    let order_id = order(n);
    let command = CommitReservation { order_id, reservation_id: order_id.reservation() };
    bench.envelope(&order_id.to_string(), 2, &command)
}

pub fn release(bench: &Bench<Inventory>, n: u32) -> Envelope<Value> {
    let order_id = order(n);
    let command = ReleaseReservation { order_id, reservation_id: order_id.reservation() };
    bench.envelope(&order_id.to_string(), 3, &command)
}

pub fn restock(bench: &Bench<Inventory>, n: u32, return_bits: u128, lines: Lines<'_>) -> Envelope<Value> {
    let order_id = order(n);
    let return_id = ReturnId::from_bits(return_bits);
    let reservation_id = order_id.reservation();
    let command = Restock { order_id, reservation_id, return_id, lines: stock_lines(lines) };
    bench.envelope(&order_id.to_string(), 4, &command)
}

/// Delivers a message that must be acknowledged, and returns the messages that were sent.
pub async fn deliver(bench: &Bench<Inventory>, message: &Envelope<Value>) -> Vec<Sent> {
    assert_eq!(bench.deliver(std::slice::from_ref(message)).await, Vec::<usize>::new(), "{}", message.kind);
    bench.queues.take()
}

/// Delivers a message, and returns the one reply to orders.
pub async fn reply(bench: &Bench<Inventory>, message: &Envelope<Value>) -> Envelope<Value> {
    let mut replies = deliver(bench, message).await;
    replies.retain(|sent| sent.to == Capability::Orders);
    assert_eq!(replies.len(), 1, "{replies:?}");
    replies.remove(0).envelope
}

/// The levels published to catalog, as (SKU, level, seq).
pub fn levels(sent: &[Sent]) -> Vec<(String, String, u64)> {
    sent.iter()
        .filter(|sent| sent.to == Capability::Catalog)
        .map(|sent| {
            assert_eq!(sent.kind(), StockLevelChanged::TYPE);
            let data = &sent.envelope.data;
            let text = |name: &str| data[name].as_str().unwrap().to_owned();
            (text("sku"), text("level"), data["seq"].as_u64().unwrap())
        })
        .collect()
}

/// (available, received) of a SKU.
pub fn stock(bench: &Bench<Inventory>, sku: &str) -> (u32, u32) {
    let pk = format!("stock#{sku}");
    let items = bench.dynamo.items();
    let item = items.iter().find(|item| item["pk"]["S"] == pk.as_str() && item["sk"]["S"] == "stock").unwrap();
    let number = |name: &str| item[name]["N"].as_str().unwrap().parse().unwrap();
    (number("available"), number("received"))
}

/// The number of items whose sort key starts so.
pub fn count(bench: &Bench<Inventory>, sort_key_prefix: &str) -> usize {
    let is = |item: &&Value| item["sk"]["S"].as_str().unwrap().starts_with(sort_key_prefix);
    bench.dynamo.items().iter().filter(is).count()
}

/// Delivers messages, and those that are retried again, until none is.
pub async fn deliver_until_acknowledged(bench: &Bench<Inventory>, messages: &[Envelope<Value>]) {
    let mut waiting = messages.to_vec();
    for _ in 0..1000 {
        let retried = bench.deliver(&waiting).await;
        if retried.is_empty() {
            return;
        }
        waiting = retried.into_iter().map(|index| waiting[index].clone()).collect();
    }
    panic!("{} messages are retried forever", waiting.len());
}
