//! The claims of the two signed quotes: what `catalog` promises about prices and `shipping` about carriage, and what
//! `orders` charges exactly. Refuses signatures: those are checked by the chassis, before anyone sees the claims.

use crate::ids::{QuoteId, ShippingQuoteId, UserId};
use crate::money::{Currency, Money};
use crate::sku::Sku;
use crate::{Address, Country};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The JOSE `typ` of a price quote (RFC 8725 §3.11: one type never passes for another).
pub const QUOTE_TYP: &str = "quote+jwt";
/// The JOSE `typ` of a shipping quote.
pub const SHIPPING_QUOTE_TYP: &str = "shipping-quote+jwt";
/// The only audience of quotes.
pub const QUOTE_AUDIENCE: &str = "orders";

/// The part of the destination that decides prices, taxes and carriage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Destination {
    /// Country.
    pub country: Country,
    /// State, province or county, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

impl Destination {
    /// Whether goods priced for this destination may go to that address: each part that the quote names must match.
    pub fn covers(&self, address: &Address) -> bool {
        self.country == address.country
            && self.region.as_ref().is_none_or(|region| Some(region) == address.region.as_ref())
            && self.postal_code.as_ref().is_none_or(|code| *code == address.postal_code)
    }
}

/// A priced line. Amounts are minor units of the quote's currency; `unit_price` is before tax and discount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuotedLine {
    /// What.
    pub sku: Sku,
    /// What it is called.
    pub title: String,
    /// How many units, 1 to 999.
    pub quantity: u32,
    /// Price of one unit before tax.
    pub unit_price: i64,
    /// Taken off the whole line before tax.
    pub discount: i64,
    /// Tax on the whole line after discount, rounded half to even.
    pub tax: i64,
    /// Weight of one unit in grams.
    pub weight_grams: u32,
}

impl QuotedLine {
    /// The line after discount, before tax; `None` if it does not fit.
    pub fn net(&self) -> Option<i64> {
        self.unit_price.checked_mul(i64::from(self.quantity))?.checked_sub(self.discount)
    }
}

/// What `catalog` signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuoteClaims {
    /// Issuer: `catalog`.
    pub iss: String,
    /// Audience: `orders`.
    pub aud: String,
    /// Stage that issued it; a quote of one stage is worth nothing on another.
    pub stage: String,
    /// The quote's id; the order that comes of it has the same bits.
    pub jti: QuoteId,
    /// The customer it was made for; absent for a guest's, which anyone may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<UserId>,
    /// Currency of every amount.
    pub currency: Currency,
    /// Where to.
    pub ship_to: Destination,
    /// The priced lines.
    pub lines: Vec<QuotedLine>,
    /// Issued at, seconds since the Unix epoch.
    pub iat: i64,
    /// Not to be accepted from then on, seconds since the Unix epoch.
    pub exp: i64,
}

impl QuoteClaims {
    /// The money of all lines: goods after discount, and tax. `None` if it does not fit.
    pub fn amounts(&self) -> Option<(Money, Money)> {
        let (mut goods, mut tax) = (0i64, 0i64);
        for line in &self.lines {
            goods = goods.checked_add(line.net()?)?;
            tax = tax.checked_add(line.tax)?;
        }
        Some((Money::new(goods, self.currency), Money::new(tax, self.currency)))
    }

    /// Weight of all goods in grams, saturating.
    pub fn weight_grams(&self) -> u64 {
        self.lines
            .iter()
            .map(|line| u64::from(line.weight_grams) * u64::from(line.quantity))
            .fold(0, u64::saturating_add)
    }
}

/// What `shipping` signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShippingQuoteClaims {
    /// Issuer: `shipping`.
    pub iss: String,
    /// Audience: `orders`.
    pub aud: String,
    /// Stage that issued it.
    pub stage: String,
    /// This shipping quote's id.
    pub jti: ShippingQuoteId,
    /// The price quote it belongs to; it goes with no other.
    pub quote: QuoteId,
    /// Code of the service.
    pub service: String,
    /// Currency of both amounts.
    pub currency: Currency,
    /// Carriage before tax, minor units.
    pub amount: i64,
    /// Tax on it, minor units.
    pub tax: i64,
    /// Issued at, seconds since the Unix epoch.
    pub iat: i64,
    /// Not to be accepted from then on, seconds since the Unix epoch.
    pub exp: i64,
}
