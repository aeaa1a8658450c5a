//! The use cases of carts: load, decide, one write. Refuses to send messages: nothing follows from a cart.

use crate::domain::{Cart, MergeDecision, OrderDecision, PlacedOrder, Quantity, Rejection, cart_of};
use crate::store::{Holder, Store};
use chassis::table::Updated;
use chassis::{Caller, Context, Table, Wiring, Written, decide_and_write};
use events::ids::{CartId, UserId};
use events::orders::OrderPlaced;
use events::{Sku, Timestamp};
use std::ops::ControlFlow::{Break, Continue};

pub type Error<R = Rejection> = chassis::Error<R>;

#[derive(Debug)]
pub struct Carts {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
}

impl Carts {
    pub const fn new(table: Table, wiring: Wiring) -> Self {
        Self { wiring, store: Store::new(table) }
    }

    /// Opens a new cart for a guest. A customer has one cart, which is created if it does not exist yet.
    ///
    /// # Errors
    /// If the table fails.
    pub async fn open(&self, context: &Context) -> Result<Cart, Error> {
        let cart = match context.actor {
            Some(user) => Cart::of_customer(user, context.now),
            None => Cart::of_guest(self.wiring.world.fresh(CartId::new), context.now),
        };
        match self.store.create(&cart, &context.cause(0)).await? {
            Written::Done => Ok(cart),
            Written::Refused(Some(existing)) => Ok(*existing),
            Written::Refused(None) => Err(Error::Contended),
        }
    }

    /// A cart that the caller may see. Knowing the id of a guest's cart is the right to see it; only the owner and
    /// staff may see a customer's.
    ///
    /// # Errors
    /// If there is no such cart for the caller.
    pub async fn cart(&self, id: CartId, caller: &Caller) -> Result<Cart, Error> {
        let cart = self.store.cart(id).await?;
        let visible = cart.filter(|cart| cart.owner.is_none() || caller.is(cart.owner) || caller.is_staff());
        visible.ok_or(Error::NotFound)
    }

    /// Sets the units of a line.
    ///
    /// # Errors
    /// If the cart is not the caller's, is merged or is full.
    pub async fn set_line(&self, id: CartId, sku: &Sku, quantity: Quantity, context: &Context) -> Result<Cart, Error> {
        answer(self.store.set_line(id, holder(id, context), sku, quantity, context).await?, context)
    }

    /// Removes a line, if it is there.
    ///
    /// # Errors
    /// If the cart is not the caller's or is merged.
    pub async fn remove_line(&self, id: CartId, sku: &Sku, context: &Context) -> Result<Cart, Error> {
        answer(self.store.remove_line(id, holder(id, context), sku, context).await?, context)
    }

    /// Moves the lines of a guest's cart into the caller's own cart, once.
    ///
    /// # Errors
    /// If one of the carts does not exist for the caller, or not all lines fit.
    pub async fn merge(&self, id: CartId, guest_id: CartId, context: &Context) -> Result<Cart, Error> {
        if holder(id, context) == Holder::Guest || id == guest_id {
            return Err(Error::NotFound);
        }
        let loaded = self.store.two_carts(id, guest_id).await?;
        decide_and_write(loaded, move |carts: (Option<Cart>, Option<Cart>)| async move {
            let (Some(target), Some(guest)) = carts else {
                return Err(Error::NotFound);
            };
            match target.merge(guest, context.now).map_err(Error::Rejected)? {
                MergeDecision::MergedBefore(target) => Ok(Break(target)),
                MergeDecision::Merge { target, guest } => {
                    if self.store.replace_both(&target, &guest, &context.cause(0)).await? {
                        Ok(Break(target))
                    } else {
                        Ok(Continue(self.store.two_carts(id, guest_id).await?))
                    }
                }
            }
        })
        .await
    }

    /// Removes the lines of an order from the cart that it was placed from, or from the cart that this one was merged into.
    ///
    /// # Errors
    /// If others keep writing the cart.
    pub async fn remove_ordered(
        &self,
        placed: &OrderPlaced,
        placed_at: Timestamp,
        context: &Context,
    ) -> Result<(), Error> {
        let Some(id) = placed.cart_id else {
            return Ok(());
        };
        let order = PlacedOrder::new(placed, placed_at);
        let loaded = (self.store.cart(id).await?, order.customer);
        decide_and_write(loaded, move |(cart, customer): (Option<Cart>, Option<UserId>)| async move {
            let Some(cart) = cart else {
                return Ok(Break(()));
            };
            let order = PlacedOrder { customer, ..order };
            match cart.without_order(&order, context.now) {
                OrderDecision::Unchanged => Ok(Break(())),
                OrderDecision::Moved { into, owner } => Ok(Continue((self.store.cart(into).await?, owner))),
                OrderDecision::Changed(cart) => {
                    let written = self.store.replace(&cart, &context.cause(cart.seq)).await?;
                    Ok(written.or_again(()).map_continue(|current| (current, customer)))
                }
            }
        })
        .await
    }
}

fn holder(id: CartId, context: &Context) -> Holder {
    context.actor.filter(|&user| cart_of(user) == id).map_or(Holder::Guest, Holder::Customer)
}

fn answer(updated: Updated<Cart>, context: &Context) -> Result<Cart, Error> {
    match updated {
        Updated::Done(cart) => Ok(cart),
        Updated::Refused(Some(cart)) => Err(Error::Rejected(cart.rejection(context.actor))),
        Updated::Refused(None) => Err(Error::NotFound),
    }
}
