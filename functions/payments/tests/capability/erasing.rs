//! An order forgot its buyer: what its payment forgets, what it answers, that the books stay, and what comes late.

use crate::harness::{
    TOTAL, ask_refund, authorize, balance, bench, captured, given_back, kinds, order, pay, payment, relay, say, settle,
    status, transitions, void,
};
use chassis::testing::Bench;
use events::Capability;
use events::orders::OrderErased;
use payments::Payments;
use serde_json::Value;

/// What somebody paid with, and what staff wrote about a refund.
const TRACES: [&str; 2] = ["pm_card", "Damaged"];

fn traces(bench: &Bench<Payments>) -> Vec<&'static str> {
    let text: String = bench.dynamo.items().iter().map(Value::to_string).collect();
    TRACES.into_iter().filter(|trace| text.contains(trace)).collect()
}

async fn erase(bench: &Bench<Payments>, seq: u64) -> Vec<String> {
    let answers = say(bench, seq, &OrderErased { order_id: order() }).await;
    assert!(answers.iter().all(|answer| answer.to == Capability::Orders));
    answers.iter().map(|answer| answer.envelope.id.clone()).collect()
}

#[tokio::test]
async fn a_payment_forgets_its_payer_and_the_books_stay() {
    let bench = bench();
    captured(&bench).await;
    // Of three refunds, the first two are set aside.
    for key in ["r1", "r2", "r3"] {
        assert!(ask_refund(&bench, key, 100).await.status < 300);
        relay(&bench).await;
    }
    let before = (status(&bench).await, balance(&bench, "cash").await, transitions(&bench).await);
    assert_eq!(traces(&bench), TRACES, "there is something to forget");
    let first = erase(&bench, 20).await;
    assert_eq!(first.len(), 1);
    assert!(first[0].ends_with("/payments.order_data_erased.v1"), "{first:?}");
    assert_eq!(
        (erase(&bench, 20).await, erase(&bench, 21).await),
        (first.clone(), first),
        "each is answered, and alike"
    );
    assert_eq!(traces(&bench), Vec::<&str>::new());
    assert_eq!((status(&bench).await, balance(&bench, "cash").await, transitions(&bench).await), before);
    assert_eq!(payment(&bench).await["erased"], true);

    // A refund after that works, and what staff write about it is not kept; the repeat of an earlier one is still known.
    assert!(ask_refund(&bench, "r4", 100).await.status < 300);
    assert!(ask_refund(&bench, "r1", 100).await.status < 300);
    relay(&bench).await;
    assert_eq!((given_back(&bench).await, traces(&bench)), (400, vec![]));
}

#[tokio::test]
async fn an_order_that_never_asked_for_money_is_answered_and_a_late_payment_is_not_asked_for() {
    let bench = bench();
    assert_eq!(erase(&bench, 9).await.len(), 1);
    let read = crate::harness::get(&bench, &format!("/v1/payments/{}", pay())).await;
    assert_eq!(read.status, 404, "what only says that an order is forgotten is no payment");
    let late = say(&bench, 3, &authorize(1, "pm_card_visa")).await;
    assert_eq!(kinds(&late), ["payment_declined"]);
    assert_eq!(traces(&bench), Vec::<&str>::new());
    assert_eq!(kinds(&say(&bench, 4, &void()).await), ["payment_voided"]);
    assert_eq!(given_back(&bench).await, TOTAL, "no money moved");
    assert!(settle(&bench).await.is_empty());
}

#[tokio::test]
async fn a_payment_that_was_voided_first_forgets_as_well_also_where_its_bank_asked() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    assert_eq!(kinds(&say(&bench, 2, &void()).await), ["payment_voided"]);
    let page_of_the_bank = || bench.dynamo.items().iter().any(|item| item.to_string().contains("\"url\""));
    assert!(page_of_the_bank() && traces(&bench) == ["pm_card"]);
    assert_eq!(erase(&bench, 9).await.len(), 1);
    assert_eq!((traces(&bench), status(&bench).await), (vec![], "voided".to_owned()));
    assert!(!page_of_the_bank());
    // Under its name, a message says what it said or is not sent.
    assert_eq!(kinds(&say(&bench, 1, &authorize(1, "pm_card_requires_action")).await), ["payment_voided"]);
}
