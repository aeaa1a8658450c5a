//! Writes that meet others' writes between reading and writing.

use crate::shop::*;
use chassis::table::{Cause, Via};
use chassis::testing::Bench;
use chassis::{StoreError, Written};
use events::Timestamp;
use payments::Payments;
use payments::domain::refunds::{Granted, RefundRefusal, StaffRefund};
use payments::domain::{Command, Method, Occasion, Outcome, Payment, Step, Terms};
use payments::service::UseCaseError;
use payments::store::Store;
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Runs a future of the embedded table, which never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the embedded table answers at once"),
    }
}

fn bench_and_store() -> (Bench<Payments>, Store) {
    let mut store = None;
    let bench = Bench::new(|parts| {
        store = Some(Store::new(parts.table.clone()));
        build(parts)
    });
    (bench, store.unwrap())
}

fn occasion() -> Occasion {
    Occasion { at: Timestamp::from_millis(1), input: "test".to_owned(), traceparent: None }
}

fn cause(seq: u64) -> Cause {
    Cause { via: Via::Http, id: "test".to_owned(), seq }
}

fn asked(key: &str, amount: i64) -> StaffRefund {
    StaffRefund { key: key.to_owned(), asked: eur(amount), reason: "x".to_owned(), digest: "d".to_owned() }
}

fn grant(payment: &Payment, key: &str, amount: i64) -> Result<Payment, RefundRefusal> {
    match payment.grant_staff_refund(&asked(key, amount), &occasion())? {
        Granted::Now(next) => Ok(*next),
        Granted::Before => panic!("a new key"),
    }
}

/// A refund of 8000 during which somebody else grants `amount`, so many times, each between its read and its write.
async fn rivalled(
    bench: &Bench<Payments>,
    store: &Store,
    times: u32,
    amount: i64,
) -> Result<Payment, UseCaseError<RefundRefusal>> {
    let left = Cell::new(times);
    let rival = |seq: u64| {
        if left.get() > 0 {
            left.set(left.get() - 1);
            let payment = at_once(store.payment_now(pay())).unwrap().unwrap();
            let next = grant(&payment, &format!("rival-{}", left.get()), amount).unwrap();
            assert_eq!(at_once(store.save(&next, &cause(next.seq))).unwrap(), Written::Done);
        }
        cause(seq)
    };
    bench.function.service().request_refund(pay(), &asked("ours", 8000), &occasion(), rival).await
}

#[tokio::test]
async fn a_refund_that_meets_another_is_decided_anew_on_what_is_left() {
    let (bench, store) = bench_and_store();
    captured(&bench).await;
    let payment = rivalled(&bench, &store, 1, 8000).await.unwrap();
    let granted: Vec<_> = payment.log.iter().filter(|t| t.refund.is_some()).map(|t| t.amount).collect();
    assert_eq!(granted, [8000, TOTAL - 8000]);
}

#[tokio::test]
async fn a_refund_that_others_keep_overtaking_is_to_be_tried_again() {
    let (bench, store) = bench_and_store();
    captured(&bench).await;
    let outcome = rivalled(&bench, &store, 99, 1).await;
    assert!(matches!(outcome, Err(UseCaseError::Store(StoreError::Unavailable(_)))));
}

#[tokio::test]
async fn a_transition_that_somebody_else_made_is_refused_with_the_payment_as_it_is() {
    let (bench, store) = bench_and_store();
    captured(&bench).await;
    let before = store.payment_now(pay()).await.unwrap().unwrap();
    let (one, two) = (grant(&before, "one", 1).unwrap(), grant(&before, "two", 1).unwrap());
    assert_eq!(store.save(&one, &cause(one.seq)).await.unwrap(), Written::Done);
    assert_eq!(store.save(&two, &cause(two.seq)).await.unwrap(), Written::Refused(Some(Box::new(one))));
}

#[test]
fn one_payment_takes_no_more_refunds_than_its_item_has_room_for() {
    let terms = Terms::new(eur(TOTAL), PARTS).unwrap();
    let method = Method::parse("pm_card_visa");
    let mut payment = Payment::unknown(pay());
    let done = || Outcome::Done { reference: format!("sandbox_{}", "r".repeat(22)) };
    for command in [Command::Authorize { attempt: 1, terms, method, customer: None }, Command::Capture { attempt: 1 }] {
        loop {
            payment = match payment.next(&command, &occasion()).unwrap() {
                Step::Record(next) => *next,
                Step::Perform(undertaking) => payment.conclude(undertaking, done(), Timestamp::from_millis(2)).unwrap(),
                Step::Reply(_) => break,
            };
        }
    }
    // The longest key and reason that are taken, the latter of characters of four bytes, and a trace of its own.
    let mut number = 0;
    let refusal = loop {
        number += 1;
        let (key, reason) = (format!("{number:0255}"), "🧦".repeat(500));
        let refund = StaffRefund { key: key.clone(), asked: eur(1), reason, digest: "d".repeat(43) };
        let occasion = Occasion { input: key, traceparent: Some("0".repeat(55)), ..occasion() };
        payment = match payment.grant_staff_refund(&refund, &occasion) {
            Ok(Granted::Now(next)) => *next,
            Ok(Granted::Before) => panic!("a new key"),
            Err(refusal) => break refusal,
        };
        let undertaking = payment.log.last().unwrap().undertaking();
        payment = payment.conclude(undertaking, done(), Timestamp::from_millis(3)).unwrap();
    };
    assert_eq!(refusal, RefundRefusal::TooMany);
    let bytes = serde_json::to_vec(&payment).unwrap().len();
    assert!(bytes < 400_000, "{number} refunds take {bytes} bytes");
}
