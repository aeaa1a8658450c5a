//! Bookings reach the balances once, and only whole.

use crate::harness::*;
use chassis::testing::http::Request;
use events::Currency;
use events::payments::{EntriesPosted, Entry, LedgerAccount};
use events::users::Role;

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
