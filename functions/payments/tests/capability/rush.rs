//! A rush of captures: every answer of AWS takes five milliseconds, and DynamoDB refuses a transaction that meets another
//! one at an item, over ten workers.

#![expect(clippy::disallowed_methods, reason = "virtual time")]

use crate::harness::*;
use chassis::messaging::{Queues, back_off_seconds};
use chassis::testing::connector::WireRequest;
use chassis::testing::network::{Network, Packet, dynamodb, sdk_config, sqs};
use chassis::testing::sqs::URL_PREFIX;
use chassis::testing::{Bench, EmbeddedDynamo, RecordedQueues, TestWorld};
use chassis::{Table, digest};
use events::ids::OrderId;
use events::payments::{CapturePayment, EntriesPosted, Entry, LedgerAccount};
use events::{Capability, Currency, Envelope};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use payments::Payments;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// As many as `infra/payments.yaml` allows.
const WORKERS: usize = 10;
/// Captures that wait at once, for each worker.
const CAPTURES: usize = 100;
const LATENCY: Duration = Duration::from_millis(5);

/// AWS as the workers see it, and everything that happened there.
struct Aws {
    dynamo: EmbeddedDynamo,
    queues: RecordedQueues,
    /// The items of transactions that are under way.
    held: Mutex<BTreeSet<String>>,
    inbox: Mutex<VecDeque<Envelope<Value>>>,
    /// Batches that are being handled or come again.
    under_way: AtomicUsize,
    /// Whether what payments sends itself comes back.
    books: bool,
    began: Instant,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Milliseconds until the reply to each capture.
    captured: Vec<u128>,
    /// Milliseconds until the last booking was posted.
    booked: u128,
    transactions: u32,
    /// Bookings written by transactions of one alone.
    alone: usize,
    conflicts: u32,
}

struct Line(Arc<Aws>);

impl Network for Line {
    fn carry(&self, packet: Packet) -> BoxFuture<'static, Option<(u16, String)>> {
        let aws = Arc::clone(&self.0);
        async move { Some(aws.answer(&packet).await) }.boxed()
    }
}

impl Aws {
    fn new(books: bool) -> Arc<Self> {
        Arc::new(Self {
            dynamo: EmbeddedDynamo::without_stream(Capability::Payments),
            queues: RecordedQueues::default(),
            held: Mutex::default(),
            inbox: Mutex::default(),
            under_way: AtomicUsize::new(0),
            books,
            began: Instant::now(),
            seen: Mutex::default(),
        })
    }

    /// The cash in each shard of the balances.
    fn cash(&self) -> BTreeMap<String, i64> {
        let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
        let cash = |item: &Value| item["cash"]["N"].as_str().unwrap().parse().unwrap();
        let items = self.dynamo.items();
        let shards = items.iter().filter(|item| text(item, "pk").starts_with("balances"));
        shards.map(|item| (text(item, "sk"), cash(item))).collect()
    }

    async fn answer(&self, packet: &Packet) -> (u16, String) {
        let request = || WireRequest { method: "POST", uri: "/", operation: &packet.operation, body: &packet.body };
        if packet.operation == "TransactWriteItems" {
            return self.transact(packet, request()).await;
        }
        sleep(LATENCY).await;
        if !packet.operation.contains("Message") {
            return self.dynamo.service()(request());
        }
        let answer = self.queues.service()(request());
        for sent in self.queues.take() {
            match sent.to {
                Capability::Payments if self.books => self.inbox.lock().unwrap().push_back(sent.envelope),
                Capability::Payments => {}
                _ => self.seen.lock().unwrap().captured.push(self.began.elapsed().as_millis()),
            }
        }
        answer
    }

    async fn transact(&self, packet: &Packet, request: WireRequest<'_>) -> (u16, String) {
        let body: Value = serde_json::from_str(&packet.body).unwrap();
        let items = body["TransactItems"].as_array().unwrap();
        let key = |item: &Value| {
            let key = if item["Put"].is_null() { &item["Update"]["Key"] } else { &item["Put"]["Item"] };
            format!("{}/{}", key["pk"]["S"], key["sk"]["S"])
        };
        let keys: Vec<_> = items.iter().map(key).collect();
        let met: Vec<bool> = {
            let mut held = self.held.lock().unwrap();
            let met: Vec<_> = keys.iter().map(|key| held.contains(key)).collect();
            if !met.contains(&true) {
                held.extend(keys.iter().cloned());
            }
            met
        };
        self.seen.lock().unwrap().transactions += 1;
        sleep(LATENCY).await;
        if met.contains(&true) {
            self.seen.lock().unwrap().conflicts += 1;
            let reasons: Vec<_> =
                met.iter().map(|met| json!({"Code": if *met { "TransactionConflict" } else { "None" }})).collect();
            let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
            return (400, json!({"__type": kind, "CancellationReasons": reasons}).to_string());
        }
        let answer = self.dynamo.service()(request);
        self.held.lock().unwrap().retain(|key| !keys.contains(key));
        let mut seen = self.seen.lock().unwrap();
        seen.booked = self.began.elapsed().as_millis();
        seen.alone += usize::from(items.len() == 2);
        answer
    }

    fn take_ten(&self) -> Vec<Envelope<Value>> {
        let mut inbox = self.inbox.lock().unwrap();
        let count = inbox.len().min(10);
        inbox.drain(..count).collect()
    }
}

/// Handles batches until nothing is under way any more. What fails comes again as late as the queue's back-off says.
async fn work(aws: &Arc<Aws>, worker: &Bench<Payments>) {
    loop {
        let batch = aws.take_ten();
        if batch.is_empty() && aws.under_way.load(Ordering::SeqCst) == 0 {
            return;
        }
        if batch.is_empty() {
            sleep(Duration::from_millis(1)).await;
            continue;
        }
        aws.under_way.fetch_add(1, Ordering::SeqCst);
        let failed = worker.deliver(&batch).await;
        let failed: Vec<_> = failed.into_iter().map(|index| batch[index].clone()).collect();
        if failed.is_empty() {
            aws.under_way.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let aws = Arc::clone(aws);
        tokio::spawn(async move {
            sleep(Duration::from_secs(back_off_seconds(1).into())).await;
            aws.inbox.lock().unwrap().extend(failed);
            aws.under_way.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// A payment whose money is held, as the function writes it, under another id.
async fn held_payment() -> impl Fn(OrderId) -> Value {
    let bench = bench();
    authorized(&bench).await;
    let text = bench.dynamo.item(&pay().to_string(), "payment").unwrap().to_string();
    move |order| serde_json::from_str(&text.replace(&pay().to_string(), &order.payment().to_string())).unwrap()
}

/// Has everything in the inbox handled by ten workers.
async fn handle_all(aws: &Arc<Aws>, workers: &[Bench<Payments>]) {
    join_all(workers.iter().map(|worker| work(aws, worker))).await;
}

fn order(number: usize) -> OrderId {
    let random = digest::bits128(&number.to_le_bytes()).to_le_bytes();
    OrderId::new(TestWorld::default().now(), random[..10].try_into().unwrap())
}

/// A hundred captures for each worker at once; their bookings come back to the workers or not.
async fn rush(workers: usize, books: bool) -> Arc<Aws> {
    let template = held_payment().await;
    let aws = Aws::new(books);
    let workers: Vec<_> = (0..workers).map(|_| worker(&aws)).collect();
    for order_id in (0..workers.len() * CAPTURES).map(order) {
        aws.dynamo.put(&template(order_id));
        let capture = CapturePayment { order_id, payment_id: order_id.payment(), attempt: 1 };
        aws.inbox.lock().unwrap().push_back(workers[0].envelope(&order_id.to_string(), 2, &capture));
    }
    handle_all(&aws, &workers).await;
    aws
}

fn worker(aws: &Arc<Aws>) -> Bench<Payments> {
    Bench::new(|parts| {
        let world = TestWorld::default().world();
        let sdk = sdk_config(Arc::new(Line(Arc::clone(aws))), &world);
        parts.wiring.queues = Queues::new(sqs(&sdk, &world), URL_PREFIX.to_owned());
        Payments::new(Table::new(dynamodb(&sdk, &world), aws.dynamo.table_name()), parts.wiring.clone(), config())
    })
}

fn percentile(sorted: &[u128], hundredths: usize) -> u128 {
    sorted[(sorted.len() - 1) * hundredths / 100]
}

#[tokio::test(start_paused = true)]
async fn a_thousand_captures_at_once_are_as_fast_with_their_bookings_as_without() {
    // Without bookings no worker meets another, so two of them show how fast captures are.
    let (alone, with) = (rush(2, false).await, rush(WORKERS, true).await);
    let latencies = [&alone, &with].map(|aws| {
        let mut captured = aws.seen.lock().unwrap().captured.clone();
        captured.sort_unstable();
        (percentile(&captured, 50), percentile(&captured, 99))
    });
    let seen = with.seen.lock().unwrap();
    println!(
        "captures p50 and p99 in ms without and with bookings: {latencies:?}; all booked after {} ms, {} transactions, {} conflicts, {} alone",
        seen.booked, seen.transactions, seen.conflicts, seen.alone
    );
    let [without, with_bookings] = latencies;
    // By no more than one call of AWS.
    assert!(with_bookings.0 <= without.0 + 5 && with_bookings.1 <= without.1 + 5, "{latencies:?}");
    // The bookings follow at once: none waits for a redelivery, which takes a second, and none is split off.
    assert!(seen.booked < 500, "booked after {} ms", seen.booked);
    assert!(seen.conflicts * 4 < seen.transactions, "{} of {} met", seen.conflicts, seen.transactions);
    let shards = with.cash();
    assert_eq!(shards.values().sum::<i64>(), TOTAL * 1_000);
    assert!(shards.len() > 40, "{} shards", shards.len());
}

#[tokio::test(start_paused = true)]
async fn five_thousand_bookings_a_second_reach_the_balances() {
    const BOOKINGS: usize = 2_000;
    let aws = Aws::new(true);
    let workers: Vec<_> = (0..WORKERS).map(|_| worker(&aws)).collect();
    for payment_id in (0..BOOKINGS).map(|number| order(number).payment()) {
        let entry = |account, amount| Entry { account, amount };
        let entries = vec![entry(LedgerAccount::Cash, 7), entry(LedgerAccount::Receivable, -7)];
        let booking = EntriesPosted { payment_id, seq: 4, currency: Currency::EUR, entries };
        aws.inbox.lock().unwrap().push_back(workers[0].envelope(&payment_id.to_string(), 4, &booking));
    }
    handle_all(&aws, &workers).await;
    let seen = aws.seen.lock().unwrap();
    let per_second = BOOKINGS as u128 * 1_000 / seen.booked;
    println!("{per_second} a second, {} transactions, {} conflicts", seen.transactions, seen.conflicts);
    assert!(per_second >= 5_000, "{per_second} a second");
    assert_eq!(aws.cash().values().sum::<i64>(), 14_000);
}
