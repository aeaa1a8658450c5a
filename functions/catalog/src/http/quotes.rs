//! `POST /v1/quotes`.

use super::problem;
use crate::domain::pricing::{Wish, Wishes};
use crate::service::quotes::Quote;
use crate::service::{Catalog, Refusal};
use chassis::{Call, Json, Problem};
use events::ids::QuoteId;
use events::quotes::{Destination, QuotedLine};
use events::{Currency, Money, Sku, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// So many units of a SKU.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// What.
    pub sku: Sku,
    /// How many units; lines of one SKU are summed.
    #[schemars(range(min = 1, max = 999))]
    pub quantity: u32,
}

/// What is to be priced.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteBody {
    /// In which currency.
    pub currency: Currency,
    /// What.
    #[schemars(length(min = 1, max = 50))]
    pub lines: Vec<LineBody>,
    /// A coupon's code.
    #[serde(default)]
    pub coupon: Option<String>,
    /// Where to; decides the tax.
    pub ship_to: Destination,
}

/// A priced line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "QuoteLine")]
pub struct LineView {
    /// What.
    pub sku: Sku,
    /// What it is called.
    pub title: String,
    /// How many units.
    pub quantity: u32,
    /// Net price of one unit.
    pub unit_price: Money,
    /// Taken off the line before tax.
    pub discount: Money,
    /// Tax on the line.
    pub tax: Money,
    /// What the line comes to: `unit_price × quantity − discount + tax`.
    pub total: Money,
}

/// A promise of prices.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Quote")]
pub struct QuoteView {
    /// The promise, signed (JWS compact): what an order is placed with.
    pub quote: String,
    /// Its id.
    pub id: QuoteId,
    /// The priced lines.
    pub lines: Vec<LineView>,
    /// Net prices before discount.
    pub subtotal: Money,
    /// Taken off.
    pub discount: Money,
    /// Tax, the sum of the lines'.
    pub tax: Money,
    /// What the goods cost: `subtotal − discount + tax`. Carriage is quoted by `POST /v1/shipping-quotes`.
    pub total: Money,
    /// Not to be accepted from then on.
    pub expires_at: Timestamp,
}

fn line(quoted: &QuotedLine, currency: Currency) -> Result<LineView, Problem> {
    let money = |amount| Money::new(amount, currency);
    let total = quoted.net().and_then(|net| net.checked_add(quoted.tax)).ok_or_else(Problem::internal)?;
    Ok(LineView {
        sku: quoted.sku.clone(),
        title: quoted.title.clone(),
        quantity: quoted.quantity,
        unit_price: money(quoted.unit_price),
        discount: money(quoted.discount),
        tax: money(quoted.tax),
        total: money(total),
    })
}

fn view(quote: Quote) -> Result<QuoteView, Problem> {
    let Quote { claims, totals, token } = quote;
    Ok(QuoteView {
        quote: token,
        id: claims.jti,
        lines: claims.lines.iter().map(|quoted| line(quoted, claims.currency)).collect::<Result<_, _>>()?,
        subtotal: totals.subtotal,
        discount: totals.discount,
        tax: totals.tax,
        total: totals.total,
        expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1000)),
    })
}

/// `POST /v1/quotes`.
///
/// # Errors
/// 422 for what cannot be priced.
pub async fn create(app: Arc<Catalog>, call: Call<Json<QuoteBody>>) -> Result<QuoteView, Problem> {
    let customer = call.caller.user();
    let QuoteBody { currency, lines, coupon, ship_to } = call.body.0;
    let lines = lines.into_iter().map(|LineBody { sku, quantity }| Wish { sku, quantity }).collect();
    let wishes = Wishes::parse(currency, lines, coupon.as_deref(), ship_to);
    let wishes = wishes.map_err(|reason| problem(Refusal::Unpriceable(reason)))?;
    let quote = app.quote(wishes, customer, call.now).await.map_err(problem)?;
    view(quote)
}
