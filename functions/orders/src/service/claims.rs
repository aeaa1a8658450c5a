//! Guests' orders become a customer's who has shown to read the mailbox of their address. Owns how many of them one message may take;
//! refuses to know the address: its pseudonym and that of the mailbox come with the message, made with the key that `users` shares.

use super::{Error, Orders, own_name};
use crate::domain::Rejection;
use crate::domain::input::Input;
use crate::domain::order::Order;
use crate::domain::shopper::unwritten_counts_until;
use crate::store::{Referred, ReferredOrder};
use chassis::tokens::KeyError;
use chassis::{Context, StoreError};
use events::Timestamp;
use events::ids::{OrderId, UserId};
use events::users::EmailVerified;
use futures_util::future::try_join_all;

/// Orders that are claimed at once.
const PAGE: u32 = 25;
/// Orders that leave the list before the message is sent again, which goes on with the rest.
const ENOUGH: usize = 100;

/// How far a message got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Claimed {
    All,
    /// The message is to be sent again: there are fewer orders in the list now.
    Part,
    /// An order is being placed. The message must come again in a while.
    Waits,
}

impl Orders {
    /// Makes the orders of an address that are in a guest's list the customer's. A repeat finds nothing more to do. `said_at` is when the
    /// address was verified: what is being placed then is waited for.
    ///
    /// # Errors
    /// `Store`, `Contended`; the key of the pseudonyms.
    pub(crate) async fn claim(
        &self,
        verified: &EmailVerified,
        said_at: Timestamp,
        context: &Context,
    ) -> Result<Claimed, Error> {
        let EmailVerified { user_id: customer, guest, address } = verified;
        let Some(address) = address else {
            // Earlier versions do not say whose address it was, and a mailbox may be that of several people.
            self.wiring.metrics.count("claims_without_address", 1);
            return Ok(Claimed::All);
        };
        let (mut after, mut left, mut is_coming) = (None, 0, false);
        while left < ENOUGH {
            let page = self.store.orders_of_guest(guest, after.as_deref(), PAGE).await?;
            let own = self.of_address(page.items, address).await?;
            is_coming |= own.iter().any(|referred| may_come(referred, said_at, context));
            let claims = own.into_iter().map(|referred| self.claim_one(*customer, guest, referred, context));
            left += try_join_all(claims).await?.into_iter().filter(|has_left| *has_left).count();
            let Some(next) = page.next else {
                return Ok(if is_coming { Claimed::Waits } else { Claimed::All });
            };
            after = Some(next);
        }
        Ok(Claimed::Part)
    }

    /// Those that were ordered with exactly this address, or of which no address is known. `ann+sales@…` and `ann@…` are one mailbox where
    /// limits count, and two people at some providers.
    async fn of_address(&self, items: Vec<Referred>, address: &str) -> Result<Vec<Referred>, KeyError> {
        let mut own = Vec::with_capacity(items.len());
        for referred in items {
            let is_own = match &referred.order {
                ReferredOrder::Order(order) => match order.guest_contact() {
                    Some(contact) => self.guests.matches("address", contact.email.as_str(), address).await?,
                    None => true,
                },
                ReferredOrder::Absent | ReferredOrder::Unreadable => true,
            };
            if is_own {
                own.push(referred);
            }
        }
        Ok(own)
    }

    /// Claims an order and takes it out of the guest's list; whether it did that. A crash between the two leaves it there, and the repeat
    /// takes it out. What stays does not count among those that a message takes, or it would never come to the rest.
    async fn claim_one(
        &self,
        customer: UserId,
        guest: &str,
        referred: Referred,
        context: &Context,
    ) -> Result<bool, Error> {
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
        Ok(is_settled)
    }

    /// An erased customer claims nothing. What was claimed at that moment is erased like the customer's other orders, and leaves the list;
    /// whether it did that.
    async fn never_claim(&self, customer: UserId, guest: &str, order: Order, context: &Context) -> Result<bool, Error> {
        let was_claimed = order.customer == Some(customer);
        if was_claimed {
            let outgoing = self.erase_one(order.id, false, context).await?;
            self.wiring.queues.send(outgoing).await.map_err(unsent)?;
            self.store.forget_guest(guest, order.id).await?;
        }
        Ok(was_claimed)
    }
}

/// What cannot be sent comes again with the message that it follows from.
fn unsent(error: impl std::fmt::Display) -> Error {
    StoreError::Unavailable(error.to_string()).into()
}

/// Whether an order that was about to be placed never will be.
fn never_comes(id: OrderId, context: &Context) -> bool {
    unwritten_counts_until(id, context.now).is_none()
}

/// Whether an order is being placed by whoever began before the address was verified. What begins later is waited for by nobody, so the
/// message ends a quarter of an hour after that.
fn may_come(referred: &Referred, said_at: Timestamp, context: &Context) -> bool {
    let is_unwritten = matches!(referred.order, ReferredOrder::Absent);
    is_unwritten && referred.id.time() <= said_at && !never_comes(referred.id, context)
}
