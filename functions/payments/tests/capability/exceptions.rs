//! The payments that staff must look at: which are listed, in which order, until when, and what that costs.

use crate::harness::*;
use chassis::World;
use chassis::testing::http::Request;
use chassis::testing::{Bench, EmbeddedDynamo};
use events::ids::{PaymentId, RefundId};
use events::payments::{ExecuteRefund, Operation};
use events::users::Role;
use events::{Capability, Message};
use payments::domain::{Exception, Outcome};
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, Provider, ProviderError};
use payments::{Config, Payments};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A bank that does what it is asked, but for what a test has it refuse once, and unless it is away.
#[derive(Debug, Default)]
pub struct Bank {
    refuses: Mutex<Option<Operation>>,
    is_away: Mutex<bool>,
}

impl Bank {
    pub fn refuses_once(&self, operation: Operation) {
        *self.refuses.lock().unwrap() = Some(operation);
    }

    fn is_away(&self, is_away: bool) {
        *self.is_away.lock().unwrap() = is_away;
    }

    fn answer<T>(&self, answer: T) -> Result<T, ProviderError> {
        if *self.is_away.lock().unwrap() { Err(ProviderError("away".to_owned())) } else { Ok(answer) }
    }
}

impl PaymentGateway for Bank {
    fn remembers_keys_seconds(&self) -> i64 {
        86_400
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        let reference = format!("bank/{}", instruction.key);
        Box::pin(async move {
            let refused = self.refuses.lock().unwrap().take_if(|operation| *operation == instruction.operation);
            self.answer(match (refused, instruction.operation) {
                (Some(_), _) => Outcome::Refused { reason: "not_now".to_owned() },
                (None, Operation::Authorize) => {
                    Outcome::Held { reference, capture_before: world.now().plus_seconds(600_000) }
                }
                (None, _) => Outcome::Done { reference },
            })
        })
    }

    fn look_up<'a>(&'a self, _: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        Box::pin(async move { self.answer(None) })
    }
}

pub fn at_the_bank() -> (Bench<Payments>, Arc<Bank>) {
    let bank = Arc::<Bank>::default();
    let config = Config { provider: Provider::Gateway(Arc::<Bank>::clone(&bank)), ..config() };
    (Bench::new(|parts| Payments::new(parts.table.clone(), parts.wiring.clone(), config)), bank)
}

async fn page(bench: &Bench<Payments>, query: &str) -> Value {
    let answer = get(bench, &format!("/v1/payments?{query}")).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body
}

/// The states in which the one payment is listed.
async fn listed_as(bench: &Bench<Payments>) -> Vec<&'static str> {
    let mut states = Vec::new();
    for state in Exception::ALL.map(Exception::as_str) {
        let body = page(bench, &format!("state={state}")).await;
        for item in body["items"].as_array().unwrap() {
            assert_eq!(*item, payment(bench).await, "a listed payment is what its own route shows");
            states.push(state);
        }
    }
    states
}

/// Delivers a command that fails for now.
async fn in_vain<M: Message>(bench: &Bench<Payments>, seq: u64, message: &M) {
    assert_eq!(bench.deliver(&[envelope(bench, seq, message)]).await, [0]);
}

/// Payments like the one that there is, whose capture failed.
pub fn put_copies(bench: &Bench<Payments>, numbers: impl Iterator<Item = u128>) {
    let one = bench.dynamo.item(&pay().to_string(), "payment").unwrap();
    assert!(one["index1"]["S"].as_str().unwrap().starts_with("capture_failed#"));
    for number in numbers {
        let id = PaymentId::from_bits(number);
        let mut copy = one.clone();
        for name in ["pk", "id", "index1_sort"] {
            copy[name] = json!({"S": id.to_string()});
        }
        copy["index1"] = json!({"S": format!("capture_failed#{}", number % 4)});
        bench.dynamo.put(&copy);
    }
}

pub async fn capture_failed(bench: &Bench<Payments>) {
    say(bench, 1, &authorize(1, "pm_card_capture_fails")).await;
    assert_eq!(kinds(&say(bench, 2, &capture(1)).await), ["payment_failed"]);
}

#[tokio::test]
async fn a_payment_whose_capture_was_refused_is_listed_until_the_money_is_captured() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_capture_fails")).await;
    assert_eq!(listed_as(&bench).await, [""; 0]);
    for attempt in 1..=2 {
        assert_eq!(kinds(&say(&bench, 1 + u64::from(attempt), &capture(attempt)).await), ["payment_failed"]);
        assert_eq!(listed_as(&bench).await, ["capture_failed"]);
    }
    assert_eq!(kinds(&say(&bench, 4, &capture(3)).await), ["payment_captured"]);
    assert_eq!(listed_as(&bench).await, [""; 0]);
}

#[tokio::test]
async fn a_payment_whose_refund_was_refused_is_listed_until_another_is_asked_for() {
    let (bench, bank) = at_the_bank();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    ask_refund(&bench, "two", 700).await;
    bank.refuses_once(Operation::Refund);
    let mut heard = relay(&bench).await;
    heard.sort_by_key(|sent| sent.kind().to_owned());
    assert_eq!(kinds(&heard), ["payment_failed", "payment_refunded"]);
    assert_eq!(listed_as(&bench).await, ["refund_failed"], "that the other one was made mends nothing");
    ask_refund(&bench, "three", 500).await;
    assert_eq!(listed_as(&bench).await, [""; 0]);
    relay(&bench).await;
    ask_refund(&bench, "four", 1).await;
    relay(&bench).await;
    assert_eq!(listed_as(&bench).await, [""; 0], "it stays mended when the refusal is set aside");
}

#[tokio::test]
async fn a_payment_whose_release_was_refused_is_listed_until_the_money_is_released() {
    let (bench, bank) = at_the_bank();
    authorized(&bench).await;
    bank.refuses_once(Operation::Void);
    assert_eq!(kinds(&say(&bench, 2, &void()).await), ["payment_failed"]);
    assert_eq!(listed_as(&bench).await, ["void_failed"]);
    assert_eq!(kinds(&say(&bench, 3, &void()).await), ["payment_voided"]);
    assert_eq!(listed_as(&bench).await, [""; 0]);
}

#[tokio::test]
async fn a_refund_whose_outcome_is_late_is_listed_by_the_sweep_until_it_is_made() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    bench.dynamo.new_stream_records();
    assert_eq!(listed_as(&bench).await, [""; 0]);
    for _ in 0..2 {
        tick_after(&bench, 120).await;
        assert_eq!(listed_as(&bench).await, ["unresolved"]);
    }
    settle(&bench).await;
    assert_eq!((listed_as(&bench).await, given_back(&bench).await), (vec![], 500));
}

#[tokio::test(start_paused = true)]
async fn an_authorization_that_the_bank_may_still_make_is_listed_until_it_was_looked_for() {
    let (bench, bank) = at_the_bank();
    bank.is_away(true);
    in_vain(&bench, 1, &authorize(1, "pm_card_visa")).await;
    in_vain(&bench, 2, &void()).await;
    assert_eq!(listed_as(&bench).await, [""; 0], "the queue asks again");
    bank.is_away(false);
    assert_eq!(kinds(&say(&bench, 2, &void()).await), ["payment_voided"]);
    assert_eq!(listed_as(&bench).await, ["unresolved"]);
    tick_after(&bench, 120).await;
    assert_eq!(listed_as(&bench).await, [""; 0]);
}

#[tokio::test]
async fn a_payment_that_goes_well_is_in_no_list_at_any_time() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    let mut records = bench.dynamo.new_stream_records();
    tick_after(&bench, 60).await;
    say(&bench, 9, &refund("return/1", 100)).await;
    records.extend(bench.dynamo.new_stream_records());
    assert!(records.len() >= 7, "each write of the payment is one");
    assert!(records.iter().all(|record| record["dynamodb"]["NewImage"].get("index1").is_none()));
}

#[tokio::test]
async fn a_list_has_the_latest_orders_first_page_by_page_without_gap_or_repeat() {
    let bench = bench();
    capture_failed(&bench).await;
    let earlier = pay().bits() - 40;
    put_copies(&bench, (0..24).map(|number| earlier + number));
    let mut expected: Vec<_> = (0..24).map(|number| PaymentId::from_bits(earlier + number).to_string()).collect();
    expected.push(pay().to_string());
    expected.reverse();
    let (mut found, mut query) = (Vec::new(), "state=capture_failed&limit=7".to_owned());
    loop {
        let body = page(&bench, &query).await;
        found.extend(body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match body["cursor"].as_str() {
            Some(cursor) => query = format!("state=capture_failed&limit=7&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(found, expected);
    assert_eq!(page(&bench, "state=unresolved").await["items"], json!([]));
}

#[tokio::test]
async fn a_page_costs_the_same_however_many_payments_there_are() {
    // The embedded table reads its stream from the beginning at every write.
    let bench = Bench::on(EmbeddedDynamo::without_stream(Capability::Payments), build);
    capture_failed(&bench).await;
    let read = async || {
        bench.dynamo.take_calls();
        assert_eq!(page(&bench, "state=capture_failed&limit=8").await["items"].as_array().unwrap().len(), 8);
        bench.dynamo.take_calls().into_iter().map(|call| (call.operation, call.tenths_of_units)).collect::<Vec<_>>()
    };
    put_copies(&bench, 1_000..1_060);
    let few = read().await;
    put_copies(&bench, 1..800);
    let mut one = bench.dynamo.item(&pay().to_string(), "payment").unwrap();
    for name in ["index1", "index1_sort"] {
        one.as_object_mut().unwrap().remove(name);
    }
    // As many that went well.
    for number in 2_000..2_800 {
        one["pk"] = json!({"S": PaymentId::from_bits(number).to_string()});
        one["id"] = one["pk"].clone();
        bench.dynamo.put(&one);
    }
    assert_eq!(read().await, few);
    assert_eq!(few.iter().filter(|(operation, _)| operation == "Query").count(), 4);
}

#[tokio::test]
async fn a_listed_payment_has_the_refunds_that_were_set_aside() {
    let (bench, bank) = at_the_bank();
    captured(&bench).await;
    for number in 0..4 {
        say(&bench, 3 + number, &refund(&format!("return/{number}"), 100)).await;
    }
    bank.refuses_once(Operation::Refund);
    say(&bench, 9, &refund("return/9", 100)).await;
    assert_eq!(listed_as(&bench).await, ["refund_failed"]);
    assert_eq!(payment(&bench).await["refunds"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_message_that_comes_again_changes_nothing_in_a_list() {
    let (bench, bank) = at_the_bank();
    captured(&bench).await;
    let granted = ask_refund(&bench, "one", 500).await;
    bank.refuses_once(Operation::Refund);
    relay(&bench).await;
    let refund_id: RefundId = serde_json::from_value(granted.body["id"].clone()).unwrap();
    assert_eq!(kinds(&say(&bench, 9, &ExecuteRefund { payment_id: pay(), refund_id }).await), ["payment_failed"]);
    assert_eq!(listed_as(&bench).await, ["refund_failed"]);
}

#[tokio::test]
async fn staff_alone_list_by_state_and_a_list_names_either_a_state_or_an_order() {
    let bench = bench();
    capture_failed(&bench).await;
    let owner = bench.token(customer(), &[Role::Customer]);
    let by_state = "/v1/payments?state=capture_failed";
    assert_eq!(bench.http(Request::get(by_state).bearer(&owner)).await.problem(), "forbidden");
    assert_eq!(bench.http(Request::get(by_state)).await.status, 401);
    put_copies(&bench, 1..3);
    let cursor = page(&bench, "state=capture_failed&limit=1").await["cursor"].as_str().unwrap().to_owned();
    for query in [
        "".to_owned(),
        "state=lost".to_owned(),
        "state=captured".to_owned(),
        format!("state=capture_failed&order_id={}", order()),
        "state=capture_failed&limit=101".to_owned(),
        format!("state=void_failed&cursor={cursor}"),
        format!("order_id={}&cursor={cursor}", order()),
        "state=capture_failed&date=2026-01-01".to_owned(),
    ] {
        let answer = get(&bench, &format!("/v1/payments?{query}")).await;
        assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{query}");
    }
}
