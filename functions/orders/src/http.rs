//! The routes of orders and how refusals become problem documents. Refuses decisions: those are the service's.

use crate::domain::order::Order;
use crate::domain::place::Misfit;
use crate::domain::step::{MAX_ATTEMPTS, Rejection};
use crate::service::placing::Unplaced;
use crate::service::{Orders, Refusal};
use chassis::{Access, Caller, Problem, Route};
use events::ids::OrderId;

pub mod acting;
pub mod answers;
pub mod operating;
pub mod placing;
pub mod reading;

const DOCUMENT: &str = include_str!("../openapi.json");

/// Every route of orders.
pub fn routes() -> Vec<Route<Orders>> {
    use Access::{Customer, OptionalAuth, Owner, Staff};
    vec![
        Route::new("POST", "/v1/orders", OptionalAuth, 202, "Order what was quoted", placing::place),
        Route::new("GET", "/v1/orders", Customer, 200, "A customer's orders, newest first", reading::list),
        Route::new("GET", "/v1/orders/{id}", Owner, 200, "An order", reading::read),
        Route::new("GET", "/v1/orders/{id}/timeline", Owner, 200, "What happened to an order", reading::timeline),
        Route::new("POST", "/v1/orders/{id}/payment", Owner, 202, "Pay again after a decline", acting::pay_again),
        Route::new("POST", "/v1/orders/{id}/cancellation", Owner, 202, "Call an order off", acting::cancel),
        Route::new("GET", "/v1/orders/{id}/diagnosis", Staff, 200, "Why an order stands still", operating::diagnose),
        Route::new(
            "POST",
            "/v1/orders/{id}/redrive",
            Staff,
            202,
            "Ask an order's open questions again",
            operating::redrive,
        ),
        Route::document("/v1/openapi/orders.json", "This document", DOCUMENT),
    ]
}

/// The order, as it is now, if the caller may see it: its customer, a guest with its token, or staff.
async fn admitted(app: &Orders, caller: &Caller, id: OrderId) -> Result<Order, Problem> {
    let order = app.find(id).await?.ok_or_else(Problem::not_found)?;
    let admitted = caller.is_staff()
        || caller.is(order.customer)
        || match (&caller.guest_token, order.customer) {
            (Some(token), None) => app.guests.admits(id, token).await?,
            _ => false,
        };
    if admitted { Ok(order) } else { Err(Problem::not_found()) }
}

impl From<Unplaced> for Problem {
    fn from(unplaced: Unplaced) -> Self {
        let detail = unplaced.to_string();
        match unplaced {
            Unplaced::BadQuote(bad) => {
                Self::new(422, "quote_invalid", format!("The {} is {}.", bad.field, bad.why)).with("field", bad.field)
            }
            Unplaced::Expired => Self::new(422, "quote_expired", "A quote has expired: ask for a new one."),
            Unplaced::Misfit(Misfit::Foreign) => {
                Self::new(403, "quote_foreign", "The quote was made for somebody else.")
            }
            Unplaced::Misfit(Misfit::OtherQuote | Misfit::MixedCurrencies) => {
                Self::new(422, "quote_mismatch", detail).with("field", "shipping_quote")
            }
            Unplaced::Misfit(Misfit::NotCovered) => Self::new(422, "quote_mismatch", detail).with("field", "ship_to"),
            Unplaced::Misfit(Misfit::Unpayable) => Self::new(422, "quote_invalid", detail).with("field", "quote"),
            Unplaced::Exists(order) => {
                Self::new(409, "order_exists", "The quote became an order before.").with("order_id", order)
            }
            Unplaced::TooMany(seconds) => {
                Self::new(429, "too_many_open_orders", "Too many orders are unpaid. Pay or cancel one, or wait.")
                    .with("retry_after", seconds)
                    .with_retry_after(seconds)
            }
            Unplaced::Store(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::not_found(),
            Refusal::Store(error) => error.into(),
            Refusal::Contended => Self::unavailable(),
            Refusal::Rejected(rejection) => rejected(rejection),
        }
    }
}

fn rejected(rejection: Rejection) -> Problem {
    let conflict = |kind, detail: &str| Problem::new(409, kind, detail);
    match rejection {
        Rejection::NothingToPay => conflict("nothing_to_pay", "There is nothing to pay for this order."),
        Rejection::PaymentUnderWay => {
            conflict("payment_under_way", "A payment is under way: wait until it is decided.")
        }
        Rejection::TooLateToPay => conflict("too_late_to_pay", "The time to pay is over."),
        Rejection::TooManyAttempts => {
            conflict("too_many_payments", "There were too many payments for this order.").with("most", MAX_ATTEMPTS)
        }
        Rejection::KeyReused => {
            Problem::new(422, "idempotency_key_reused", "This Idempotency-Key came with another means of payment.")
        }
        Rejection::AlreadyDispatched => conflict("already_dispatched", "The goods have left."),
        Rejection::Ended => conflict("order_ended", "The order has ended."),
        // Amounts come only in messages.
        Rejection::AmountMismatch => Problem::internal(),
    }
}
