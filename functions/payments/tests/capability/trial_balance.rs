//! The ledger by shard and day: the trial balance of a day, and what it and the balances cost.

use crate::harness::*;
use chassis::Table;
use chassis::testing::connector::{WireRequest, sdk_config};
use chassis::testing::{Bench, EmbeddedDynamo};
use events::ids::OrderId;
use events::payments::{
    AuthorizePayment, CapturePayment, EntriesPosted, Entry, LedgerAccount, RefundPayment, VoidPayment,
};
use events::{Capability, Currency, Envelope};
use payments::Payments;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const DAY: i64 = 86_400;

fn booking(seq: u64, amount: i64) -> EntriesPosted {
    let entry = |account, amount| Entry { account, amount };
    let entries = vec![entry(LedgerAccount::Cash, amount), entry(LedgerAccount::Receivable, -amount)];
    EntriesPosted { payment_id: pay(), seq, currency: Currency::EUR, entries }
}

/// A booking in the shard of `booking(4, …)`, whatever its number.
fn same_shard(bench: &Bench<Payments>, nth: u64, amount: i64) -> Envelope<Value> {
    let seq = 4 + nth * 64;
    bench.envelope(&pay().to_string(), seq, &booking(seq, amount))
}

/// The embedded table reads its stream from the beginning at every write; days of bookings need one without.
fn bench_of_days() -> Bench<Payments> {
    Bench::on(EmbeddedDynamo::without_stream(Capability::Payments), build)
}

/// Debits and credits of every account on a day; both sums are equal.
async fn trial(bench: &Bench<Payments>, date: &str) -> BTreeMap<String, (i64, i64)> {
    let answer = get(bench, &format!("/v1/ledger/trial-balance?date={date}")).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    for sum in answer.body["sums"].as_array().unwrap() {
        assert_eq!(sum["debits"], sum["credits"]);
    }
    let amount = |entry: &Value, side: &str| entry[side]["amount"].as_i64().unwrap();
    let accounts = answer.body["accounts"].as_array().unwrap().iter();
    let of = |entry: &Value| {
        (entry["account"].as_str().unwrap().to_owned(), (amount(entry, "debits"), amount(entry, "credits")))
    };
    accounts.map(of).collect()
}

/// One order's story, and that of others beside it.
async fn trade(bench: &Bench<Payments>, number: u64) {
    let order_id = OrderId::from_bits((0x0197 << 112) + u128::from(number));
    let (payment_id, subject) = (order_id.payment(), order_id.to_string());
    let method = if number.is_multiple_of(4) { "pm_card_capture_fails" } else { "pm_card_visa" };
    bench.receive(&subject, 1, &AuthorizePayment { order_id, payment_id, ..authorize(1, method) }).await;
    bench.receive(&subject, 2, &CapturePayment { order_id, payment_id, attempt: 1 }).await;
    match number % 4 {
        0 => bench.receive(&subject, 3, &VoidPayment { order_id, payment_id }).await,
        1 => {
            let amount = eur(100 + i64::try_from(number).unwrap());
            bench
                .receive(&subject, 3, &RefundPayment { order_id, payment_id, cause: "return/1".to_owned(), amount })
                .await;
        }
        _ => {}
    }
    settle(bench).await;
}

/// Debits and credits by day and account, from the entries in the logs of all payments. A booking is all entries of an
/// operation, and its day that of the outcome.
async fn from_the_logs(bench: &Bench<Payments>) -> BTreeMap<(String, String), (i64, i64)> {
    let mut booked: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for item in bench.dynamo.items().iter().filter(|item| item["sk"]["S"] == "payment") {
        let path = format!("/v1/payments/{}/transactions?limit=100", item["pk"]["S"].as_str().unwrap());
        let log = get(bench, &path).await.body["items"].as_array().unwrap().clone();
        let operation = |made: &Value| (made["operation"].clone(), made["attempt"].clone(), made["refund_id"].clone());
        for made in &log {
            let outcome = log.iter().rfind(|other| operation(other) == operation(made)).unwrap();
            let day = outcome["at"].as_str().unwrap()[..10].to_owned();
            for entry in made["entries"].as_array().unwrap() {
                let (account, amount) = (entry["account"].as_str().unwrap(), entry["amount"].as_i64().unwrap());
                let sum = booked.entry((day.clone(), account.to_owned())).or_default();
                if amount > 0 { sum.0 += amount } else { sum.1 -= amount }
            }
        }
    }
    booked
}

#[tokio::test]
async fn the_trial_balance_of_a_day_is_the_sum_of_the_entries_in_the_logs() {
    let bench = bench_of_days();
    for number in 0..60 {
        // Twenty orders a day, by day and across two midnights.
        trade(&bench, number).await;
        bench.world.pass_seconds(DAY / 20);
    }
    let booked = from_the_logs(&bench).await;
    for date in ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2025-12-31"] {
        let of_day = booked.iter().filter(|((day, _), _)| day == date);
        let expected: BTreeMap<_, _> = of_day.map(|((_, account), sums)| (account.clone(), *sums)).collect();
        assert_eq!(trial(&bench, date).await, expected, "{date}");
        assert_eq!(expected.is_empty(), matches!(date, "2026-01-04" | "2025-12-31"), "{date}");
    }
    let (accounts, sum) = balances(&bench).await;
    assert_eq!(sum, 0);
    for (account, balance) in accounts {
        let of_account = booked.iter().filter(|((_, name), _)| *name == account);
        assert_eq!(balance, of_account.map(|(_, (debits, credits))| debits - credits).sum::<i64>(), "{account}");
    }
}

#[tokio::test]
async fn a_booking_that_arrives_days_later_counts_on_its_own_day() {
    let bench = bench();
    let late = same_shard(&bench, 0, 10);
    bench.world.pass_seconds(DAY);
    assert!(bench.deliver(&[same_shard(&bench, 1, 100)]).await.is_empty());
    bench.world.pass_seconds(DAY);
    assert!(bench.deliver(&[same_shard(&bench, 2, 1000)]).await.is_empty());
    for _ in 0..2 {
        assert!(bench.deliver(std::slice::from_ref(&late)).await.is_empty());
    }
    assert!(bench.deliver(&[same_shard(&bench, 3, 1000)]).await.is_empty());
    for (date, cash) in [("2026-01-01", 10), ("2026-01-02", 100), ("2026-01-03", 2000)] {
        assert_eq!(trial(&bench, date).await["cash"], (cash, 0), "{date}");
    }
    assert_eq!(balance(&bench, "cash").await, 2110);
}

#[tokio::test]
async fn a_day_that_another_worker_still_books_on_is_closed_with_that_booking() {
    let bench = bench();
    assert!(bench.deliver(&[same_shard(&bench, 0, 1)]).await.is_empty());
    let (rival_is_due, answer) = (AtomicBool::new(true), bench.dynamo.service());
    // The other worker's booking is written right before ours closes the day.
    let ours = Bench::new(|parts| {
        let service = Arc::new(move |request: WireRequest<'_>| {
            let closes = request.operation == "TransactWriteItems" && request.body.contains("day#2026-01-01");
            if closes && rival_is_due.swap(false, Ordering::SeqCst) {
                let body = json!({"TableName": "test-payments",
                    "Key": {"pk": {"S": "balances#1"}, "sk": {"S": "EUR#05"}},
                    "UpdateExpression": "ADD seq :one, cash :a, receivable :b, cash_debits :a, receivable_credits :a",
                    "ExpressionAttributeValues": {":one": {"N": "1"}, ":a": {"N": "20"}, ":b": {"N": "-20"}}});
                let update = WireRequest { operation: "UpdateItem", body: &body.to_string(), ..request };
                assert_eq!(answer(update).0, 200);
            }
            answer(request)
        });
        let client = aws_sdk_dynamodb::Client::new(&sdk_config(service, &parts.wiring.world));
        Payments::new(Table::new(client, "test-payments".to_owned()), parts.wiring.clone(), config())
    });
    ours.world.pass_seconds(DAY);
    assert!(ours.deliver(&[same_shard(&ours, 1, 300)]).await.is_empty());
    assert_eq!(trial(&bench, "2026-01-01").await["cash"], (21, 0));
    assert_eq!(trial(&bench, "2026-01-02").await["cash"], (300, 0));
    assert_eq!(balance(&bench, "cash").await, 321);
}

#[tokio::test]
async fn what_the_books_cost_to_read_does_not_grow_with_the_days() {
    let bench = bench_of_days();
    let read = async || {
        bench.dynamo.take_calls();
        balances(&bench).await;
        let of_balances: u64 = bench.dynamo.take_calls().iter().map(|call| call.tenths_of_units).sum();
        trial(&bench, &bench.world.now().to_string()[..10]).await;
        trial(&bench, "2026-01-01").await;
        let of_days: Vec<_> = bench.dynamo.take_calls();
        (of_balances, of_days.iter().map(|call| call.tenths_of_units).sum::<u64>(), of_days.len())
    };
    let a_day = async || {
        for number in 0..64 {
            assert!(bench.deliver(&[bench.envelope(&pay().to_string(), number, &booking(number, 1))]).await.is_empty());
        }
    };
    a_day().await;
    let first = read().await;
    for number in 1..30 {
        bench.world.pass_seconds(DAY);
        let seq = 64 * number + 4;
        assert!(bench.deliver(&[bench.envelope(&pay().to_string(), seq, &booking(seq, 1))]).await.is_empty());
    }
    bench.world.pass_seconds(DAY);
    let later = read().await;
    // With bookings in all shards; two trial balances. In tenths of a read unit, and calls.
    assert_eq!((first, later), ((25, 120, 12), (25, 120, 12)));
}

#[tokio::test]
async fn balances_of_the_version_before_there_were_shards_are_counted() {
    let bench = bench();
    let number = |amount: i64| json!({"N": amount.to_string()});
    bench
        .dynamo
        .put(&json!({"pk": {"S": "balances"}, "sk": {"S": "EUR"}, "currency": {"S": "EUR"}, "cash": number(70),
        "receivable": number(-70), "cause": {"M": {"via": {"S": "queue"}, "id": {"S": "x"}, "seq": {"N": "1"}}}}));
    assert!(bench.deliver(&[same_shard(&bench, 0, 5)]).await.is_empty());
    assert_eq!((balance(&bench, "cash").await, balance(&bench, "receivable").await), (75, -75));
    assert_eq!(trial(&bench, "2026-01-01").await["cash"], (5, 0));
}

#[tokio::test]
async fn a_trial_balance_is_of_a_day_that_exists() {
    let bench = bench();
    for query in ["", "?date=", "?date=2026-02-30", "?date=2026-01-01T00:00:00Z", "?date=2026-01-01&x=1"] {
        let answer = get(&bench, &format!("/v1/ledger/trial-balance{query}")).await;
        assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{query}");
    }
    assert_eq!(trial(&bench, "2026-01-01").await, BTreeMap::new());
}

#[tokio::test]
async fn the_chart_has_accounts_for_fees_disputes_and_write_offs() {
    let bench = bench();
    captured(&bench).await;
    let (accounts, _) = balances(&bench).await;
    let names: Vec<_> = accounts.iter().map(|(name, _)| name.as_str()).collect();
    let chart = ["receivable", "cash", "revenue", "tax", "shipping", "refunds", "fees", "disputes", "write_offs"];
    assert_eq!(names, chart);
    // A booking that a later version makes is read by this one.
    let entry = |account, amount| Entry { account, amount };
    let entries = vec![entry(LedgerAccount::Fees, 3), entry(LedgerAccount::Cash, -3)];
    let fees = EntriesPosted { payment_id: pay(), seq: 9, currency: Currency::EUR, entries };
    bench.receive(&pay().to_string(), 9, &fees).await;
    assert_eq!((balance(&bench, "fees").await, balance(&bench, "cash").await), (3, TOTAL - 3));
}
