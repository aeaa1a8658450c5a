//! Authorizations that nobody wants any more: the provider is not asked for them, and what it did unheard is released.

use crate::harness::*;
use chassis::World;
use chassis::testing::http::Request;
use chassis::testing::{Bench, Sent};
use events::payments::Operation;
use events::{Message, Timestamp};
use payments::domain::Outcome;
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, Provider, ProviderError};
use payments::{Config, Payments};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// How the bank behaves.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Mood {
    #[default]
    Answers,
    /// Calls are lost on their way to it.
    Unreachable,
    /// It does what it is asked, and its answers are lost.
    Mute,
    /// It voids nothing.
    Stubborn,
}

#[derive(Debug, Default)]
struct Books {
    mood: Mood,
    calls: Vec<String>,
    /// Outcomes by key.
    known: BTreeMap<String, Outcome>,
    /// References of which money is held.
    held: Vec<String>,
}

/// A bank that executes each key once and keeps books.
#[derive(Debug, Default)]
struct Bank(Mutex<Books>);

impl Bank {
    fn is(&self, mood: Mood) {
        self.0.lock().unwrap().mood = mood;
    }

    /// The calls since the last time, without the payment's id.
    fn calls(&self) -> Vec<String> {
        let calls = std::mem::take(&mut self.0.lock().unwrap().calls);
        calls.into_iter().map(|call| call.replace(&pay().to_string(), "pay")).collect()
    }

    fn holds(&self) -> usize {
        self.0.lock().unwrap().held.len()
    }

    /// A call that was under way arrives.
    fn executes_late(&self, key: &str, until: Timestamp) {
        let key = key.replace("pay", &pay().to_string());
        let outcome = Outcome::Held { reference: key.clone(), capture_before: until };
        let mut books = self.0.lock().unwrap();
        books.held.push(key.clone());
        books.known.insert(key, outcome);
    }
}

impl Books {
    fn execute(&mut self, instruction: &Instruction<'_>, until: Timestamp) -> Outcome {
        if let Some(known) = self.known.get(&instruction.key) {
            return known.clone();
        }
        let reference = instruction.key.clone();
        let waits = instruction.method.is_some_and(|method| method.as_str() == "pm_card_requires_action");
        let outcome = match instruction.operation {
            Operation::Authorize if waits => {
                Outcome::ActionRequired { reference, url: "https://bank.example".to_owned() }
            }
            Operation::Authorize => {
                self.held.push(reference.clone());
                Outcome::Held { reference, capture_before: until }
            }
            Operation::Void if self.mood == Mood::Stubborn => Outcome::Refused { reason: "not_now".to_owned() },
            Operation::Void => {
                let voided = instruction.authorization.expect("a void names what it releases");
                self.held.retain(|held| held != voided);
                Outcome::Done { reference }
            }
            _ => Outcome::Done { reference },
        };
        self.known.insert(instruction.key.clone(), outcome.clone());
        outcome
    }
}

impl PaymentGateway for Bank {
    fn is_sandbox(&self) -> bool {
        true
    }

    fn remembers_keys_seconds(&self) -> i64 {
        86_400
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        let until = world.now().plus_seconds(600_000);
        Box::pin(async move {
            let mut books = self.0.lock().unwrap();
            if books.mood == Mood::Unreachable {
                return Err(ProviderError("unreachable".to_owned()));
            }
            books.calls.push(instruction.key.clone());
            let outcome = books.execute(instruction, until);
            if books.mood == Mood::Mute { Err(ProviderError("mute".to_owned())) } else { Ok(outcome) }
        })
    }

    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        Box::pin(async move {
            let mut books = self.0.lock().unwrap();
            if books.mood == Mood::Unreachable {
                return Err(ProviderError("unreachable".to_owned()));
            }
            books.calls.push(format!("look up {}", instruction.key));
            Ok(books.known.get(&instruction.key).cloned())
        })
    }
}

fn at_the_bank() -> (Bench<Payments>, Arc<Bank>) {
    let bank = Arc::<Bank>::default();
    let config = Config { provider: Provider::Gateway(Arc::<Bank>::clone(&bank)), ..config() };
    (Bench::new(|parts| Payments::new(parts.table.clone(), parts.wiring.clone(), config)), bank)
}

/// Delivers a command that fails for now.
async fn in_vain<M: Message>(bench: &Bench<Payments>, seq: u64, message: &M) {
    assert_eq!(bench.deliver(&[envelope(bench, seq, message)]).await, [0]);
    assert!(settle(bench).await.is_empty());
}

async fn confirm(bench: &Bench<Payments>) -> Vec<Sent> {
    let path = format!("/v1/sandbox/payments/{}/challenge", pay());
    bench.http(Request::post(&path, json!({"result": "succeed", "attempt": 1}))).await;
    relay(bench).await
}

#[tokio::test]
async fn another_attempt_is_made_once_the_one_that_waits_is_voided_by_its_reference() {
    let (bench, bank) = at_the_bank();
    assert_eq!(kinds(&say(&bench, 1, &authorize(1, "pm_card_requires_action")).await), ["payment_action_required"]);
    let heard = say(&bench, 2, &authorize(2, "pm_card_visa")).await;
    assert_eq!((kinds(&heard), &heard[0].envelope.data["attempt"]), (vec!["payment_authorized"], &json!(2)));
    assert_eq!(bank.calls(), ["pay/authorize/1", "pay/authorize/1/void/1", "pay/authorize/2"]);
    assert!(confirm(&bench).await.is_empty(), "the page that was left confirms nothing");
    assert_eq!(say(&bench, 2, &authorize(2, "pm_card_visa")).await, heard, "a repeat says the same");
    assert_eq!((status(&bench).await.as_str(), bank.holds(), bank.calls().len()), ("authorized", 1, 0));
    say(&bench, 3, &capture(1)).await;
    assert_eq!(status(&bench).await, "captured");
}

#[tokio::test]
async fn an_attempt_that_was_confirmed_before_the_next_came_is_the_one_that_counts() {
    let (bench, bank) = at_the_bank();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    let confirmed = confirm(&bench).await;
    assert_eq!(say(&bench, 2, &authorize(2, "pm_card_visa")).await.last(), confirmed.last());
    assert_eq!((kinds(&confirmed), bank.calls()), (vec!["payment_authorized"], vec!["pay/authorize/1".to_owned()]));
}

#[tokio::test]
async fn an_attempt_that_the_bank_will_not_void_keeps_the_next_from_being_made() {
    let (bench, bank) = at_the_bank();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    bank.is(Mood::Stubborn);
    let declined = say(&bench, 2, &authorize(2, "pm_card_visa")).await;
    assert_eq!(
        (kinds(&declined), &declined[0].envelope.data["reason"]),
        (vec!["payment_declined"], &json!("earlier_payment_waits"))
    );
    assert_eq!(bank.calls(), ["pay/authorize/1", "pay/authorize/1/void/1"]);
    assert_eq!(say(&bench, 2, &authorize(2, "pm_card_visa")).await, declined, "a repeat says the same");
    bank.is(Mood::Answers);
    assert_eq!(kinds(&say(&bench, 3, &authorize(3, "pm_card_visa")).await), ["payment_authorized"]);
    assert_eq!(bank.calls(), ["pay/authorize/1/void/2", "pay/authorize/3"]);
}

#[tokio::test]
async fn an_attempt_that_the_bank_will_not_void_can_still_be_confirmed() {
    let (bench, bank) = at_the_bank();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    bank.is(Mood::Stubborn);
    say(&bench, 2, &authorize(2, "pm_card_visa")).await;
    let confirmed = confirm(&bench).await;
    assert_eq!((kinds(&confirmed), &confirmed[0].envelope.data["attempt"]), (vec!["payment_authorized"], &json!(1)));
    assert_eq!(status(&bench).await, "authorized");
}

#[tokio::test]
async fn the_void_of_a_payment_that_waits_names_what_the_bank_may_hold() {
    let (bench, bank) = at_the_bank();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    assert_eq!(kinds(&say(&bench, 2, &void()).await), ["payment_voided"]);
    assert_eq!(bank.calls(), ["pay/authorize/1", "pay/void/1"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_performed_for_an_order_that_was_canceled_while_the_bank_was_away() {
    let (bench, bank) = at_the_bank();
    bank.is(Mood::Unreachable);
    in_vain(&bench, 1, &authorize(1, "pm_card_visa")).await;
    in_vain(&bench, 2, &void()).await;
    bank.is(Mood::Answers);
    // The authorization comes again before the void does.
    assert_eq!(kinds(&say(&bench, 1, &authorize(1, "pm_card_visa")).await), ["payment_voided"]);
    assert_eq!(kinds(&say(&bench, 2, &void()).await), ["payment_voided"]);
    say(&bench, 1, &authorize(1, "pm_card_visa")).await;
    assert!(bank.calls().iter().all(|call| call.starts_with("look up")), "nothing is performed");
    assert_eq!((status(&bench).await.as_str(), bank.holds()), ("voided", 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_bank_did_unheard_is_found_and_released_when_the_order_is_canceled() {
    let (bench, bank) = at_the_bank();
    bank.is(Mood::Mute);
    in_vain(&bench, 1, &authorize(1, "pm_card_visa")).await;
    bank.is(Mood::Answers);
    assert_eq!(bank.holds(), 1);
    assert_eq!(kinds(&say(&bench, 2, &void()).await), ["payment_voided"]);
    assert_eq!(bank.calls(), ["pay/authorize/1", "look up pay/authorize/1", "pay/void/1"]);
    assert_eq!((payment(&bench).await["sums"]["authorized"]["amount"].as_i64(), bank.holds()), (Some(0), 0));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_reaches_the_bank_after_it_was_looked_for_is_found_and_released_by_the_sweep() {
    let (bench, bank) = at_the_bank();
    bank.is(Mood::Unreachable);
    in_vain(&bench, 1, &authorize(1, "pm_card_visa")).await;
    bank.is(Mood::Answers);
    let voided = say(&bench, 2, &void()).await;
    assert_eq!(say(&bench, 1, &authorize(1, "pm_card_visa")).await, voided);
    bank.executes_late("pay/authorize/1", bench.world.now().plus_seconds(600_000));
    assert_eq!(bank.calls(), ["look up pay/authorize/1"]);
    quietly_after(&bench, 119).await;
    assert!(bank.calls().is_empty(), "it may still be under way");
    quietly_after(&bench, 1).await;
    assert_eq!(bank.calls(), ["look up pay/authorize/1", "pay/authorize/1/void/1"]);
    assert_eq!((bank.holds(), indexed(&bench), status(&bench).await.as_str()), (0, 0, "voided"));
}

#[tokio::test(start_paused = true)]
async fn what_never_reached_the_bank_is_looked_for_once_more_and_never_again() {
    let (bench, bank) = at_the_bank();
    bank.is(Mood::Unreachable);
    in_vain(&bench, 1, &authorize(1, "pm_card_visa")).await;
    bank.is(Mood::Answers);
    say(&bench, 2, &void()).await;
    for _ in 0..3 {
        quietly_after(&bench, 120).await;
    }
    assert_eq!(bank.calls(), ["look up pay/authorize/1", "look up pay/authorize/1"]);
    assert_eq!(indexed(&bench), 0);
}

#[tokio::test]
async fn nothing_is_authorized_after_a_void_that_the_bank_refused() {
    let (bench, bank) = at_the_bank();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    bank.is(Mood::Stubborn);
    let failed = say(&bench, 2, &void()).await;
    assert_eq!(kinds(&failed), ["payment_failed"]);
    bank.calls();
    assert_eq!(say(&bench, 3, &authorize(2, "pm_card_visa")).await, failed);
    assert!(bank.calls().is_empty());
    bank.is(Mood::Answers);
    assert_eq!(kinds(&say(&bench, 4, &void()).await), ["payment_voided"]);
}

/// A payment that ended, and whose authorization the bank made all the same and would not void.
async fn stray() -> (Bench<Payments>, Arc<Bank>) {
    let (bench, bank) = at_the_bank();
    bank.is(Mood::Unreachable);
    in_vain(&bench, 1, &authorize(1, "pm_card_visa")).await;
    bank.is(Mood::Answers);
    say(&bench, 2, &void()).await;
    bank.executes_late("pay/authorize/1", bench.world.now().plus_seconds(600_000));
    bank.is(Mood::Stubborn);
    quietly_after(&bench, 120).await;
    assert_eq!(bank.calls(), ["look up pay/authorize/1", "look up pay/authorize/1", "pay/authorize/1/void/1"]);
    (bench, bank)
}

/// Runs the sweep after these seconds. Nobody hears of it.
async fn quietly_after(bench: &Bench<Payments>, seconds: i64) {
    tick_after(bench, seconds).await;
    assert!(bench.queues.take().is_empty(), "the order was answered");
}

#[tokio::test(start_paused = true)]
async fn what_the_bank_would_not_release_after_the_end_is_voided_by_the_sweep() {
    let (bench, bank) = stray().await;
    assert_eq!((bank.holds(), indexed(&bench), status(&bench).await.as_str()), (1, 1, "voided"));
    quietly_after(&bench, 60).await;
    assert!(bank.calls().is_empty(), "it was asked just now");
    quietly_after(&bench, 60).await;
    bank.is(Mood::Answers);
    quietly_after(&bench, 240).await;
    assert_eq!(bank.calls(), ["pay/authorize/1/void/2", "pay/authorize/1/void/3"]);
    assert_eq!((bank.holds(), indexed(&bench), status(&bench).await.as_str()), (0, 0, "voided"));
    quietly_after(&bench, 86_400).await;
    assert!(bank.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_dies_while_it_voids_what_is_stray_goes_on_with_the_same_attempt() {
    let (bench, bank) = stray().await;
    bank.is(Mood::Unreachable);
    bench.world.pass_seconds(120);
    let _ = bench.tick().await;
    bank.is(Mood::Stubborn);
    quietly_after(&bench, 3_600).await;
    assert_eq!(bank.calls(), ["pay/authorize/1/void/2"], "one attempt a look");
    bank.is(Mood::Answers);
    quietly_after(&bench, 3_600).await;
    quietly_after(&bench, 3_600).await;
    assert_eq!((bank.calls(), bank.holds(), indexed(&bench)), (vec!["pay/authorize/1/void/3".to_owned()], 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_bank_that_never_releases_what_is_stray_is_asked_ten_times() {
    let (bench, bank) = stray().await;
    for _ in 0..20 {
        quietly_after(&bench, 4_000).await;
    }
    assert_eq!((bank.calls().len(), indexed(&bench)), (9, 0), "it was asked once before");
}

#[tokio::test]
async fn a_refused_void_that_comes_again_after_a_later_one_says_what_it_said_and_asks_for_nothing() {
    let (bench, bank) = at_the_bank();
    authorized(&bench).await;
    bank.is(Mood::Stubborn);
    let first = say(&bench, 2, &void()).await;
    let second = say(&bench, 3, &void()).await;
    bank.calls();
    assert_eq!((say(&bench, 2, &void()).await, say(&bench, 3, &void()).await), (first.clone(), second));
    bank.is(Mood::Answers);
    assert_eq!(kinds(&say(&bench, 4, &void()).await), ["payment_voided"]);
    assert_eq!(say(&bench, 2, &void()).await, first);
    assert_eq!(bank.calls(), ["pay/void/3"]);
}
