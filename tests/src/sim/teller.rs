//! The window at which payments ask the bank. It notes what is asked for and was not written first. A mutant may change what is
//! asked. Refuses money of its own: the bank has the books.

use super::bank::Bank;
use super::invariant::Invariant;
use super::place::Place;
use super::stage::Stage;
use chassis::World;
use events::Capability;
use events::payments::Operation;
use payments::domain::{Outcome, Payment, Phase};
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, ProviderError};
use std::fmt;
use std::sync::Arc;

pub struct Teller {
    stage: Arc<Stage>,
}

impl fmt::Debug for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Teller")
    }
}

impl Teller {
    pub const fn new(stage: Arc<Stage>) -> Self {
        Self { stage }
    }

    fn bank(&self) -> &Bank {
        &self.stage.bank
    }

    /// What the bank answers, with what a mutant changes.
    async fn pass_on(&self, asked: &Instruction<'_>, world: &World) -> Result<Outcome, ProviderError> {
        let Some(mutant) = self.stage.mutant else { return self.bank().perform(asked, world).await };
        let Some(changed) = mutant.on_instruction(asked, &self.stage.draws.at(Place::named(&asked.key))) else {
            return Ok(Outcome::Done { reference: format!("bank/{}", asked.key) });
        };
        let outcome = self.bank().perform(&changed, world).await?;
        if let Some(second) = mutant.second_instruction(asked) {
            self.bank().perform(&second, world).await?;
        }
        Ok(outcome)
    }

    /// Whoever captures does so while the bank holds the money.
    fn check_time(&self, asked: &Instruction<'_>) {
        let late = self.bank().charges().get(&asked.payment).is_some_and(|charge| charge.captured_too_late);
        let too_late = || format!("{} was asked for after the bank had released the money", asked.key);
        self.stage.expect(!late, Invariant::NothingIsCapturedTooLate, too_late);
    }

    /// The outside world is asked under a key that was written first, for what was written. What a void releases may have become
    /// known later.
    fn check(&self, asked: &Instruction<'_>) {
        let payments = &self.stage.tables[&Capability::Payments];
        let payment = payments.item::<Payment>(&asked.payment.to_string(), "payment");
        let amount = asked.amount.map(|money| money.amount).filter(|_| asked.operation != Operation::Void);
        let is_written = payment.as_ref().is_some_and(|payment| {
            payment.log.iter().any(|made| {
                let same = made.payment_operation().provider_key(payment.id) == asked.key;
                same && made.phase == Phase::Requested && amount.is_none_or(|amount| amount == made.amount)
            })
        });
        let unwritten = || format!("{} is asked for {amount:?} and nothing is written", asked.key);
        self.stage.expect(is_written, Invariant::TheProviderIsAskedForWhatIsWritten, unwritten);
    }
}

impl PaymentGateway for Teller {
    fn is_sandbox(&self) -> bool {
        self.bank().is_sandbox()
    }

    fn remembers_keys_seconds(&self) -> i64 {
        self.bank().remembers_keys_seconds()
    }

    fn perform<'a>(&'a self, asked: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        Box::pin(async move {
            self.check(asked);
            let answer = self.pass_on(asked, world).await;
            self.check_time(asked);
            answer
        })
    }

    fn look_up<'a>(&'a self, asked: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        self.check(asked);
        self.bank().look_up(asked)
    }
}
