//! Use cases: load, decide, one write. Nothing follows from a cart, so nothing is sent.

use crate::domain::{Cart, CartRefused, Merge, Ordered, Quantity, WithoutOrder, cart_of};
use crate::store::{Holder, Store};
use chassis::table::Updated;
use chassis::{Caller, Cause, Failure, Received, StoreError, Table, Wiring, Written};
use events::ids::{CartId, UserId};
use events::orders::{OrderDetails, OrderPlaced};
use events::{Sku, Timestamp};

/// How often a decision is made anew because what it was made on had changed.
const TRIES: u32 = 3;

/// The carts capability.
#[derive(Debug)]
pub struct Carts {
    store: Store,
    wiring: Wiring,
}

/// Why a use case failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// The cart does not do that.
    #[error(transparent)]
    Refused(#[from] CartRefused),
    /// The table does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others change the cart all the time.
    #[error("the cart changes all the time")]
    Busy,
}

/// Who asks for a change, when and why.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Signed in as.
    pub user: Option<UserId>,
    /// When.
    pub now: Timestamp,
    /// Why an item will be as it is.
    pub cause: Cause,
}

impl Asked {
    fn holder(&self, id: CartId) -> Holder {
        self.user.filter(|&user| cart_of(user) == id).map_or(Holder::Guest, Holder::Customer)
    }
}

impl Carts {
    /// Over that table, with these parts.
    pub const fn new(table: Table, wiring: Wiring) -> Self {
        Self { store: Store::new(table), wiring }
    }

    pub(crate) const fn parts(&self) -> &Wiring {
        &self.wiring
    }

    /// A new cart for a guest; for a customer the one cart that is theirs, new if they have none.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn open(&self, asked: &Asked) -> Result<Cart, CartError> {
        let cart = match asked.user {
            Some(user) => Cart::of_customer(user, asked.now),
            None => Cart::of_guest(self.wiring.world.fresh(CartId::new), asked.now),
        };
        match self.store.create(&cart, &asked.cause).await? {
            Written::Refused(Some(theirs)) => Ok(*theirs),
            Written::Refused(None) => Err(CartError::Busy),
            Written::Done => Ok(cart),
        }
    }

    /// A cart that the caller may see: a guest's by its id, an owned one as its owner or staff.
    ///
    /// # Errors
    /// If there is none such or the table does not answer.
    pub async fn cart(&self, id: CartId, caller: &Caller) -> Result<Cart, CartError> {
        let cart = self.store.cart(id).await?;
        let seen = cart.filter(|cart| cart.owner.is_none() || caller.is(cart.owner) || caller.is_staff());
        Ok(seen.ok_or(CartRefused::NotFound)?)
    }

    /// Sets the units of a line.
    ///
    /// # Errors
    /// If the cart is not the caller's, is merged or full, or the table does not answer.
    pub async fn set_line(&self, id: CartId, sku: &Sku, quantity: Quantity, asked: &Asked) -> Result<Cart, CartError> {
        let holder = asked.holder(id);
        settled(self.store.set_line(id, holder, sku, quantity, asked.now, &asked.cause).await?, asked)
    }

    /// Removes a line; none is no error.
    ///
    /// # Errors
    /// If the cart is not the caller's or is merged, or the table does not answer.
    pub async fn remove_line(&self, id: CartId, sku: &Sku, asked: &Asked) -> Result<Cart, CartError> {
        let holder = asked.holder(id);
        settled(self.store.remove_line(id, holder, sku, asked.now, &asked.cause).await?, asked)
    }

    /// Moves a guest's lines into the caller's own cart, once.
    ///
    /// # Errors
    /// If either cart is not there for the caller, not everything fits, or the table does not answer.
    pub async fn merge(&self, id: CartId, guest_id: CartId, asked: &Asked) -> Result<Cart, CartError> {
        if asked.holder(id) == Holder::Guest || id == guest_id {
            return Err(CartRefused::NotFound.into());
        }
        for _ in 0..TRIES {
            let (Some(target), Some(guest)) = self.store.two_carts(id, guest_id).await? else {
                return Err(CartRefused::NotFound.into());
            };
            match target.merge(guest, asked.now)? {
                Merge::Already(target) => return Ok(target),
                Merge::Now { target, guest } => {
                    if self.store.replace_both(&target, &guest, &asked.cause).await? {
                        return Ok(target);
                    }
                }
            }
        }
        Err(CartError::Busy)
    }

    /// Takes what was ordered out of the cart it came from, or out of the one that this was merged into.
    ///
    /// # Errors
    /// If the table does not answer or the cart changes all the time.
    pub async fn ordered(&self, message: &Received, placed: OrderPlaced) -> Result<(), Failure> {
        let Some(id) = placed.cart_id else {
            return Ok(());
        };
        let OrderDetails { order_id, customer, .. } = placed.order;
        let placed_at = message.envelope.time;
        let mut order = Ordered { id: order_id, customer, lines: &placed.lines, placed_at };
        let mut current = self.store.cart(id).await?;
        for _ in 0..TRIES {
            let Some(cart) = current else {
                return Ok(());
            };
            current = match cart.without_order(&order, message.now) {
                WithoutOrder::Unchanged => return Ok(()),
                WithoutOrder::Moved { into, owner } => {
                    order.customer = owner;
                    self.store.cart(into).await?
                }
                WithoutOrder::Changed(cart) => match self.store.replace(&cart, &message.cause(cart.seq)).await? {
                    Written::Done => return Ok(()),
                    Written::Refused(found) => found.map(|cart| *cart),
                },
            };
        }
        // Without its name: whoever knows a guest's cart may change it, so it is not for logs.
        Err(Failure::Transient("the cart changes all the time".to_owned()))
    }
}

fn settled(updated: Updated<Cart>, asked: &Asked) -> Result<Cart, CartError> {
    match updated {
        Updated::Done(cart) => Ok(cart),
        Updated::Refused(Some(cart)) => Err(cart.why_refused(asked.user).into()),
        Updated::Refused(None) => Err(CartRefused::NotFound.into()),
    }
}
