//! The words of staff's pages. Refuses what the carrier calls a thing: that is typed.

use super::zones::ZoneWords;
use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StaffWords {
    /// The start page of staff.
    pub home: Phrase,
    pub title: Phrase,
    pub list: ListWords,
    pub shipment: ShipmentWords,
    pub refusals: RefusalWords,
    pub slips: SlipWords,
    pub dispatches: DispatchWords,
    pub zones: ZoneWords,
    pub summary: SummaryWords,
}

/// The list of what waits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ListWords {
    pub lists: Phrase,
    pub to_pack: Phrase,
    pub retracting: Phrase,
    pub order: Phrase,
    pub recipient: Phrase,
    pub service: Phrase,
    pub units: Phrase,
    pub dispatch_before: Phrase,
    pub no_end: Phrase,
    pub soon: Phrase,
    pub overdue: Phrase,
    pub shipment: Phrase,
    /// Has `{number}`.
    pub pick: Phrase,
    pub pack: Phrase,
    pub look: Phrase,
    pub slips: Phrase,
    pub all_slips: Phrase,
    pub dispatch: Phrase,
    /// Has `{number}`.
    pub dispatched: Phrase,
    pub mistaken: Phrase,
    pub none: Phrase,
    pub none_to_pack: Phrase,
    pub none_retracting: Phrase,
}

/// A shipment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ShipmentWords {
    /// Has `{number}`.
    pub title: Phrase,
    pub order: Phrase,
    pub created: Phrase,
    pub dispatched: Phrase,
    pub retracting: Phrase,
    pub delivered: Phrase,
    pub canceled: Phrase,
    pub never_created: Phrase,
    pub erased: Phrase,
    /// Of an order that never asked for one.
    pub none: Phrase,
    pub goods: Phrase,
    pub sku: Phrase,
    pub quantity: Phrase,
    pub destination: Phrase,
    pub service: Phrase,
    pub weight: Phrase,
    /// Has `{count}`.
    pub grams: Phrase,
    pub dispatch_before: Phrase,
    pub phone: Phrase,
    pub slip: Phrase,
    pub carrier: Phrase,
    pub tracking_number: Phrase,
    pub tracking_hint: Phrase,
    pub dispatch_title: Phrase,
    pub dispatch_explained: Phrase,
    pub dispatch: Phrase,
    pub deliver_title: Phrase,
    pub deliver_explained: Phrase,
    pub deliver: Phrase,
    pub correct_title: Phrase,
    pub correct_explained: Phrase,
    pub correct: Phrase,
    pub retract_title: Phrase,
    pub retract_explained: Phrase,
    pub retract_confirm: Phrase,
    pub retract_unconfirmed: Phrase,
    pub retract: Phrase,
    pub retract_again: Phrase,
    pub missing: Phrase,
    /// Has `{most}`.
    pub too_long: Phrase,
    pub illegible: Phrase,
    pub done_delivered: Phrase,
    pub done_corrected: Phrase,
    pub done_retracting: Phrase,
    pub history: Phrase,
    pub by: Phrase,
    pub was_created: Phrase,
    pub was_dispatched: Phrase,
    pub was_corrected: Phrase,
    pub was_retracting: Phrase,
    pub was_refused: Phrase,
    pub was_retracted: Phrase,
    pub was_delivered: Phrase,
    pub was_canceled: Phrase,
    pub was_erased: Phrase,
}

/// Why nothing was done.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct RefusalWords {
    pub unknown: Phrase,
    pub canceled: Phrase,
    pub already_dispatched: Phrase,
    pub overdue: Phrase,
    pub not_dispatched: Phrase,
    pub delivered: Phrase,
    pub erased: Phrase,
    pub retraction_pending: Phrase,
    pub retraction_refused: Phrase,
}

/// Packing slips.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SlipWords {
    pub title: Phrase,
    pub print: Phrase,
    /// Has `{number}`.
    pub slip: Phrase,
    /// Has `{numbers}`.
    pub left_out: Phrase,
    pub none: Phrase,
    pub none_hint: Phrase,
    pub to_list: Phrase,
}

/// Several dispatches at once.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct DispatchWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub shipments: Phrase,
    /// Has `{number}`.
    pub number_of: Phrase,
    pub partial: Phrase,
    /// Has `{count}`.
    pub done: Phrase,
    pub refused: Phrase,
    pub interrupted: Phrase,
    pub already_dispatched: Phrase,
    pub twice: Phrase,
    /// Has `{number}`.
    pub typed: Phrase,
    pub none: Phrase,
}

/// Shipping on the start page of staff.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SummaryWords {
    pub to_pack: Phrase,
    pub urgent: Phrase,
    pub first: Phrase,
}
