//! Writes that meet others' writes between reading and writing.

use crate::harness::*;
use chassis::testing::Bench;
use chassis::testing::connector::{WireRequest, sdk_config};
use chassis::{Service, Table, Written};
use events::Timestamp;
use payments::Payments;
use payments::domain::{Command, Decision, Outcome, Payment, PaymentMethod, Rejection, StaffRefund, Terms};
use payments::service::Error;
use payments::store::Store;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
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
        store = Some(Store::new(parts.table.clone(), parts.wiring.world.clone()));
        build(parts)
    });
    (bench, store.unwrap())
}

fn work() -> chassis::Context {
    context("test", Timestamp::from_millis(1))
}

fn asked(key: &str, amount: i64) -> StaffRefund {
    StaffRefund {
        key: key.to_owned(),
        asked: eur(amount),
        exact: false,
        reason: "x".to_owned(),
        digest: "d".to_owned(),
    }
}

fn grant(payment: &Payment, key: &str, amount: i64) -> Payment {
    match payment.grant_staff_refund(&asked(key, amount), &work()).unwrap() {
        Decision::Record(next) => *next,
        _ => panic!("a new key"),
    }
}

/// A refund of 8000 during which somebody else grants `amount`, `times` times, each between its read and its write.
async fn rivalled(bench: &Bench<Payments>, store: &Store, times: u32, amount: i64) -> Result<Payment, Error> {
    let (rival, left, table) = (store.clone(), Mutex::new(times), bench.dynamo.service());
    let service = move |request: WireRequest<'_>| {
        let mut left = left.lock().unwrap();
        if request.operation == "PutItem" && *left > 0 {
            *left -= 1;
            let payment = at_once(rival.payment_now(pay())).unwrap().unwrap();
            let next = grant(&payment, &format!("rival-{}", *left), amount);
            assert_eq!(at_once(rival.save(&next, &[], &work())).unwrap(), Written::Done);
        }
        table(request)
    };
    let sdk = sdk_config(Arc::new(service), &bench.world.world());
    let table = Table::new(aws_sdk_dynamodb::Client::new(&sdk), bench.dynamo.table_name());
    let wiring = bench.function.service().wiring().clone();
    Payments::new(table, wiring, config()).request_refund(pay(), &asked("ours", 8000), &work()).await
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
    assert_eq!(rivalled(&bench, &store, 99, 1).await, Err(Error::Contended));
}

#[tokio::test]
async fn a_transition_that_somebody_else_made_is_refused_with_the_payment_as_it_is() {
    let (bench, store) = bench_and_store();
    captured(&bench).await;
    let before = store.payment_now(pay()).await.unwrap().unwrap();
    let (one, two) = (grant(&before, "one", 1), grant(&before, "two", 1));
    assert_eq!(store.save(&one, &[], &work()).await.unwrap(), Written::Done);
    assert_eq!(store.save(&two, &[], &work()).await.unwrap(), Written::Refused(Some(Box::new(one))));
}

#[test]
fn one_payment_takes_no_more_refunds_than_its_item_has_room_for() {
    let terms = Terms::new(eur(TOTAL), PARTS).unwrap();
    let method = PaymentMethod::parse("pm_card_visa");
    let mut payment = Payment::unknown(pay());
    let done = || Outcome::Done { reference: format!("sandbox_{}", "r".repeat(22)) };
    for command in [Command::Authorize { attempt: 1, terms, method, customer: None }, Command::Capture { attempt: 1 }] {
        loop {
            payment = match payment.decide(&command, &work()).unwrap() {
                Decision::Record(next) => *next,
                Decision::Perform(operation) => payment.conclude(operation, done(), Timestamp::from_millis(2)).unwrap(),
                Decision::Reply(_) | Decision::LookUp(_) => break,
            };
        }
    }
    // The longest key and reason that are taken, the latter of characters of four bytes, and a trace of its own.
    let mut number = 0;
    let rejection = loop {
        number += 1;
        let (key, reason) = (format!("{number:0255}"), "🧦".repeat(500));
        let refund = StaffRefund { key, asked: eur(1), exact: false, reason, digest: "d".repeat(43) };
        let mut context = work();
        context.traceparent = Some("0".repeat(55));
        payment = match payment.grant_staff_refund(&refund, &context) {
            Ok(Decision::Record(next)) => *next,
            Ok(_) => panic!("a new key"),
            Err(rejection) => break rejection,
        };
        let operation = payment.log.last().unwrap().payment_operation();
        payment = payment.conclude(operation, done(), Timestamp::from_millis(3)).unwrap();
    };
    assert_eq!(rejection, Rejection::TooManyRefunds);
    let bytes = serde_json::to_vec(&payment).unwrap().len();
    assert!(bytes < 400_000, "{number} refunds take {bytes} bytes");
}
