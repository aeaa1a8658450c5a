//! `/v1/shipping-zones`.

use crate::domain::zones::{MAX_AMOUNT, MAX_FREE_FROM, Rate, Service, Zone, ZoneId, ZoneRejection};
use crate::service::Shipping;
use chassis::http::{Listing, Put, Tagged};
use chassis::{Call, Json, Problem};
use events::address::typed::CountryCode;
use events::text::FieldError;
use events::{Country, Currency};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The cost of a service in one currency, in minor units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShippingRate {
    /// A service has one rate in each currency.
    currency: Currency,
    /// Charged for each shipment, in minor units.
    #[schemars(range(min = 0, max = MAX_AMOUNT))]
    base: i64,
    /// Added for each started kilogram, in minor units.
    #[schemars(range(min = 0, max = MAX_AMOUNT))]
    per_kg: i64,
    /// Goods of this value or more, after discount and before tax, ship free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = MAX_FREE_FROM))]
    free_from: Option<i64>,
}

/// A way to ship goods.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShippingService {
    /// The name of the service for programs, unique in the zone.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,32}$"))]
    code: String,
    /// The name for people.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The shortest delivery time in days.
    #[schemars(range(max = 365))]
    min_days: u16,
    /// The longest delivery time in days.
    #[schemars(range(max = 365))]
    max_days: u16,
    /// One rate for each currency.
    #[schemars(length(min = 1))]
    rates: Vec<ShippingRate>,
}

/// Countries that have the same services and rates.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateShippingZone {
    /// The name for people.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The countries of the zone. A country is in one zone only; a zone without countries is out of use.
    countries: Vec<CountryCode>,
    /// Tax on shipping in basis points (1/10,000).
    #[schemars(range(max = 10_000))]
    tax_basis_points: u32,
    /// The services, in the order in which they are offered.
    #[schemars(length(min = 1, max = 8))]
    services: Vec<ShippingService>,
}

/// A shipping zone: countries that have the same services and rates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ShippingZone {
    /// The name in URLs.
    id: String,
    /// The name for people.
    name: String,
    countries: Vec<Country>,
    /// Tax on shipping in basis points (1/10,000).
    tax_basis_points: u32,
    /// The services, in the order in which they are offered.
    services: Vec<ShippingService>,
}

impl From<ShippingRate> for Rate {
    fn from(ShippingRate { currency, base, per_kg, free_from }: ShippingRate) -> Self {
        Self { currency, base, per_kg, free_from }
    }
}

impl From<Rate> for ShippingRate {
    fn from(Rate { currency, base, per_kg, free_from }: Rate) -> Self {
        Self { currency, base, per_kg, free_from }
    }
}

impl From<ShippingService> for Service {
    fn from(ShippingService { code, name, min_days, max_days, rates }: ShippingService) -> Self {
        Self { code, name, min_days, max_days, rates: rates.into_iter().map(Rate::from).collect() }
    }
}

impl From<Service> for ShippingService {
    fn from(Service { code, name, min_days, max_days, rates }: Service) -> Self {
        Self { code, name, min_days, max_days, rates: rates.into_iter().map(ShippingRate::from).collect() }
    }
}

impl UpdateShippingZone {
    fn zone(self) -> Result<Zone, FieldError> {
        let Self { name, countries, tax_basis_points, services } = self;
        let country = |(index, code): (usize, &CountryCode)| {
            code.parsed().map_err(|error| error.of_field(&format!("countries[{index}]")))
        };
        let countries = countries.iter().enumerate().map(country).collect::<Result<_, _>>()?;
        let services = services.into_iter().map(Service::from).collect();
        Zone { name, countries, tax_basis_points, services, seq: 1 }.checked()
    }
}

impl ShippingZone {
    fn of(id: &ZoneId, Zone { name, countries, tax_basis_points, services, .. }: Zone) -> Self {
        let services = services.into_iter().map(ShippingService::from).collect();
        let countries = countries.into_iter().collect();
        Self { id: id.to_string(), name, countries, tax_basis_points, services }
    }
}

pub(super) async fn list(app: Arc<Shipping>, _: Call) -> Result<Listing<ShippingZone>, Problem> {
    let zones = app.zones().await?.zones;
    Ok(Listing::whole(zones.into_iter().map(|(id, zone)| ShippingZone::of(&id, zone)).collect()))
}

fn tagged(id: &ZoneId, zone: Zone) -> Tagged<ShippingZone> {
    Tagged::new(zone.seq, ShippingZone::of(id, zone))
}

pub(super) async fn read(app: Arc<Shipping>, call: Call) -> Result<Tagged<ShippingZone>, Problem> {
    let id: ZoneId = call.param("id")?;
    app.zones().await?.zones.remove(&id).map(|zone| tagged(&id, zone)).ok_or_else(Problem::not_found)
}

pub(super) async fn put(
    app: Arc<Shipping>,
    call: Call<Json<UpdateShippingZone>>,
) -> Result<Put<Tagged<ShippingZone>>, Problem> {
    let id: ZoneId = call.named("id")?;
    let zone = call.body.0.clone().zone().map_err(ZoneRejection::Invalid)?;
    let put = app.put_zone(&id, &zone, &call.precondition()?, &call.context()).await?;
    Ok(put.map(|zone| tagged(&id, zone)))
}
