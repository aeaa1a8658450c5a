//! The words of inventory's screens.

use ::pages::Phrase;
use events::inventory::StockLevel;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub list: ListWords,
    pub levels: LevelWords,
    pub stock: StockWords,
    pub movements: MovementWords,
    pub adjustment: AdjustmentWords,
    pub errors: ErrorWords,
    pub summary: SummaryWords,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListWords {
    pub title: Phrase,
    pub filter: Phrase,
    pub all: Phrase,
    pub low_or_out: Phrase,
    pub out: Phrase,
    pub sku: Phrase,
    pub sku_hint: Phrase,
    pub open: Phrase,
    pub level: Phrase,
    pub available: Phrase,
    pub threshold: Phrase,
    pub none: Phrase,
    pub none_text: Phrase,
    pub none_short: Phrase,
    pub none_short_text: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelWords {
    pub in_stock: Phrase,
    pub low: Phrase,
    pub out: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StockWords {
    pub title: Phrase,
    pub available: Phrase,
    pub allocated: Phrase,
    pub received: Phrase,
    pub threshold: Phrase,
    pub changed: Phrase,
    pub never: Phrase,
    pub never_text: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MovementWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub at: Phrase,
    pub units: Phrase,
    pub reason: Phrase,
    pub who: Phrase,
    pub returned: Phrase,
    pub order: Phrase,
    pub no_name: Phrase,
    pub none: Phrase,
    pub none_text: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdjustmentWords {
    pub title: Phrase,
    pub delta: Phrase,
    pub delta_hint: Phrase,
    pub reason: Phrase,
    pub reason_hint: Phrase,
    pub loss: Phrase,
    pub loss_confirmed: Phrase,
    pub submit: Phrase,
    /// With `{units}`.
    pub made: Phrase,
    pub used: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorWords {
    pub sku: Phrase,
    /// With `{most}`.
    pub delta: Phrase,
    /// With `{most}`.
    pub reason: Phrase,
    pub confirmed: Phrase,
    /// With `{available}`.
    pub insufficient: Phrase,
    /// With `{most}`.
    pub too_much: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SummaryWords {
    pub none: Phrase,
    pub out: Counts,
    pub low: Counts,
    pub first: Phrase,
    pub to_list: Phrase,
}

/// A number of SKUs, with `{count}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    pub exactly: Phrase,
    pub more: Phrase,
}

impl LevelWords {
    /// Tone of a level's badge, and its name.
    pub const fn of(&self, level: StockLevel) -> (&'static str, &Phrase) {
        match level {
            StockLevel::InStock => ("good", &self.in_stock),
            StockLevel::Low => ("attention", &self.low),
            StockLevel::Out => ("bad", &self.out),
        }
    }
}

::pages::words!(Words);
