//! `GET /v1/sales`: what was sold, by day and by product. Refuses amounts over several currencies.

use crate::domain::sales::{Overflow, Period, Sold, Totals};
use crate::service::{Orders, SalesOfDay, SalesReport};
use chassis::{Call, NoBody, Problem};
use events::{Currency, Day, Money, Sku};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most SKUs of a currency that an answer has.
const PRODUCTS: usize = 200;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetSales {
    /// The first day in UTC. 29 days before `to`, if absent.
    #[serde(default)]
    from: Option<Day>,
    /// The last day in UTC. Today, if absent, or 29 days after `from` if that is earlier.
    #[serde(default)]
    to: Option<Day>,
}

/// What was sold in a period.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Sales {
    from: Day,
    to: Day,
    /// Whether nothing of any day is missing or still to come.
    complete: bool,
    /// Oldest first, without those still to come.
    days: Vec<DailySales>,
    /// All days together, by currency.
    currencies: Vec<CurrencySales>,
}

/// What was sold on a day.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct DailySales {
    date: Day,
    /// Whether nothing of the day is missing or still to come.
    complete: bool,
    /// One for each currency in which something was sold.
    totals: Vec<SalesTotals>,
}

/// What was sold in a currency.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct SalesTotals {
    currency: Currency,
    orders: u64,
    units: u64,
    /// Goods after discount, before tax.
    net: Money,
    /// Before tax.
    shipping: Money,
    /// On goods and shipping.
    tax: Money,
    /// Goods and shipping with the tax on both.
    gross: Money,
}

/// What was sold in a currency, by product.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CurrencySales {
    totals: SalesTotals,
    /// Largest amount first, at most 200.
    products: Vec<ProductSales>,
    /// All other products together.
    other: OtherSales,
}

/// What was sold of a product.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct ProductSales {
    sku: Sku,
    units: u64,
    /// After discount, before tax.
    net: Money,
}

/// What was sold of products that are not listed each.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct OtherSales {
    units: u64,
    /// After discount, before tax.
    net: Money,
}

pub(super) async fn report(app: Arc<Orders>, call: Call<NoBody, GetSales>) -> Result<Sales, Problem> {
    let period = Period::of(call.query.from.clone(), call.query.to.clone(), &Day::of(call.now))
        .map_err(|error| Problem::parameter("from", &error.to_string()))?;
    let report = app.sales(&period, call.now).await?;
    Ok(Sales::of(period, &report)?)
}

impl Sales {
    fn of(Period { from, to }: Period, report: &SalesReport) -> Result<Self, Overflow> {
        let of_currency = |(currency, totals)| CurrencySales::of(currency, totals);
        Ok(Self {
            from,
            to,
            complete: report.is_complete(),
            days: report.days.iter().map(DailySales::of).collect::<Result<_, _>>()?,
            currencies: report.sum.iter().map(of_currency).collect::<Result<_, _>>()?,
        })
    }
}

impl DailySales {
    fn of(SalesOfDay { day, is_complete, figures }: &SalesOfDay) -> Result<Self, Overflow> {
        let totals = figures.iter().map(|(currency, totals)| SalesTotals::of(currency, totals));
        Ok(Self { date: day.clone(), complete: *is_complete, totals: totals.collect::<Result<_, _>>()? })
    }
}

impl SalesTotals {
    fn of(currency: Currency, totals: &Totals) -> Result<Self, Overflow> {
        let money = |amount| Money::new(amount, currency);
        Ok(Self {
            currency,
            orders: totals.orders,
            units: totals.sold.units,
            net: money(totals.sold.net),
            shipping: money(totals.shipping),
            tax: money(totals.tax),
            gross: money(totals.gross()?),
        })
    }
}

impl CurrencySales {
    fn of(currency: Currency, totals: &Totals) -> Result<Self, Overflow> {
        let money = |amount| Money::new(amount, currency);
        let (products, Sold { units, net }) = totals.first_by_amount(PRODUCTS)?;
        let product =
            |(sku, Sold { units, net }): (&Sku, Sold)| ProductSales { sku: sku.clone(), units, net: money(net) };
        Ok(Self {
            totals: SalesTotals::of(currency, totals)?,
            products: products.into_iter().map(product).collect(),
            other: OtherSales { units, net: money(net) },
        })
    }
}
