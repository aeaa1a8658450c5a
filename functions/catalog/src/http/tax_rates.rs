//! `/v1/tax-rates`.

use super::{fault, problem};
use crate::domain::{TaxClass, TaxRate, TaxRateId};
use crate::http::categories::page;
use crate::service::Catalog;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, Json, NoBody, Problem};
use events::Country;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A tax rate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "TaxRate")]
pub struct TaxRateView {
    /// Its id.
    pub id: TaxRateId,
    /// Where goods go.
    pub country: Country,
    /// Which goods.
    pub tax_class: TaxClass,
    /// Of the net price, in 1/10,000.
    pub rate_basis_points: u32,
}

impl From<TaxRate> for TaxRateView {
    fn from(TaxRate { id, country, tax_class, rate_basis_points, .. }: TaxRate) -> Self {
        Self { id, country, tax_class, rate_basis_points }
    }
}

/// What a tax rate is to be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxRateBody {
    /// Where goods go.
    pub country: Country,
    /// Which goods; each country and class has one rate.
    pub tax_class: TaxClass,
    /// Of the net price, in 1/10,000.
    #[schemars(range(min = 0, max = 10_000))]
    pub rate_basis_points: u32,
}

/// `GET /v1/tax-rates`: all of them, or pages.
///
/// # Errors
/// 400 for a cursor or limit that cannot be.
pub async fn list(app: Arc<Catalog>, call: Call<NoBody, PageQuery>) -> Result<Listing<TaxRateView>, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    page(&catalogue.tax_rates, &call.query)
}

/// `PUT /v1/tax-rates/{id}`.
///
/// # Errors
/// 409 if another rate covers the country and class, 422 for what a rate may not be.
pub async fn put(app: Arc<Catalog>, call: Call<Json<TaxRateBody>>) -> Result<TaxRateView, Problem> {
    let TaxRateBody { country, tax_class, rate_basis_points } = call.body.0.clone();
    let id = call.param::<String>("id")?.parse::<TaxRateId>();
    let wanted = id.and_then(|id| TaxRate::parse(id, country, tax_class, rate_basis_points));
    let wanted = wanted.map_err(|invalid| fault(&invalid))?;
    app.put_tax_rate(wanted, &call.cause(0)).await.map(TaxRateView::from).map_err(problem)
}
