//! `/v1/tax-rates`.

use super::paging::page;
use crate::domain::ids::TaxRateId;
use crate::domain::rejection::Rejection;
use crate::domain::tax::{self, TaxClass};
use crate::service::Catalog;
use chassis::http::{Listing, PageQuery, Put, Tagged};
use chassis::{Call, Json, NoBody, Problem};
use events::Country;
use events::address::typed::CountryCode;
use events::text::FieldError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The tax of one tax class in one country.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct TaxRate {
    id: TaxRateId,
    /// The country that goods are sent to.
    country: Country,
    tax_class: TaxClass,
    /// Share of the net price in 1/10,000: 1900 are 19 %.
    rate_basis_points: u32,
}

impl From<tax::TaxRate> for TaxRate {
    fn from(rate: tax::TaxRate) -> Self {
        let tax::TaxRate { id, country, tax_class, rate_basis_points, .. } = rate;
        Self { id, country, tax_class, rate_basis_points }
    }
}

/// A tax rate to create or replace.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateTaxRate {
    /// The country that goods are sent to. Another one than before needs `If-Match`.
    country: CountryCode,
    /// Each country has one rate for each tax class.
    tax_class: TaxClass,
    /// Share of the net price in 1/10,000: 1900 are 19 %.
    #[schemars(range(min = 0, max = 10_000))]
    rate_basis_points: u32,
}

/// `GET /v1/tax-rates`: all of them, or pages.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, PageQuery>) -> Result<Listing<TaxRate>, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    page("tax-rates", &catalogue.tax_rates, &call.query)
}

fn tagged(rate: tax::TaxRate) -> Tagged<TaxRate> {
    Tagged::new(rate.seq, rate.into())
}

/// `GET /v1/tax-rates/{id}`.
pub(super) async fn read(app: Arc<Catalog>, call: Call) -> Result<Tagged<TaxRate>, Problem> {
    Ok(tagged(app.tax_rate(&call.param("id")?).await?))
}

/// `PUT /v1/tax-rates/{id}`.
pub(super) async fn put(app: Arc<Catalog>, call: Call<Json<UpdateTaxRate>>) -> Result<Put<Tagged<TaxRate>>, Problem> {
    let (id, known, context) = (call.named::<TaxRateId>("id")?, call.precondition()?, call.context());
    let wanted = call.body.0.tax_rate(id).map_err(Rejection::from)?;
    Ok(app.put_tax_rate(wanted, &known, &context).await?.map(tagged))
}

impl UpdateTaxRate {
    /// The rate that is wanted.
    ///
    /// # Errors
    /// The first field that is not allowed.
    pub(crate) fn tax_rate(&self, id: TaxRateId) -> Result<tax::TaxRate, FieldError> {
        tax::TaxRate::parse(id, &self.country, self.tax_class, self.rate_basis_points)
    }
}
