//! Adjustments of stock by staff (goods received, losses written off) and the immutable record of each. Refuses reservations.

use super::stock::{MAX_UNITS, Stock};
use chassis::Context;
use events::ids::{MovementId, OrderId, ReturnId};
use events::text::line;
use events::{Actor, Sku, Timestamp};
use serde::{Deserialize, Serialize};

/// The most units that one adjustment moves, up or down.
pub const MAX_UNITS_AT_ONCE: i32 = 1_000_000;
/// The most characters of a reason.
pub const MAX_REASON: usize = 200;

/// A change of stock that staff ask for. Its JSON tells a repeat from another request, and is that of the request without the blanks
/// around the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    delta: i32,
    reason: String,
}

/// The reason for which an adjustment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("delta must be -{MAX_UNITS_AT_ONCE} to {MAX_UNITS_AT_ONCE}, and not 0")]
    InvalidDelta,
    #[error("reason must have 1 to {MAX_REASON} printable characters")]
    InvalidReason,
    /// The adjustment takes more units than are available.
    #[error("only {available} units are available")]
    InsufficientStock { available: u32 },
    #[error("a SKU may have at most {} units", MAX_UNITS)]
    TooMuchStock,
    #[error("the Idempotency-Key belongs to another request")]
    IdempotencyKeyReused,
}

impl Adjustment {
    /// An adjustment of `delta` units, positive if they come in. The `reason` is for people.
    ///
    /// # Errors
    /// If either is out of bounds.
    pub fn new(delta: i64, reason: &str) -> Result<Self, Rejection> {
        Ok(Self { delta: Self::units(delta)?, reason: Self::reason(reason)? })
    }

    /// Units that one adjustment may move.
    ///
    /// # Errors
    /// If they are none or too many.
    pub fn units(delta: i64) -> Result<i32, Rejection> {
        let units = i32::try_from(delta).ok();
        let is_movable = |units: &i32| (-MAX_UNITS_AT_ONCE..=MAX_UNITS_AT_ONCE).contains(units) && *units != 0;
        units.filter(is_movable).ok_or(Rejection::InvalidDelta)
    }

    /// A reason without the blanks around it.
    ///
    /// # Errors
    /// If it is empty, too long or not printable.
    pub fn reason(text: &str) -> Result<String, Rejection> {
        line("reason", text, MAX_REASON).map_err(|_| Rejection::InvalidReason)
    }

    /// Whether the stock allows it; `None` is that of a SKU that was never stocked.
    ///
    /// # Errors
    /// If it does not.
    pub fn check(&self, stock: Option<&Stock>) -> Result<(), Rejection> {
        let (available, received) = stock.map_or((0, 0), |stock| (stock.available, stock.received));
        let units = self.delta.unsigned_abs();
        if self.delta < 0 && available < units {
            Err(Rejection::InsufficientStock { available })
        } else if self.delta > 0 && received > MAX_UNITS.saturating_sub(units) {
            Err(Rejection::TooMuchStock)
        } else {
            Ok(())
        }
    }

    /// Units, positive if they come in.
    pub const fn delta(&self) -> i32 {
        self.delta
    }

    /// The record of the adjustment. `digest` is the fingerprint of the request.
    pub fn movement(&self, id: MovementId, sku: Sku, digest: String, context: &Context) -> Movement {
        Movement {
            id,
            sku,
            kind: MovementKind::Adjustment,
            delta: i64::from(self.delta),
            at: context.now,
            reason: Some(self.reason.clone()),
            by: context.actor.clone(),
            order_id: None,
            return_id: None,
            digest: Some(digest),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// By staff: a receipt if positive, a loss if negative.
    Adjustment,
    /// A customer sent goods back.
    Return,
}

/// Units of one SKU that came or went; written once. (A reservation itself records the units that its order takes.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Computed from the unique parts of the movement, so that a repeat has the same id.
    pub id: MovementId,
    pub sku: Sku,
    pub kind: MovementKind,
    /// Units, positive if they became available.
    pub delta: i64,
    pub at: Timestamp,
    /// The reason that staff give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The member of staff, or the machine's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// The order whose goods came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_id: Option<ReturnId>,
    /// Fingerprint of the request that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl Movement {
    /// The record of units that a return brought back.
    pub fn of_return(return_id: ReturnId, order_id: OrderId, sku: Sku, quantity: u32, at: Timestamp) -> Self {
        Self {
            id: MovementId::from_bits(return_id.bits()),
            sku,
            kind: MovementKind::Return,
            delta: i64::from(quantity),
            at,
            reason: None,
            by: None,
            order_id: Some(order_id),
            return_id: Some(return_id),
            digest: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adjustment_moves_something_within_bounds_and_says_why() {
        assert_eq!(Adjustment::new(-1_000_000, " shrinkage ").unwrap().delta(), -1_000_000);
        for delta in [0, 1_000_001, -1_000_001, i64::MAX, i64::MIN] {
            assert_eq!(Adjustment::new(delta, "count"), Err(Rejection::InvalidDelta), "{delta}");
        }
        for reason in ["", "   ", "a\nb", &"é".repeat(201)] {
            assert_eq!(Adjustment::new(1, reason), Err(Rejection::InvalidReason), "{reason}");
        }
        assert!(Adjustment::new(1, &"é".repeat(200)).is_ok());
    }
}
