//! Placing an order: one conditional put. The quote is the idempotency key, so a repeat finds the order that it made.

use super::open_orders::Full;
use super::quotes::{InvalidQuote, SignedQuotes};
use super::{Error, Orders};
use crate::domain::order::Order;
use crate::domain::place_order::{PlaceOrder, QuoteMismatch, place};
use crate::domain::shopper::Shopper;
use chassis::{Context, StoreError, Written};
use events::ids::OrderId;
use futures_util::future::try_join;

/// The reason for which no order was placed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceOrderError {
    #[error(transparent)]
    InvalidQuote(#[from] InvalidQuote),
    /// A quote expired, and it became no order before.
    #[error("the quote has expired")]
    QuoteExpired,
    #[error(transparent)]
    QuoteMismatch(#[from] QuoteMismatch),
    /// The quote became another order before.
    #[error("the quote became order {0}")]
    OrderExists(OrderId),
    /// Too many orders count against the shopper.
    #[error("too many orders count for {retry_after} seconds")]
    TooManyOpenOrders {
        /// Seconds until fewer orders count.
        retry_after: u32,
    },
    /// Too many cards of the shopper were declined.
    #[error("too many cards were declined; again after {retry_after} seconds")]
    TooManyDeclines {
        /// Seconds until fewer declined cards count.
        retry_after: u32,
    },
    /// The customer's account was erased since the token was made.
    #[error("the customer was erased")]
    AccountErased,
}

type Result<T> = std::result::Result<T, Error<PlaceOrderError>>;

impl From<Full> for PlaceOrderError {
    fn from(full: Full) -> Self {
        match full {
            Full::Orders(retry_after) => Self::TooManyOpenOrders { retry_after },
            Full::Declines(retry_after) => Self::TooManyDeclines { retry_after },
            Full::Erased => Self::AccountErased,
        }
    }
}

impl Orders {
    /// The order that the quote makes, or made. It counts against the shopper, and everybody in the network.
    ///
    /// # Errors
    /// `Rejected` if the quotes make no order or too many orders are open; `Store`.
    pub async fn place(
        &self,
        command: PlaceOrder,
        quotes: SignedQuotes<'_>,
        shopper: &Shopper,
        context: &Context,
    ) -> Result<Order> {
        let (quotes, expired) = self.quotes.verify(quotes, context.now).map_err(rejected)?;
        let deadline = context.now.plus_seconds(self.config.seconds_to_pay);
        let order = place(command, quotes, deadline, context.now).map_err(rejected)?;
        let order = Order { complete_after_days: self.config.complete_after_days, ..order };
        if expired {
            let existing = self.store.find_now(order.id).await?.ok_or(rejected(PlaceOrderError::QuoteExpired))?;
            return same_request(existing, &order);
        }
        let order = self.with_pseudonyms(order, shopper).await?;
        let (standing, ()) =
            try_join(self.count_against(&order, shopper, context), self.refer_guest(&order, context)).await?;
        if let Some(full) = standing.full {
            // An order that was placed before needs no place of its own.
            if let Some(existing) = self.store.find_now(order.id).await? {
                return self.placed_before(existing, &order).await;
            }
            self.uncount(&standing, order.id, context).await?;
            self.wiring.metrics.count("orders_refused", 1);
            if matches!(full, Full::Declines(_)) {
                self.wiring.metrics.count("cards_refused", 1);
            }
            return Err(rejected(full));
        }
        match self.store.create(order.clone(), &context.cause(order.seq)).await? {
            Written::Done => {
                self.wiring.metrics.count("orders_placed", 1);
                Ok(order)
            }
            Written::Refused(Some(existing)) => self.placed_before(*existing, &order).await,
            Written::Refused(None) => Err(StoreError::Unavailable("refused by nothing".to_owned()).into()),
        }
    }

    /// The order that the quote became before, if the same request placed it. Asking for it put it into the guest's list once more: it
    /// leaves the list of whoever wants to be forgotten.
    async fn placed_before(&self, existing: Order, wanted: &Order) -> Result<Order> {
        if let (Some(_), Some(guest)) = (&existing.erasure, &wanted.guest) {
            self.store.forget_guest(guest, existing.id).await?;
        }
        same_request(existing, wanted)
    }

    /// Has a guest's order found by its address. The pseudonym leaves the order when it is confirmed, and stays here.
    async fn refer_guest(&self, order: &Order, context: &Context) -> std::result::Result<(), StoreError> {
        match &order.guest {
            Some(pseudonym) => self.store.refer_guest(pseudonym, order.id, &context.cause(0).anonymous()).await,
            None => Ok(()),
        }
    }
}

fn rejected(error: impl Into<PlaceOrderError>) -> Error<PlaceOrderError> {
    Error::Rejected(error.into())
}

fn same_request(existing: Order, wanted: &Order) -> Result<Order> {
    if existing.request_digest == wanted.request_digest {
        Ok(existing)
    } else {
        Err(rejected(PlaceOrderError::OrderExists(existing.id)))
    }
}
