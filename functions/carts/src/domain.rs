//! The rules of carts: their lines and owners, merging, and removing what was ordered. Pure. Refuses prices and stock:
//! quotes have prices, and orders reserve stock.

use events::ids::{CartId, OrderId, UserId};
use events::inventory::StockLine;
use events::orders::OrderPlaced;
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

mod adding;
mod erasure;
mod reminder;

pub use reminder::{Look, Reminder};

pub use adding::{AddDecision, Addition, KEPT_ADDITIONS, MAX_ADDITIONS};

/// Different SKUs in a cart, as in an order.
pub const MAX_LINES: usize = 50;
/// Units of one SKU in a quote, and so in a cart. All SKUs together have a limit that the shop sets, mostly a lower one.
pub const MAX_QUANTITY: u32 = 999;
/// Days after its last change when a guest's cart may be deleted.
pub const GUEST_DAYS: i64 = 30;
/// The latest orders whose lines a cart lost. A message about an earlier one would remove its lines again.
const REMEMBERED_ORDERS: usize = 20;

/// The id of a customer's one cart. It has the customer's bits, so every device finds it, and its owner is known
/// without a read.
pub const fn cart_of(user: UserId) -> CartId {
    CartId::from_bits(user.bits())
}

/// The owner of a customer's cart.
const fn customer_of(cart: CartId) -> UserId {
    UserId::from_bits(cart.bits())
}

/// Units of one SKU that a quote may have; 0 to take the SKU out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(u32);

/// Holds the largest number that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quantity must be 0 to {0}")]
pub struct InvalidQuantity(u32);

impl Quantity {
    /// # Errors
    /// If no quote of at most `max_units` units has that many of one SKU.
    pub fn new(number: i64, max_units: u32) -> Result<Self, InvalidQuantity> {
        let max = max_quantity(max_units);
        let quantity = u32::try_from(number).ok().filter(|quantity| *quantity <= max);
        quantity.map(Self).ok_or(InvalidQuantity(max))
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

/// Units of one SKU in a cart of at most `max_units` units.
pub fn max_quantity(max_units: u32) -> u32 {
    max_units.min(MAX_QUANTITY)
}

/// The key that a guest shows for a cart. Carts opened before there were tokens have no digest: to them their id is the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestKey {
    /// SHA-256 of the token.
    pub digest: String,
    /// Whether the token is the cart's own id.
    pub is_id: bool,
}

/// Who asks for a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    Guest(GuestKey),
    Customer(UserId),
}

/// A cart as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    pub id: CartId,
    /// The customer; `None` for a guest's cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// SHA-256 of the token that opens a guest's cart; `None` in carts that were opened before there were tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_digest: Option<String>,
    /// Units of each SKU.
    pub lines: BTreeMap<Sku, u32>,
    /// A number of units that all lines together do not exceed: a write that does not know a line's earlier units adds to it. `None`
    /// in carts of versions that had no such number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units_at_most: Option<u32>,
    /// The latest requests that added units, so that a repeat of such a write adds none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additions: Vec<String>,
    /// The latest orders whose lines it lost.
    #[serde(default)]
    pub orders: Vec<OrderId>,
    /// The customer's cart that took over the lines. This guest's cart is closed since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CartId>,
    /// When its customer was erased. Then it is nobody's, and stays empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// Number of changes so far, from 1.
    pub seq: u64,
    pub updated_at: Timestamp,
    /// Seconds since the Unix epoch after which DynamoDB may delete a guest's cart. Nothing relies on the time of
    /// deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<i64>,
    /// Whether the customer wants to be reminded of it; `None` until they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<Reminder>,
    /// When the sweep looks at it next; `None` of a cart that nobody need look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
}

/// The reason for which a cart is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("the cart is somebody else's")]
    NotOwner,
    #[error("this cart was merged into another one")]
    Merged,
    #[error("a cart holds at most {MAX_LINES} different SKUs")]
    Full,
    /// Holds the largest number of units, all lines together.
    #[error("a cart holds at most {0} units")]
    TooManyUnits(u32),
    /// Holds the largest number of units of one SKU.
    #[error("a cart holds at most {0} units of one SKU")]
    TooManyOfOne(u32),
    #[error("the customer's address is not verified")]
    Unverified,
    #[error("this shop reminds nobody of a cart")]
    NoReminders,
}

/// The outcome of deciding on a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeDecision {
    /// The carts were merged before; this is the customer's.
    MergedBefore(Cart),
    /// Both carts to write: the guest's is emptied and closed.
    Merge { target: Cart, guest: Box<Cart> },
}

/// The part of a placed order that concerns its cart.
#[derive(Debug, Clone, Copy)]
pub struct PlacedOrder<'a> {
    pub id: OrderId,
    /// `None` for a guest's order.
    pub customer: Option<UserId>,
    pub lines: &'a [StockLine],
    pub placed_at: Timestamp,
}

impl<'a> PlacedOrder<'a> {
    pub fn new(placed: &'a OrderPlaced, placed_at: Timestamp) -> Self {
        Self { id: placed.order.order_id, customer: placed.order.customer, lines: &placed.lines, placed_at }
    }
}

/// The outcome of deciding what an order removes from a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderDecision {
    /// The cart lost the lines before, belongs to somebody else, or was closed before the order.
    Unchanged,
    /// The cart without the lines.
    Changed(Box<Cart>),
    /// The lines are in another customer's cart, and the order counts as that customer's.
    Moved { into: CartId, owner: Option<UserId> },
}

/// The `ttl` of a guest's cart that changes now.
pub const fn ttl_after(now: Timestamp) -> i64 {
    now.plus_seconds(GUEST_DAYS * 86_400).seconds()
}

impl Cart {
    /// An empty cart of a customer.
    pub fn of_customer(user: UserId, now: Timestamp) -> Self {
        Self { owner: Some(user), token_digest: None, ttl: None, ..Self::of_guest(cart_of(user), String::new(), now) }
    }

    /// An empty cart of a guest, which the token with this digest opens.
    pub fn of_guest(id: CartId, token_digest: String, now: Timestamp) -> Self {
        Self {
            id,
            owner: None,
            token_digest: Some(token_digest),
            lines: BTreeMap::new(),
            units_at_most: Some(0),
            additions: Vec::new(),
            orders: Vec::new(),
            merged_into: None,
            erased_at: None,
            seq: 1,
            updated_at: now,
            ttl: Some(ttl_after(now)),
            reminder: None,
            due_at: None,
        }
    }

    /// Whether the cart is the holder's.
    pub fn opens_to(&self, holder: &Holder) -> bool {
        match (self.owner, holder) {
            (Some(owner), Holder::Customer(user)) => owner == *user,
            (None, Holder::Guest(key)) if !self.is_erased() => {
                self.token_digest.as_ref().map_or(key.is_id, |digest| *digest == key.digest)
            }
            _ => false,
        }
    }

    /// Whether the holder may change the cart.
    ///
    /// # Errors
    /// If it is somebody else's, or closed.
    pub fn admit(&self, holder: &Holder) -> Result<(), Rejection> {
        match self {
            _ if !self.opens_to(holder) => Err(Rejection::NotOwner),
            Self { merged_into: Some(_), .. } => Err(Rejection::Merged),
            _ => Ok(()),
        }
    }

    /// With so many units of a SKU. A cart that has too many, since the limit was higher, may have fewer.
    ///
    /// # Errors
    /// If the holder may not change it, or it would have too many lines or units.
    pub fn with_line(
        self,
        holder: &Holder,
        sku: &Sku,
        quantity: Quantity,
        max_units: u32,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        self.admit(holder)?;
        let mut cart = self.changed(now);
        let earlier = cart.lines.insert(sku.clone(), quantity.get());
        if earlier.is_none_or(|earlier| earlier < quantity.get()) {
            cart.check(max_units)?;
        }
        Ok(cart.counted())
    }

    /// Takes over the lines of a guest's cart, once. Quantities are added up, as far as a quote takes them.
    ///
    /// # Errors
    /// If the key does not open the other cart, or it was merged into another one, or not all lines fit.
    pub fn merge(self, guest: Self, key: GuestKey, max_units: u32, now: Timestamp) -> Result<MergeDecision, Rejection> {
        match guest.merged_into {
            _ if self.is_erased() => return Err(Rejection::NotOwner),
            _ if !guest.opens_to(&Holder::Guest(key)) => return Err(Rejection::NotOwner),
            Some(into) if into == self.id => return Ok(MergeDecision::MergedBefore(self)),
            Some(_) => return Err(Rejection::Merged),
            None => {}
        }
        let into = self.id;
        let mut target = self.changed(now);
        let mut guest = guest.changed(now);
        for (sku, quantity) in std::mem::take(&mut guest.lines) {
            let sum = target.lines.entry(sku).or_insert(0);
            *sum = sum.saturating_add(quantity).min(max_quantity(max_units));
        }
        target.check(max_units)?;
        guest.merged_into = Some(into);
        Ok(MergeDecision::Merge { target: target.counted(), guest: Box::new(guest) })
    }

    /// Removes the lines of an order; units that were added since stay. If this guest's cart was merged, its lines are
    /// removed from the customer's cart, provided that the order was placed before the merge or is that customer's.
    /// Nobody else can change a customer's cart through a closed one.
    pub fn without_order(self, order: &PlacedOrder<'_>, now: Timestamp) -> OrderDecision {
        let permitted = self.owner.is_none() || self.owner == order.customer;
        if !permitted || self.is_erased() || self.orders.contains(&order.id) {
            return OrderDecision::Unchanged;
        }
        if let Some(into) = self.merged_into {
            // Nothing changes a closed cart: its last change was the merge.
            let owner = Some(customer_of(into));
            let moved = order.placed_at <= self.updated_at || order.customer == owner;
            return if moved { OrderDecision::Moved { into, owner } } else { OrderDecision::Unchanged };
        }
        let mut cart = self.changed(now);
        for line in order.lines {
            if let Some(quantity) = cart.lines.get_mut(&line.sku) {
                *quantity = quantity.saturating_sub(line.quantity);
            }
        }
        cart.lines.retain(|_, quantity| *quantity > 0);
        cart.orders.push(order.id);
        let too_many = cart.orders.len().saturating_sub(REMEMBERED_ORDERS);
        cart.orders.drain(..too_many);
        OrderDecision::Changed(Box::new(cart.counted().ordered()))
    }

    /// Whether a quote takes all lines.
    fn check(&self, max_units: u32) -> Result<(), Rejection> {
        match self {
            _ if self.lines.len() > MAX_LINES => Err(Rejection::Full),
            _ if self.units() > max_units => Err(Rejection::TooManyUnits(max_units)),
            _ => Ok(()),
        }
    }

    /// The units of all lines.
    pub fn units(&self) -> u32 {
        self.lines.values().fold(0, |sum, quantity| sum.saturating_add(*quantity))
    }

    fn counted(self) -> Self {
        Self { units_at_most: Some(self.units()), ..self }
    }

    fn changed(mut self, now: Timestamp) -> Self {
        self.seq += 1;
        self.updated_at = now;
        self.ttl = self.owner.is_none().then(|| ttl_after(now));
        self.watched()
    }
}

#[cfg(test)]
mod tests;
