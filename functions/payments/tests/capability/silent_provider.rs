//! A provider that never answers: the call ends, and its outcome is unknown, which is never a decline.

#![expect(clippy::disallowed_methods, reason = "virtual time")]

use crate::harness::*;
use chassis::World;
use chassis::testing::Bench;
use chassis::time_limit::PROVIDER_CALL;
use payments::domain::Outcome;
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, Provider};
use payments::{Config, Payments};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// `Timeout` of the worker in the template.
const WORK: Duration = Duration::from_secs(20);
const REMEMBERS_SECONDS: i64 = 60;

/// Does what it is asked, once a key, and answers only as many calls as it is told to.
#[derive(Debug, Default)]
struct Silent {
    answers: AtomicU32,
    asked: std::sync::Mutex<Vec<String>>,
}

impl Silent {
    async fn answer<T>(&self, what: &str, instruction: &Instruction<'_>, answer: T) -> T {
        self.asked.lock().unwrap().push(format!("{what} {}", instruction.key));
        let speaks = |left: u32| left.checked_sub(1);
        if self.answers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, speaks).is_err() {
            std::future::pending::<()>().await;
        }
        answer
    }

    fn speaks(&self, answers: u32) {
        self.answers.store(answers, Ordering::SeqCst);
    }

    /// The calls since the last time, without the payment's id.
    fn asked(&self) -> Vec<String> {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.into_iter().map(|call| call.replace(&pay().to_string(), "pay")).collect()
    }
}

impl PaymentGateway for Silent {
    fn remembers_keys_seconds(&self) -> i64 {
        REMEMBERS_SECONDS
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        let held = Outcome::Held { reference: "r".to_owned(), capture_before: world.now().plus_seconds(600_000) };
        Box::pin(async move { Ok(self.answer("perform", instruction, held).await) })
    }

    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        let refused = Outcome::Refused { reason: "card_declined".to_owned() };
        Box::pin(async move { Ok(self.answer("look up", instruction, Some(refused)).await) })
    }
}

fn silent() -> (Bench<Payments>, Arc<Silent>) {
    let gateway = Arc::<Silent>::default();
    let provider = Provider::Gateway(Arc::<Silent>::clone(&gateway));
    let config = Config { provider, ..config() };
    (Bench::new(|parts| Payments::new(parts.table.clone(), parts.wiring.clone(), config)), gateway)
}

/// Delivers the first command to authorize; whether it comes again, and how long that took.
async fn deliver(bench: &Bench<Payments>) -> (bool, Duration) {
    let body = serde_json::to_string(&envelope(bench, 1, &authorize(1, "pm_card_visa"))).unwrap();
    let event = json!({"Records": [{"messageId": "0", "receiptHandle": "0", "body": body,
        "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs"}]});
    let began = Instant::now();
    let answer: Value = bench.function.handle(&event.to_string(), WORK).await.unwrap();
    (answer["batchItemFailures"] != json!([]), began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_answer_is_asked_again_under_the_same_key() {
    let (bench, provider) = silent();
    assert_eq!(deliver(&bench).await, (true, PROVIDER_CALL.at_most));
    assert_eq!((status(&bench).await.as_str(), kinds(&settle(&bench).await)), ("pending", vec![]));
    provider.speaks(1);
    assert_eq!(deliver(&bench).await, (false, Duration::ZERO));
    assert_eq!(provider.asked(), ["perform pay/authorize/1", "perform pay/authorize/1"]);
    assert_eq!(kinds(&settle(&bench).await), ["payment_authorized"]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_may_have_forgotten_the_key_is_looked_up_and_that_ends_in_time_too() {
    let (bench, provider) = silent();
    deliver(&bench).await;
    bench.world.pass_seconds(REMEMBERS_SECONDS + 1);
    assert_eq!(deliver(&bench).await, (true, PROVIDER_CALL.at_most));
    assert_eq!(kinds(&settle(&bench).await), [] as [&str; 0]);
    provider.speaks(1);
    assert_eq!(deliver(&bench).await, (false, Duration::ZERO));
    assert_eq!(provider.asked(), ["perform pay/authorize/1", "look up pay/authorize/1", "look up pay/authorize/1"]);
    assert_eq!(kinds(&settle(&bench).await), ["payment_declined"]);
}
