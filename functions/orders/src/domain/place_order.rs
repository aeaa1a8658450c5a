//! Makes an order of the command to place it and its two verified quotes. Refuses signatures and expiry, which are checked
//! before.

use super::effect::{Command, DomainEvent, Effect, PendingCommand, ReplyState};
use super::order::{Attempt, COMPLETE_AFTER_DAYS, Order, Shipping};
use super::overdue::next_look;
use super::states::{FulfillmentState, PaymentState, Status};
use super::transition::{Transition, TransitionKind};
use chassis::table::WantedBy;
use events::ids::{CartId, UserId};
use events::quotes::{QuoteClaims, ShippingQuoteClaims};
use events::{Address, Contact, Language, Timestamp};

/// Seconds for which a quote is good, by `catalog`: at most from the time in an order's id to its placing. An order that is not
/// written by then never will be.
pub(super) const QUOTE_SECONDS: i64 = 15 * 60;
/// Most lines of an order.
const MAX_LINES: usize = 50;
/// Most units of a line.
const MAX_UNITS: u32 = 999;

/// The command to place an order. The quotes hold the lines and prices.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// `None` for a guest.
    pub customer: Option<UserId>,
    /// Of a guest. Whoever is a customer is known to `users`.
    pub contact: Option<Contact>,
    /// In which the buyer reads the shop, if that is known.
    pub language: Option<Language>,
    pub ship_to: Address,
    /// For the bill, if it is another one.
    pub billing_address: Option<Address>,
    /// The cart from which the ordered units are taken.
    pub cart_id: Option<CartId>,
    /// Version of the terms that the buyer accepted.
    pub accepted_terms: Option<String>,
    /// The provider's token for the payment method. Required, unless there is nothing to pay.
    pub payment_method: Option<String>,
    /// Digest of the request and its caller.
    pub request_digest: String,
    /// Trace context of the request.
    pub traceparent: String,
}

/// The claims of both quotes, after their signatures were verified.
#[derive(Debug, Clone)]
pub struct VerifiedQuotes {
    pub price: QuoteClaims,
    pub shipping: ShippingQuoteClaims,
}

impl VerifiedQuotes {
    /// Amount to pay; `None` if the quotes cannot be charged.
    pub fn total(&self) -> Option<i64> {
        amounts(&self.price, &self.shipping_cost()).map(|(_, _, total)| total)
    }

    fn shipping_cost(&self) -> Shipping {
        let ShippingQuoteClaims { service, amount, tax, .. } = &self.shipping;
        Shipping { service: service.clone(), amount: *amount, tax: *tax }
    }
}

/// Why the command and its two quotes make no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteMismatch {
    #[error("the quote was made for another customer")]
    OtherCustomer,
    #[error("the shipping quote was made for another quote")]
    OtherQuote,
    #[error("the two quotes are in different currencies")]
    OtherCurrency,
    /// The field of the address that is another one.
    #[error("the quote is for another {0}")]
    OtherAddress(&'static str),
    /// Other terms were accepted than those that the quote names.
    #[error("other terms were accepted than those that the quote was made under")]
    OtherTerms,
    /// There are no lines, too many lines, or amounts that cannot be charged.
    #[error("the quote cannot be charged")]
    NotChargeable,
    /// There is something to pay and nothing to pay with.
    #[error("the order is to be paid and names no payment method")]
    NoPaymentMethod,
}

/// Makes the order with its first transition. It must be paid by `deadline`.
///
/// # Errors
/// If the quotes do not belong to each other or to the command.
pub fn place(
    command: PlaceOrder,
    quotes: VerifiedQuotes,
    deadline: Timestamp,
    now: Timestamp,
) -> Result<Order, QuoteMismatch> {
    let PlaceOrder {
        customer,
        contact,
        language,
        ship_to,
        billing_address,
        cart_id,
        accepted_terms,
        payment_method,
        request_digest,
        traceparent,
    } = command;
    check_match(&quotes, customer, &ship_to).and_then(|()| check_terms(accepted_terms.as_deref(), &quotes))?;
    let (shipping, price) = (quotes.shipping_cost(), quotes.price);
    let (net, tax, total) = amounts(&price, &shipping).ok_or(QuoteMismatch::NotChargeable)?;
    let first = first_transition(customer, now);
    Ok(with_first_look(Order {
        id: price.jti.order(),
        customer,
        guest: None,
        network: None,
        contact,
        language,
        currency: price.currency,
        lines: price.lines,
        net,
        tax,
        shipping,
        total,
        billing_address,
        ship_to,
        cart_id,
        accepted_terms,
        placed_at: now,
        deadline,
        status: first.status,
        payment_state: first.payment_state,
        fulfillment_state: first.fulfillment_state,
        stock: Some(PendingCommand { command: Command::Reserve, seq: first.seq, reply: ReplyState::Pending }),
        payment: None,
        shipment: None,
        attempts: attempts(total, payment_method)?,
        dispatch_before: None,
        refunded: 0,
        next_action: None,
        tracking: None,
        dispatched_as: None,
        shipment_seq: 0,
        retraction: None,
        missing: Vec::new(),
        traceparent,
        request_digest,
        resends: 0,
        resent_at: None,
        due_at: None,
        erasure: None,
        complete_after_days: COMPLETE_AFTER_DAYS,
        seq: first.seq,
        log: vec![first],
    }))
}

/// The order with the time at which the sweep first looks at it.
fn with_first_look(order: Order) -> Order {
    Order { due_at: next_look(&order), ..order }
}

/// The order that the quotes would make for this address, to be looked at before it is placed.
///
/// # Errors
/// If the quotes do not belong to each other, to the customer or to the address.
pub fn preview(
    quotes: VerifiedQuotes,
    customer: Option<UserId>,
    ship_to: Address,
    now: Timestamp,
) -> Result<Order, QuoteMismatch> {
    let looked_at = PlaceOrder {
        customer,
        contact: None,
        language: None,
        ship_to,
        billing_address: None,
        cart_id: None,
        accepted_terms: None,
        payment_method: Some(String::new()),
        request_digest: String::new(),
        traceparent: String::new(),
    };
    place(looked_at, quotes, now, now)
}

/// The first attempt to pay, if there is something to pay.
fn attempts(total: i64, payment_method: Option<String>) -> Result<Vec<Attempt>, QuoteMismatch> {
    match payment_method {
        _ if total == 0 => Ok(Vec::new()),
        Some(method) => Ok(vec![Attempt { method, keys: Vec::new() }]),
        None => Err(QuoteMismatch::NoPaymentMethod),
    }
}

fn first_transition(customer: Option<UserId>, now: Timestamp) -> Transition {
    Transition {
        seq: 1,
        input: "place".to_owned(),
        at: now,
        kind: TransitionKind::Placed,
        status: Status::Pending,
        payment_state: PaymentState::None,
        fulfillment_state: FulfillmentState::None,
        effects: vec![Effect::Send(Command::Reserve), Effect::Publish(DomainEvent::Placed), Effect::Schedule],
        by: customer.map_or(WantedBy::Nobody, |_| WantedBy::Owner),
    }
}

/// Checks that the quotes belong to each other, to the customer and to the address.
fn check_match(quotes: &VerifiedQuotes, customer: Option<UserId>, ship_to: &Address) -> Result<(), QuoteMismatch> {
    let VerifiedQuotes { price: quote, shipping } = quotes;
    if quote.sub.is_some() && quote.sub != customer {
        return Err(QuoteMismatch::OtherCustomer);
    }
    if shipping.quote != quote.jti {
        return Err(QuoteMismatch::OtherQuote);
    }
    if shipping.currency != quote.currency {
        return Err(QuoteMismatch::OtherCurrency);
    }
    quote.ship_to.mismatch(ship_to).map_or(Ok(()), |field| Err(QuoteMismatch::OtherAddress(field)))
}

/// Checks that the accepted terms are those under which the quote was made.
fn check_terms(accepted: Option<&str>, quotes: &VerifiedQuotes) -> Result<(), QuoteMismatch> {
    let are_other = accepted.is_some() && accepted != quotes.price.terms.as_deref();
    if are_other { Err(QuoteMismatch::OtherTerms) } else { Ok(()) }
}

/// The lines' net amount, their tax and the total, if every part can be charged.
fn amounts(quote: &QuoteClaims, shipping: &Shipping) -> Option<(i64, i64, i64)> {
    let lines_fit = (1..=MAX_LINES).contains(&quote.lines.len())
        && quote.lines.iter().all(|line| {
            (1..=MAX_UNITS).contains(&line.quantity)
                && line.unit_price >= 0
                && line.discount >= 0
                && line.tax >= 0
                && line.net().is_some_and(|net| net >= 0)
        });
    if !lines_fit || shipping.amount < 0 || shipping.tax < 0 {
        return None;
    }
    let (net, tax) = quote.amounts()?;
    let total = net.amount.checked_add(tax.amount)?.checked_add(shipping.amount)?.checked_add(shipping.tax)?;
    Some((net.amount, tax.amount, total))
}
