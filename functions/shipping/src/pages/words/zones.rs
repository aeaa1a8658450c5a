//! The words of staff's pages of zones.

use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ZoneWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub new: Phrase,
    pub edit: Phrase,
    pub id_hint: Phrase,
    pub countries_hint: Phrase,
    pub services_hint: Phrase,
    /// Has `{number}`.
    pub service: Phrase,
    /// Has `{number}`.
    pub new_service: Phrase,
    pub remove: Phrase,
    pub more: Phrase,
    pub save: Phrase,
    pub saved: Phrase,
    pub created: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub unused: Phrase,
    /// Has `{country}` and `{zone}`.
    pub taken: Phrase,
    pub other: Phrase,
    pub exists: Phrase,
    pub too_many: Phrase,
    /// Has `{country}`.
    pub unknown_country: Phrase,
    /// Has `{base}` and `{per_kg}`.
    pub rate: Phrase,
    /// Has `{rate}` and `{from}`.
    pub free: Phrase,
    /// Has `{min}` and `{max}`.
    pub days: Phrase,
    pub fields: ZoneFieldWords,
    pub comparison: ComparisonWords,
}

/// A field's label, and what it must be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct FieldWords {
    pub label: Phrase,
    pub fault: Phrase,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ZoneFieldWords {
    pub id: FieldWords,
    pub name: FieldWords,
    pub countries: FieldWords,
    pub tax: FieldWords,
    pub services: FieldWords,
    pub code: FieldWords,
    pub service_name: FieldWords,
    pub min_days: FieldWords,
    pub max_days: FieldWords,
    pub rates: FieldWords,
    pub currency: FieldWords,
    pub base: FieldWords,
    pub per_kg: FieldWords,
    pub free_from: FieldWords,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ComparisonWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub what: Phrase,
    pub yours: Phrase,
    pub now: Phrase,
    pub overwrite: Phrase,
    pub discard: Phrase,
}
