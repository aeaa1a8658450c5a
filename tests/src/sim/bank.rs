//! The payment provider: authorizes, captures, voids and refunds under idempotency keys, which it forgets after a while. It
//! times out or hangs before or after it executed an operation, answers late or executes late, refuses for a time or for good,
//! and holds money that a customer confirmed without us. It keeps books of its own to compare with ours (`bank/books.rs`).

mod books;

use super::clock::VirtualClock;
use super::dice::Draws;
use super::faults::{Fault, Faults};
use super::mutants::Mutant;
use super::place::Place;
use super::story::Story;
use books::{Account, Books, Request};
use chassis::World;
use chassis::testing::signing::API_URL;
use events::ids::PaymentId;
use events::payments::Operation;
use payments::domain::Outcome;
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, ProviderError};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

pub use books::Charge;

/// How long a key is remembered, in seconds; each run draws one. A retry after a crash outlasts the first, an hour's absence
/// outlasts all but the last.
const MEMORIES: [u64; 4] = [120, 600, 1_800, 86_400];
/// By how much less we count on, in seconds: its clock is not ours, and a request takes its time.
const MARGIN: i64 = 60;
/// How long an authorization lasts, in seconds; each run with faults draws one. The shortest leaves the warehouse two hours.
const HOLDS: [i64; 3] = [14 * 3_600, 7 * 86_400, 7 * 86_400];
/// How many captures `pm_card_capture_fails` refuses before one succeeds.
const FAILING_CAPTURES: u32 = 2;
/// How long a request is under way at most, in milliseconds: longer than anybody waits for its answer.
const UNDER_WAY: u64 = 30_000;

pub struct Bank {
    me: Weak<Self>,
    clock: VirtualClock,
    draws: Draws,
    faults: Arc<Faults>,
    story: Arc<Story>,
    mutant: Option<Mutant>,
    memory_seconds: u64,
    holds_seconds: i64,
    books: Mutex<Books>,
    /// Until when it refuses to void or refund a payment.
    refusals: Mutex<BTreeMap<(PaymentId, u64), u64>>,
    /// Operations that are refused whatever is asked for.
    refused: Mutex<Vec<Operation>>,
}

impl fmt::Debug for Bank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bank")
    }
}

impl Bank {
    pub fn new(
        clock: VirtualClock,
        draws: Draws,
        faults: Arc<Faults>,
        story: Arc<Story>,
        mutant: Option<Mutant>,
    ) -> Arc<Self> {
        let dice = draws.at(Place::named("bank"));
        let memory_seconds = *dice.pick(&MEMORIES);
        let holds_seconds = if faults.never_strike() { HOLDS[1] } else { *dice.pick(&HOLDS) };
        Arc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            clock,
            draws,
            faults,
            story,
            mutant,
            memory_seconds,
            holds_seconds,
            books: Mutex::default(),
            refusals: Mutex::default(),
            refused: Mutex::default(),
        })
    }

    /// How long it remembers a key.
    pub const fn forgets_after(&self) -> Duration {
        Duration::from_secs(self.memory_seconds)
    }

    /// Refuses these operations from now on, and no others.
    pub fn refuse(&self, operations: &[Operation]) {
        *self.refused.lock().unwrap() = operations.to_vec();
    }

    pub fn charges(&self) -> BTreeMap<PaymentId, Charge> {
        self.books.lock().unwrap().charges()
    }

    /// Whether it will never void or refund this payment.
    pub fn refuses_for_good(&self, payment: PaymentId) -> bool {
        let refusals = self.refusals.lock().unwrap();
        refusals.iter().any(|((refused, _), until)| *refused == payment && *until == u64::MAX)
    }

    /// Whether it refused to void or refund this payment, for a time or for good.
    pub fn refused(&self, payment: PaymentId) -> bool {
        let refusals = self.refusals.lock().unwrap();
        refusals.iter().any(|((refused, _), until)| *refused == payment && *until > 0)
    }

    /// The customer confirmed or failed a challenge on the page that tells us as well.
    pub fn is_answered(&self, payment: PaymentId, reference: &str, confirmed: bool) {
        if let Some(account) = self.books.lock().unwrap().accounts.get_mut(&payment) {
            account.answered(reference, confirmed);
        }
    }

    fn remembered(&self, key: &str) -> Option<Outcome> {
        let books = self.books.lock().unwrap();
        let (at, outcome) = books.answers.get(key)?;
        (self.clock.millis().saturating_sub(*at) <= self.memory_seconds * 1000).then(|| outcome.clone())
    }

    fn execute(&self, request: &Request) -> Outcome {
        if let Some(before) = self.remembered(&request.key) {
            return before;
        }
        let mut books = self.books.lock().unwrap();
        let account = books.accounts.entry(request.payment).or_default();
        let outcome = self.decide(request, account);
        account.book(request, &outcome);
        if let (Some(Mutant::MoneyLapses), Outcome::Held { .. }) = (self.mutant, &outcome) {
            account.charge.capture_before = Some(self.clock.now().plus_seconds(1));
        }
        books.answers.insert(request.key.clone(), (self.clock.millis(), outcome.clone()));
        drop(books);
        if let Outcome::ActionRequired { reference, .. } = &outcome {
            self.may_be_confirmed_elsewhere(request.payment, reference.clone());
        }
        outcome
    }

    /// The customer may confirm on a page that does not tell us: then the money is held, and nobody asked.
    fn may_be_confirmed_elsewhere(&self, payment: PaymentId, reference: String) {
        let place = Place::named(&reference);
        if !self.faults.strikes_at(Fault::ProviderHoldsByItself, place) {
            return;
        }
        let wait = Duration::from_millis(self.draws.at(place).between(500, 2_700_000));
        let me = Weak::clone(&self.me);
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            let Some(bank) = me.upgrade() else { return };
            let mut books = bank.books.lock().unwrap();
            if books.accounts.get_mut(&payment).is_some_and(|account| account.confirmed_elsewhere(&reference)) {
                bank.story.record(format!("the bank holds the money of {payment} without our asking: {reference}"));
            }
        });
    }

    /// Whether it refuses this for now or for good, which it decides when it is first asked for it.
    fn refuses(&self, request: &Request) -> bool {
        if !matches!(request.operation, Operation::Void | Operation::Refund) {
            return false;
        }
        let now = self.clock.millis();
        let kind = request.operation as u64;
        let place = Place::named(&request.payment.to_string()).number(kind);
        let mut refusals = self.refusals.lock().unwrap();
        let until = refusals.entry((request.payment, kind)).or_insert_with(|| {
            if self.faults.strikes_at(Fault::ProviderRefusesForGood, place) {
                u64::MAX
            } else if self.faults.strikes_at(Fault::ProviderRefuses, place) {
                now + self.draws.at(place).between(1_000, 10_800_000)
            } else {
                0
            }
        });
        now < *until
    }

    /// Whether a request is executed when nobody waits for it any more. One that was recorded long ago is not: by then we would
    /// look it up.
    fn executes_late(&self, instruction: &Instruction<'_>, place: Place) -> bool {
        let age = self.clock.now().seconds_since(instruction.requested_at);
        age * 2 < self.remembers_keys_seconds() && self.faults.strikes_at(Fault::ProviderExecutesLate, place)
    }

    fn execute_later(&self, request: Request, millis: u64) {
        let me = Weak::clone(&self.me);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            if let Some(bank) = me.upgrade() {
                let outcome = bank.execute(&request);
                bank.story.record(format!("the bank executes late: {}: {outcome:?}", request.key));
            }
        });
    }

    fn decide(&self, request: &Request, account: &mut Account) -> Outcome {
        let (reference, method) = (request.reference(), request.method.as_str());
        let refused = |reason: &str| Outcome::Refused { reason: reason.to_owned() };
        let now = self.clock.now();
        if self.refused.lock().unwrap().contains(&request.operation) || self.refuses(request) {
            return refused("not_now");
        }
        let charge = &mut account.charge;
        match (request.operation, method) {
            (Operation::Authorize, "pm_card_declined") => refused("card_declined"),
            (Operation::Authorize, "pm_card_insufficient_funds") => refused("insufficient_funds"),
            (Operation::Authorize, "pm_card_requires_action") => {
                let url = format!("{API_URL}/payments/{}/challenge?attempt={}", request.payment, request.attempt);
                Outcome::ActionRequired { reference, url }
            }
            (Operation::Authorize, _) => {
                Outcome::Held { reference, capture_before: now.plus_seconds(self.holds_seconds) }
            }
            (Operation::Capture, _) if charge.declined => refused("nothing_held"),
            (Operation::Capture, _) if charge.capture_before.is_some_and(|end| now >= end) => {
                charge.captured_too_late = true;
                refused("authorization_expired")
            }
            (Operation::Capture, "pm_card_capture_fails") if request.attempt <= FAILING_CAPTURES => {
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
        i64::try_from(self.memory_seconds).unwrap_or(0) - MARGIN
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        Box::pin(async move {
            let (request, place) = (Request::of(instruction), Place::named(&instruction.key));
            let dice = self.draws.at(place);
            let wait = match (self.faults.strikes_at(Fault::ProviderLate, place), request.method.as_str()) {
                (true, _) => dice.between(5_000, 90_000),
                (false, "pm_card_slow") => dice.between(1_000, 5_000),
                (false, _) => dice.between(20, 300),
            };
            if self.faults.strikes_at(Fault::ProviderTimeout, place) {
                world.sleep(Duration::from_millis(wait)).await;
                return Err(ProviderError("timed out before executing".to_owned()));
            }
            if self.executes_late(instruction, place) {
                self.execute_later(request, dice.between(1, UNDER_WAY));
                return std::future::pending().await;
            }
            if self.faults.hangs(Fault::ProviderHangs, place, "provider perform") {
                if dice.chance(5_000) {
                    self.execute(&request);
                }
                std::future::pending::<()>().await;
            }
            let mut outcome = self.execute(&request);
            if self.mutant == Some(Mutant::DeclinedIsAuthorized) && matches!(outcome, Outcome::Refused { .. }) {
                outcome = Outcome::Done { reference: request.reference() };
            }
            world.sleep(Duration::from_millis(wait)).await;
            if self.faults.strikes_at(Fault::ProviderTimeout, place) {
                return Err(ProviderError("timed out after executing".to_owned()));
            }
            Ok(outcome)
        })
    }

    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        Box::pin(async move {
            let place = Place::named(&instruction.key).and("look-up");
            if self.faults.strikes_at(Fault::ProviderTimeout, place) {
                return Err(ProviderError("timed out".to_owned()));
            }
            if self.faults.hangs(Fault::ProviderHangs, place, "provider look_up") {
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
