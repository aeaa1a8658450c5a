//! Zones: the countries served, their services and rates. Refuses to serve a country from two zones.

use events::text::{FieldError, is_slug, line};
use events::{Country, Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The most zones. With the other bounds it keeps the one item that holds them below DynamoDB's 400 KB.
pub const MAX_ZONES: usize = 32;
/// The most services of a zone.
pub const MAX_SERVICES: usize = 8;
/// The longest delivery time that a service may promise, in days.
pub const MAX_DAYS: u16 = 365;
/// The largest part of a rate, in minor units: that of a price.
pub const MAX_AMOUNT: i64 = 10_000_000_000;
/// The largest value from which goods ship free, in minor units: that of the dearest order, 50 lines of 999 units at the largest price.
pub const MAX_FREE_FROM: i64 = 50 * 999 * MAX_AMOUNT;
/// 100 %.
const ALL_BASIS_POINTS: u32 = 10_000;

/// A zone's name in URLs: 1 to 64 small letters, digits and hyphens. Blanks around it are left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ZoneId(#[schemars(regex(pattern = r"^[a-z0-9-]{1,64}$"))] String);

impl FromStr for ZoneId {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let invalid = || FieldError::new("id", "must be 1 to 64 small letters, digits or hyphens");
        is_slug(text, 64).then(|| Self(text.to_owned())).ok_or_else(invalid)
    }
}

impl fmt::Display for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The cost of a service in one currency, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub currency: Currency,
    /// For each shipment.
    pub base: i64,
    /// Added for each started kilogram, in minor units.
    pub per_kg: i64,
    /// Goods of this value or more, after discount and before tax, ship free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_from: Option<i64>,
}

/// A way to send goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name for programs, the same in every quote and shipment.
    pub code: String,
    /// Its name for people.
    pub name: String,
    pub min_days: u16,
    pub max_days: u16,
    /// One rate for each currency.
    pub rates: Vec<Rate>,
}

/// Countries that have the same services and rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its name for people.
    pub name: String,
    /// The countries; none for a zone that is out of use.
    pub countries: BTreeSet<Country>,
    /// Tax on shipping in basis points (1/10,000).
    pub tax_basis_points: u32,
    /// The services, in the order in which they are offered.
    pub services: Vec<Service>,
    /// Number of changes so far, from 1; 0 for one that was last changed before they were counted.
    #[serde(default)]
    pub seq: u64,
}

fn require(holds: bool, field: impl FnOnce() -> String, requirement: &str) -> Result<(), FieldError> {
    if holds { Ok(()) } else { Err(FieldError::new(field(), requirement)) }
}

impl Service {
    /// One in which nothing is wrong.
    pub fn plain() -> Self {
        let rates = vec![Rate { currency: Currency::EUR, base: 0, per_kg: 0, free_from: None }];
        Self { code: "plain".into(), name: "plain".into(), min_days: 0, max_days: 0, rates }
    }
}

impl Zone {
    /// What is wrong with the zone: with its name, its tax, each service's code, name, days and rates, and with all together. Each says its
    /// first fault.
    pub fn faults(&self) -> Vec<FieldError> {
        let with = |services: Vec<Service>| Self {
            name: "plain".into(),
            countries: BTreeSet::new(),
            tax_basis_points: 0,
            services,
            seq: 1,
        };
        let plain = || with(vec![Service::plain()]);
        let parts =
            [Self { name: self.name.clone(), ..plain() }, Self { tax_basis_points: self.tax_basis_points, ..plain() }];
        let of_service = |(index, service): (usize, &Service)| {
            let parts = [
                Service { code: service.code.clone(), ..Service::plain() },
                Service { name: service.name.clone(), ..Service::plain() },
                Service { min_days: service.min_days, max_days: service.max_days, ..Service::plain() },
                Service { rates: service.rates.clone(), ..Service::plain() },
            ];
            let faults = parts.into_iter().filter_map(|part| with(vec![part]).checked().err());
            let of_row = |fault: FieldError| {
                let field = fault.field.replacen("services[0]", &format!("services[{index}]"), 1);
                fault.of_field(&field)
            };
            faults.map(of_row).collect::<Vec<_>>()
        };
        let parts = parts.into_iter().filter_map(|part| part.checked().err());
        let services = self.services.iter().enumerate().flat_map(of_service);
        parts.chain(services).chain(self.clone().checked().err()).collect()
    }

    /// The zone in the words of the audit log.
    pub fn audit_words(&self) -> String {
        let join = |parts: Vec<String>| parts.join(", ");
        let countries = join(self.countries.iter().map(ToString::to_string).collect());
        let rate = |rate: &Rate| {
            let money = |amount| Money::new(amount, rate.currency);
            let free = rate.free_from.map(|value| format!(", free from {}", money(value))).unwrap_or_default();
            format!("{} + {}/kg{free}", money(rate.base), money(rate.per_kg))
        };
        let service = |service: &Service| {
            let rates = service.rates.iter().map(rate).collect();
            format!("{}: {}", service.code, join(rates))
        };
        let services: Vec<_> = self.services.iter().map(service).collect();
        format!("{countries}; tax {}; {}", self.tax_basis_points, services.join("; "))
    }

    /// The zone with its names trimmed, if all of its fields are within their bounds.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(mut self) -> Result<Self, FieldError> {
        self.name = line("name", &self.name, 100)?;
        let tax_in_range = self.tax_basis_points <= ALL_BASIS_POINTS;
        require(tax_in_range, || "tax_basis_points".into(), "must be 0 to 10000")?;
        let count = self.services.len();
        require((1..=MAX_SERVICES).contains(&count), || "services".into(), "must be 1 to 8 services")?;
        let mut codes = BTreeSet::new();
        for (index, service) in self.services.iter_mut().enumerate() {
            let field = |name: &str| format!("services[{index}].{name}");
            require(is_slug(&service.code, 32), || field("code"), "must be 1 to 32 small letters, digits or hyphens")?;
            require(
                codes.insert(service.code.clone()),
                || field("code"),
                "must differ from the other services' codes",
            )?;
            service.name = line(&field("name"), &service.name, 100)?;
            require(service.max_days <= MAX_DAYS, || field("max_days"), "must be at most 365")?;
            require(service.min_days <= service.max_days, || field("min_days"), "must not exceed max_days")?;
            require(!service.rates.is_empty(), || field("rates"), "must hold at least one rate")?;
            let mut currencies = BTreeSet::new();
            for (index, rate) in service.rates.iter().enumerate() {
                let field = |name: &str| field(&format!("rates[{index}].{name}"));
                let at_most = |most: i64, name: &str, amount: i64| {
                    require((0..=most).contains(&amount), || field(name), &format!("must be 0 to {most}"))
                };
                require(currencies.insert(rate.currency), || field("currency"), "must have one rate only")?;
                at_most(MAX_AMOUNT, "base", rate.base)?;
                at_most(MAX_AMOUNT, "per_kg", rate.per_kg)?;
                at_most(MAX_FREE_FROM, "free_from", rate.free_from.unwrap_or_default())?;
            }
        }
        Ok(self)
    }
}

/// The reason for which a zone is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneRejection {
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// Another zone serves that country.
    #[error("{country} is in zone {zone}")]
    CountryTaken { country: Country, zone: ZoneId },
    #[error("there can be {MAX_ZONES} zones")]
    TooMany,
}

/// All zones. They are one item, so that its one condition keeps every country in one zone under concurrent writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zones {
    /// Number of changes so far.
    pub seq: u64,
    pub zones: BTreeMap<ZoneId, Zone>,
}

impl Zones {
    /// The zones with `zone` under `id`; `None` if they have exactly this zone already.
    ///
    /// # Errors
    /// If a country of it is another zone's, or there are too many zones.
    pub fn with(&self, id: &ZoneId, zone: &Zone) -> Result<Option<Self>, ZoneRejection> {
        let stored = self.zones.get(id);
        if stored.is_some_and(|stored| Zone { seq: zone.seq, ..stored.clone() } == *zone) {
            return Ok(None);
        }
        if stored.is_none() && self.zones.len() >= MAX_ZONES {
            return Err(ZoneRejection::TooMany);
        }
        for (other, existing) in self.zones.iter().filter(|(other, _)| *other != id) {
            if let Some(country) = existing.countries.intersection(&zone.countries).next() {
                return Err(ZoneRejection::CountryTaken { country: country.clone(), zone: other.clone() });
            }
        }
        let mut next = self.clone();
        next.seq += 1;
        let seq = stored.map_or(1, |stored| stored.seq + 1);
        next.zones.insert(id.clone(), Zone { seq, ..zone.clone() });
        Ok(Some(next))
    }

    /// The zone that serves a country.
    pub fn serving(&self, country: &Country) -> Option<&Zone> {
        self.zones.values().find(|zone| zone.countries.contains(country))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn zone(countries: &[&str]) -> Zone {
        Zone {
            name: "Somewhere".into(),
            countries: countries.iter().map(|country| country.parse().unwrap()).collect(),
            tax_basis_points: 1900,
            seq: 1,
            services: vec![Service {
                code: "standard".into(),
                name: "Parcel".into(),
                min_days: 1,
                max_days: 3,
                rates: vec![Rate { currency: Currency::EUR, base: 410, per_kg: 60, free_from: Some(6000) }],
            }],
        }
    }

    fn id(text: &str) -> ZoneId {
        text.parse().unwrap()
    }

    #[test]
    fn a_country_is_in_one_zone_only_and_may_move_once_its_zone_no_longer_lists_it() {
        let zones = Zones::default().with(&id("a"), &zone(&["DE", "FR"])).unwrap().unwrap();
        let taken = zones.with(&id("b"), &zone(&["FR"])).unwrap_err();
        assert_eq!(taken, ZoneRejection::CountryTaken { country: "FR".parse().unwrap(), zone: id("a") });
        let zones = zones.with(&id("a"), &zone(&["DE"])).unwrap().unwrap();
        let zones = zones.with(&id("b"), &zone(&["FR"])).unwrap().unwrap();
        assert_eq!(zones.seq, 3);
        assert_eq!(zones.serving(&"FR".parse().unwrap()), zones.zones.get(&id("b")));
    }

    #[test]
    fn putting_the_same_zone_again_changes_nothing() {
        let zones = Zones::default().with(&id("a"), &zone(&["DE"])).unwrap().unwrap();
        assert_eq!(zones.with(&id("a"), &zone(&["DE"])), Ok(None));
    }

    #[test]
    fn a_zone_beyond_the_most_is_refused() {
        let mut zones = Zones::default();
        for number in 0..MAX_ZONES {
            zones = zones.with(&id(&format!("zone-{number}")), &zone(&[])).unwrap().unwrap();
        }
        assert_eq!(zones.with(&id("one-more"), &zone(&[])), Err(ZoneRejection::TooMany));
        assert!(zones.with(&id("zone-0"), &zone(&["DE"])).unwrap().is_some());
    }

    #[test]
    fn every_field_out_of_bounds_is_named() {
        type Spoil = fn(&mut Zone);
        let spoiled: [(&str, Spoil); 12] = [
            ("name", |zone| zone.name = " ".into()),
            ("tax_basis_points", |zone| zone.tax_basis_points = 10_001),
            ("services", |zone| zone.services.clear()),
            ("services[0].code", |zone| zone.services[0].code = "Not A Slug".into()),
            ("services[1].code", |zone| zone.services.push(zone.services[0].clone())),
            ("services[0].name", |zone| zone.services[0].name = "\u{7}".into()),
            ("services[0].max_days", |zone| zone.services[0].max_days = 366),
            ("services[0].min_days", |zone| zone.services[0].min_days = 4),
            ("services[0].rates", |zone| zone.services[0].rates.clear()),
            ("services[0].rates[0].base", |zone| zone.services[0].rates[0].base = -1),
            ("services[0].rates[0].per_kg", |zone| zone.services[0].rates[0].per_kg = MAX_AMOUNT + 1),
            ("services[0].rates[0].free_from", |zone| zone.services[0].rates[0].free_from = Some(-1)),
        ];
        for (field, spoil) in spoiled {
            let mut zone = zone(&["DE"]);
            spoil(&mut zone);
            assert_eq!(zone.checked().unwrap_err().field, field);
        }
        let mut twice = zone(&["DE"]);
        let rate = twice.services[0].rates[0].clone();
        twice.services[0].rates.push(rate);
        assert_eq!(twice.checked().unwrap_err().field, "services[0].rates[1].currency");
        assert!(zone(&["DE"]).checked().is_ok());
    }

    #[test]
    fn each_part_of_a_zone_says_what_is_wrong_with_it() {
        let mut zone = zone(&["DE"]);
        assert_eq!(zone.faults(), []);
        zone.services = vec![Service::plain(), Service { max_days: 366, ..Service::plain() }, Service::plain()];
        zone.services[2].rates[0].base = -1;
        (zone.name, zone.tax_basis_points) = (String::new(), 10_001);
        let fields: Vec<_> = zone.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields[..4], ["name", "tax_basis_points", "services[1].max_days", "services[2].rates[0].base"]);
        zone = Zone { name: "Home".into(), tax_basis_points: 0, services: vec![Service::plain(); 2], ..zone };
        let fields: Vec<_> = zone.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["services[1].code"], "two services of one name");
        zone.services =
            vec![Service { code: "A".into(), name: String::new(), min_days: 2, max_days: 1, rates: vec![] }];
        let fields: Vec<_> = zone.faults().into_iter().map(|fault| fault.field).collect();
        let of_service = ["code", "name", "min_days", "rates"].map(|part| format!("services[0].{part}"));
        assert_eq!(fields[..4], of_service);
    }

    #[test]
    fn a_rate_goes_up_to_the_largest_price_and_ships_the_dearest_order_free() {
        let with = |base, per_kg, free_from| {
            let mut zone = zone(&["DE"]);
            let currency = "IDR".parse().unwrap();
            zone.services[0].rates[0] = Rate { currency, base, per_kg, free_from: Some(free_from) };
            zone.checked().map_err(|error| error.field)
        };
        assert!(with(MAX_AMOUNT, MAX_AMOUNT, MAX_FREE_FROM).is_ok());
        let of_rate = |name: &str| Err(format!("services[0].rates[0].{name}"));
        assert_eq!(with(MAX_AMOUNT + 1, 0, 0), of_rate("base"));
        assert_eq!(with(0, MAX_AMOUNT + 1, 0), of_rate("per_kg"));
        assert_eq!(with(0, 0, MAX_FREE_FROM + 1), of_rate("free_from"));
    }

    #[test]
    fn a_zone_id_is_a_small_slug() {
        for bad in ["", "Germany", "ger many", "a/b", &"a".repeat(65)] {
            assert!(bad.parse::<ZoneId>().is_err(), "{bad}");
        }
        assert_eq!(id(" north-america\t").to_string(), "north-america");
    }
}
