//! The zone that somebody typed beside the one that a colleague saved meanwhile. Refuses to merge: whoever reads both decides.

use super::amounts;
use crate::domain::zones::{Rate, Service, Zone};
use crate::pages::words::{FieldWords, ZoneWords};
use ::pages::Page;
use events::Money;
use std::collections::BTreeSet;

/// A field that is not the same.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) what: String,
    pub(super) yours: String,
    pub(super) now: String,
}

impl Difference {
    /// `None` if it is the same.
    fn of(what: impl ToString, yours: String, now: String) -> Option<Self> {
        (yours != now).then(|| Self { what: what.to_string(), yours, now })
    }
}

pub(super) fn compared(yours: &Zone, now: &Zone, page: &Page, t: &ZoneWords) -> Vec<Difference> {
    let of_field =
        |field: &FieldWords, value: &dyn Fn(&Zone) -> String| Difference::of(&field.label, value(yours), value(now));
    let fields = [
        of_field(&t.fields.name, &|zone| zone.name.clone()),
        of_field(&t.fields.countries, &|zone| named_countries(zone, page)),
        of_field(&t.fields.tax, &|zone| amounts::percent(zone.tax_basis_points, page.locale)),
    ];
    let codes: BTreeSet<_> = yours.services.iter().chain(&now.services).map(|service| &service.code).collect();
    let of_service = |code: &String| {
        let text = |zone: &Zone| {
            let found = zone.services.iter().find(|service| service.code == *code);
            found.map(|service| in_words(service, page, t)).unwrap_or_default()
        };
        Difference::of(code, text(yours), text(now))
    };
    let order = |zone: &Zone| zone.services.iter().map(|service| service.code.clone()).collect::<Vec<_>>().join(", ");
    let services = codes.into_iter().filter_map(of_service);
    let order = Difference::of(&t.fields.services.label, order(yours), order(now));
    fields.into_iter().flatten().chain(order).chain(services).collect()
}

/// The names of a zone's countries.
pub(super) fn named_countries(zone: &Zone, page: &Page) -> String {
    let names: Vec<_> = zone.countries.iter().map(|country| page.country(country.as_str())).collect();
    names.join(", ")
}

fn in_words(service: &Service, page: &Page, t: &ZoneWords) -> String {
    let rate = |rate: &Rate| {
        let money = |amount| page.money(Money::new(amount, rate.currency));
        let price = t.rate.with("base", money(rate.base)).with("per_kg", money(rate.per_kg));
        match rate.free_from {
            Some(from) => t.free.with("rate", price).with("from", money(from)).to_string(),
            None => price.to_string(),
        }
    };
    let days = t.days.with("min", service.min_days).with("max", service.max_days).to_string();
    let parts = [service.name.clone(), days].into_iter().chain(service.rates.iter().map(rate));
    parts.collect::<Vec<_>>().join(" · ")
}
