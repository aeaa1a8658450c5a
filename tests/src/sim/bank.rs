//! The payment provider: holds, takes and returns money under idempotency keys, which it forgets after a while. It times
//! out before or after the deed, answers late, and keeps books of its own to compare with ours.

use super::clock::VirtualClock;
use super::dice::Dice;
use super::faults::Fault;
use super::stage::Stage;
use chassis::World;
use events::ids::PaymentId;
use events::payments::Operation;
use payments::domain::Outcome;
use payments::providers::{Acquirer, Asking, Instruction, ProviderError};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// How long a key is remembered: an hour's absence outlasts it.
const MEMORY_MILLIS: u64 = 1_800_000;
/// Tries of a capture that `pm_card_capture_fails` refuses.
const FAILING_CAPTURES: u32 = 2;

/// What the provider holds for one payment, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    /// Held on the card.
    pub held: i64,
    /// Taken.
    pub taken: i64,
    /// Given back.
    pub returned: i64,
    /// Holds that were ever granted.
    pub holds: u32,
}

#[derive(Debug, Default)]
struct Books {
    answers: BTreeMap<String, (u64, Outcome)>,
    accounts: BTreeMap<PaymentId, Account>,
}

/// The provider.
pub struct Bank {
    clock: VirtualClock,
    dice: Dice,
    faults: OnceLock<Arc<dyn Fn(Fault) -> bool + Send + Sync>>,
    books: Mutex<Books>,
}

impl fmt::Debug for Bank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bank")
    }
}

impl Bank {
    /// With empty books.
    pub fn new(clock: VirtualClock, dice: Dice) -> Self {
        Self { clock, dice, faults: OnceLock::new(), books: Mutex::default() }
    }

    /// Who decides what goes wrong.
    pub fn goes_wrong_by(&self, strikes: Arc<dyn Fn(Fault) -> bool + Send + Sync>) {
        let _ = self.faults.set(strikes);
    }

    /// What it holds for each payment.
    pub fn accounts(&self) -> BTreeMap<PaymentId, Account> {
        self.books.lock().unwrap().accounts.clone()
    }

    fn strikes(&self, fault: Fault) -> bool {
        self.faults.get().is_some_and(|strikes| strikes(fault))
    }

    fn remembered(&self, key: &str) -> Option<Outcome> {
        let books = self.books.lock().unwrap();
        let (at, outcome) = books.answers.get(key)?;
        (self.clock.millis().saturating_sub(*at) <= MEMORY_MILLIS).then(|| outcome.clone())
    }

    fn execute(&self, instruction: &Instruction<'_>) -> Outcome {
        if let Some(before) = self.remembered(&instruction.key) {
            return before;
        }
        let outcome = decide(instruction);
        let mut books = self.books.lock().unwrap();
        if let Outcome::Done { .. } = outcome {
            let amount = instruction.amount.map_or(0, |money| money.amount);
            let account = books.accounts.entry(instruction.payment).or_default();
            match instruction.operation {
                Operation::Authorize => {
                    account.held += amount;
                    account.holds += 1;
                }
                Operation::Capture => {
                    account.held = 0;
                    account.taken += amount;
                }
                Operation::Void => account.held = 0,
                Operation::Refund => account.returned += amount,
            }
        }
        books.answers.insert(instruction.key.clone(), (self.clock.millis(), outcome.clone()));
        outcome
    }
}

fn decide(instruction: &Instruction<'_>) -> Outcome {
    let reference = format!("bank/{}", instruction.key);
    let method = instruction.method.map_or("", |method| method.as_str());
    let refused = |reason: &str| Outcome::Refused { reason: reason.to_owned() };
    match (instruction.operation, method) {
        (Operation::Authorize, "pm_card_declined") => refused("card_declined"),
        (Operation::Authorize, "pm_card_insufficient_funds") => refused("insufficient_funds"),
        (Operation::Authorize, "pm_card_requires_action") => {
            Outcome::ActionRequired { reference, url: "https://bank.example".to_owned() }
        }
        (Operation::Capture, "pm_card_capture_fails") if instruction.attempt <= FAILING_CAPTURES => {
            refused("capture_failed")
        }
        _ => Outcome::Done { reference },
    }
}

impl Acquirer for Bank {
    fn remembers_keys_seconds(&self) -> i64 {
        // A little less than it does, as ours is not its clock.
        i64::try_from(MEMORY_MILLIS / 1000).unwrap_or(0) - 60
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> Asking<'a, Outcome> {
        Box::pin(async move {
            let slow = instruction.method.is_some_and(|method| method.as_str() == "pm_card_slow");
            let late = self.strikes(Fault::ProviderLate);
            let wait = match (slow, late) {
                (_, true) => self.dice.between(5_000, 90_000),
                (true, false) => self.dice.between(1_000, 5_000),
                (false, false) => self.dice.between(20, 300),
            };
            if self.strikes(Fault::ProviderTimeout) {
                world.sleep(Duration::from_millis(wait)).await;
                return Err(ProviderError("timed out before the deed".to_owned()));
            }
            let outcome = self.execute(instruction);
            world.sleep(Duration::from_millis(wait)).await;
            if self.strikes(Fault::ProviderTimeout) {
                return Err(ProviderError("timed out after the deed".to_owned()));
            }
            Ok(outcome)
        })
    }

    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> Asking<'a, Option<Outcome>> {
        Box::pin(async move {
            if self.strikes(Fault::ProviderTimeout) {
                return Err(ProviderError("timed out".to_owned()));
            }
            if self.remembered(&instruction.key).is_none() {
                self.strikes(Fault::ProviderForgot);
            }
            // A key is forgotten; what was done under it is not, and is found by its reference.
            Ok(self.books.lock().unwrap().answers.get(&instruction.key).map(|(_, outcome)| outcome.clone()))
        })
    }
}

/// Whether a fault strikes the provider, as the run's faults say.
pub fn striking(stage: &Arc<Stage>) -> Arc<dyn Fn(Fault) -> bool + Send + Sync> {
    let stage = Arc::downgrade(stage);
    Arc::new(move |fault| {
        let Some(stage) = stage.upgrade() else { return false };
        if fault == Fault::ProviderForgot {
            stage.faults.count(fault);
        }
        stage.faults.strikes(fault)
    })
}
