//! Guests' orders become a customer's who has shown to read the same mailbox. Owns how many of them one message may take; refuses to know
//! the mailbox: its pseudonym comes with the message, made with the key that `users` shares.

use super::{Error, Orders, own_name};
use crate::domain::Rejection;
use crate::domain::input::Input;
use crate::domain::order::Order;
use crate::domain::shopper::unwritten_counts_until;
use crate::store::{Referred, ReferredOrder};
use chassis::{Context, StoreError};
use events::ids::{OrderId, UserId};
use futures_util::future::try_join_all;

/// Orders that are claimed at once.
const PAGE: u32 = 25;
/// Pages for one message. What is claimed leaves the list, so the message goes on with the rest when it comes again.
const PAGES: usize = 4;

/// How far a message got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Claimed {
    All,
    /// The message must come again.
    Some,
}

impl Orders {
    /// Makes the orders of a guest the customer's. A repeat finds nothing more to do.
    ///
    /// # Errors
    /// `Store`, `Contended`.
    pub(crate) async fn claim(&self, customer: UserId, guest: &str, context: &Context) -> Result<Claimed, Error> {
        let mut after = None;
        for _ in 0..PAGES {
            let page = self.store.orders_of_guest(guest, after.as_deref(), PAGE).await?;
            try_join_all(page.items.into_iter().map(|referred| self.claim_one(customer, guest, referred, context)))
                .await?;
            let Some(next) = page.next else { return Ok(Claimed::All) };
            after = Some(next);
        }
        Ok(Claimed::Some)
    }

    /// Claims an order and takes it out of the guest's list. A crash between the two leaves it there, and the repeat takes it out.
    async fn claim_one(
        &self,
        customer: UserId,
        guest: &str,
        referred: Referred,
        context: &Context,
    ) -> Result<(), Error> {
        let is_settled = match referred.order {
            ReferredOrder::Order(order) if self.store.is_erased(customer).await? => {
                return self.never_claim(customer, guest, *order, context).await;
            }
            ReferredOrder::Order(order) => {
                let input = Input::Claim { customer };
                match self.decide(*order, &input, |order| own_name(order, &input), context).await {
                    // The customer was erased while the order was claimed, and the walk may have missed it.
                    Ok((claimed, _)) if self.store.is_erased(customer).await? => {
                        return self.never_claim(customer, guest, claimed, context).await;
                    }
                    // Whoever has it now, it is no guest's; or the guest is forgotten.
                    Ok(_) | Err(Error::Rejected(Rejection::NotAGuests | Rejection::Erased)) => true,
                    Err(error) => return Err(error),
                }
            }
            ReferredOrder::Absent => never_comes(referred.id, context),
            ReferredOrder::Unreadable => {
                tracing::error!(order = %referred.id, "a guest's order cannot be read, and is not claimed");
                false
            }
        };
        if is_settled {
            self.store.forget_guest(guest, referred.id).await?;
        }
        Ok(())
    }

    /// An erased customer claims nothing. What was claimed at that moment is erased like the customer's other orders, and leaves the list.
    async fn never_claim(&self, customer: UserId, guest: &str, order: Order, context: &Context) -> Result<(), Error> {
        if order.customer == Some(customer) {
            let outgoing = self.erase_one(order.id, context).await?;
            self.wiring.queues.send(outgoing).await.map_err(unsent)?;
            self.store.forget_guest(guest, order.id).await?;
        }
        Ok(())
    }
}

/// What cannot be sent comes again with the message that it follows from.
fn unsent(error: impl std::fmt::Display) -> Error {
    StoreError::Unavailable(error.to_string()).into()
}

/// Whether an order that was about to be placed never will be. One that is placed this moment is claimed when the address is verified again.
fn never_comes(id: OrderId, context: &Context) -> bool {
    unwritten_counts_until(id, context.now).is_none()
}
