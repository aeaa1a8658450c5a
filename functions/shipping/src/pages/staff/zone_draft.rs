//! A shipping zone as it is typed: its fields by the names that the API has for them, with points between. Refuses to judge what was typed;
//! rows that were left empty are left out.

use super::amounts;
use crate::domain::zones::{Rate, Service, Zone};
use ::pages::{CardNumbers, Page, Typed, TypedForm};
use events::Money;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rows by their numbers in the form.
pub(super) type Rows<T> = BTreeMap<u16, T>;

/// Rows of a form have lower numbers.
const MAX_ROWS: u16 = 1_000;

/// Fields in the order of the form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct ZoneFields(Vec<(String, String)>);

impl Typed for ZoneFields {
    fn is_typed(_: &str) -> bool {
        true
    }
}

/// A form that was sent.
#[derive(Debug)]
pub(super) struct SentZone {
    pub(super) draft: ZoneDraft,
    /// Names of the fields that held a card number.
    pub(super) card_numbers: Vec<String>,
    /// The version that the form was made from; empty if it makes a zone.
    pub(super) version: String,
    /// Whether it is to be shown again with more empty rows.
    pub(super) wants_rows: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct ZoneDraft {
    /// Only a new zone's.
    pub(super) id: String,
    pub(super) name: String,
    /// Codes or names of countries.
    pub(super) countries: String,
    /// In percent.
    pub(super) tax: String,
    pub(super) services: Rows<ServiceDraft>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct ServiceDraft {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) min_days: String,
    pub(super) max_days: String,
    pub(super) rates: Rows<RateDraft>,
    pub(super) is_removed: bool,
}

/// Amounts in units of the currency.
#[derive(Debug, Clone, Default)]
pub(super) struct RateDraft {
    pub(super) currency: String,
    pub(super) base: String,
    pub(super) per_kg: String,
    pub(super) free_from: String,
}

impl SentZone {
    pub(super) fn of(TypedForm { fields: ZoneFields(fields), card_numbers }: &TypedForm<ZoneFields>) -> Self {
        let mut draft = ZoneDraft::default();
        for (name, value) in fields {
            draft.set(name, value);
        }
        let text = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        let card_numbers = emptied(fields, card_numbers);
        let wants_rows = text("more").is_some();
        // What is shown again as it was keeps its rows where they were.
        let draft = if wants_rows || !card_numbers.is_empty() { draft } else { draft.without_blanks() };
        Self { draft, card_numbers, version: text("version").unwrap_or_default(), wants_rows }
    }
}

fn emptied(fields: &[(String, String)], card_numbers: &CardNumbers) -> Vec<String> {
    fields.iter().filter(|(name, _)| card_numbers.held_in(name)).map(|(name, _)| name.clone()).collect()
}

impl ZoneDraft {
    /// A zone as it is.
    pub(super) fn showing(zone: &Zone, page: &Page) -> Self {
        let codes: Vec<_> = zone.countries.iter().map(ToString::to_string).collect();
        Self {
            id: String::new(),
            name: zone.name.clone(),
            countries: codes.join(", "),
            tax: amounts::percent(zone.tax_basis_points, page.locale),
            services: numbered(zone.services.iter().map(|service| ServiceDraft::showing(service, page))),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        let names: Vec<_> = name.split('.').collect();
        match *names.as_slice() {
            ["id"] => value.clone_into(&mut self.id),
            ["name"] => value.clone_into(&mut self.name),
            // Browsers send line breaks as two characters.
            ["countries"] => self.countries = value.replace("\r\n", "\n"),
            ["tax_basis_points"] => value.clone_into(&mut self.tax),
            ["services", row, ref within @ ..] => {
                if let Some(row) = row_of(row) {
                    self.services.entry(row).or_default().set(within, value);
                }
            }
            _ => {}
        }
    }

    fn without_blanks(self) -> Self {
        let kept = self.services.into_values().filter(|service| !service.is_removed).map(ServiceDraft::without_blanks);
        Self { services: numbered(kept.filter(|service| !service.is_blank())), ..self }
    }
}

impl ServiceDraft {
    fn showing(service: &Service, page: &Page) -> Self {
        Self {
            code: service.code.clone(),
            name: service.name.clone(),
            min_days: service.min_days.to_string(),
            max_days: service.max_days.to_string(),
            rates: numbered(service.rates.iter().map(|rate| RateDraft::showing(rate, page))),
            is_removed: false,
        }
    }

    fn set(&mut self, names: &[&str], value: &str) {
        let field = match *names {
            ["code"] => &mut self.code,
            ["name"] => &mut self.name,
            ["min_days"] => &mut self.min_days,
            ["max_days"] => &mut self.max_days,
            ["removed"] => {
                self.is_removed = !value.is_empty();
                return;
            }
            ["rates", row, part] => {
                let Some(row) = row_of(row) else { return };
                let rate = self.rates.entry(row).or_default();
                match part {
                    "currency" => &mut rate.currency,
                    "base" => &mut rate.base,
                    "per_kg" => &mut rate.per_kg,
                    "free_from" => &mut rate.free_from,
                    _ => return,
                }
            }
            _ => return,
        };
        value.clone_into(field);
    }

    fn without_blanks(self) -> Self {
        Self { rates: numbered(self.rates.into_values().filter(|rate| !rate.is_blank())), ..self }
    }

    /// Whether a row of the form was left empty; it has no blanks within.
    fn is_blank(&self) -> bool {
        let texts = [&self.code, &self.name, &self.min_days, &self.max_days];
        texts.iter().all(|text| text.is_empty()) && self.rates.is_empty()
    }
}

impl RateDraft {
    fn showing(rate: &Rate, page: &Page) -> Self {
        let typed = |amount| page.decimal(Money::new(amount, rate.currency));
        Self {
            currency: rate.currency.to_string(),
            base: typed(rate.base),
            per_kg: typed(rate.per_kg),
            free_from: rate.free_from.map(typed).unwrap_or_default(),
        }
    }

    /// Whether it has no amount: the form names currencies beforehand.
    fn is_blank(&self) -> bool {
        [&self.base, &self.per_kg, &self.free_from].iter().all(|text| text.is_empty())
    }
}

/// The number of a row; `None` if no form has it.
fn row_of(name: &str) -> Option<u16> {
    name.parse().ok().filter(|row| *row < MAX_ROWS)
}

/// Rows numbered from 0.
fn numbered<T>(rows: impl IntoIterator<Item = T>) -> Rows<T> {
    (0..).zip(rows).collect()
}
