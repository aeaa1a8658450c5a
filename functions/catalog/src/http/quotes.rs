//! `POST /v1/quotes`.

use crate::domain::pricing::{QuoteRequest, Totals};
use crate::service::Catalog;
use chassis::{Call, Json, Problem};
use events::ids::QuoteId;
use events::quotes::{QuoteClaims, QuotedLine};
use events::{Currency, Money, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A priced line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct QuoteLine {
    sku: Sku,
    title: String,
    quantity: u32,
    /// Net price of one unit.
    unit_price: Money,
    /// Discount on the line before tax.
    discount: Money,
    tax: Money,
    /// `unit_price × quantity − discount + tax`.
    total: Money,
}

/// A quote: prices that are promised until it expires.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Quote {
    /// The signed quote (JWS compact), to place an order with.
    quote: String,
    id: QuoteId,
    lines: Vec<QuoteLine>,
    /// Net prices before discount.
    subtotal: Money,
    discount: Money,
    /// The sum of the lines' tax.
    tax: Money,
    /// `subtotal − discount + tax`, without shipping: `POST /v1/shipping-quotes` says what that costs.
    total: Money,
    /// From then on no order can be placed with the quote.
    expires_at: Timestamp,
}

/// `POST /v1/quotes`.
pub(super) async fn create(app: Arc<Catalog>, call: Call<Json<QuoteRequest>>) -> Result<Quote, Problem> {
    let context = call.context();
    let (claims, totals) = app.quote(call.body.0, &context).await?;
    let signed = app.sign(&claims).await?;
    quote(signed, &claims, totals)
}

fn quote(signed: String, claims: &QuoteClaims, totals: Totals) -> Result<Quote, Problem> {
    Ok(Quote {
        quote: signed,
        id: claims.jti,
        lines: claims.lines.iter().map(|quoted| line(quoted, claims.currency)).collect::<Result<_, _>>()?,
        subtotal: totals.subtotal,
        discount: totals.discount,
        tax: totals.tax,
        total: totals.total,
        expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1000)),
    })
}

fn line(quoted: &QuotedLine, currency: Currency) -> Result<QuoteLine, Problem> {
    let money = |amount| Money::new(amount, currency);
    let total = quoted
        .net()
        .and_then(|net| net.checked_add(quoted.tax))
        .ok_or_else(|| Problem::internal("a line's total does not fit"))?;
    Ok(QuoteLine {
        sku: quoted.sku.clone(),
        title: quoted.title.clone(),
        quantity: quoted.quantity,
        unit_price: money(quoted.unit_price),
        discount: money(quoted.discount),
        tax: money(quoted.tax),
        total: money(total),
    })
}
