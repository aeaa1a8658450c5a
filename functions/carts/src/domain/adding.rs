//! Adding units to what a cart has. Refuses to add twice what was asked once.

use super::{Cart, Holder, Quantity, Rejection, max_quantity};
use events::{Sku, Timestamp};

/// The latest additions that a cart remembers when it was read; a write without a read lets them grow to [`MAX_ADDITIONS`]. A write is
/// made again within the seconds of its request, and nobody adds that often meanwhile.
pub const KEPT_ADDITIONS: usize = 8;
/// Additions that a cart remembers, at most.
pub const MAX_ADDITIONS: usize = 16;

/// Units that a request adds: all of them, or none.
#[derive(Debug, Clone, Copy)]
pub struct Addition<'a> {
    pub lines: &'a [(Sku, Quantity)],
    /// Names the request.
    pub input: &'a str,
}

/// The outcome of deciding on an addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddDecision {
    /// The request has added its units; this is the cart.
    AddedBefore(Cart),
    /// The cart to write.
    Add(Cart),
}

impl Cart {
    /// With more units.
    ///
    /// # Errors
    /// If the holder may not change it, or it would have too many lines or units.
    pub fn with_more(
        self,
        holder: &Holder,
        addition: &Addition<'_>,
        max_units: u32,
        now: Timestamp,
    ) -> Result<AddDecision, Rejection> {
        self.admit(holder)?;
        if self.additions.iter().any(|input| input == addition.input) {
            return Ok(AddDecision::AddedBefore(self));
        }
        let mut cart = self.changed(now);
        let mut most_of_one = 0;
        for (sku, more) in addition.lines {
            let units = cart.lines.entry(sku.clone()).or_insert(0);
            *units = units.saturating_add(more.get());
            most_of_one = most_of_one.max(*units);
        }
        cart.check(max_units)?;
        if most_of_one > max_quantity(max_units) {
            return Err(Rejection::TooManyOfOne(max_quantity(max_units)));
        }
        let forgotten = (cart.additions.len() + 1).saturating_sub(KEPT_ADDITIONS);
        cart.additions.drain(..forgotten);
        cart.additions.push(addition.input.to_owned());
        Ok(AddDecision::Add(cart.counted()))
    }
}
