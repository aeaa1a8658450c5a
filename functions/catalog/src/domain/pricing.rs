//! Prices lines: net prices from the catalogue, and the tax of each line by its product's class and the destination's
//! country, rounded half to even line by line. Refuses shipping costs, which `shipping` quotes.

use super::catalogue::Catalogue;
use events::address::typed::TypedDestination;
use events::money::MoneyError;
use events::quotes::{Destination, QuotedLine};
use events::text::{FieldError, cut, optional};
use events::{Country, Currency, Money, Sku};
use schemars::JsonSchema;
use serde::Deserialize;

/// Lines of a quote, at most.
pub const MAX_LINES: usize = 50;
/// Units of one SKU, at most.
pub const MAX_QUANTITY: u32 = 999;
/// Characters of a line's title, at most: fifty of them stay far below the body limit of the request that carries the quote.
const MAX_LINE_TITLE: usize = 120;

/// Units of one SKU to be priced.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateQuoteLine")]
pub struct QuoteLineRequest {
    pub sku: Sku,
    /// Units; lines with the same SKU are added up.
    #[schemars(range(min = 1, max = 999))]
    pub quantity: u32,
}

/// Lines to be priced.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateQuote")]
pub struct QuoteRequest {
    pub currency: Currency,
    #[schemars(length(min = 1, max = 50))]
    pub lines: Vec<QuoteLineRequest>,
    /// A coupon's code; an empty one counts as absent.
    #[serde(default, deserialize_with = "optional")]
    pub coupon: Option<String>,
    /// The destination of the goods; its country decides the tax.
    pub ship_to: TypedDestination,
}

/// Lines that may be priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedQuoteRequest {
    pub currency: Currency,
    /// One for each SKU.
    pub lines: Vec<QuoteLineRequest>,
    pub ship_to: Destination,
}

/// The reason for which lines cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    #[error(transparent)]
    Invalid(#[from] FieldError),
    #[error("there is no such coupon")]
    UnknownCoupon,
    /// No variant on sale has these SKUs.
    #[error("there are no such SKUs")]
    UnknownSkus(Vec<Sku>),
    /// The variants with these SKUs have no price in the currency.
    #[error("there is no price in that currency")]
    CurrencyUnavailable(Vec<Sku>),
    /// A tax rate for that country is missing.
    #[error("goods are not sold to that country")]
    DestinationUnsupported(Country),
    #[error("the amount is too large")]
    TooLarge,
}

impl From<MoneyError> for PricingError {
    fn from(_: MoneyError) -> Self {
        Self::TooLarge
    }
}

impl QuoteRequest {
    /// The request with its lines added up by SKU, and its destination in the spelling of the post.
    ///
    /// # Errors
    /// If the number of lines, a quantity or the destination is out of bounds, or there is a coupon.
    pub fn checked(self) -> Result<CheckedQuoteRequest, PricingError> {
        let lines = added_up(&self.lines)?;
        let ship_to = self.ship_to.parsed().map_err(|error| error.inside("ship_to"))?;
        if self.coupon.is_some() {
            return Err(PricingError::UnknownCoupon);
        }
        Ok(CheckedQuoteRequest { currency: self.currency, lines, ship_to })
    }
}

impl CheckedQuoteRequest {
    /// Checks that all lines together have at most `max_units` units: an order holds its stock before it is paid, and nobody may
    /// hold the whole shop's (OWASP Automated Threats OAT-021).
    ///
    /// # Errors
    /// If there are more.
    pub fn within(self, max_units: u32) -> Result<Self, PricingError> {
        let units: u64 = self.lines.iter().map(|line| u64::from(line.quantity)).sum();
        if units > u64::from(max_units) {
            return Err(FieldError::new("lines", format!("must have at most {max_units} units in total")).into());
        }
        Ok(self)
    }
}

fn added_up(lines: &[QuoteLineRequest]) -> Result<Vec<QuoteLineRequest>, FieldError> {
    if !(1..=MAX_LINES).contains(&lines.len()) {
        return Err(FieldError::new("lines", format!("must have 1 to {MAX_LINES} lines")));
    }
    let mut summed: Vec<QuoteLineRequest> = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let known = summed.iter_mut().find(|known| known.sku == line.sku);
        let total = known.as_ref().map_or(0, |known| known.quantity).saturating_add(line.quantity);
        if line.quantity == 0 || total > MAX_QUANTITY {
            let requirement = format!("must be 1 to {MAX_QUANTITY}, all lines of a SKU together");
            return Err(FieldError::new(format!("lines[{index}].quantity"), requirement));
        }
        match known {
            Some(known) => known.quantity = total,
            None => summed.push(line.clone()),
        }
    }
    Ok(summed)
}

/// Prices every line.
///
/// # Errors
/// If a line cannot be priced; the error names all lines for which the same reason holds.
pub fn price(catalogue: &Catalogue, request: &CheckedQuoteRequest) -> Result<Vec<QuotedLine>, PricingError> {
    let (mut lines, mut unknown, mut unpriced) = (Vec::new(), Vec::new(), Vec::new());
    let mut untaxed = false;
    for line in &request.lines {
        let Some((product, variant)) = catalogue.variant(&line.sku) else {
            unknown.push(line.sku.clone());
            continue;
        };
        let Some(unit) = variant.prices.iter().find(|price| price.currency == request.currency) else {
            unpriced.push(line.sku.clone());
            continue;
        };
        let Some(rate) = catalogue.rate(&request.ship_to.country, product.tax_class) else {
            untaxed = true;
            continue;
        };
        let title = line_title(&product.title, &variant.title);
        lines.push(price_line(line, title, *unit, rate, variant.weight_grams)?);
    }
    if !unknown.is_empty() {
        return Err(PricingError::UnknownSkus(unknown));
    }
    if !unpriced.is_empty() {
        return Err(PricingError::CurrencyUnavailable(unpriced));
    }
    if untaxed {
        return Err(PricingError::DestinationUnsupported(request.ship_to.country.clone()));
    }
    Ok(lines)
}

fn price_line(
    line: &QuoteLineRequest,
    title: String,
    unit: Money,
    rate_basis_points: u32,
    weight_grams: u32,
) -> Result<QuotedLine, MoneyError> {
    let net = unit.times(line.quantity)?;
    Ok(QuotedLine {
        sku: line.sku.clone(),
        title,
        quantity: line.quantity,
        unit_price: unit.amount,
        discount: 0,
        tax: net.basis_points(rate_basis_points)?.amount,
        weight_grams,
    })
}

fn line_title(product: &str, variant: &str) -> String {
    let whole = if product == variant { product.to_owned() } else { format!("{product}, {variant}") };
    cut(&whole, MAX_LINE_TITLE).to_owned()
}

/// The sums of priced lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Net prices before discount.
    pub subtotal: Money,
    pub discount: Money,
    pub tax: Money,
    /// The amount to pay for the lines, without shipping: `subtotal − discount + tax`.
    pub total: Money,
}

impl Totals {
    /// Adds up lines in one currency.
    ///
    /// # Errors
    /// If a sum is too large.
    pub fn of(currency: Currency, lines: &[QuotedLine]) -> Result<Self, MoneyError> {
        let money = |amount| Money::new(amount, currency);
        let sum = |part: fn(&QuotedLine) -> i64| Money::sum(currency, lines.iter().map(|line| money(part(line))));
        let (discount, tax) = (sum(|line| line.discount)?, sum(|line| line.tax)?);
        let mut subtotal = Money::zero(currency);
        for line in lines {
            subtotal = subtotal.plus(money(line.unit_price).times(line.quantity)?)?;
        }
        Ok(Self { subtotal, discount, tax, total: subtotal.minus(discount)?.plus(tax)? })
    }
}

#[cfg(test)]
#[path = "pricing/tests.rs"]
mod tests;
