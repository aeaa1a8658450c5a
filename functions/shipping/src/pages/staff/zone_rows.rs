//! The rows of a zone's form: its services with their rates, and empty ones for more. Refuses more services than a zone may have.

use super::zone_draft::{RateDraft, Rows, ServiceDraft, ZoneDraft};
use crate::domain::zones::{MAX_SERVICES, Zones};
use crate::pages::words::ZoneWords;
use ::pages::Errors;
use events::Currency;
use std::collections::BTreeSet;

/// Empty rows below the services.
const BLANK_ROWS: usize = 3;

/// A field of a row.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) error: String,
}

/// The form's part of a service.
pub(super) struct ServiceRow {
    pub(super) heading: String,
    pub(super) code: Field,
    pub(super) name: Field,
    pub(super) min_days: Field,
    pub(super) max_days: Field,
    /// Of all rates together.
    pub(super) rates_at: Field,
    pub(super) rates: Vec<RateRow>,
    pub(super) removed: Field,
    pub(super) is_removed: bool,
    /// Whether nothing was typed into it yet.
    pub(super) is_new: bool,
}

pub(super) struct RateRow {
    pub(super) currency: Field,
    pub(super) base: Field,
    pub(super) per_kg: Field,
    pub(super) free_from: Field,
}

/// The currencies that the shop ships for.
pub(super) fn currencies(zones: &Zones) -> BTreeSet<Currency> {
    let services = zones.zones.values().flat_map(|zone| &zone.services);
    let used: BTreeSet<_> = services.flat_map(|service| &service.rates).map(|rate| rate.currency).collect();
    if used.is_empty() { BTreeSet::from([Currency::EUR]) } else { used }
}

/// What was typed, and empty rows.
pub(super) fn rows(
    draft: &ZoneDraft,
    errors: &Errors,
    currencies: &BTreeSet<Currency>,
    t: &ZoneWords,
) -> Vec<ServiceRow> {
    let room = MAX_SERVICES.saturating_sub(draft.services.len());
    let blank = ServiceDraft::default();
    let blanks = (next(&draft.services)..).zip(std::iter::repeat_n(&blank, room.min(BLANK_ROWS)));
    let typed = draft.services.iter().map(|(number, service)| (*number, service));
    typed.chain(blanks).map(|(number, service)| row(number, service, errors, currencies, t)).collect()
}

fn row(
    number: u16,
    service: &ServiceDraft,
    errors: &Errors,
    currencies: &BTreeSet<Currency>,
    t: &ZoneWords,
) -> ServiceRow {
    let field = |name: &str, value: &str| {
        let name = format!("services.{number}.{name}");
        Field { error: errors.of(&name).to_owned(), value: value.to_owned(), name }
    };
    let rate = |(row, rate): (u16, RateDraft)| {
        let of_rate = |part: &str, value: &str| field(&format!("rates.{row}.{part}"), value);
        RateRow {
            currency: of_rate("currency", &rate.currency),
            base: of_rate("base", &rate.base),
            per_kg: of_rate("per_kg", &rate.per_kg),
            free_from: of_rate("free_from", &rate.free_from),
        }
    };
    let is_new = service.code.is_empty();
    let heading = if is_new { &t.new_service } else { &t.service };
    ServiceRow {
        heading: heading.with("number", number.saturating_add(1)).to_string(),
        code: field("code", &service.code),
        name: field("name", &service.name),
        min_days: field("min_days", &service.min_days),
        max_days: field("max_days", &service.max_days),
        rates_at: field("rates", ""),
        rates: all_rates(service, currencies).into_iter().map(rate).collect(),
        removed: field("removed", ""),
        is_removed: service.is_removed,
        is_new,
    }
}

/// The rates of a service, a row for each further currency of the shop, and an empty one.
fn all_rates(service: &ServiceDraft, currencies: &BTreeSet<Currency>) -> Vec<(u16, RateDraft)> {
    let is_named =
        |currency: &Currency| service.rates.values().any(|rate| rate.currency.parse::<Currency>() == Ok(*currency));
    let further = currencies.iter().filter(|currency| !is_named(currency));
    let further = further.map(|currency| RateDraft { currency: currency.to_string(), ..RateDraft::default() });
    let blanks = (next(&service.rates)..).zip(further.chain([RateDraft::default()]));
    service.rates.iter().map(|(number, rate)| (*number, rate.clone())).chain(blanks).collect()
}

/// The number of the first row below these.
fn next<T>(rows: &Rows<T>) -> u16 {
    rows.last_key_value().map_or(0, |(last, _)| last.saturating_add(1))
}
