//! The stock of one SKU: its units and its level.

use events::inventory::StockLevel;
use events::{Actor, Sku, Timestamp};
use serde::{Deserialize, Serialize};

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

    /// The level once `quantity` more units are taken.
    pub fn level_without(&self, quantity: u32) -> StockLevel {
        level(self.available.saturating_sub(quantity), self.threshold)
    }

    /// Units held by orders or sold.
    pub fn allocated(&self) -> u32 {
        self.received.saturating_sub(self.available)
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

    #[test]
    fn a_level_is_out_at_zero_low_up_to_the_threshold_and_in_stock_above() {
        let levels: Vec<_> = [0, 1, 5, 6].map(|available| level(available, 5)).into();
        assert_eq!(levels, [StockLevel::Out, StockLevel::Low, StockLevel::Low, StockLevel::InStock]);
        assert_eq!(level(1, 0), StockLevel::InStock, "a threshold of zero never says low");
    }
}
