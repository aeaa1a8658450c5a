//! The claims of the two signed quotes: `catalog` promises prices, `shipping` promises what shipping costs, and `orders`
//! charges exactly that. Refuses signatures: the chassis verifies them before anybody sees the claims.

pub use crate::address::Destination;

use crate::currency::Currency;
use crate::ids::{QuoteId, ShippingQuoteId, UserId};
use crate::money::Money;
use crate::sku::Sku;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The JOSE `typ` of a price quote (RFC 8725 §3.11: one type never passes for another).
pub const QUOTE_TYP: &str = "quote+jwt";
/// The JOSE `typ` of a shipping quote.
pub const SHIPPING_QUOTE_TYP: &str = "shipping-quote+jwt";
/// The `aud` claim of every quote.
pub const QUOTE_AUDIENCE: &str = "orders";

/// A priced line. Amounts are minor units of the quote's currency; `unit_price` is before tax and discount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct QuotedLine {
    pub sku: Sku,
    /// Name of the product and variant when it was quoted.
    pub title: String,
    /// Units, 1 to 999.
    pub quantity: u32,
    /// Price of one unit before tax.
    pub unit_price: i64,
    /// Discount on the whole line, before tax.
    pub discount: i64,
    /// Tax on the whole line after discount, rounded half to even.
    pub tax: i64,
    /// Weight of one unit in grams.
    pub weight_grams: u32,
}

impl QuotedLine {
    /// Price of the line after discount, before tax. `None` if it does not fit 64 bits.
    pub fn net(&self) -> Option<i64> {
        self.unit_price.checked_mul(i64::from(self.quantity))?.checked_sub(self.discount)
    }
}

/// The claims of a price quote, which `catalog` signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct QuoteClaims {
    /// Always `catalog`.
    pub iss: String,
    /// Always `orders`.
    pub aud: String,
    /// The stage that issued the quote. Another stage refuses it.
    pub stage: String,
    /// Id of the quote. The order that it becomes has the same 128 bits.
    pub jti: QuoteId,
    /// The customer that the quote is for. Absent for a guest's quote, which anybody may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<UserId>,
    /// Currency of all amounts.
    pub currency: Currency,
    pub ship_to: Destination,
    pub lines: Vec<QuotedLine>,
    /// Version of the shop's terms when it was quoted. Absent if the shop has published none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Time of issue in seconds since the Unix epoch.
    pub iat: i64,
    /// The quote is refused from this time on, in seconds since the Unix epoch.
    pub exp: i64,
}

impl QuoteClaims {
    /// Price of all lines after discount and before tax, and the tax on it. `None` if a sum does not fit 64 bits.
    pub fn amounts(&self) -> Option<(Money, Money)> {
        let (mut net, mut tax) = (0i64, 0i64);
        for line in &self.lines {
            net = net.checked_add(line.net()?)?;
            tax = tax.checked_add(line.tax)?;
        }
        Some((Money::new(net, self.currency), Money::new(tax, self.currency)))
    }

    /// Weight of all lines in grams, saturating.
    pub fn weight_grams(&self) -> u64 {
        self.lines
            .iter()
            .map(|line| u64::from(line.weight_grams) * u64::from(line.quantity))
            .fold(0, u64::saturating_add)
    }
}

/// The claims of a shipping quote, which `shipping` signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShippingQuoteClaims {
    /// Always `shipping`.
    pub iss: String,
    /// Always `orders`.
    pub aud: String,
    /// The stage that issued the quote. Another stage refuses it.
    pub stage: String,
    /// Id of the shipping quote.
    pub jti: ShippingQuoteId,
    /// The price quote that it belongs to. It is refused with any other.
    pub quote: QuoteId,
    /// Code of the shipping service.
    pub service: String,
    /// Currency of `amount` and `tax`.
    pub currency: Currency,
    /// Price of shipping before tax, in minor units.
    pub amount: i64,
    /// Tax on `amount`, in minor units.
    pub tax: i64,
    /// Time of issue in seconds since the Unix epoch.
    pub iat: i64,
    /// The quote is refused from this time on, in seconds since the Unix epoch.
    pub exp: i64,
}
