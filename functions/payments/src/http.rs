//! The HTTP API of payments: its routes, and the problem document of each rejection. Refuses decisions: those are the
//! service's.

mod challenge;
pub(crate) mod figures;
mod ledger;
mod payments;
pub(crate) mod refunds;

use crate::domain::Rejection;
use crate::service::Payments;
use chassis::{Access, Problem, Route};
use events::Capability;
use events::ids::PaymentId;
use events::users::Permission::{LedgerRead, PaymentsRead, RefundsWrite};

pub(crate) fn routes() -> Vec<Route<Payments>> {
    let mut routes = of_payments();
    routes.extend(of_the_ledger());
    routes.push(Route::openapi(Capability::Payments, include_str!("../openapi.json")));
    routes
}

fn of_payments() -> Vec<Route<Payments>> {
    vec![
        Route::new("GET", "/v1/payments", Access::CustomerOr(PaymentsRead), 200, "List payments of an order or in a state", payments::list)
            .named("listPayments")
            .explained(
                "Takes either `order_id` or `state`. A customer sees payments of own orders, staff those of every order. A `state` is a \
                 reason for which staff must look at a payment; they alone may list by it.",
            )
            .refuses(&[(403, "forbidden")]),
        Route::new("GET", "/v1/payments/{id}", Access::CustomerOr(PaymentsRead), 200, "Get a payment", payments::read)
            .named("getPayment")
            .explained("State and sums of the payment, and its refunds.")
            .variable::<PaymentId>("id"),
        Route::new(
            "GET",
            "/v1/payments/{id}/transactions",
            Access::Needs(PaymentsRead),
            200,
            "List the transactions of a payment, oldest first",
            payments::transactions,
        )
        .named("listTransactions")
        .explained("What was asked of the provider and what it answered. Nothing in it ever changes.")
        .variable::<PaymentId>("id"),
        Route::new("POST", "/v1/payments/{id}/refunds", Access::Needs(RefundsWrite), 202, "Refund captured money", refunds::create)
            .named("refundPayment")
            .rechecked()
            .stepped_up()
            .explained(
                "The amount says at most how much of the captured money is given back: if less is left, that is. `amount` of the \
                 answer tells what was granted. With `exact`, a refund of less is refused. The refund is carried out by the \
                 provider afterwards; the payment tells its result.",
            )
            .variable::<PaymentId>("id")
            .keyed()
            .refuses(&[
                (409, "nothing_to_refund"),
                (409, "refund_exceeds_rest"),
                (409, "too_many_refunds"),
                (422, "idempotency_key_reused"),
                (422, "invalid_field"),
            ]),
        Route::new(
            "POST",
            "/v1/sandbox/payments/{id}/challenge",
            Access::OptionalAuth,
            200,
            "Answer the 3-D Secure challenge of the sandbox",
            challenge::answer,
        )
        .named("answerChallenge")
        .explained("Plays the bank's customer. With the sandbox only, which production refuses.")
        .variable::<PaymentId>("id")
        .refuses(&[(409, "challenge_already_answered"), (409, "challenge_not_pending")]),
    ]
}

fn of_the_ledger() -> Vec<Route<Payments>> {
    vec![
        Route::audit("/v1/payments/audit", "listPaymentsAudit", Payments::audit_log),
        Route::new(
            "GET",
            "/v1/ledger/balances",
            Access::Needs(LedgerRead),
            200,
            "Get the balances of the ledger",
            ledger::balances,
        )
        .named("getLedgerBalances")
        .explained("The balance of each account in each currency. Together they are zero."),
        Route::new(
            "GET",
            "/v1/ledger/trial-balance",
            Access::Needs(LedgerRead),
            200,
            "Get the trial balance of a day",
            ledger::trial_balance,
        )
        .named("getTrialBalance")
        .explained("Debits and credits of each account that moved on one day in UTC. Both sums are equal."),
        Route::new("GET", "/v1/ledger/days", Access::Needs(LedgerRead), 200, "List the money of each day", figures::days)
            .named("listLedgerDays")
            .explained(
                "What was captured and refunded on each day in UTC, the fees, and the refund rate, in each currency that moved. The days \
                 are those from `from` to `to`, at most 92, or the last 30. The refund rate is refunded per captured money, of a day and of \
                 the whole period; where nothing was captured, there is none.",
            ),
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::NothingToRefund => Self::new(
                409,
                "nothing_to_refund",
                "Nothing can be refunded: no money is captured, or all of it is refunded or about to be.",
            ),
            Rejection::LessIsLeft(left) => {
                let detail = format!("Only {left} is left to refund, which is less than the exact amount.");
                Self::new(409, "refund_exceeds_rest", detail).with("left", left)
            }
            Rejection::TooManyRefunds => {
                Self::new(409, "too_many_refunds", "This payment has the maximum number of refunds.")
            }
            Rejection::IdempotencyKeyReused => {
                Self::new(422, "idempotency_key_reused", "This Idempotency-Key was used for a different refund.")
            }
            Rejection::OtherCurrency => Self::invalid("amount.currency", "amount.currency must be the payment's."),
            Rejection::ChallengeNotPending => {
                Self::new(409, "challenge_not_pending", "This payment has no pending challenge.")
            }
            Rejection::ChallengeAlreadyAnswered => Self::new(
                409,
                "challenge_already_answered",
                "The challenge was already answered with the other result.",
            ),
            Rejection::ProviderUnavailable(_) => Self::unavailable().because(rejection.to_string()),
            // No request causes these: the stored payment is wrong.
            Rejection::ForeignOrder
            | Rejection::InconsistentAmount
            | Rejection::ChangedTerms
            | Rejection::Overflow
            | Rejection::Unbalanced
            | Rejection::NoTerms
            | Rejection::NotRequested => Self::internal(rejection),
        }
    }
}
