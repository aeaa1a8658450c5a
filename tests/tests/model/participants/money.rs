//! `payments` and one order's money, in our table and at the provider: `decide`, `conclude` and the replies as they run, with
//! the sandbox. The provider executes each key once.

use super::{End, Handling, now};
use crate::mutants::Mutant;
use chassis::{Context, Received};
use events::payments::{
    AuthorizePayment, CapturePayment, ExecuteRefund, LedgerAccount, Operation, RefundPayment, VoidPayment,
};
use events::{Message, Money};
use payments::domain::{
    Command, Decision, Outcome, Payment, PaymentMethod, PaymentOperation, Rejection, StaffRefund, Terms, replies,
};
use payments::providers::Instruction;
use payments::providers::sandbox::{Sandbox, held_until};
use std::collections::BTreeSet;

/// Decisions that the service gives a command.
const ROUNDS: usize = 10;

/// A payment in our table, and what the provider really did.
#[derive(Debug, Clone)]
pub struct Funds {
    pub payment: Payment,
    /// Minor units that the provider holds.
    pub held: i64,
    /// Minor units that the provider captured and did not refund.
    pub cash: i64,
    /// Minor units that it refunded.
    pub returned: i64,
    /// The idempotency keys that it was asked under.
    pub keys: BTreeSet<String>,
    /// Its authorization that waits for the customer.
    pub waiting: Option<String>,
    /// Its authorizations of which the money is held.
    pub holds: BTreeSet<String>,
    /// It was asked to authorize what had been called off.
    pub asked_in_vain: bool,
}

impl Funds {
    /// Of an order that payments does not know yet.
    pub const fn unknown(order: events::ids::OrderId) -> Self {
        Self {
            payment: Payment::unknown(order.payment()),
            held: 0,
            cash: 0,
            returned: 0,
            keys: BTreeSet::new(),
            waiting: None,
            holds: BTreeSet::new(),
            asked_in_vain: false,
        }
    }

    fn with(&self, payment: Payment) -> Self {
        Self { payment, ..self.clone() }
    }

    /// The provider executes an operation, unless it knows the key. A void ends the authorization that it names, held or not.
    fn done(&self, key: String, instruction: &Instruction<'_>, outcome: &Outcome) -> Self {
        let mut after = self.clone();
        if !after.keys.insert(key) {
            return after;
        }
        let amount = instruction.amount.map_or(0, |money| money.amount);
        match (instruction.operation, outcome) {
            (Operation::Authorize, Outcome::Held { reference, .. }) => after.hold(reference, amount),
            (Operation::Authorize, Outcome::ActionRequired { reference, .. }) => {
                after.waiting = Some(reference.clone())
            }
            (Operation::Void, Outcome::Done { .. }) => {
                let voided = instruction.authorization.unwrap_or_default();
                after.waiting = after.waiting.filter(|waiting| waiting != voided);
                if after.holds.remove(voided) {
                    after.held -= after.total();
                }
            }
            (Operation::Capture, Outcome::Done { .. }) => {
                after.holds.clear();
                (after.held, after.cash) = (after.held - amount, after.cash + amount);
            }
            (Operation::Refund, Outcome::Done { .. }) => {
                (after.cash, after.returned) = (after.cash - amount, after.returned + amount);
            }
            _ => {}
        }
        after
    }

    fn hold(&mut self, reference: &str, amount: i64) {
        self.holds.insert(reference.to_owned());
        self.held += amount;
    }

    fn total(&self) -> i64 {
        self.payment.terms.map_or(0, |terms| terms.amount)
    }

    /// Whether the customer confirmed an attempt with the bank, and nobody told us yet.
    pub fn is_untold(&self) -> bool {
        let reference = self.payment.waiting().and_then(|waiting| waiting.reference.as_ref());
        reference.is_some_and(|reference| self.holds.contains(reference))
    }

    /// The balance of a ledger account; of all if `None`.
    pub fn balance(&self, of: Option<LedgerAccount>) -> i64 {
        let entries = self.payment.log.iter().flat_map(|transaction| &transaction.entries);
        entries.filter(|entry| of.is_none_or(|of| entry.account == of)).map(|entry| entry.amount).sum()
    }
}

/// How payments handles a message.
pub fn receive(funds: &Funds, message: &Received, mutant: Mutant) -> Handling<Funds> {
    let Some(command) = command(message) else { return Handling::ended(End::DeadLettered) };
    let context = message.context();
    if mutant == Mutant::VoidLeavesNoTombstone && command == Command::Void && funds.payment.seq == 0 {
        let void = funds.payment.decide(&command, &context);
        let Ok(Decision::Record(next)) = void else { return Handling::ended(End::DeadLettered) };
        return Handling::settled(Vec::new(), replies::of_transition(&next, next.log.last().unwrap()).unwrap());
    }
    carry_out(funds, &command, &context, mutant)
}

fn command(message: &Received) -> Option<Command> {
    Some(match message.kind() {
        AuthorizePayment::TYPE => {
            let AuthorizePayment { attempt, amount, parts, payment_method, customer, .. } = message.data().ok()?;
            let terms = Terms::new(amount, parts).ok()?;
            Command::Authorize { attempt, terms, method: PaymentMethod::parse(&payment_method), customer }
        }
        CapturePayment::TYPE => Command::Capture { attempt: message.data::<CapturePayment>().ok()?.attempt },
        VoidPayment::TYPE => Command::Void,
        RefundPayment::TYPE => {
            let RefundPayment { cause, amount, .. } = message.data().ok()?;
            Command::Refund { cause, asked: amount }
        }
        ExecuteRefund::TYPE => Command::ExecuteRefund { refund: message.data::<ExecuteRefund>().ok()?.refund_id },
        _ => return None,
    })
}

/// The service's loop: decide what is next and write it, until there is a reply.
fn carry_out(funds: &Funds, command: &Command, context: &Context, mutant: Mutant) -> Handling<Funds> {
    let mut versions: Vec<Funds> = Vec::new();
    for _ in 0..ROUNDS {
        let current = versions.last().unwrap_or(funds).clone();
        match current.payment.decide(command, context) {
            Err(Rejection::NotRequested) => return Handling::ended(End::RetryLater),
            Err(_) => return Handling::ended(End::DeadLettered),
            Ok(Decision::Reply(operation)) => {
                let sends = replies::of_operation(&current.payment, operation).unwrap();
                return Handling::settled(versions, sends);
            }
            Ok(Decision::Record(next)) => versions.push(current.with(*next)),
            Ok(Decision::LookUp(operation)) if mutant != Mutant::AuthorizedOnceCalledOff => {
                let known = looked_up(&current, operation);
                versions.push(current.with(current.payment.found(operation, known, now(), context).unwrap()));
            }
            Ok(Decision::Perform(operation) | Decision::LookUp(operation)) => {
                let (asked, outcome) = provider(&current, operation, mutant);
                let payment = current.payment.conclude(operation, outcome, now()).unwrap();
                let concluded = asked.with(payment);
                // The provider executed it, and we do not know yet.
                versions.push(asked);
                versions.push(concluded);
            }
        }
    }
    Handling::ended(End::RetryLater)
}

fn provider(funds: &Funds, operation: PaymentOperation, mutant: Mutant) -> (Funds, Outcome) {
    let instruction = Instruction::of(&funds.payment, operation).unwrap();
    let outcome = Sandbox::new("https://shop.test").look_up(&instruction);
    if mutant == Mutant::WaitingAttemptKept && operation.authorization.is_some() {
        return (funds.clone(), outcome);
    }
    let key = match mutant {
        Mutant::KeyMadeAnew => format!("{}#{}", instruction.key, funds.keys.len()),
        _ => instruction.key.clone(),
    };
    let mut asked = funds.done(key, &instruction, &outcome);
    asked.asked_in_vain |= operation.kind == Operation::Authorize && funds.payment.is_called_off();
    (asked, outcome)
}

/// What the provider knows of an operation: nothing, if it was never asked.
fn looked_up(funds: &Funds, operation: PaymentOperation) -> Option<Outcome> {
    let instruction = Instruction::of(&funds.payment, operation).unwrap();
    let outcome = Sandbox::new("https://shop.test").look_up(&instruction);
    funds.keys.contains(&instruction.key).then_some(outcome)
}

/// The customer confirms with the bank, on a page that may have been left; `None` if the bank waits for nothing.
pub fn approve(funds: &Funds) -> Option<Handling<Funds>> {
    let mut after = funds.clone();
    let reference = after.waiting.take()?;
    after.hold(&reference, funds.total());
    Some(Handling::settled(vec![after], Vec::new()))
}

/// The bank tells us that the customer confirmed, or refused to; `None` if it has nothing to tell.
pub fn confirm(funds: &Funds, succeeds: bool) -> Option<Handling<Funds>> {
    if succeeds != funds.is_untold() {
        return None;
    }
    let context = Context::sweep(now());
    let Ok(Decision::Record(next)) = funds.payment.answer_challenge(None, succeeds, held_until(now()), &context) else {
        return None;
    };
    let sends = replies::relayed(&next).unwrap();
    let mut after = funds.with(*next);
    if !succeeds {
        after.waiting = None;
    }
    Some(Handling::settled(vec![after], sends))
}

/// The staff refund a part, or more than is left; `None` if nothing is left.
pub fn refund(funds: &Funds, everything: bool) -> Option<Handling<Funds>> {
    let terms = funds.payment.terms?;
    let amount = if everything { 2 * terms.amount } else { terms.amount / 3 };
    let key = format!("key-{}", funds.payment.seq);
    let context = Context::sweep(now());
    let asked = Money::new(amount, terms.currency);
    let asked = StaffRefund { key, asked, exact: false, reason: "broken".to_owned(), digest: String::new() };
    let Ok(Decision::Record(next)) = funds.payment.grant_staff_refund(&asked, &context) else { return None };
    let sends = replies::relayed(&next).unwrap();
    Some(Handling::settled(vec![funds.with(*next)], sends))
}
