//! `/v1/shipping-zones`.

use crate::Shipping;
use crate::domain::zones::{Rate, Service, Zone, ZoneId};
use crate::http::{fault, zone_problem};
use chassis::http::Listing;
use chassis::{Call, Json, Problem};
use events::{Country, Currency};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a service costs in one currency, in minor units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShippingRate")]
pub struct RateBody {
    /// The currency; one rate each.
    pub currency: Currency,
    /// For every parcel.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub base: i64,
    /// For every started kilogram.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub per_kg: i64,
    /// Goods worth this much or more, after discount and before tax, travel free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub free_from: Option<i64>,
}

/// A way to send goods.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShippingService")]
pub struct ServiceBody {
    /// Its name for programs, unique in the zone.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,32}$"))]
    pub code: String,
    /// Its name for people.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// Days under way, at least.
    #[schemars(range(max = 365))]
    pub min_days: u16,
    /// Days under way, at most.
    #[schemars(range(max = 365))]
    pub max_days: u16,
    /// What it costs.
    #[schemars(length(min = 1))]
    pub rates: Vec<RateBody>,
}

/// Countries that are served alike.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShippingZoneRequest")]
pub struct ZoneBody {
    /// Its name for people.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// The countries, none of which is in another zone; none at all for a zone out of use.
    pub countries: Vec<Country>,
    /// Tax on carriage in basis points (1/10,000).
    #[schemars(range(max = 10_000))]
    pub tax_basis_points: u32,
    /// The services, in the order in which they are offered.
    #[schemars(length(min = 1, max = 8))]
    pub services: Vec<ServiceBody>,
}

/// A zone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShippingZone {
    /// Its name in URLs.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The countries.
    pub countries: Vec<Country>,
    /// Tax on carriage in basis points (1/10,000).
    pub tax_basis_points: u32,
    /// The services.
    pub services: Vec<ServiceBody>,
}

impl From<RateBody> for Rate {
    fn from(RateBody { currency, base, per_kg, free_from }: RateBody) -> Self {
        Self { currency, base, per_kg, free_from }
    }
}

impl From<Rate> for RateBody {
    fn from(Rate { currency, base, per_kg, free_from }: Rate) -> Self {
        Self { currency, base, per_kg, free_from }
    }
}

impl From<ServiceBody> for Service {
    fn from(ServiceBody { code, name, min_days, max_days, rates }: ServiceBody) -> Self {
        Self { code, name, min_days, max_days, rates: rates.into_iter().map(Rate::from).collect() }
    }
}

impl From<Service> for ServiceBody {
    fn from(Service { code, name, min_days, max_days, rates }: Service) -> Self {
        Self { code, name, min_days, max_days, rates: rates.into_iter().map(RateBody::from).collect() }
    }
}

impl From<ZoneBody> for Zone {
    fn from(ZoneBody { name, countries, tax_basis_points, services }: ZoneBody) -> Self {
        let services = services.into_iter().map(Service::from).collect();
        Self { name, countries: countries.into_iter().collect(), tax_basis_points, services }
    }
}

impl ShippingZone {
    fn of(id: &ZoneId, Zone { name, countries, tax_basis_points, services }: Zone) -> Self {
        let services = services.into_iter().map(ServiceBody::from).collect();
        let countries = countries.into_iter().collect();
        Self { id: id.to_string(), name, countries, tax_basis_points, services }
    }
}

pub(super) async fn list(app: Arc<Shipping>, _: Call) -> Result<Listing<ShippingZone>, Problem> {
    let zones = app.zones().await?.zones;
    Ok(Listing { items: zones.into_iter().map(|(id, zone)| ShippingZone::of(&id, zone)).collect(), cursor: None })
}

pub(super) async fn put(app: Arc<Shipping>, call: Call<Json<ZoneBody>>) -> Result<ShippingZone, Problem> {
    let id: ZoneId = call.param("id")?;
    let zone = Zone::from(call.body.0.clone()).checked().map_err(|error| fault(&error))?;
    app.put_zone(&id, &zone, |seq| call.cause(seq)).await.map_err(zone_problem)?;
    Ok(ShippingZone::of(&id, zone))
}
