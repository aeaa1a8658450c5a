//! The sandbox's bank page.

use crate::harness::*;
use chassis::World;
use chassis::testing::Bench;
use chassis::testing::http::{Request, Response};
use events::ids::PaymentId;
use payments::domain::Outcome;
use payments::providers::sandbox::Sandbox;
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, Provider};
use payments::{Config, Payments};
use serde_json::json;
use std::sync::Arc;

async fn answer(bench: &Bench<Payments>, result: &str) -> Response {
    let path = format!("/v1/sandbox/payments/{}/challenge", pay());
    bench.http(Request::post(&path, json!({"result": result}))).await
}

#[tokio::test]
async fn a_confirmed_challenge_authorizes() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    let answer = answer(&bench, "succeed").await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &json!("authorized")));
    let heard = relay(&bench).await;
    assert_eq!(kinds(&heard), ["payment_authorized"]);
    assert_eq!(heard[0].envelope.data["amount"], json!(eur(TOTAL)));
    let week = bench.world.now().plus_seconds(7 * 86_400);
    assert_eq!(heard[0].envelope.data["capture_before"], json!(week));
    assert_eq!(kinds(&say(&bench, 2, &capture(1)).await), ["payment_captured"]);
}

#[tokio::test]
async fn a_failed_challenge_declines_and_another_card_may_follow() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    assert_eq!(answer(&bench, "fail").await.body["status"], "declined");
    let heard = relay(&bench).await;
    assert_eq!(kinds(&heard), ["payment_declined"]);
    assert_eq!(heard[0].envelope.data["reason"], "authentication_failed");
    assert_eq!(kinds(&say(&bench, 2, &authorize(2, "pm_card_visa")).await), ["payment_authorized"]);
}

#[tokio::test]
async fn a_challenge_taken_twice_counts_once() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    let (first, second) = tokio::join!(answer(&bench, "succeed"), answer(&bench, "succeed"));
    assert_eq!((first.status, &first.body), (200, &second.body));
    assert_eq!(kinds(&relay(&bench).await), ["payment_authorized"]);
    assert_eq!(transitions(&bench).await, 3);
    let contrary = answer(&bench, "fail").await;
    assert_eq!((contrary.status, contrary.problem()), (409, "challenge_already_answered"));
    assert!(relay(&bench).await.is_empty());
}

#[tokio::test]
async fn only_an_attempt_that_waits_can_be_answered() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_visa")).await;
    assert_eq!(answer(&bench, "fail").await.problem(), "challenge_not_pending");
    assert_eq!(status(&bench).await, "authorized");
}

#[tokio::test]
async fn a_later_attempt_takes_the_place_of_one_that_waits() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    say(&bench, 2, &authorize(2, "pm_card_declined")).await;
    assert_eq!(answer(&bench, "succeed").await.problem(), "challenge_not_pending");
    assert_eq!(status(&bench).await, "declined");
}

#[tokio::test]
async fn a_page_that_was_left_confirms_nothing_and_the_page_of_the_next_attempt_does() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    assert_eq!(kinds(&say(&bench, 2, &authorize(2, "pm_card_requires_action")).await), ["payment_action_required"]);
    let path = format!("/v1/sandbox/payments/{}/challenge", pay());
    let page =
        async |attempt: u32| bench.http(Request::post(&path, json!({"result": "succeed", "attempt": attempt}))).await;
    assert_eq!(page(1).await.problem(), "challenge_not_pending");
    assert_eq!(page(3).await.problem(), "challenge_not_pending");
    let none = page(0).await;
    assert_eq!((none.status, &none.body["field"]), (422, &json!("/attempt")), "they are counted from 1");
    assert!(relay(&bench).await.is_empty());
    assert_eq!(page(2).await.body["status"], "authorized");
    let heard = relay(&bench).await;
    assert_eq!((kinds(&heard), &heard[0].envelope.data["attempt"]), (vec!["payment_authorized"], &json!(2)));
    assert_eq!(page(1).await.problem(), "challenge_not_pending");
}

#[tokio::test]
async fn a_voided_payment_cannot_be_confirmed_any_more() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    say(&bench, 2, &void()).await;
    assert_eq!(answer(&bench, "succeed").await.problem(), "challenge_not_pending");
    assert_eq!(status(&bench).await, "voided");
}

#[tokio::test]
async fn nonsense_is_refused() {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    assert_eq!(answer(&bench, "maybe").await.status, 422);
    let unknown = format!("/v1/sandbox/payments/{}/challenge", PaymentId::from_bits(4));
    assert_eq!(bench.http(Request::post(&unknown, json!({"result": "succeed"}))).await.status, 404);
    assert_eq!(status(&bench).await, "requires_action");
}

/// A gateway that takes real money.
#[derive(Debug)]
struct RealMoney(Sandbox);

impl PaymentGateway for RealMoney {
    fn remembers_keys_seconds(&self) -> i64 {
        i64::MAX
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        Box::pin(async move { Ok(self.0.perform(instruction, world).await) })
    }

    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        Box::pin(async move { Ok(Some(self.0.look_up(instruction))) })
    }
}

#[tokio::test]
async fn nobody_plays_the_bank_of_a_provider_that_takes_real_money() {
    let bench = Bench::new(|parts| {
        let gateway = RealMoney(Sandbox::new("https://api.example.com"));
        let config = Config { provider: Provider::Gateway(Arc::new(gateway)), ..config() };
        Payments::new(parts.table.clone(), parts.wiring.clone(), config)
    });
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    assert_eq!(answer(&bench, "succeed").await.status, 404);
    assert_eq!(status(&bench).await, "requires_action");
}
