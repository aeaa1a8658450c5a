//! From what was typed to a zone, by the domain's own rules, with every fault at its field and all of them at once. Refuses zones that the API
//! would refuse.

use super::amounts;
use super::faults::Faults;
use super::link;
use super::zone_draft::{RateDraft, SentZone, ServiceDraft, ZoneDraft};
use crate::domain::ZoneRejection;
use crate::domain::zones::{MAX_DAYS, Rate, Service, Zone};
use crate::pages::words::{FieldWords, ZoneWords};
use crate::service::Error;
use ::pages::{Page, Phrase, typed_money};
use chassis::Problem;
use events::Currency;
use events::text::{FieldError, normalized};
use std::collections::BTreeSet;

/// Reads a form.
struct Reader<'a> {
    t: &'a ZoneWords,
    faults: Faults,
}

/// The zone that was typed, or what is wrong with each field.
pub(super) fn read(sent: &SentZone, page: &Page, t: &ZoneWords) -> Result<Zone, Faults> {
    let mut reader = Reader { t, faults: Faults::default() };
    for name in &sent.card_numbers {
        reader.say(name, &page.words.card_number);
    }
    if !sent.card_numbers.is_empty() {
        return Err(reader.faults);
    }
    let zone = reader.zone(&sent.draft, page);
    for fault in zone.faults() {
        reader.refuse(&fault);
    }
    match zone.checked() {
        Ok(zone) if reader.faults.errors.is_empty() => Ok(zone),
        _ => Err(reader.faults),
    }
}

/// What a refusal says of the form, with its status.
///
/// # Errors
/// The problem, if nobody can mend it in the form.
pub(super) fn refused(error: Error<ZoneRejection>, page: &Page, t: &ZoneWords) -> Result<(u16, Faults), Problem> {
    let mut reader = Reader { t, faults: Faults::default() };
    let status = match error {
        Error::Rejected(ZoneRejection::Invalid(fault)) => {
            reader.refuse(&fault);
            422
        }
        Error::Rejected(ZoneRejection::CountryTaken { country, zone }) => {
            let taken = t.taken.with("country", page.country(country.as_str())).with("zone", &zone);
            reader.say("countries", &taken);
            let other = (link(page, &format!("/zones/{zone}"), &[])?, t.other.to_string());
            reader.faults.refuse(&taken, Some(other));
            409
        }
        Error::Rejected(ZoneRejection::TooMany) => {
            reader.faults.refuse(&t.too_many, None);
            409
        }
        other => return Err(other.into()),
    };
    Ok((status, reader.faults))
}

/// Adds what is wrong with a field, by its name, in its own words.
pub(super) fn fault(faults: &mut Faults, name: &str, t: &ZoneWords) {
    let (label, words) = place(name, t);
    faults.errors.add(name.to_owned(), label, &words.fault);
}

impl Reader<'_> {
    fn say(&mut self, name: &str, text: &Phrase) {
        let (label, _) = place(name, self.t);
        self.faults.errors.add(name.to_owned(), label, text);
    }

    fn fault(&mut self, name: &str) {
        fault(&mut self.faults, name, self.t);
    }

    /// `services[0].code` is the field `services.0.code`.
    fn refuse(&mut self, fault: &FieldError) {
        self.fault(&fault.field.replace('[', ".").replace(']', ""));
    }

    /// What was read, or else a fault.
    fn or_fault<T>(&mut self, name: &str, read: Option<T>) -> Option<T> {
        if read.is_none() {
            self.fault(name);
        }
        read
    }

    fn zone(&mut self, draft: &ZoneDraft, page: &Page) -> Zone {
        let countries = amounts::listed(&draft.countries, page.locale).unwrap_or_else(|wrong| {
            let text = self.t.unknown_country.with("country", wrong);
            self.say("countries", &text);
            BTreeSet::new()
        });
        let tax = self.or_fault("tax_basis_points", amounts::basis_points(&draft.tax));
        let services = draft.services.iter().map(|(row, service)| self.service(*row, service));
        Zone {
            name: normalized(&draft.name).into_owned(),
            countries,
            tax_basis_points: tax.unwrap_or_default(),
            services: services.collect(),
            seq: 1,
        }
    }

    /// What cannot be read is told, and stands as something plain: the domain looks at the rest.
    fn service(&mut self, row: u16, draft: &ServiceDraft) -> Service {
        let name = |part: &str| format!("services.{row}.{part}");
        let min_days = self.or_fault(&name("min_days"), days(&draft.min_days));
        let max_days = self.or_fault(&name("max_days"), days(&draft.max_days));
        let mut rates = Vec::new();
        for (number, rate) in &draft.rates {
            rates.push(self.rate(&name(&format!("rates.{number}")), rate));
        }
        let (first, last) = min_days.zip(max_days).unwrap_or_default();
        Service {
            code: draft.code.clone(),
            name: normalized(&draft.name).into_owned(),
            min_days: first,
            max_days: last,
            rates: rates.into_iter().collect::<Option<_>>().unwrap_or_else(|| Service::plain().rates),
        }
    }

    fn rate(&mut self, row: &str, draft: &RateDraft) -> Option<Rate> {
        let currency: Currency = self.or_fault(&format!("{row}.currency"), draft.currency.parse().ok())?;
        let amount = |typed: &str| typed_money(typed, currency).ok().map(|money| money.amount);
        let base = self.or_fault(&format!("{row}.base"), amount(&draft.base));
        let per_kg = self.or_fault(&format!("{row}.per_kg"), amount(&draft.per_kg));
        let free_from = match draft.free_from.as_str() {
            "" => Some(None),
            typed => self.or_fault(&format!("{row}.free_from"), amount(typed)).map(Some),
        };
        Some(Rate { currency, base: base?, per_kg: per_kg?, free_from: free_from? })
    }
}

fn days(typed: &str) -> Option<u16> {
    let is_number = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    typed.parse().ok().filter(|days| is_number && *days <= MAX_DAYS)
}

/// The label of a field, with the row that it is in, and its words.
fn place<'a>(name: &str, t: &'a ZoneWords) -> (String, &'a FieldWords) {
    let names: Vec<_> = name.split('.').collect();
    let fields = &t.fields;
    let words = match *names.as_slice() {
        ["id"] => &fields.id,
        ["name"] => &fields.name,
        ["countries"] => &fields.countries,
        ["tax_basis_points"] => &fields.tax,
        ["services", _, "code"] => &fields.code,
        ["services", _, "name"] => &fields.service_name,
        ["services", _, "min_days"] => &fields.min_days,
        ["services", _, "max_days"] => &fields.max_days,
        ["services", _, "rates", _, "currency"] => &fields.currency,
        ["services", _, "rates", _, "base"] => &fields.base,
        ["services", _, "rates", _, "per_kg"] => &fields.per_kg,
        ["services", _, "rates", _, "free_from"] => &fields.free_from,
        ["services", _, ..] => &fields.rates,
        _ => &fields.services,
    };
    let row = names.get(1).and_then(|row| row.parse::<u16>().ok());
    let row = row.map(|row| t.service.with("number", row.saturating_add(1)));
    let label = row.map_or_else(|| words.label.to_string(), |row| format!("{row}, {}", words.label));
    (label, words)
}
