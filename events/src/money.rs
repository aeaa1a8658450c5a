//! Money: whole minor units of one currency. Owns the arithmetic, the rounding and the text of an amount. Refuses floats,
//! and arithmetic between two currencies.

use crate::currency::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Money {
    /// Minor units of the currency: 1999 is 19.99 EUR, 1999 JPY and 1.999 KWD.
    pub amount: i64,
    pub currency: Currency,
}

/// Why amounts cannot be combined, or a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum MoneyError {
    #[error("amounts of different currencies cannot be combined")]
    MixedCurrencies,
    /// The result does not fit 64 bits.
    #[error("the amount is too large")]
    Overflow,
    #[error("not a decimal number with the digits of its currency")]
    InvalidDecimal,
}

impl Money {
    /// `amount` is in minor units.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// No money.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum.
    ///
    /// # Errors
    /// Mixed currencies, or a sum that does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference, which may be negative.
    ///
    /// # Errors
    /// Mixed currencies, or a difference that does not fit.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// The product with a number of units.
    ///
    /// # Errors
    /// A product that does not fit.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(i64::from(count)).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The share of this amount given in basis points (1/10,000), rounded half to even to a whole minor unit.
    ///
    /// # Errors
    /// A share that does not fit.
    pub fn basis_points(self, basis_points: u32) -> Result<Self, MoneyError> {
        let product = i128::from(self.amount) * i128::from(basis_points);
        let amount = i64::try_from(divide_half_even(product, 10_000)).map_err(|_| MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The sum of `amounts`, each of which is in `currency`.
    ///
    /// # Errors
    /// Mixed currencies, or a sum that does not fit.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// The amount as a decimal number with exactly the digits of its currency: `19.99`, `1999`, `-1.999`.
    pub fn to_decimal(self) -> String {
        let sign = if self.amount < 0 { "-" } else { "" };
        let digits = self.amount.unsigned_abs().to_string();
        let decimals = usize::try_from(self.currency.exponent()).unwrap_or_default();
        if decimals == 0 {
            return format!("{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = decimals + 1);
        let (major, minor) = padded.split_at(padded.len() - decimals);
        format!("{sign}{major}.{minor}")
    }

    /// Reads what [`Money::to_decimal`] writes. `19.9` EUR and `19.00` JPY are refused: each has as many digits as its
    /// currency.
    ///
    /// # Errors
    /// Text of another form, or an amount that does not fit.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let decimals = usize::try_from(currency.exponent()).unwrap_or_default();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
        let (major, minor) = match digits.split_once('.') {
            Some((major, minor)) if decimals > 0 => (major, minor),
            None if decimals == 0 => (digits, ""),
            _ => return Err(MoneyError::InvalidDecimal),
        };
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if major.is_empty() || minor.len() != decimals || !all_digits(major) || !all_digits(minor) {
            return Err(MoneyError::InvalidDecimal);
        }
        let amount = format!("{sign}{major}{minor}").parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Self::new(amount, currency))
    }

    fn combine(self, other: Self, operation: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies);
        }
        let amount = operation(self.amount, other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }
}

/// `19.99 EUR`, `1999 JPY`, `1.999 KWD`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

/// `numerator / denominator` rounded to the nearest whole number, ties to the even one (IEEE 754 roundTiesToEven).
pub const fn divide_half_even(numerator: i128, denominator: i128) -> i128 {
    let floor = numerator.div_euclid(denominator);
    let twice = 2 * numerator.rem_euclid(denominator);
    if twice > denominator || (twice == denominator && floor % 2 != 0) { floor + 1 } else { floor }
}

#[cfg(test)]
mod tests;
