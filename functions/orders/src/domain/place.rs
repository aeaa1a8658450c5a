//! Making an order of two quotes that were verified. Refuses signatures and expiry, which are settled before.

use super::order::{
    Answer, Ask, Asked, Attempt, Carriage, Effect, FulfillmentState, Notice, Order, PaymentState, Status, Transition,
};
use super::step::Step;
use events::ids::{CartId, UserId};
use events::quotes::{QuoteClaims, ShippingQuoteClaims};
use events::{Address, Contact, Timestamp};

/// Lines in an order at most (DESIGN §6).
const MAX_LINES: usize = 50;
/// Units in a line at most (DESIGN §6).
const MAX_UNITS: u32 = 999;

/// Everything an order is made of.
#[derive(Debug, Clone)]
pub struct Placement {
    /// What `catalog` promised.
    pub quote: QuoteClaims,
    /// What `shipping` promised.
    pub shipping: ShippingQuoteClaims,
    /// Who orders, unless a guest.
    pub customer: Option<UserId>,
    /// How to reach them.
    pub contact: Contact,
    /// Where to.
    pub ship_to: Address,
    /// The cart it comes from.
    pub cart_id: Option<CartId>,
    /// The provider's token for the means of payment.
    pub payment_method: String,
    /// How long the customer may take to pay.
    pub seconds_to_pay: i64,
    /// Fingerprint of the request.
    pub request_digest: String,
    /// Trace context of the request.
    pub traceparent: String,
}

/// Why no order can be made of the two quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The price quote was made for somebody else.
    #[error("the quote was made for another customer")]
    Foreign,
    /// The shipping quote belongs to another price quote.
    #[error("the shipping quote was made for another quote")]
    OtherQuote,
    /// The two quotes are in different currencies.
    #[error("the two quotes are in different currencies")]
    MixedCurrencies,
    /// The address is not where the quote's prices hold.
    #[error("the quote does not cover this address")]
    NotCovered,
    /// No lines, too many, or amounts that cannot be charged.
    #[error("the quote cannot be charged")]
    Unpayable,
}

/// The order of a placement, with its first transition made.
///
/// # Errors
/// If the parts do not belong together.
pub fn place(placement: Placement, now: Timestamp) -> Result<Order, Misfit> {
    let Placement { quote, shipping, customer, contact, ship_to, cart_id, payment_method, .. } = placement;
    let Placement { seconds_to_pay, request_digest, traceparent, .. } = placement;
    agree(&quote, &shipping, customer, &ship_to)?;
    let carriage = Carriage { service: shipping.service, amount: shipping.amount, tax: shipping.tax };
    let (goods, tax, total) = amounts(&quote, &carriage).ok_or(Misfit::Unpayable)?;
    let effects = vec![Effect::Ask(Ask::Reserve), Effect::Tell(Notice::Placed), Effect::Remind];
    let first = Transition {
        seq: 1,
        input: "place".to_owned(),
        at: now,
        step: Step::Placed,
        status: Status::Pending,
        payment_state: PaymentState::None,
        fulfillment_state: FulfillmentState::None,
        effects,
    };
    Ok(Order {
        id: quote.jti.order(),
        customer,
        contact,
        currency: quote.currency,
        lines: quote.lines,
        goods,
        tax,
        carriage,
        total,
        ship_to,
        cart_id,
        placed_at: now,
        deadline: now.plus_seconds(seconds_to_pay),
        status: first.status,
        payment_state: first.payment_state,
        fulfillment_state: first.fulfillment_state,
        stock: Some(Asked { ask: Ask::Reserve, seq: 1, answer: Answer::Awaited }),
        payment: None,
        shipment: None,
        attempts: vec![Attempt { method: payment_method, key: None }],
        dispatch_before: None,
        refunded: 0,
        next_action: None,
        tracking: None,
        missing: Vec::new(),
        traceparent,
        request_digest,
        resends: 0,
        resent_at: None,
        seq: 1,
        log: vec![first],
    })
}

/// Whether everything was made for the same customer, quote, currency and place.
fn agree(
    quote: &QuoteClaims,
    shipping: &ShippingQuoteClaims,
    customer: Option<UserId>,
    ship_to: &Address,
) -> Result<(), Misfit> {
    if quote.sub.is_some() && quote.sub != customer {
        return Err(Misfit::Foreign);
    }
    if shipping.quote != quote.jti {
        return Err(Misfit::OtherQuote);
    }
    if shipping.currency != quote.currency {
        return Err(Misfit::MixedCurrencies);
    }
    if !quote.ship_to.covers(ship_to) {
        return Err(Misfit::NotCovered);
    }
    Ok(())
}

/// Goods, tax on them and the total, if every part is chargeable.
fn amounts(quote: &QuoteClaims, carriage: &Carriage) -> Option<(i64, i64, i64)> {
    let lines_fit = (1..=MAX_LINES).contains(&quote.lines.len())
        && quote.lines.iter().all(|line| {
            (1..=MAX_UNITS).contains(&line.quantity)
                && line.unit_price >= 0
                && line.discount >= 0
                && line.tax >= 0
                && line.net().is_some_and(|net| net >= 0)
        });
    if !lines_fit || carriage.amount < 0 || carriage.tax < 0 {
        return None;
    }
    let (goods, tax) = quote.amounts()?;
    let total = goods.amount.checked_add(tax.amount)?.checked_add(carriage.amount)?.checked_add(carriage.tax)?;
    Some((goods.amount, tax.amount, total))
}
