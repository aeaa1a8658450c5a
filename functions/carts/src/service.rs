//! The use cases of carts: load, decide, one write. Refuses to send messages: nothing follows from a cart.

use crate::Config;
use crate::domain::{Cart, GuestKey, Holder, MergeDecision, OrderDecision, PlacedOrder, Quantity, Rejection, cart_of};
use crate::store::Store;
use chassis::table::Updated;
use chassis::{Caller, Context, Table, Wiring, Written, decide_and_write, digest};
use events::ids::{CartId, UserId};
use events::orders::OrderPlaced;
use events::users::Permission;
use events::{Sku, Timestamp};
use std::ops::ControlFlow::{Break, Continue};

mod adding;
mod adopting;
mod erasing;

pub use adopting::Adoption;

pub type Error<R = Rejection> = chassis::Error<R>;

#[derive(Debug)]
pub struct Carts {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) config: Config,
}

impl Carts {
    pub const fn new(table: Table, wiring: Wiring, config: Config) -> Self {
        Self { wiring, store: Store::new(table), config }
    }

    /// Opens a new cart for a guest, with the token that opens it from now on. A customer has one cart, which is created if it
    /// does not exist yet.
    ///
    /// # Errors
    /// If the table fails.
    pub async fn open(&self, context: &Context) -> Result<(Cart, Option<String>), Error> {
        let (cart, token) = self.empty_cart(context);
        match self.store.create(&cart, &context.cause(0)).await? {
            Written::Done => Ok((cart, token)),
            // An access token outlives its user for minutes.
            Written::Refused(Some(existing)) if existing.is_erased() => Err(Error::NotFound),
            // The customer's own, or what an attempt wrote whose answer was lost.
            Written::Refused(Some(existing)) if existing.token_digest == cart.token_digest => Ok((*existing, token)),
            Written::Refused(_) => Err(Error::Contended),
        }
    }

    /// A cart that is not stored yet, with the token of a guest's.
    fn empty_cart(&self, context: &Context) -> (Cart, Option<String>) {
        if let Some(user) = context.user() {
            return (Cart::of_customer(user, context.now), None);
        }
        let world = &self.wiring.world;
        let (id, token) = (u128::from_be_bytes(world.random()), digest::base64url(&world.random::<32>()));
        let cart = Cart::of_guest(CartId::from_bits(id), digest::of_bytes(token.as_bytes()), context.now);
        (cart, Some(token))
    }

    /// A cart that the caller may see: its holder or staff.
    ///
    /// # Errors
    /// If there is no such cart for the caller.
    pub async fn cart(&self, id: CartId, caller: &Caller) -> Result<Cart, Error> {
        let holder = holder(id, caller);
        if holder.is_none() && !caller.may(Permission::OrdersRead) {
            return Err(Error::NotFound);
        }
        let cart = self.store.cart(id).await?.ok_or(Error::NotFound)?;
        let visible = caller.may(Permission::OrdersRead) || holder.is_some_and(|holder| cart.opens_to(&holder));
        if visible { Ok(cart) } else { Err(Error::NotFound) }
    }

    /// Sets the units of a line; none removes it.
    ///
    /// The write does not know the line's earlier units, so its condition counts them as well. It is refused where the rule may allow
    /// the line, which is then decided on the cart.
    ///
    /// # Errors
    /// If the cart is not the caller's, is merged or is full.
    pub async fn set_line(
        &self,
        id: CartId,
        sku: &Sku,
        quantity: Quantity,
        caller: &Caller,
        context: &Context,
    ) -> Result<Cart, Error> {
        if quantity.get() == 0 {
            return self.remove_line(id, sku, caller, context).await;
        }
        let (holder, max_units) = (&holder(id, caller).ok_or(Error::NotFound)?, self.config.max_units);
        let cart = match self.store.set_line(id, holder, sku, quantity, max_units, context).await? {
            Updated::Done(cart) => return Ok(cart),
            Updated::Refused(cart) => *cart.ok_or(Error::NotFound)?,
        };
        decide_and_write(cart, move |cart: Cart| async move {
            let cart = cart.with_line(holder, sku, quantity, max_units, context.now).map_err(Error::Rejected)?;
            match self.store.replace(&cart, &context.cause(cart.seq)).await? {
                Written::Done => Ok(Break(cart)),
                Written::Refused(current) => current.map(|cart| Continue(*cart)).ok_or(Error::NotFound),
            }
        })
        .await
    }

    /// Removes a line, if it is there.
    ///
    /// # Errors
    /// If the cart is not the caller's or is merged.
    pub async fn remove_line(&self, id: CartId, sku: &Sku, caller: &Caller, context: &Context) -> Result<Cart, Error> {
        let holder = holder(id, caller).ok_or(Error::NotFound)?;
        match self.store.remove_line(id, &holder, sku, context).await? {
            Updated::Done(cart) => Ok(cart),
            Updated::Refused(None) => Err(Error::NotFound),
            // It was open a moment ago, or an answer was lost.
            Updated::Refused(Some(cart)) => {
                Err(cart.admit(&holder).map_or_else(Error::Rejected, |()| Error::Contended))
            }
        }
    }

    /// Moves the lines of a guest's cart, which the token opens, into the caller's own cart, once.
    ///
    /// # Errors
    /// If one of the carts does not exist for the caller, or not all lines fit.
    pub async fn merge(&self, id: CartId, guest_id: CartId, token: &str, context: &Context) -> Result<Cart, Error> {
        if context.user().map(cart_of) != Some(id) || id == guest_id {
            return Err(Error::NotFound);
        }
        let loaded = self.store.two_carts(id, guest_id).await?;
        self.merge_loaded((id, guest_id), loaded, &guest_key(guest_id, token), context).await
    }

    /// Merges two carts as they were read: the customer's and the guest's.
    async fn merge_loaded(
        &self,
        (id, guest_id): (CartId, CartId),
        loaded: (Option<Cart>, Option<Cart>),
        key: &GuestKey,
        context: &Context,
    ) -> Result<Cart, Error> {
        decide_and_write(loaded, |carts: (Option<Cart>, Option<Cart>)| async {
            let (Some(target), Some(guest)) = carts else {
                return Err(Error::NotFound);
            };
            match target.merge(guest, key.clone(), self.config.max_units, context.now).map_err(Error::Rejected)? {
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

/// The caller as a holder of that cart: its customer, or whoever shows a guest's token. Only the cart says whether the token is
/// right.
fn holder(id: CartId, caller: &Caller) -> Option<Holder> {
    match caller.user() {
        Some(user) if cart_of(user) == id => Some(Holder::Customer(user)),
        _ => caller.guest_token.as_deref().map(|token| Holder::Guest(guest_key(id, token))),
    }
}

fn guest_key(id: CartId, token: &str) -> GuestKey {
    GuestKey { digest: digest::of_bytes(token.as_bytes()), is_id: token == id.to_string() }
}
