//! The rules of carts: their lines and owners, merging, and removing what was ordered. Pure. Refuses prices and stock:
//! quotes have prices, and orders reserve stock.

use events::ids::{CartId, OrderId, UserId};
use events::inventory::StockLine;
use events::orders::OrderPlaced;
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Different SKUs in a cart, as in an order.
pub const MAX_LINES: usize = 50;
/// Units of one SKU in a cart, as in an order.
pub const MAX_UNITS: u32 = 999;
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

/// Units of one SKU: 1 to 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quantity must be 1 to {MAX_UNITS}")]
pub struct InvalidQuantity;

impl Quantity {
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

/// A cart as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// Knowing the id of a guest's cart is the right to use it.
    pub id: CartId,
    /// The customer; `None` for a guest's cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// Units of each SKU.
    pub lines: BTreeMap<Sku, u32>,
    /// The latest orders whose lines it lost.
    #[serde(default)]
    pub orders: Vec<OrderId>,
    /// The customer's cart that took over the lines. This guest's cart is closed since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CartId>,
    /// Number of changes so far, from 1.
    pub seq: u64,
    pub updated_at: Timestamp,
    /// Seconds since the Unix epoch after which DynamoDB may delete a guest's cart. Nothing relies on the time of
    /// deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<i64>,
}

/// The reason for which a cart is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("the cart belongs to a customer")]
    NotOwner,
    #[error("this cart was merged into another one")]
    Merged,
    #[error("a cart holds at most {MAX_LINES} different SKUs")]
    Full,
}

/// The outcome of deciding on a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeDecision {
    /// The carts were merged before; this is the customer's.
    MergedBefore(Cart),
    /// Both carts to write: the guest's is emptied and closed.
    Merge { target: Cart, guest: Cart },
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
    Changed(Cart),
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
        Self { owner: Some(user), ttl: None, ..Self::of_guest(cart_of(user), now) }
    }

    /// An empty cart of a guest.
    pub fn of_guest(id: CartId, now: Timestamp) -> Self {
        Self {
            id,
            owner: None,
            lines: BTreeMap::new(),
            orders: Vec::new(),
            merged_into: None,
            seq: 1,
            updated_at: now,
            ttl: Some(ttl_after(now)),
        }
    }

    /// The reason for which the caller's write of a line failed its condition. The cart is full if the caller may
    /// change it and it is open.
    pub fn rejection(&self, caller: Option<UserId>) -> Rejection {
        match self {
            Self { owner: Some(owner), .. } if caller != Some(*owner) => Rejection::NotOwner,
            Self { merged_into: Some(_), .. } => Rejection::Merged,
            _ => Rejection::Full,
        }
    }

    /// Takes over the lines of a guest's cart, once. Quantities are added up, to 999 at most.
    ///
    /// # Errors
    /// If the other cart is a customer's, was merged into another one, or not all lines fit.
    pub fn merge(self, guest: Self, now: Timestamp) -> Result<MergeDecision, Rejection> {
        match (guest.owner, guest.merged_into) {
            (Some(_), _) => return Err(Rejection::NotOwner),
            (None, Some(into)) if into == self.id => return Ok(MergeDecision::MergedBefore(self)),
            (None, Some(_)) => return Err(Rejection::Merged),
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
            return Err(Rejection::Full);
        }
        guest.merged_into = Some(into);
        Ok(MergeDecision::Merge { target, guest })
    }

    /// Removes the lines of an order; units that were added since stay. If this guest's cart was merged, its lines are
    /// removed from the customer's cart, provided that the order was placed before the merge or is that customer's.
    /// Nobody else can change a customer's cart through a closed one.
    pub fn without_order(self, order: &PlacedOrder<'_>, now: Timestamp) -> OrderDecision {
        let permitted = self.owner.is_none() || self.owner == order.customer;
        if !permitted || self.orders.contains(&order.id) {
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
        OrderDecision::Changed(cart)
    }

    fn changed(mut self, now: Timestamp) -> Self {
        self.seq += 1;
        self.updated_at = now;
        self.ttl = self.owner.is_none().then(|| ttl_after(now));
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
                Err(rejection) => {
                    prop_assert_eq!(rejection, Rejection::Full);
                    prop_assert!(skus.len() > MAX_LINES);
                }
                Ok(MergeDecision::MergedBefore(_)) => prop_assert!(false, "it was not merged before"),
                Ok(MergeDecision::Merge { target, guest }) => {
                    for sku in skus {
                        let both = [&mine, &theirs].iter().filter_map(|lines| lines.get(sku)).sum::<u32>();
                        prop_assert_eq!(target.lines[sku], both.min(MAX_UNITS));
                    }
                    prop_assert!(guest.lines.is_empty());
                    prop_assert_eq!(target.clone().merge(guest, now()), Ok(MergeDecision::MergedBefore(target)));
                }
            }
        }

        #[test]
        fn an_order_takes_at_most_what_is_there_and_only_once(lines in carts(), ordered in carts()) {
            let cart = Cart { lines: lines.clone(), ..Cart::of_guest(CartId::from_bits(2), now()) };
            let of = |(sku, quantity): (&Sku, &u32)| StockLine { sku: sku.clone(), quantity: *quantity };
            let ordered: Vec<_> = ordered.iter().map(of).collect();
            let order = PlacedOrder { id: OrderId::from_bits(3), customer: None, lines: &ordered, placed_at: now() };
            let OrderDecision::Changed(after) = cart.without_order(&order, now()) else { panic!("it is the guest's") };
            for (sku, quantity) in &lines {
                let gone = order.lines.iter().find(|line| line.sku == *sku).map_or(0, |line| line.quantity);
                prop_assert_eq!(after.lines.get(sku).copied().unwrap_or(0), quantity.saturating_sub(gone));
            }
            prop_assert!(after.lines.values().all(|quantity| *quantity > 0) && after.lines.len() <= lines.len());
            prop_assert_eq!(after.without_order(&order, now()), OrderDecision::Unchanged);
        }
    }
}
