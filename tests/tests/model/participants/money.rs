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
    /// The idempotency keys that it executed.
    pub keys: BTreeSet<String>,
}

impl Funds {
    /// Of an order that payments does not know yet.
    pub const fn unknown(order: events::ids::OrderId) -> Self {
        Self { payment: Payment::unknown(order.payment()), held: 0, cash: 0, returned: 0, keys: BTreeSet::new() }
    }

    fn with(&self, payment: Payment) -> Self {
        Self { payment, ..self.clone() }
    }

    /// The provider executes an operation, unless it knows the key.
    fn done(&self, key: String, operation: Operation, amount: i64) -> Self {
        let mut after = self.clone();
        if !after.keys.insert(key) {
            return after;
        }
        match operation {
            Operation::Authorize => after.held += amount,
            Operation::Void => after.held -= amount,
            Operation::Capture => (after.held, after.cash) = (after.held - amount, after.cash + amount),
            Operation::Refund => (after.cash, after.returned) = (after.cash - amount, after.returned + amount),
        }
        after
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
            Ok(Decision::Perform(operation)) => {
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
    let payment = &funds.payment;
    let requested = payment.last_of(operation).unwrap();
    let held = payment.success(Operation::Authorize);
    let instruction = Instruction {
        key: operation.provider_key(payment.id),
        requested_at: requested.at,
        payment: payment.id,
        operation: operation.kind,
        attempt: operation.attempt,
        amount: payment.terms.map(|terms| Money::new(requested.amount, terms.currency)),
        method: payment.method.as_ref(),
        authorization: held.and_then(|held| held.reference.as_deref()),
        capture_before: held.and_then(|held| held.capture_before),
    };
    let outcome = Sandbox::new("https://shop.test").look_up(&instruction);
    let key = match mutant {
        Mutant::KeyMadeAnew => format!("{}#{}", instruction.key, funds.keys.len()),
        _ => instruction.key,
    };
    let asked = match &outcome {
        Outcome::Done { .. } | Outcome::Held { .. } => funds.done(key, operation.kind, requested.amount),
        _ => funds.clone(),
    };
    (asked, outcome)
}

/// The customer answers the bank's challenge; `None` if there is none.
pub fn confirm(funds: &Funds, succeeds: bool) -> Option<Handling<Funds>> {
    let context = Context::sweep(now());
    let Ok(Decision::Record(next)) = funds.payment.answer_challenge(succeeds, held_until(now()), &context) else {
        return None;
    };
    let sends = replies::relayed(&next).unwrap();
    let last = next.log.last().unwrap();
    let mut after = funds.with((*next).clone());
    if succeeds {
        let key = last.payment_operation().provider_key(next.id);
        after = after.done(key, Operation::Authorize, last.amount);
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
    let asked = StaffRefund { key, asked, reason: "broken".to_owned(), digest: String::new() };
    let Ok(Decision::Record(next)) = funds.payment.grant_staff_refund(&asked, &context) else { return None };
    let sends = replies::relayed(&next).unwrap();
    Some(Handling::settled(vec![funds.with(*next)], sends))
}
