//! Money: whole minor units of one currency, and the two things shops get wrong with it, mixing and rounding. No floats.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// An ISO 4217 alphabetic currency code that the shop trades in; all of them have two minor digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The traded currencies. Others are refused at the edge rather than misread: some have no or three minor digits.
const TRADED: [&str; 14] =
    ["AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "USD"];

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");
    /// The United States dollar.
    pub const USD: Self = Self(*b"USD");

    /// The code's three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// What is wrong with an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not one of the traded ISO 4217 codes.
    #[error("not a currency this shop trades in")]
    UnknownCurrency,
    /// Amounts of two currencies met.
    #[error("amounts of different currencies cannot be combined")]
    MixedCurrencies,
    /// The result does not fit 64 bits.
    #[error("the amount is too large")]
    Overflow,
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        match (TRADED.contains(&code), code.as_bytes()) {
            (true, &[a, b, c]) => Ok(Self([a, b, c])),
            _ => Err(MoneyError::UnknownCurrency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": TRADED})
    }
}

/// An amount of one currency in its minor units (cents).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Money {
    /// Minor units: 1999 is 19.99.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: Currency,
}

impl Money {
    /// So many minor units of a currency.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in a currency.
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

    /// This amount so many times.
    ///
    /// # Errors
    /// A product that does not fit.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(i64::from(count)).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The share of this amount given in basis points (1/10,000), rounded half to even.
    ///
    /// # Errors
    /// A share that does not fit.
    pub fn basis_points(self, basis_points: u32) -> Result<Self, MoneyError> {
        let product = i128::from(self.amount) * i128::from(basis_points);
        let amount = i64::try_from(divide_half_even(product, 10_000)).map_err(|_| MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }

    /// The sum of many amounts in `currency`.
    ///
    /// # Errors
    /// Mixed currencies, or a sum that does not fit.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    fn combine(self, other: Self, how: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies);
        }
        let amount = how(self.amount, other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(amount, self.currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount < 0 { "-" } else { "" };
        let minor = self.amount.unsigned_abs();
        write!(f, "{sign}{}.{:02} {}", minor / 100, minor % 100, self.currency)
    }
}

/// `numerator / denominator` rounded to the nearest whole number, ties to the even one (IEEE 754 roundTiesToEven).
pub const fn divide_half_even(numerator: i128, denominator: i128) -> i128 {
    let floor = numerator.div_euclid(denominator);
    let twice = 2 * numerator.rem_euclid(denominator);
    if twice > denominator || (twice == denominator && floor % 2 != 0) { floor + 1 } else { floor }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_round_to_the_even_cent() {
        let half_up = Money::new(150, Currency::EUR).basis_points(100).unwrap();
        let half_down = Money::new(250, Currency::EUR).basis_points(100).unwrap();
        assert_eq!((half_up.amount, half_down.amount), (2, 2));
    }

    #[test]
    fn currencies_never_mix() {
        let sum = Money::new(1, Currency::EUR).plus(Money::new(1, Currency::USD));
        assert_eq!(sum, Err(MoneyError::MixedCurrencies));
    }

    #[test]
    fn an_untraded_currency_is_refused() {
        for code in ["JPY", "eur", "EURO", ""] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
    }

    #[test]
    fn money_reads_like_money() {
        assert_eq!(Money::new(-1999, Currency::EUR).to_string(), "-19.99 EUR");
    }

    proptest! {
        #[test]
        fn rounding_is_never_further_than_half_a_cent(amount in -1_000_000_000i64..1_000_000_000, bp in 0u32..10_000) {
            let rounded = Money::new(amount, Currency::EUR).basis_points(bp).unwrap().amount;
            let exact = i128::from(amount) * i128::from(bp);
            prop_assert!((i128::from(rounded) * 10_000 - exact).abs() <= 5_000);
        }
    }
}
