//! Money at rest: it follows the orders, refunds are made, and the provider's books are ours.

use crate::sim::invariants::end::End;
use events::payments::Operation;
use orders::domain::order::MAX_ATTEMPTS;
use orders::domain::states::Status;
use orders::domain::transition::TransitionKind;
use payments::domain::{Payment, Phase};

/// Only confirmed orders that cost something are charged; if the order ends, the money goes back. No authorization outlives its
/// order, unless the provider refuses for good to void it.
pub fn follows_the_order(end: &End<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for order in end.orders.values() {
        // What stands in the place of a payment that never was says only that it was forgotten.
        let Some(payment) = end.payment(order).filter(|payment| !payment.log.is_empty()) else {
            if !order.costs_nothing() && matches!(order.status, Status::Confirmed | Status::Completed) {
                wrong.push(format!("{} is valid without a payment", order.id));
            }
            continue;
        };
        if order.costs_nothing() {
            wrong.push(format!("{} costs nothing and has a payment", order.id));
        }
        let amounts = payment.amounts().unwrap_or_default();
        let confirmed = order.log.iter().any(|made| made.kind == TransitionKind::PaymentAuthorized);
        if amounts.captured != 0 && (amounts.captured != order.total || !confirmed) {
            wrong.push(format!("{} was charged {} of {}", order.id, amounts.captured, order.total));
        }
        if order.status.is_void() {
            if (payment.held().is_some() && !is_kept_by_the_provider(end, payment)) || payment.unsettled().is_some() {
                wrong.push(format!("{} ended and its money is still held", order.id));
            }
            if amounts.captured != amounts.refunded {
                wrong.push(format!("{} ended and keeps {amounts:?}", order.id));
            }
        } else if confirmed && amounts.captured == 0 && payment.held().is_none() {
            wrong.push(format!("{} is valid and its money is gone", order.id));
        }
    }
    wrong
}

pub fn granted_refunds_are_made(end: &End<'_>) -> Vec<String> {
    let pending = end.payments.values().map(|payment| (payment.id, payment.amounts().unwrap_or_default().pending));
    let open = pending.filter(|(_, pending)| *pending != 0);
    open.map(|(id, pending)| format!("{id}: a refund of {pending} was granted and never made")).collect()
}

pub fn orders_know_what_went_back(end: &End<'_>) -> Vec<String> {
    let wrong = end.orders.values().filter_map(|order| {
        let amounts = end.payment(order)?.amounts().unwrap_or_default();
        let unknown = order.refunded != amounts.refunded && amounts.captured > 0;
        unknown.then(|| format!("{} knows of {} given back, not of {}", order.id, order.refunded, amounts.refunded))
    });
    wrong.collect()
}

/// Whether the provider refuses for good to let go of the money, and we know.
fn is_kept_by_the_provider(end: &End<'_>, payment: &Payment) -> bool {
    let last = payment.log.iter().rev().find(|made| made.operation == Operation::Void);
    end.stage.bank.refuses_for_good(payment.id) && last.is_some_and(|void| void.phase == Phase::Failed)
}

pub fn the_providers_books_are_ours(end: &End<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, charge) in end.stage.bank.charges() {
        let Some(payment) = end.payments.get(&id) else {
            wrong.push(format!("the provider knows {id} and we do not"));
            continue;
        };
        let amounts = payment.amounts().unwrap_or_default();
        if charge.captured != amounts.captured || charge.refunded != amounts.refunded {
            wrong.push(format!("{id}: the provider has {charge:?}, we have {amounts:?}"));
        }
        if charge.held > 0 && payment.held().is_none() && !is_kept_by_the_provider(end, payment) {
            wrong.push(format!("{id}: the provider still holds {} and we do not know", charge.held));
        }
    }
    wrong
}

pub fn cards_are_limited(end: &End<'_>) -> Vec<String> {
    let many = end.stage.bank.charges().into_iter().filter(|(_, charge)| charge.attempts > MAX_ATTEMPTS);
    many.map(|(id, charge)| format!("{id}: the provider was asked for {} cards", charge.attempts)).collect()
}
