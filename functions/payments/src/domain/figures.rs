//! What the days of a period moved: money captured and refunded, fees, and the refund rate. Refuses to add currencies up, and periods
//! that nobody reads at once.

use super::balances::{Movements, TrialBalance};
use super::rejection::Rejection;
use events::money::divide_half_even;
use events::payments::LedgerAccount;
use events::{Currency, Day};
use std::collections::BTreeMap;

/// Most days of a period.
pub const MAX_DAYS: usize = 92;
/// Days of a period whose beginning nobody named.
const USUAL_DAYS: i64 = 30;

/// Days in UTC that follow each other, at least one and at most [`MAX_DAYS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub from: Day,
    pub to: Day,
    /// Oldest first, with both.
    pub days: Vec<Day>,
}

/// Why two days are no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPeriod {
    /// The last day is before the first.
    #[error("must not be before from")]
    Reversed,
    #[error("must be one of the {max} days that begin with from", max = MAX_DAYS)]
    TooLong,
}

impl Period {
    /// The days from the first to the last. Without a last day, today is it; without a first one, there are 30.
    ///
    /// # Errors
    /// `Reversed`, `TooLong`.
    pub fn new(from: Option<Day>, to: Option<Day>, today: Day) -> Result<Self, NoPeriod> {
        let to = to.unwrap_or(today);
        let usual = || to.plus_days(1 - USUAL_DAYS).unwrap_or_else(|| to.clone());
        let from = from.unwrap_or_else(usual);
        if to < from {
            return Err(NoPeriod::Reversed);
        }
        let mut days = vec![from.clone()];
        while let Some(next) = days.last().and_then(|last| last.plus_days(1)).filter(|next| *next <= to) {
            if days.len() == MAX_DAYS {
                return Err(NoPeriod::TooLong);
            }
            days.push(next);
        }
        Ok(Self { from, to, days })
    }
}

/// Money of one currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub captured: i64,
    pub refunded: i64,
    /// What the provider kept.
    pub fees: i64,
}

impl Figures {
    /// A capture debits the account of cash, and a refund credits it. So does a fee, which is no refund.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn of(moved: &Movements) -> Result<Self, Rejection> {
        let (cash, fees) = (moved.on(LedgerAccount::Cash), moved.on(LedgerAccount::Fees));
        let without = |all: i64, part: i64| all.checked_sub(part).ok_or(Rejection::Overflow);
        Ok(Self {
            captured: without(cash.debits, fees.credits)?,
            refunded: without(cash.credits, fees.debits)?,
            fees: fees.net()?,
        })
    }

    /// Refunds per captured money in basis points (1/10,000), rounded half to even. None where nothing was captured: there is nothing to
    /// compare with. More than 10,000 where more was refunded than captured, of the sales of earlier days.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn refund_rate(self) -> Result<Option<i64>, Rejection> {
        if self.captured <= 0 {
            return Ok(None);
        }
        let rate = divide_half_even(i128::from(self.refunded) * 10_000, i128::from(self.captured));
        i64::try_from(rate).map(Some).map_err(|_| Rejection::Overflow)
    }

    fn plus(self, other: Self) -> Result<Self, Rejection> {
        let sum = |one: i64, other: i64| one.checked_add(other).ok_or(Rejection::Overflow);
        Ok(Self {
            captured: sum(self.captured, other.captured)?,
            refunded: sum(self.refunded, other.refunded)?,
            fees: sum(self.fees, other.fees)?,
        })
    }
}

/// The figures of a currency in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrencyFigures {
    pub currency: Currency,
    pub total: Figures,
    /// One for each day, oldest first.
    pub days: Vec<(Day, Figures)>,
}

/// The figures of each currency that moved in these days, by currency.
///
/// # Errors
/// `Overflow`.
pub fn by_currency(moved: &[(Day, Vec<TrialBalance>)]) -> Result<Vec<CurrencyFigures>, Rejection> {
    let currencies: BTreeMap<&str, Currency> =
        moved.iter().flat_map(|(_, of_day)| of_day).map(|of| (of.currency.as_str(), of.currency)).collect();
    currencies.into_values().map(|currency| of_currency(currency, moved)).collect()
}

fn of_currency(currency: Currency, moved: &[(Day, Vec<TrialBalance>)]) -> Result<CurrencyFigures, Rejection> {
    let of_day = |(day, of_day): &(Day, Vec<TrialBalance>)| {
        let moved = of_day.iter().find(|of| of.currency == currency);
        Ok((day.clone(), moved.map(|of| Figures::of(&of.moved)).transpose()?.unwrap_or_default()))
    };
    let days = moved.iter().map(of_day).collect::<Result<Vec<_>, Rejection>>()?;
    let total = days.iter().try_fold(Figures::default(), |sum, (_, figures)| sum.plus(*figures))?;
    Ok(CurrencyFigures { currency, total, days })
}

#[cfg(test)]
mod tests {
    use super::super::balances::Movement;
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn period(from: Option<&str>, to: Option<&str>) -> Result<(String, String, usize), NoPeriod> {
        let period = Period::new(from.map(day), to.map(day), day("2026-03-01"))?;
        assert_eq!((period.days.first(), period.days.last()), (Some(&period.from), Some(&period.to)));
        Ok((period.from.to_string(), period.to.to_string(), period.days.len()))
    }

    #[test]
    fn a_period_is_the_last_thirty_days_unless_somebody_says_which() {
        let of = |from: &str, to: &str, days| Ok((from.to_owned(), to.to_owned(), days));
        assert_eq!(period(None, None), of("2026-01-31", "2026-03-01", 30));
        assert_eq!(period(None, Some("2026-01-30")), of("2026-01-01", "2026-01-30", 30));
        assert_eq!(period(Some("2026-02-27"), None), of("2026-02-27", "2026-03-01", 3));
        assert_eq!(period(Some("2024-02-29"), Some("2024-02-29")), of("2024-02-29", "2024-02-29", 1));
        assert_eq!(period(Some("9999-12-31"), Some("9999-12-31")), of("9999-12-31", "9999-12-31", 1));
    }

    #[test]
    fn a_period_has_a_day_at_least_and_ninety_two_at_most() {
        assert_eq!(period(Some("2026-03-02"), None), Err(NoPeriod::Reversed));
        assert_eq!(period(Some("2026-01-01"), Some("2026-04-02")).unwrap().2, MAX_DAYS);
        assert_eq!(period(Some("2026-01-01"), Some("2026-04-03")), Err(NoPeriod::TooLong));
        assert_eq!(period(Some("0000-01-01"), Some("9999-12-31")), Err(NoPeriod::TooLong));
    }

    fn moved(accounts: &[(LedgerAccount, i64, i64)]) -> Movements {
        let mut moved = Movements::default();
        for (account, debits, credits) in accounts {
            moved.add(*account, Movement { debits: *debits, credits: *credits }).unwrap();
        }
        moved
    }

    #[test]
    fn a_fee_is_neither_captured_nor_refunded() {
        let moved = moved(&[
            (LedgerAccount::Cash, 1_005, 130),
            (LedgerAccount::Receivable, 0, 1_000),
            (LedgerAccount::Refunds, 100, 0),
            (LedgerAccount::Fees, 30, 5),
        ]);
        assert_eq!(Figures::of(&moved), Ok(Figures { captured: 1_000, refunded: 100, fees: 25 }));
    }

    #[test]
    fn the_refund_rate_is_in_basis_points_and_there_is_none_where_nothing_was_captured() {
        let rate = |captured, refunded| Figures { captured, refunded, fees: 0 }.refund_rate();
        assert_eq!(rate(10_000, 1), Ok(Some(1)));
        assert_eq!([rate(3, 1), rate(3, 2)], [Ok(Some(3_333)), Ok(Some(6_667))]);
        assert_eq!(rate(100, 250), Ok(Some(25_000)), "of the sales of earlier days");
        assert_eq!([rate(0, 0), rate(0, 100)], [Ok(None), Ok(None)]);
        assert_eq!(rate(1, i64::MAX), Err(Rejection::Overflow));
        assert_eq!(rate(i64::MAX, i64::MAX), Ok(Some(10_000)));
    }

    #[test]
    fn a_currency_has_each_day_of_the_period_and_their_sums() {
        let of = |currency, cash| TrialBalance { currency, moved: moved(&[(LedgerAccount::Cash, cash, 1)]) };
        let days = [
            (day("2026-01-01"), vec![of(Currency::EUR, 10)]),
            (day("2026-01-02"), vec![]),
            (day("2026-01-03"), vec![of(Currency::USD, 5), of(Currency::EUR, 30)]),
        ];
        let figures = by_currency(&days).unwrap();
        assert_eq!(figures.iter().map(|of| of.currency).collect::<Vec<_>>(), [Currency::EUR, Currency::USD]);
        assert_eq!(figures[0].total, Figures { captured: 40, refunded: 2, fees: 0 });
        let captured = |of: &CurrencyFigures| of.days.iter().map(|(_, day)| day.captured).collect::<Vec<_>>();
        assert_eq!([captured(&figures[0]), captured(&figures[1])], [[10, 0, 30], [0, 0, 5]]);
        assert_eq!(by_currency(&[(day("2026-01-01"), vec![])]), Ok(vec![]));
    }
}
