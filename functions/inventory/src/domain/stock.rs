//! The stock of one SKU: its units, its level, and the level that a change leaves.

use events::inventory::StockLevel;
use events::{Actor, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The level is low at or below this many available units, unless the item says otherwise.
pub const LOW_STOCK_THRESHOLD: u32 = 5;
/// The most units of one SKU that may ever have come in. It keeps every sum far inside 32 bits.
pub const MAX_UNITS: u32 = 1_000_000_000;

/// The stock of one SKU. Units that came in and are not available are held by orders or sold: `sold + reserved + available =
/// received`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    pub sku: Sku,
    /// Units that an order may still take.
    pub available: u32,
    /// Units received in total, less units written off. Never less than `available`.
    pub received: u32,
    /// The level is low at or below this many available units.
    pub threshold: u32,
    /// Number of changes so far.
    pub seq: u64,
    pub changed_at: Timestamp,
    /// Trace context of the work that changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Who wanted the last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
}

impl Stock {
    pub fn level(&self) -> StockLevel {
        level(self.available, self.threshold)
    }

    /// The level that `delta` more available units leave.
    pub fn left_by(&self, delta: i64) -> LevelLeft {
        LevelLeft::of(self.available, self.threshold, delta)
    }

    /// Units held by orders or sold.
    pub fn allocated(&self) -> u32 {
        self.received.saturating_sub(self.available)
    }
}

/// The level that a change of the available units leaves. A write that says the level holds only where it is true: others may have
/// changed the units since they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelLeft {
    pub level: StockLevel,
    /// The available units from which the change leaves this level. None of them is too few for it.
    pub before: RangeInclusive<i64>,
}

impl LevelLeft {
    /// What a change by `delta` leaves of so many available units. If they are too few, no units before it are possible either.
    pub fn of(available: u32, threshold: u32, delta: i64) -> Self {
        let after = u32::try_from(i64::from(available).saturating_add(delta)).unwrap_or(0);
        let level = level(after, threshold);
        let (least, most) = match level {
            StockLevel::Out => (0, 0),
            StockLevel::Low => (1, threshold),
            StockLevel::InStock => (threshold.saturating_add(1), MAX_UNITS),
        };
        Self { level, before: i64::from(least).saturating_sub(delta)..=i64::from(most).saturating_sub(delta) }
    }
}

fn level(available: u32, threshold: u32) -> StockLevel {
    match available {
        0 => StockLevel::Out,
        few if few <= threshold => StockLevel::Low,
        _ => StockLevel::InStock,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_level_is_out_at_zero_low_up_to_the_threshold_and_in_stock_above() {
        let levels: Vec<_> = [0, 1, 5, 6].map(|available| level(available, 5)).into();
        assert_eq!(levels, [StockLevel::Out, StockLevel::Low, StockLevel::Low, StockLevel::InStock]);
        assert_eq!(level(1, 0), StockLevel::InStock, "a threshold of zero never says low");
    }

    proptest! {
        #[test]
        fn a_change_leaves_its_level_from_all_units_that_it_names_and_from_no_others(
            read in 0u32..20, threshold in 0u32..8, delta in -12i64..12, now in 0u32..20,
        ) {
            let left = LevelLeft::of(read, threshold, delta);
            let after = u32::try_from(i64::from(now) + delta);
            let leaves_it = after.is_ok_and(|after| level(after, threshold) == left.level);
            prop_assert_eq!(left.before.contains(&i64::from(now)), leaves_it);
        }
    }
}
