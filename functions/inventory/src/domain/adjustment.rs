//! What staff may do to stock: receive goods, write off losses. And the immutable record of it.

use events::ids::{MovementId, OrderId, ReturnId, UserId};
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};

/// Units that one adjustment moves at most, up or down.
pub const MAX_UNITS_AT_ONCE: i32 = 1_000_000;
/// Characters of a reason at most.
pub const MAX_REASON: usize = 200;

/// A change of stock that staff ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    delta: i32,
    reason: String,
}

/// What was asked for is no adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAdjustment {
    /// Zero or out of bounds.
    #[error("delta must be -{MAX_UNITS_AT_ONCE} to {MAX_UNITS_AT_ONCE}, and not 0")]
    Delta,
    /// Blank or too long.
    #[error("reason must have 1 to {MAX_REASON} characters")]
    Reason,
}

impl Adjustment {
    /// `delta` units, positive if they come in; `reason` is for people.
    ///
    /// # Errors
    /// If either is out of bounds.
    pub fn new(delta: i64, reason: &str) -> Result<Self, InvalidAdjustment> {
        let delta = i32::try_from(delta)
            .ok()
            .filter(|delta| (-MAX_UNITS_AT_ONCE..=MAX_UNITS_AT_ONCE).contains(delta) && *delta != 0)
            .ok_or(InvalidAdjustment::Delta)?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON || reason.chars().any(char::is_control) {
            return Err(InvalidAdjustment::Reason);
        }
        Ok(Self { delta, reason: reason.to_owned() })
    }

    /// Units, positive if they come in.
    pub const fn delta(&self) -> i32 {
        self.delta
    }

    /// The record of it, made by that person under that fingerprint of the request.
    pub fn movement(&self, id: MovementId, sku: Sku, by: UserId, digest: String, at: Timestamp) -> Movement {
        Movement {
            id,
            sku,
            kind: MovementKind::Adjustment,
            delta: i64::from(self.delta),
            at,
            reason: Some(self.reason.clone()),
            by: Some(by),
            order_id: None,
            return_id: None,
            digest: Some(digest),
        }
    }
}

/// Why an adjustment was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdjustmentRefused {
    /// Fewer units are available than it takes away.
    #[error("only {available} units are available")]
    Insufficient {
        /// How many.
        available: u32,
    },
    /// The shelf would hold more than can be counted.
    #[error("no more than {} units of one SKU", super::stock::MAX_UNITS)]
    TooMany,
    /// The same key came with another request.
    #[error("the Idempotency-Key belongs to another request")]
    KeyReused,
}

/// What moved units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Staff: a receipt if positive, a loss if negative.
    Adjustment,
    /// A customer sent goods back.
    Return,
}

/// Units of one SKU that came or went, written once. (What orders take is told by their reservations.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Its id, computed from what makes it unique.
    pub id: MovementId,
    /// Which SKU.
    pub sku: Sku,
    /// What moved it.
    pub kind: MovementKind,
    /// Units, positive if they became available.
    pub delta: i64,
    /// When.
    pub at: Timestamp,
    /// Why, in words of staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who of the staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Of which order the goods were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// With which return they came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_id: Option<ReturnId>,
    /// Fingerprint of the request that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl Movement {
    /// The record of units that a return brought.
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
            assert_eq!(Adjustment::new(delta, "count"), Err(InvalidAdjustment::Delta), "{delta}");
        }
        for reason in ["", "   ", "a\nb", &"é".repeat(201)] {
            assert_eq!(Adjustment::new(1, reason), Err(InvalidAdjustment::Reason), "{reason}");
        }
        assert!(Adjustment::new(1, &"é".repeat(200)).is_ok());
    }
}
