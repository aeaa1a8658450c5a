//! What goods cost: net prices from the catalogue, tax of each line by its product's class and the destination's country,
//! rounded half to even line by line. Refuses carriage, which `shipping` quotes.

use super::{Catalogue, text};
use events::money::MoneyError;
use events::quotes::{Destination, QuotedLine};
use events::{Country, Currency, Money, Sku};

/// Lines of a quote, at most.
pub const MAX_LINES: usize = 50;
/// Units of one SKU, at most.
pub const MAX_QUANTITY: u32 = 999;
/// Characters of a line's title. Fifty of them stay far below the body limit of the request that carries the quote.
const MAX_LINE_TITLE: usize = 120;

/// So many units of a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
}

/// What somebody wants priced.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// In which currency.
    pub currency: Currency,
    /// What; each SKU once.
    pub lines: Vec<Wish>,
    /// Where to.
    pub ship_to: Destination,
}

/// Why something cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unpriceable {
    /// A field is not acceptable.
    #[error(transparent)]
    Invalid(#[from] text::Fault),
    /// No coupon has this code.
    #[error("there is no such coupon")]
    UnknownCoupon,
    /// Nothing on sale has these SKUs.
    #[error("there are no such SKUs")]
    UnknownSkus(Vec<Sku>),
    /// These have no price in the currency.
    #[error("there is no price in that currency")]
    CurrencyUnavailable(Vec<Sku>),
    /// No tax rate says what the goods cost there.
    #[error("goods are not sold to that country")]
    DestinationUnsupported(Country),
    /// The sum does not fit.
    #[error("the amount is too large")]
    TooLarge,
}

impl From<MoneyError> for Unpriceable {
    fn from(_: MoneyError) -> Self {
        Self::TooLarge
    }
}

impl Wishes {
    /// Wishes as somebody sent them; lines of one SKU are summed.
    ///
    /// # Errors
    /// Too many or no lines, quantities or parts of the destination out of bounds, a coupon.
    pub fn parse(
        currency: Currency,
        lines: Vec<Wish>,
        coupon: Option<&str>,
        ship_to: Destination,
    ) -> Result<Self, Unpriceable> {
        if !(1..=MAX_LINES).contains(&lines.len()) {
            return Err(text::Fault::new("lines", format!("must be 1 to {MAX_LINES}")).into());
        }
        let mut summed: Vec<Wish> = Vec::with_capacity(lines.len());
        for (index, wish) in lines.into_iter().enumerate() {
            let known = summed.iter_mut().find(|known| known.sku == wish.sku);
            let total = known.as_ref().map_or(0, |known| known.quantity).saturating_add(wish.quantity);
            if wish.quantity == 0 || total > MAX_QUANTITY {
                let why = format!("must be 1 to {MAX_QUANTITY}, all lines of a SKU together");
                return Err(text::Fault::new(format!("lines[{index}].quantity"), why).into());
            }
            match known {
                Some(known) => known.quantity = total,
                None => summed.push(wish),
            }
        }
        for (field, part, max) in
            [("ship_to.region", &ship_to.region, 200), ("ship_to.postal_code", &ship_to.postal_code, 20)]
        {
            if let Some(part) = part {
                text::line(field, part, max)?;
                // It is promised just as it was sent, and compared with the order's address, so the blanks around it count.
                if part.chars().count() > max {
                    return Err(text::Fault::new(field, format!("must be 1 to {max} characters")).into());
                }
            }
        }
        match coupon {
            Some(_) => Err(Unpriceable::UnknownCoupon),
            None => Ok(Self { currency, lines: summed, ship_to }),
        }
    }

    /// The wishes, unless they come to more units than that: an order holds its goods before it is paid, and nobody may
    /// hold the whole shop (OWASP Automated Threats OAT-021).
    ///
    /// # Errors
    /// Too many units.
    pub fn of_at_most(self, units: u32) -> Result<Self, Unpriceable> {
        let wished: u64 = self.lines.iter().map(|wish| u64::from(wish.quantity)).sum();
        if wished > u64::from(units) {
            return Err(text::Fault::new("lines", format!("must be at most {units} units together")).into());
        }
        Ok(self)
    }
}

/// Prices every line.
///
/// # Errors
/// If one cannot be priced; all lines with the same trouble are named.
pub fn price(catalogue: &Catalogue, wishes: &Wishes) -> Result<Vec<QuotedLine>, Unpriceable> {
    let (mut lines, mut unknown, mut unpriced) = (Vec::new(), Vec::new(), Vec::new());
    let mut untaxed = false;
    for wish in &wishes.lines {
        let Some((product, variant)) = catalogue.variant(&wish.sku) else {
            unknown.push(wish.sku.clone());
            continue;
        };
        let Some(unit) = variant.prices.iter().find(|price| price.currency == wishes.currency) else {
            unpriced.push(wish.sku.clone());
            continue;
        };
        let Some(rate) = catalogue.rate(&wishes.ship_to.country, product.tax_class) else {
            untaxed = true;
            continue;
        };
        let title = line_title(&product.title, &variant.title);
        lines.push(price_line(wish, title, *unit, rate, variant.weight_grams)?);
    }
    if !unknown.is_empty() {
        return Err(Unpriceable::UnknownSkus(unknown));
    }
    if !unpriced.is_empty() {
        return Err(Unpriceable::CurrencyUnavailable(unpriced));
    }
    if untaxed {
        return Err(Unpriceable::DestinationUnsupported(wishes.ship_to.country.clone()));
    }
    Ok(lines)
}

fn price_line(
    wish: &Wish,
    title: String,
    unit: Money,
    rate_basis_points: u32,
    weight_grams: u32,
) -> Result<QuotedLine, MoneyError> {
    let net = unit.times(wish.quantity)?;
    Ok(QuotedLine {
        sku: wish.sku.clone(),
        title,
        quantity: wish.quantity,
        unit_price: unit.amount,
        discount: 0,
        tax: net.basis_points(rate_basis_points)?.amount,
        weight_grams,
    })
}

fn line_title(product: &str, variant: &str) -> String {
    let whole = if product == variant { product.to_owned() } else { format!("{product}, {variant}") };
    whole.chars().take(MAX_LINE_TITLE).collect()
}

/// The sums of priced lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Net prices before discount.
    pub subtotal: Money,
    /// Taken off the subtotal.
    pub discount: Money,
    /// On what is left.
    pub tax: Money,
    /// What is to be paid for the goods: `subtotal − discount + tax`.
    pub total: Money,
}

impl Totals {
    /// Sums lines in one currency.
    ///
    /// # Errors
    /// A sum that does not fit.
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
