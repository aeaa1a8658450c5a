//! Bookings reach the balances once, and only whole.

use crate::harness::*;
use chassis::Table;
use chassis::testing::connector::{WireRequest, sdk_config};
use chassis::testing::http::Request;
use chassis::testing::{Bench, EmbeddedDynamo};
use events::payments::{EntriesPosted, Entry, LedgerAccount};
use events::users::Role;
use events::{Capability, Currency};
use payments::Payments;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

fn booking(seq: u64, cash: i64, receivable: i64, currency: Currency) -> EntriesPosted {
    let entries = vec![
        Entry { account: LedgerAccount::Cash, amount: cash },
        Entry { account: LedgerAccount::Receivable, amount: receivable },
    ];
    EntriesPosted { payment_id: pay(), seq, currency, entries }
}

#[tokio::test]
async fn a_booking_that_comes_twice_counts_once() {
    let bench = bench();
    let message = bench.envelope(&pay().to_string(), 4, &booking(4, 10, -10, Currency::EUR));
    assert!(bench.deliver(&[message.clone(), message.clone()]).await.is_empty());
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!((balance(&bench, "cash").await, balance(&bench, "receivable").await), (10, -10));
}

#[tokio::test]
async fn entries_that_do_not_sum_to_zero_are_dead_lettered() {
    let bench = bench();
    let message = bench.envelope(&pay().to_string(), 4, &booking(4, 10, -9, Currency::EUR));
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(bench.queues.dead_lettered().len(), 1);
    assert_eq!(balances(&bench).await, (vec![], 0));
}

#[tokio::test]
async fn every_currency_has_its_own_balances_and_its_own_sum() {
    let bench = bench();
    bench.receive(&pay().to_string(), 1, &booking(1, 10, -10, Currency::EUR)).await;
    bench.receive(&pay().to_string(), 2, &booking(2, 7, -7, Currency::USD)).await;
    let answer = get(&bench, "/v1/ledger/balances").await;
    let sums = answer.body["sums"].as_array().unwrap();
    let currencies: Vec<_> = sums.iter().map(|sum| sum["currency"].as_str().unwrap()).collect();
    assert_eq!(currencies, ["EUR", "USD"]);
    assert!(sums.iter().all(|sum| sum["amount"] == 0));
}

#[tokio::test]
async fn one_account_booked_twice_in_one_booking_moves_by_both() {
    let bench = bench();
    let mut message = booking(1, 10, -15, Currency::EUR);
    message.entries.push(Entry { account: LedgerAccount::Cash, amount: 5 });
    bench.receive(&pay().to_string(), 1, &message).await;
    assert_eq!(balance(&bench, "cash").await, 15);
}

#[tokio::test]
async fn bookings_that_come_together_move_the_balances_in_one_write_and_each_once() {
    let bench = bench();
    let named = |seq: u64, amount: i64, currency| {
        bench.envelope(&pay().to_string(), seq, &booking(seq, amount, -amount, currency))
    };
    bench.deliver(&[named(1, 10, Currency::EUR)]).await;
    bench.dynamo.take_calls();
    let fresh: Vec<_> = (2..6).map(|seq| named(seq, 100, Currency::EUR)).collect();
    assert!(bench.deliver(&fresh).await.is_empty());
    assert_eq!(bench.dynamo.take_calls().len(), 1);
    // One was applied before, one comes twice, one is in another currency.
    let mixed = [
        named(1, 10, Currency::EUR),
        named(7, 1, Currency::EUR),
        named(7, 1, Currency::EUR),
        named(8, 5, Currency::USD),
    ];
    assert!(bench.deliver(&mixed).await.is_empty());
    let (accounts, sum) = balances(&bench).await;
    let cash: Vec<_> = accounts.iter().filter(|(name, _)| name == "cash").map(|(_, amount)| *amount).collect();
    assert_eq!((cash, sum), (vec![411, 5], 0), "of euros and of dollars");
}

/// A bench, the number of its next transactions that meet another one, and the sizes of all transactions.
fn contended() -> (Bench<Payments>, Arc<AtomicU32>, Arc<Mutex<Vec<usize>>>) {
    let (met, sizes) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (meeting, seen) = (Arc::clone(&met), Arc::clone(&sizes));
    let bench = Bench::new(|parts| {
        let dynamo = EmbeddedDynamo::for_capability(Capability::Payments);
        let answer = dynamo.service();
        let service = Arc::new(move |request: WireRequest<'_>| {
            if request.operation != "TransactWriteItems" {
                return answer(request);
            }
            let body: Value = serde_json::from_str(request.body).unwrap();
            let size = body["TransactItems"].as_array().unwrap().len();
            seen.lock().unwrap().push(size);
            match meeting.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
                Ok(_) => {
                    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
                    let reasons = vec![json!({"Code": "TransactionConflict"}); size];
                    (400, json!({"__type": kind, "CancellationReasons": reasons}).to_string())
                }
                Err(_) => answer(request),
            }
        });
        let client = aws_sdk_dynamodb::Client::new(&sdk_config(service, &parts.wiring.world));
        Payments::new(Table::new(client, dynamo.table_name()), parts.wiring.clone(), config())
    });
    (bench, met, sizes)
}

#[tokio::test(start_paused = true)]
async fn bookings_that_meet_another_transaction_are_tried_again_together() {
    let (bench, met, sizes) = contended();
    let booked = |seq| bench.envelope(&pay().to_string(), seq, &booking(seq, 10, -10, Currency::EUR));
    let messages: Vec<_> = (1..6).map(booked).collect();
    met.store(5, Ordering::SeqCst);
    assert!(bench.deliver(&messages).await.is_empty());
    assert_eq!(*sizes.lock().unwrap(), [6; 6], "five bookings and a part of the balances, six times");
    assert_eq!(balance(&bench, "cash").await, 50);
}

#[tokio::test]
async fn one_that_is_no_booking_spoils_nothing_for_those_that_come_with_it() {
    let bench = bench();
    let bookings =
        [booking(1, 10, -10, Currency::EUR), booking(2, 10, -9, Currency::EUR), booking(3, 1, -1, Currency::EUR)];
    let messages: Vec<_> =
        bookings.iter().map(|booking| bench.envelope(&pay().to_string(), booking.seq, booking)).collect();
    assert!(bench.deliver(&messages).await.is_empty());
    assert_eq!((bench.queues.dead_lettered().len(), balance(&bench, "cash").await), (1, 11));
}

#[tokio::test]
async fn only_staff_see_the_books() {
    let bench = bench();
    let path = "/v1/ledger/balances";
    assert_eq!(bench.http(Request::get(path)).await.status, 401);
    let customer = bench.token(customer(), &[Role::Customer]);
    assert_eq!(bench.http(Request::get(path).bearer(&customer)).await.status, 403);
}

#[tokio::test]
async fn what_a_payment_costs_is_known() {
    let bench = bench();
    bench.dynamo.take_calls();
    captured(&bench).await;
    let calls = bench.dynamo.take_calls();
    let tenths = |operation: &str| -> u64 {
        calls.iter().filter(|call| call.operation == operation).map(|call| call.tenths_of_units).sum()
    };
    // Authorize and capture read once and write twice each, the last time over 1 KB; one booking is a journal item and
    // a balances item in one transaction.
    assert!(tenths("PutItem") <= 50, "{calls:?}");
    assert!(tenths("TransactWriteItems") <= 40, "{calls:?}");
    assert!(tenths("GetItem") <= 10, "{calls:?}");
    assert_eq!(calls.len(), 7, "{calls:?}");
}
