//! The routes of orders, and the problem document of each rejection. Refuses decisions: those are the service's.

use crate::domain::Rejection;
use crate::domain::note::{MAX_NOTES, NoteRejection};
use crate::domain::order::MAX_ATTEMPTS;
use crate::domain::place_order::QuoteMismatch;
use crate::domain::sales::Overflow;
use crate::service::Orders;
use crate::service::place_order::PlaceOrderError;
use crate::service::quotes::InvalidQuote;
use chassis::Access::{CustomerOr, Needs, OptionalAuth, Owner};
use chassis::{Problem, Route};
use events::Capability;
use events::ids::OrderId;
use events::users::Permission::{OrdersRead, OrdersWrite};

mod admission;
mod customer_actions;
mod notes;
mod personal_data;
mod place_order;
mod read;
pub(crate) mod resources;
mod sales;
mod staff;

pub(crate) use admission::admitted;
pub(crate) use notes::{notes_page, write_note};
pub(crate) use place_order::{CreateOrder, payment_method, placed};
pub(crate) use staff::{OrderAction, OrderDiagnosis, diagnosis};

const DOCUMENT: &str = include_str!("../openapi.json");

pub(crate) fn routes() -> Vec<Route<Orders>> {
    let groups =
        [for_owners(), of_changes(), for_staff(), of_notes(), vec![Route::openapi(Capability::Orders, DOCUMENT)]];
    groups.into_iter().flatten().collect()
}

fn for_owners() -> Vec<Route<Orders>> {
    vec![
        Route::new("POST", "/v1/orders", OptionalAuth, 202, "Place an order for quoted lines", place_order::place)
            .named("placeOrder")
            .explained(
                "Charges exactly what the two quotes say. The quote names the order: the same request finds \
                 the order that it placed before. The order is confirmed when stock and money are held (stock alone, if there is nothing to \
                 pay); ask for it until then. A guest gets a token with the order.",
            )
            .refuses(&[
                (403, "account_erased"),
                (403, "quote_foreign"),
                (409, "order_exists"),
                (422, "invalid_field"),
                (422, "quote_expired"),
                (422, "quote_invalid"),
                (422, "quote_mismatch"),
                (429, "too_many_declines"),
                (429, "too_many_open_orders"),
            ]),
        Route::new("GET", "/v1/orders", CustomerOr(OrdersRead), 200, "List orders", read::list)
            .named("listOrders")
            .explained(
                "A customer's own, newest first; for staff all, guests' included. Every condition must hold. Orders of an open \
                 status (`pending`, `awaiting_payment`, `confirmed`, `canceling`) come in the order in which something happens to them if \
                 nobody does anything, those that wait for staff last; an order that moves meanwhile may be met twice, or \
                 missed. A page may have fewer orders than `limit`, even none: go on as long as there is a `cursor`.",
            )
            .refuses(&[(403, "forbidden")]),
        Route::new("GET", "/v1/orders/{id}", Owner(OrdersRead), 200, "Get an order", read::read)
            .named("getOrder")
            .explained(
                "The order with its lines, amounts and states, and the bank's page, if the customer must go there.",
            )
            .variable::<OrderId>("id"),
        Route::new("GET", "/v1/orders/{id}/timeline", Owner(OrdersRead), 200, "Get an order's timeline", read::timeline)
            .named("getOrderTimeline")
            .explained("What happened to the order, oldest first.")
            .variable::<OrderId>("id"),
    ]
}

fn of_changes() -> Vec<Route<Orders>> {
    vec![
        Route::new(
            "POST",
            "/v1/orders/{id}/payment",
            Owner(OrdersWrite),
            202,
            "Pay with another payment method",
            customer_actions::pay,
        )
        .named("payOrder")
        .rechecked()
        .explained(
            "After a decline, or instead of a payment that waits for the customer, which is voided. The goods stay \
                 held until the deadline. The same payment method while it has no result yet, or the same key, whatever \
                 became of its payment, tries no other. A payment under way answers eight keys.",
        )
        .variable::<OrderId>("id")
        .keyed_if_sent()
        .refuses(&[
            (409, "nothing_to_pay"),
            (409, "payment_under_way"),
            (409, "too_late_to_pay"),
            (409, "too_many_payments"),
            (422, "idempotency_key_reused"),
            (422, "invalid_field"),
            (429, "too_many_declines"),
        ]),
        Route::new("POST", "/v1/orders/{id}/cancellation", Owner(OrdersWrite), 202, "Cancel an order", customer_actions::cancel)
            .named("cancelOrder")
            .rechecked()
            .explained(
                "Goods that have left cannot be canceled. Money that was held or captured is given back. A \
                 repeat says how far it got.",
            )
            .variable::<OrderId>("id")
            .refuses(&[(409, "already_dispatched"), (409, "order_ended")]),
        Route::new(
            "DELETE",
            "/v1/orders/{id}/personal-data",
            Owner(OrdersWrite),
            202,
            "Erase the personal data of a guest's order",
            personal_data::erase,
        )
        .named("eraseOrderPersonalData")
        .rechecked()
        .explained(
            "For a guest who wants to be forgotten, and for staff on a guest's behalf; customers erase their account. Contact, addresses, \
             tracking and internal notes go, and the guest's token ends. An order that has not ended keeps them until it does; `erasure` \
             says so. What was bought and paid stays.",
        )
        .variable::<OrderId>("id")
        .refuses(&[(409, "not_a_guests_order")]),
    ]
}

fn for_staff() -> Vec<Route<Orders>> {
    vec![
        Route::new("GET", "/v1/orders/{id}/diagnosis", Needs(OrdersRead), 200, "Get an order's diagnosis", staff::diagnose)
            .named("diagnoseOrder")
            .explained("What the order waits for, since when, and what can be done.")
            .variable::<OrderId>("id"),
        Route::new(
            "POST",
            "/v1/orders/{id}/redrive",
            Needs(OrdersWrite),
            202,
            "Send an order's pending commands again",
            staff::redrive,
        )
        .named("redriveOrder")
        .rechecked()
        .explained("Every receiver knows a repeat, so this harms nothing.")
        .variable::<OrderId>("id"),
        Route::new(
            "POST",
            "/v1/orders/{id}/guest-token",
            Needs(OrdersWrite),
            201,
            "Replace the token of a guest's order",
            staff::replace_guest_token,
        )
        .named("replaceGuestToken")
        .rechecked()
        .explained(
            "The tokens before it open the order no more: for a guest who lost the token, or whose token others have.",
        )
        .variable::<OrderId>("id")
        .refuses(&[(409, "not_a_guests_order"), (409, "order_erased")]),
        Route::audit("/v1/orders/audit", "listOrdersAudit", Orders::audit_log),
        Route::new("GET", "/v1/sales", Needs(OrdersRead), 200, "Get sales by day and product", sales::report)
            .named("getSales")
            .explained(
                "An order is sold on the UTC day of its placing once it was confirmed, also if it was canceled later: refunds are in the \
                 ledger. A day is counted some hours after its end and stays as it is; of days that are not counted yet, at most 500 orders \
                 are read, and `complete` says whether that was enough. A period has at most 92 days, and is the last 30 unless you say \
                 otherwise. Days still to come are left out.",
            ),
    ]
}

fn of_notes() -> Vec<Route<Orders>> {
    vec![
        Route::new("POST", "/v1/orders/{id}/notes", Needs(OrdersWrite), 201, "Write an internal note on an order", notes::create)
            .named("addOrderNote")
            .rechecked()
            .explained(
                "For staff alone: no customer, message or email ever has it. A note stays as it was written. An order has at most 200.",
            )
            .variable::<OrderId>("id")
            .keyed()
            .multi_line(&["text"])
            .refuses(&[(409, "order_erased"), (409, "too_many_notes"), (422, "idempotency_key_reused"), (422, "invalid_field")]),
        Route::new("GET", "/v1/orders/{id}/notes", Needs(OrdersRead), 200, "List the internal notes on an order", notes::list)
            .named("listOrderNotes")
            .explained("Newest first. A note that was written a moment ago may be missing.")
            .variable::<OrderId>("id"),
    ]
}

impl From<NoteRejection> for Problem {
    fn from(rejection: NoteRejection) -> Self {
        match rejection {
            NoteRejection::TooManyNotes => {
                Self::new(409, "too_many_notes", "This order has reached its limit of notes.").with("limit", MAX_NOTES)
            }
            NoteRejection::Erased => erased(),
            NoteRejection::IdempotencyKeyReused => {
                Self::new(422, "idempotency_key_reused", "This Idempotency-Key was used with another note.")
            }
        }
    }
}

impl From<PlaceOrderError> for Problem {
    fn from(error: PlaceOrderError) -> Self {
        match error {
            PlaceOrderError::InvalidQuote(InvalidQuote { field, why }) => {
                Self::new(422, "quote_invalid", format!("The {field} is {why}.")).of_field(field)
            }
            PlaceOrderError::QuoteExpired => Self::new(422, "quote_expired", "A quote has expired. Get a new one."),
            PlaceOrderError::QuoteMismatch(mismatch) => mismatched(mismatch),
            PlaceOrderError::OrderExists(order) => {
                Self::new(409, "order_exists", "This quote was already used for another order.").with("order_id", order)
            }
            PlaceOrderError::TooManyOpenOrders { retry_after } => {
                Self::new(429, "too_many_open_orders", "Too many orders are open. Pay one, or wait.")
                    .with("retry_after", retry_after)
                    .with_retry_after(retry_after)
            }
            PlaceOrderError::TooManyDeclines { retry_after } => too_many_declines(retry_after),
            PlaceOrderError::AccountErased => {
                Self::new(403, "account_erased", "The account was erased. Order as a guest, or sign up anew.")
            }
        }
    }
}

fn erased() -> Problem {
    Problem::new(409, "order_erased", "The personal data of this order was erased. Nobody is there to be reached.")
}

fn too_many_declines(retry_after: u32) -> Problem {
    Problem::new(429, "too_many_declines", "Too many cards were declined. Wait before trying another.")
        .with("retry_after", retry_after)
        .with_retry_after(retry_after)
}

fn mismatched(mismatch: QuoteMismatch) -> Problem {
    let unprocessable = |kind, field: &str, detail: &str| Problem::new(422, kind, detail).of_field(field);
    match mismatch {
        QuoteMismatch::OtherCustomer => Problem::new(403, "quote_foreign", "The quote is for another customer."),
        QuoteMismatch::OtherQuote => {
            unprocessable("quote_mismatch", "shipping_quote", "The shipping quote was made for another quote.")
        }
        QuoteMismatch::OtherCurrency => {
            unprocessable("quote_mismatch", "shipping_quote", "The two quotes are in different currencies.")
        }
        QuoteMismatch::OtherAddress(field) => {
            let detail = format!("The quote is for another {}. Get one for this address.", field.replace('_', " "));
            unprocessable("quote_mismatch", &format!("ship_to.{field}"), &detail)
        }
        QuoteMismatch::OtherTerms => {
            Problem::invalid("accepted_terms", "accepted_terms must be the version that the quote names as terms.")
        }
        QuoteMismatch::NoPaymentMethod => {
            Problem::invalid("payment_method", "payment_method is required, unless there is nothing to pay.")
        }
        QuoteMismatch::NotChargeable => unprocessable("quote_invalid", "quote", "The quote cannot be charged."),
    }
}

/// No order is refused that would make a sum too large, so nobody could do anything about it.
impl From<Overflow> for Problem {
    fn from(overflow: Overflow) -> Self {
        Self::internal(overflow)
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let conflict = |kind, detail: &str| Self::new(409, kind, detail);
        match rejection {
            Rejection::NothingToPay => conflict("nothing_to_pay", "There is nothing to pay for this order."),
            Rejection::PaymentUnderWay => conflict("payment_under_way", "A payment is under way. Wait for its result."),
            Rejection::TooLateToPay => conflict("too_late_to_pay", "The payment deadline has passed."),
            Rejection::TooManyAttempts => {
                conflict("too_many_payments", "This order has reached its limit of payments.")
                    .with("limit", MAX_ATTEMPTS)
            }
            Rejection::TooManyDeclines(seconds) => too_many_declines(seconds),
            Rejection::IdempotencyKeyReused => {
                Self::new(422, "idempotency_key_reused", "This Idempotency-Key was used with another payment method.")
            }
            Rejection::AlreadyDispatched => conflict("already_dispatched", "The goods have left."),
            Rejection::Ended => conflict("order_ended", "The order has ended."),
            Rejection::Erased => erased(),
            Rejection::NotAGuests => conflict("not_a_guests_order", "The order is a customer's, who signs in."),
            // Only messages bring amounts.
            Rejection::AmountMismatch => Self::internal(rejection),
        }
    }
}
