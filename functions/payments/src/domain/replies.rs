//! The messages of each transition: a pure function of the payment and the transition, so a repetition sends the same
//! content under the same id.

use super::operation::{PaymentOperation, VOID_CAUSE};
use super::payment::Payment;
use super::rejection::Rejection;
use super::transaction::{Phase, Transaction};
use events::message::Origin;
use events::payments::{
    EntriesPosted, ExecuteRefund, Operation, PaymentActionRequired, PaymentAuthorized, PaymentCaptured,
    PaymentDeclined, PaymentFailed, PaymentRefunded, PaymentVoided,
};
use events::{Currency, Money, Outgoing};

/// The messages of an operation: those of all its transitions, and everything that it booked as one booking for the
/// balances.
///
/// # Errors
/// `NoTerms`, `Overflow`: only for a log that we did not write.
pub fn of_operation(payment: &Payment, operation: PaymentOperation) -> Result<Vec<Outgoing>, Rejection> {
    let mut all = Vec::new();
    for transaction in payment.transactions_of(operation) {
        all.extend(of_transition(payment, transaction)?);
    }
    let entries: Vec<_> = payment.transactions_of(operation).flat_map(|t| t.entries.clone()).collect();
    // An operation without an outcome may book more, and a booking must always say the same under one number.
    if let Some(end) = payment.last_of(operation).filter(|last| last.is_final() && !entries.is_empty()) {
        let (payment_id, seq, currency) = (payment.id, end.seq, currency(payment, end)?);
        all.extend(Outgoing::to_all(&origin(payment, end), &EntriesPosted { payment_id, seq, currency, entries }));
    }
    Ok(all)
}

/// The messages that the relay sends for the latest transition, which an HTTP request made.
///
/// # Errors
/// As [`of_operation`].
pub fn relayed(payment: &Payment) -> Result<Vec<Outgoing>, Rejection> {
    let Some(latest) = payment.log.last() else { return Ok(Vec::new()) };
    // The worker makes a requested refund.
    if latest.phase == Phase::Requested { Ok(execution(payment, latest)) } else { of_transition(payment, latest) }
}

/// The message to ourselves that has a requested refund executed. The relay sends it, and the sweep again.
pub fn execution(payment: &Payment, requested: &Transaction) -> Vec<Outgoing> {
    let Some(refund) = &requested.refund else { return Vec::new() };
    let message = ExecuteRefund { payment_id: payment.id, refund_id: refund.id };
    Outgoing::to_all(&origin(payment, requested), &message)
}

/// The messages of one transition.
///
/// # Errors
/// As [`of_operation`].
pub fn of_transition(payment: &Payment, transition: &Transaction) -> Result<Vec<Outgoing>, Rejection> {
    let origin = origin(payment, transition);
    let (order_id, payment_id, attempt) = (payment.order(), payment.id, transition.attempt);
    let reason = || transition.reason.clone().unwrap_or_default();
    let money = |amount| Ok(Money::new(amount, currency(payment, transition)?));
    Ok(match (transition.operation, transition.phase) {
        (_, Phase::Requested) => Vec::new(),
        // Nobody asked for the void of one authorization alone: the command that led to it has a reply of its own.
        (Operation::Void, _) if transition.authorization.is_some() => Vec::new(),
        (Operation::Authorize, Phase::Succeeded) => {
            let amount = money(transition.amount)?;
            let capture_before = transition.capture_before;
            Outgoing::to_all(&origin, &PaymentAuthorized { order_id, payment_id, attempt, amount, capture_before })
        }
        (Operation::Authorize, Phase::Failed) => {
            Outgoing::to_all(&origin, &PaymentDeclined { order_id, payment_id, attempt, reason: reason() })
        }
        (_, Phase::ActionRequired) => match transition.url.clone() {
            Some(url) => Outgoing::to_all(&origin, &PaymentActionRequired { order_id, payment_id, attempt, url }),
            // The page is forgotten. The order has ended, and nobody is sent there any more.
            None => Vec::new(),
        },
        (Operation::Capture, Phase::Succeeded) => {
            let amount = money(transition.amount)?;
            Outgoing::to_all(&origin, &PaymentCaptured { order_id, payment_id, amount })
        }
        (Operation::Void, Phase::Succeeded) => Outgoing::to_all(&origin, &PaymentVoided { order_id, payment_id }),
        (Operation::Refund, Phase::Succeeded) => refunded(payment, transition, &origin)?,
        (operation @ (Operation::Capture | Operation::Void | Operation::Refund), Phase::Failed) => {
            let failed = PaymentFailed { order_id, payment_id, operation, attempt, reason: reason() };
            Outgoing::to_all(&origin, &failed)
        }
    })
}

fn refunded(payment: &Payment, transition: &Transaction, origin: &Origin<'_>) -> Result<Vec<Outgoing>, Rejection> {
    let Some(refund) = &transition.refund else { return Err(Rejection::NotRequested) };
    let currency = currency(payment, transition)?;
    let (order_id, payment_id) = (payment.order(), payment.id);
    let total = payment.total_refunded(transition)?;
    let message = PaymentRefunded {
        order_id,
        payment_id,
        refund_id: refund.id,
        cause: refund.cause.clone(),
        amount: Money::new(transition.amount, currency),
        total_refunded: Money::new(total, currency),
    };
    let mut messages = Outgoing::to_all(origin, &message);
    // The void that became this refund is answered as well.
    if refund.cause == VOID_CAUSE {
        messages.extend(Outgoing::to_all(origin, &PaymentVoided { order_id, payment_id }));
    }
    Ok(messages)
}

fn currency(payment: &Payment, transition: &Transaction) -> Result<Currency, Rejection> {
    let of_refund = || transition.refund.as_ref().map(|refund| refund.asked.currency);
    payment.terms.map(|terms| terms.currency).or_else(of_refund).ok_or(Rejection::NoTerms)
}

fn origin<'a>(payment: &'a Payment, transition: &'a Transaction) -> Origin<'a> {
    Origin {
        subject: payment.id.to_string(),
        seq: transition.seq,
        at: transition.at,
        traceparent: transition.traceparent.as_deref().or(payment.traceparent.as_deref()),
        actor: payment.actor(transition),
    }
}
