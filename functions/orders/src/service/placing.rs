//! Placing an order: one conditional put. The quote is the idempotency key, so a repeat finds the order that it made.

use super::Orders;
use super::quotes::{BadQuote, Verified};
use crate::domain::order::Order;
use crate::domain::place::{Misfit, Placement, place};
use crate::domain::shopper::Shopper;
use chassis::{Cause, StoreError, Written};
use events::ids::{CartId, OrderId, UserId};
use events::{Address, Contact, Timestamp};

/// What is to be ordered.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The signed price quote.
    pub quote: String,
    /// The signed shipping quote.
    pub shipping_quote: String,
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
    /// Against whom it counts.
    pub shopper: Shopper,
    /// Fingerprint of who asks for what.
    pub request_digest: String,
    /// Trace context of the request.
    pub traceparent: String,
}

/// Why nothing was ordered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unplaced {
    /// A quote is no good.
    #[error(transparent)]
    BadQuote(#[from] BadQuote),
    /// The time of a quote is over, and it became no order before.
    #[error("the quote has expired")]
    Expired,
    /// The quotes and the wish do not belong together.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The quote became another order before.
    #[error("the quote became order {0}")]
    Exists(OrderId),
    /// Too many orders count against the shopper; one fewer does after so many seconds.
    #[error("too many orders count for {0} seconds")]
    TooMany(u32),
    /// The store does not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Orders {
    /// The order that the quote makes, or made.
    ///
    /// # Errors
    /// Any [`Unplaced`].
    pub async fn place(&self, wish: Wish, now: Timestamp, cause: &Cause) -> Result<Order, Unplaced> {
        let Verified { quote, shipping, expired } = self.quotes.verify(&wish.quote, &wish.shipping_quote, now)?;
        let placement = Placement {
            quote,
            shipping,
            customer: wish.customer,
            contact: wish.contact,
            ship_to: wish.ship_to,
            cart_id: wish.cart_id,
            payment_method: wish.payment_method,
            request_digest: wish.request_digest,
            traceparent: wish.traceparent,
        };
        let order = place(placement, now)?;
        if expired {
            let existing = self.store.find_now(order.id).await?.ok_or(Unplaced::Expired)?;
            return same(existing, &order);
        }
        match self.count_in(&wish.shopper, order.id, now, cause).await {
            Ok(()) => {}
            // What was ordered before is no order more.
            Err(Unplaced::TooMany(seconds)) => {
                let existing = self.store.find_now(order.id).await?.ok_or(Unplaced::TooMany(seconds))?;
                return same(existing, &order);
            }
            Err(error) => return Err(error),
        }
        match self.store.create(order.clone(), cause).await? {
            Written::Done => {
                self.wiring.metrics.count("orders_placed", 1);
                Ok(order)
            }
            Written::Refused(Some(existing)) => same(*existing, &order),
            Written::Refused(None) => Err(StoreError::Unavailable("refused by nothing".to_owned()).into()),
        }
    }
}

fn same(existing: Order, wanted: &Order) -> Result<Order, Unplaced> {
    if existing.request_digest == wanted.request_digest { Ok(existing) } else { Err(Unplaced::Exists(existing.id)) }
}
