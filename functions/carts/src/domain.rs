//! What a cart holds, whose it is, and what becomes of it. Pure. Refuses prices and stock: a quote says what things cost,
//! an order finds out what there is.

use events::ids::{CartId, OrderId, UserId};
use events::inventory::StockLine;
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Different SKUs in a cart at most, as in an order.
pub const MAX_LINES: usize = 50;
/// Units of one SKU in a cart at most, as in an order.
pub const MAX_UNITS: u32 = 999;
/// A guest's cart may be forgotten so many days after its last change.
pub const GUEST_DAYS: i64 = 30;
/// Orders of which a cart remembers that it lost their lines. One that is told again after so many others is forgotten.
const REMEMBERED_ORDERS: usize = 20;

/// The one cart of a customer: its id has the customer's bits, so it is found from every device and its owner is known
/// without a read.
pub const fn cart_of(user: UserId) -> CartId {
    CartId::from_bits(user.bits())
}

/// Whose that cart is, of the customers' carts.
const fn customer_of(cart: CartId) -> UserId {
    UserId::from_bits(cart.bits())
}

/// Units of one SKU: 1 to 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(u32);

/// Not 1 to 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quantity must be 1 to {MAX_UNITS}")]
pub struct InvalidQuantity;

impl Quantity {
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Quantity {
    type Error = InvalidQuantity;
    fn try_from(number: i64) -> Result<Self, InvalidQuantity> {
        let quantity = u32::try_from(number).ok().filter(|quantity| (1..=MAX_UNITS).contains(quantity));
        quantity.map(Self).ok_or(InvalidQuantity)
    }
}

/// A cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// Its id. For a guest, knowing it is the right to it.
    pub id: CartId,
    /// Whose, unless a guest's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// Units of each SKU.
    pub lines: BTreeMap<Sku, u32>,
    /// The latest orders whose lines it lost.
    #[serde(default)]
    pub orders: Vec<OrderId>,
    /// The customer's cart that took over its lines; this one is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CartId>,
    /// Number of changes so far.
    pub seq: u64,
    /// When it changed last.
    pub updated_at: Timestamp,
    /// Seconds since the epoch after which a guest's cart may be forgotten. Nothing relies on when that happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<i64>,
}

/// Why a cart does not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CartRefused {
    /// There is none, or none of the caller's.
    #[error("no such cart")]
    NotFound,
    /// Its lines went into a customer's cart.
    #[error("this cart was merged into another one")]
    Merged,
    /// It has as many different SKUs as a cart can have.
    #[error("a cart holds at most {MAX_LINES} different SKUs")]
    Full,
}

/// What a merge comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// It was done before.
    Already(Cart),
    /// Both carts as they are to be.
    Now {
        /// The customer's.
        target: Cart,
        /// The guest's, emptied and closed.
        guest: Cart,
    },
}

/// An order as the cart that it came from hears of it.
#[derive(Debug, Clone, Copy)]
pub struct Ordered<'a> {
    /// Which.
    pub id: OrderId,
    /// Whose, unless a guest's.
    pub customer: Option<UserId>,
    /// What.
    pub lines: &'a [StockLine],
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// What becomes of a cart whose lines were ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WithoutOrder {
    /// Nothing: the order was heard of before, is somebody else's, or the cart was closed before it.
    Unchanged,
    /// It lost them.
    Changed(Cart),
    /// They are in that customer's cart, and leave there.
    Moved {
        /// The cart.
        into: CartId,
        /// Its owner, whose order it counts as.
        owner: Option<UserId>,
    },
}

/// When a guest's cart that changes now may be forgotten.
pub const fn forgotten_after(now: Timestamp) -> i64 {
    now.plus_seconds(GUEST_DAYS * 86_400).seconds()
}

impl Cart {
    /// A customer's cart, empty.
    pub fn of_customer(user: UserId, now: Timestamp) -> Self {
        Self { owner: Some(user), ttl: None, ..Self::of_guest(cart_of(user), now) }
    }

    /// A guest's cart, empty.
    pub fn of_guest(id: CartId, now: Timestamp) -> Self {
        Self {
            id,
            owner: None,
            lines: BTreeMap::new(),
            orders: Vec::new(),
            merged_into: None,
            seq: 1,
            updated_at: now,
            ttl: Some(forgotten_after(now)),
        }
    }

    /// Why it refused that caller a change of its lines: it was not for want of a right or of being open if it is full.
    pub fn why_refused(&self, caller: Option<UserId>) -> CartRefused {
        match self {
            Self { owner: Some(owner), .. } if caller != Some(*owner) => CartRefused::NotFound,
            Self { merged_into: Some(_), .. } => CartRefused::Merged,
            _ => CartRefused::Full,
        }
    }

    /// Takes over a guest's lines: quantities add up, to 999 at most. Once, however often it is asked for.
    ///
    /// # Errors
    /// If the other cart is no guest's, is merged into yet another one, or not everything fits.
    pub fn merge(self, guest: Self, now: Timestamp) -> Result<Merge, CartRefused> {
        match (guest.owner, guest.merged_into) {
            (Some(_), _) => return Err(CartRefused::NotFound),
            (None, Some(into)) if into == self.id => return Ok(Merge::Already(self)),
            (None, Some(_)) => return Err(CartRefused::Merged),
            (None, None) => {}
        }
        let into = self.id;
        let mut target = self.changed(now);
        let mut guest = guest.changed(now);
        for (sku, quantity) in std::mem::take(&mut guest.lines) {
            let sum = target.lines.entry(sku).or_insert(0);
            *sum = sum.saturating_add(quantity).min(MAX_UNITS);
        }
        if target.lines.len() > MAX_LINES {
            return Err(CartRefused::Full);
        }
        guest.merged_into = Some(into);
        Ok(Merge::Now { target, guest })
    }

    /// Loses what was ordered; what was added since stays. A guest's cart that was merged has its lines in the customer's
    /// cart: there they leave, if the order was placed before the merge or is that customer's. A closed cart gives nobody
    /// else a right to another one.
    pub fn without_order(self, order: &Ordered<'_>, now: Timestamp) -> WithoutOrder {
        let theirs = self.owner.is_none() || self.owner == order.customer;
        if !theirs || self.orders.contains(&order.id) {
            return WithoutOrder::Unchanged;
        }
        if let Some(into) = self.merged_into {
            // Nothing changes a closed cart: its last change was the merge.
            let owner = Some(customer_of(into));
            let moved = order.placed_at <= self.updated_at || order.customer == owner;
            return if moved { WithoutOrder::Moved { into, owner } } else { WithoutOrder::Unchanged };
        }
        let mut cart = self.changed(now);
        for line in order.lines {
            if let Some(quantity) = cart.lines.get_mut(&line.sku) {
                *quantity = quantity.saturating_sub(line.quantity);
            }
        }
        cart.lines.retain(|_, quantity| *quantity > 0);
        cart.orders.push(order.id);
        let forgotten = cart.orders.len().saturating_sub(REMEMBERED_ORDERS);
        cart.orders.drain(..forgotten);
        WithoutOrder::Changed(cart)
    }

    fn changed(mut self, now: Timestamp) -> Self {
        self.seq += 1;
        self.updated_at = now;
        self.ttl = self.owner.is_none().then(|| forgotten_after(now));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn carts() -> impl Strategy<Value = BTreeMap<Sku, u32>> {
        prop::collection::btree_map((0u32..40).prop_map(|n| format!("S{n}").parse().unwrap()), 1..=MAX_UNITS, 0..30)
    }

    fn now() -> Timestamp {
        Timestamp::from_millis(1)
    }

    proptest! {
        #[test]
        fn a_merge_loses_nothing_below_the_cap_and_happens_once(mine in carts(), theirs in carts()) {
            let target = Cart { lines: mine.clone(), ..Cart::of_customer(UserId::from_bits(1), now()) };
            let guest = Cart { lines: theirs.clone(), ..Cart::of_guest(CartId::from_bits(2), now()) };
            let skus: std::collections::BTreeSet<_> = mine.keys().chain(theirs.keys()).collect();
            match target.merge(guest, now()) {
                Err(refused) => {
                    prop_assert_eq!(refused, CartRefused::Full);
                    prop_assert!(skus.len() > MAX_LINES);
                }
                Ok(Merge::Already(_)) => prop_assert!(false, "it was not merged before"),
                Ok(Merge::Now { target, guest }) => {
                    for sku in skus {
                        let both = [&mine, &theirs].iter().filter_map(|lines| lines.get(sku)).sum::<u32>();
                        prop_assert_eq!(target.lines[sku], both.min(MAX_UNITS));
                    }
                    prop_assert!(guest.lines.is_empty());
                    prop_assert_eq!(target.clone().merge(guest, now()), Ok(Merge::Already(target)));
                }
            }
        }

        #[test]
        fn an_order_takes_at_most_what_is_there_and_only_once(lines in carts(), ordered in carts()) {
            let cart = Cart { lines: lines.clone(), ..Cart::of_guest(CartId::from_bits(2), now()) };
            let of = |(sku, quantity): (&Sku, &u32)| StockLine { sku: sku.clone(), quantity: *quantity };
            let ordered: Vec<_> = ordered.iter().map(of).collect();
            let order = Ordered { id: OrderId::from_bits(3), customer: None, lines: &ordered, placed_at: now() };
            let WithoutOrder::Changed(after) = cart.without_order(&order, now()) else { panic!("it is the guest's") };
            for (sku, quantity) in &lines {
                let gone = order.lines.iter().find(|line| line.sku == *sku).map_or(0, |line| line.quantity);
                prop_assert_eq!(after.lines.get(sku).copied().unwrap_or(0), quantity.saturating_sub(gone));
            }
            prop_assert!(after.lines.values().all(|quantity| *quantity > 0) && after.lines.len() <= lines.len());
            prop_assert_eq!(after.without_order(&order, now()), WithoutOrder::Unchanged);
        }
    }
}
