//! The built-in provider. Its answer is a pure function of the request, so it remembers everything without a store.
//! Refuses real money.

use super::Instruction;
use crate::domain::Outcome;
use chassis::{World, digest};
use events::Timestamp;
use events::payments::Operation;
use std::time::Duration;

/// As long as most providers recognize a key.
pub const REMEMBERS_KEYS_SECONDS: i64 = 24 * 60 * 60;
/// Response time for `pm_card_slow`.
const SLOW: Duration = Duration::from_secs(3);
/// Captures that `pm_card_capture_fails` refuses before one succeeds.
const FAILING_CAPTURES: u32 = 2;

/// As long as Stripe holds the money of most cards (docs.stripe.com/payments/place-a-hold-on-a-payment-method).
const HOLDS_SECONDS: i64 = 7 * 24 * 60 * 60;

/// The hold of `pm_card_short_hold`: a few seconds longer than orders need for the capture, so that the goods can leave
/// within these seconds.
const SHORT_HOLD_SECONDS: i64 = 12 * 60 * 60 + 10;

/// The time at which money held at `at` is released.
pub const fn held_until(at: Timestamp) -> Timestamp {
    at.plus_seconds(HOLDS_SECONDS)
}

/// The sandbox.
#[derive(Debug, Clone)]
pub struct Sandbox {
    api_url: String,
    has_pages: bool,
}

impl Sandbox {
    /// A sandbox under that URL. Its challenges are answered by programs, as long as the shop has no pages.
    pub fn new(api_url: &str) -> Self {
        Self { api_url: api_url.trim_end_matches('/').to_owned(), has_pages: false }
    }

    /// The same where customers answer challenges on the bank's page.
    #[must_use]
    pub fn with_pages(self, has_pages: bool) -> Self {
        Self { has_pages, ..self }
    }

    /// Performs the instruction, slowly for a slow card.
    pub async fn perform(&self, instruction: &Instruction<'_>, world: &World) -> Outcome {
        if instruction.operation == Operation::Authorize && method(instruction) == "pm_card_slow" {
            world.sleep(SLOW).await;
        }
        self.answer(instruction)
    }

    /// The outcome, the same as when it was performed.
    pub fn look_up(&self, instruction: &Instruction<'_>) -> Outcome {
        self.answer(instruction)
    }

    /// Where the challenge of an attempt is answered.
    fn challenge(&self, instruction: &Instruction<'_>) -> String {
        let Instruction { payment, attempt, .. } = instruction;
        if self.has_pages {
            format!("{}/payments/{payment}/challenge?attempt={attempt}", self.api_url)
        } else {
            format!("{}/v1/sandbox/payments/{payment}/challenge", self.api_url)
        }
    }

    fn answer(&self, instruction: &Instruction<'_>) -> Outcome {
        let reference = format!("sandbox_{:.22}", digest::of_bytes(instruction.key.as_bytes()));
        let done = Outcome::Done { reference: reference.clone() };
        let refused = |reason: &str| Outcome::Refused { reason: reason.to_owned() };
        match instruction.operation {
            Operation::Authorize => match method(instruction) {
                "pm_card_visa" | "pm_card_slow" | "pm_card_capture_fails" => {
                    Outcome::Held { reference, capture_before: held_until(instruction.requested_at) }
                }
                "pm_card_short_hold" => {
                    let capture_before = instruction.requested_at.plus_seconds(SHORT_HOLD_SECONDS);
                    Outcome::Held { reference, capture_before }
                }
                "pm_card_declined" => refused("card_declined"),
                "pm_card_insufficient_funds" => refused("insufficient_funds"),
                "pm_card_requires_action" => Outcome::ActionRequired { reference, url: self.challenge(instruction) },
                _ => refused("unknown_payment_method"),
            },
            Operation::Capture if instruction.capture_before.is_some_and(|end| instruction.requested_at >= end) => {
                refused("authorization_expired")
            }
            Operation::Capture
                if method(instruction) == "pm_card_capture_fails" && instruction.attempt <= FAILING_CAPTURES =>
            {
                refused("capture_failed")
            }
            Operation::Capture | Operation::Void | Operation::Refund => done,
        }
    }
}

fn method<'a>(instruction: &'a Instruction<'_>) -> &'a str {
    instruction.method.map_or("", |method| method.as_str())
}
