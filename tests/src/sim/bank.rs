//! The payment provider: authorizes, captures, voids and refunds under idempotency keys, which it forgets after a while. It
//! times out or hangs before or after it executed an operation, answers late, and keeps books of its own to compare with ours.

use super::clock::VirtualClock;
use super::dice::Dice;
use super::faults::{Fault, Faults};
use super::mutants::Mutant;
use chassis::World;
use events::Timestamp;
use events::ids::PaymentId;
use events::payments::Operation;
use payments::domain::Outcome;
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, ProviderError};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a key is remembered, in seconds; each run draws one. A retry after a crash outlasts the first, an hour's absence
/// outlasts all but the last.
const MEMORIES: [u64; 4] = [60, 600, 1_800, 86_400];
/// How long an authorization lasts, in seconds; each run draws one. The shortest leaves the warehouse two hours.
const HOLDS: [i64; 3] = [14 * 3_600, 7 * 86_400, 7 * 86_400];
/// How many captures `pm_card_capture_fails` refuses before one succeeds.
const FAILING_CAPTURES: u32 = 2;

/// What the provider holds for one payment, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Charge {
    pub held: i64,
    /// TakenOver.
    pub captured: i64,
    pub refunded: i64,
    /// When the authorization expires.
    pub capture_before: Option<Timestamp>,
    /// A capture was attempted after the authorization had expired.
    pub captured_too_late: bool,
    /// The highest number of an authorization attempt; 0 if there was none.
    pub attempts: u32,
    /// Authorizations that were ever granted.
    pub authorizations: u32,
    /// The last card was declined: there is nothing to capture.
    pub declined: bool,
}

#[derive(Debug, Default)]
struct Books {
    answers: BTreeMap<String, (u64, Outcome)>,
    charges: BTreeMap<PaymentId, Charge>,
}

pub struct Bank {
    clock: VirtualClock,
    dice: Dice,
    faults: Arc<Faults>,
    mutant: Option<Mutant>,
    memory_seconds: u64,
    holds_seconds: i64,
    books: Mutex<Books>,
    /// Operations that are refused whatever is asked for.
    refused: Mutex<Vec<Operation>>,
}

impl fmt::Debug for Bank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bank")
    }
}

impl Bank {
    pub fn new(clock: VirtualClock, dice: Dice, faults: Arc<Faults>, mutant: Option<Mutant>) -> Self {
        let (memory_seconds, holds_seconds) = (*dice.pick(&MEMORIES), *dice.pick(&HOLDS));
        Self {
            clock,
            dice,
            faults,
            mutant,
            memory_seconds,
            holds_seconds,
            books: Mutex::default(),
            refused: Mutex::default(),
        }
    }

    /// Refuses these operations from now on, and no others.
    pub fn refuse(&self, operations: &[Operation]) {
        *self.refused.lock().unwrap() = operations.to_vec();
    }

    pub fn charges(&self) -> BTreeMap<PaymentId, Charge> {
        self.books.lock().unwrap().charges.clone()
    }

    fn remembered(&self, key: &str) -> Option<Outcome> {
        let books = self.books.lock().unwrap();
        let (at, outcome) = books.answers.get(key)?;
        (self.clock.millis().saturating_sub(*at) <= self.memory_seconds * 1000).then(|| outcome.clone())
    }

    fn execute(&self, instruction: &Instruction<'_>) -> Outcome {
        if let Some(before) = self.remembered(&instruction.key) {
            return before;
        }
        let mut books = self.books.lock().unwrap();
        let charge = books.charges.entry(instruction.payment).or_default();
        let outcome = self.decide(instruction, charge);
        let amount = instruction.amount.map_or(0, |money| money.amount);
        if instruction.operation == Operation::Authorize {
            charge.attempts = charge.attempts.max(instruction.attempt);
        }
        match (instruction.operation, &outcome) {
            (Operation::Authorize, Outcome::Held { capture_before, .. }) => {
                charge.held += amount;
                let lapses = self.mutant == Some(Mutant::MoneyLapses);
                charge.capture_before = Some(if lapses { self.clock.now().plus_seconds(1) } else { *capture_before });
                charge.authorizations += 1;
                charge.declined = false;
            }
            (Operation::Authorize, other) => charge.declined = matches!(other, Outcome::Refused { .. }),
            (Operation::Capture, Outcome::Done { .. }) => {
                charge.held = 0;
                charge.captured += amount;
            }
            (Operation::Void, Outcome::Done { .. }) => charge.held = 0,
            (Operation::Refund, Outcome::Done { .. }) => charge.refunded += amount,
            _ => {}
        }
        books.answers.insert(instruction.key.clone(), (self.clock.millis(), outcome.clone()));
        outcome
    }

    fn decide(&self, instruction: &Instruction<'_>, charge: &mut Charge) -> Outcome {
        let reference = format!("bank/{}", instruction.key);
        let method = instruction.method.map_or("", |method| method.as_str());
        let refused = |reason: &str| Outcome::Refused { reason: reason.to_owned() };
        let now = self.clock.now();
        if self.refused.lock().unwrap().contains(&instruction.operation) {
            return refused("not_now");
        }
        match (instruction.operation, method) {
            (Operation::Authorize, "pm_card_declined") => refused("card_declined"),
            (Operation::Authorize, "pm_card_insufficient_funds") => refused("insufficient_funds"),
            (Operation::Authorize, "pm_card_requires_action") => {
                Outcome::ActionRequired { reference, url: "https://bank.example".to_owned() }
            }
            (Operation::Authorize, _) => {
                Outcome::Held { reference, capture_before: now.plus_seconds(self.holds_seconds) }
            }
            (Operation::Capture, _) if charge.declined => refused("nothing_held"),
            (Operation::Capture, _) if charge.capture_before.is_some_and(|end| now >= end) => {
                charge.captured_too_late = true;
                refused("authorization_expired")
            }
            (Operation::Capture, "pm_card_capture_fails") if instruction.attempt <= FAILING_CAPTURES => {
                refused("capture_failed")
            }
            _ => Outcome::Done { reference },
        }
    }
}

impl PaymentGateway for Bank {
    fn is_sandbox(&self) -> bool {
        true
    }

    fn remembers_keys_seconds(&self) -> i64 {
        // A little less than the truth, as its clock is not ours.
        i64::try_from(self.memory_seconds).unwrap_or(0) - 20
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        Box::pin(async move {
            let slow = instruction.method.is_some_and(|method| method.as_str() == "pm_card_slow");
            let late = self.faults.strikes(Fault::ProviderLate);
            let wait = match (slow, late) {
                (_, true) => self.dice.between(5_000, 90_000),
                (true, false) => self.dice.between(1_000, 5_000),
                (false, false) => self.dice.between(20, 300),
            };
            if self.faults.strikes(Fault::ProviderTimeout) {
                world.sleep(Duration::from_millis(wait)).await;
                return Err(ProviderError("timed out before executing".to_owned()));
            }
            if self.faults.strikes(Fault::ProviderHangs) {
                if self.dice.chance(5_000) {
                    self.execute(instruction);
                }
                std::future::pending::<()>().await;
            }
            let mut outcome = self.execute(instruction);
            if self.mutant == Some(Mutant::DeclinedIsAuthorized) && matches!(outcome, Outcome::Refused { .. }) {
                outcome = Outcome::Done { reference: format!("bank/{}", instruction.key) };
            }
            world.sleep(Duration::from_millis(wait)).await;
            if self.faults.strikes(Fault::ProviderTimeout) {
                return Err(ProviderError("timed out after executing".to_owned()));
            }
            Ok(outcome)
        })
    }

    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        Box::pin(async move {
            if self.faults.strikes(Fault::ProviderTimeout) {
                return Err(ProviderError("timed out".to_owned()));
            }
            if self.faults.strikes(Fault::ProviderHangs) {
                std::future::pending::<()>().await;
            }
            // The key is forgotten; what was executed under it is not, and is found by its reference.
            let found = self.books.lock().unwrap().answers.get(&instruction.key).map(|(_, outcome)| outcome.clone());
            if found.is_some() && self.remembered(&instruction.key).is_none() {
                self.faults.count(Fault::ProviderForgot);
            }
            Ok(found)
        })
    }
}
