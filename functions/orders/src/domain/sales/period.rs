//! The days for which sales are asked. Refuses more of them than an answer may have.

use events::Day;

/// Most days of a period: a quarter.
pub const MAX_DAYS: i64 = 92;
/// Days of a period of which one end, or none, is said.
pub const DEFAULT_DAYS: i64 = 30;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Some days in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// Why two days are no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("must not be after `to`")]
    Backwards,
    #[error("must be less than {MAX_DAYS} days before `to`")]
    TooLong,
}

impl Period {
    /// From the first day to the last, both included. Without a last day it ends today, or a month after the first day if that is
    /// earlier; without a first day it is a month.
    ///
    /// # Errors
    /// `Backwards`, `TooLong`.
    pub fn of(from: Option<Day>, to: Option<Day>, today: &Day) -> Result<Self, PeriodError> {
        let further = |day: &Day, days: i64| day.plus_days(days).unwrap_or_else(|| day.clone());
        let to = match (&from, to) {
            (_, Some(to)) => to,
            (Some(from), None) if from <= today => further(from, DEFAULT_DAYS - 1).min(today.clone()),
            (Some(from), None) => from.clone(),
            (None, None) => today.clone(),
        };
        let from = from.unwrap_or_else(|| further(&to, 1 - DEFAULT_DAYS));
        if from > to {
            return Err(PeriodError::Backwards);
        }
        let period = Self { from, to };
        if period.len() > MAX_DAYS { Err(PeriodError::TooLong) } else { Ok(period) }
    }

    fn len(&self) -> i64 {
        (self.to.end().millis() - self.from.start().millis()) / DAY_MILLIS
    }

    /// The days up to one, oldest first.
    pub fn days_until(&self, last: &Day) -> Vec<Day> {
        (0..self.len()).filter_map(|days| self.from.plus_days(days)).filter(|day| day <= last).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn of(from: &str, to: &str) -> Result<(String, String), PeriodError> {
        let period = Period::of(Day::parse(from), Day::parse(to), &day("2026-03-31"))?;
        Ok((period.from.to_string(), period.to.to_string()))
    }

    #[test]
    fn a_period_is_the_last_month_unless_its_ends_are_said() {
        let period = |from: &str, to: &str| Ok((from.to_owned(), to.to_owned()));
        assert_eq!(of("", ""), period("2026-03-02", "2026-03-31"));
        assert_eq!(of("2026-03-30", ""), period("2026-03-30", "2026-03-31"));
        assert_eq!(of("2026-01-01", ""), period("2026-01-01", "2026-01-30"));
        assert_eq!(of("2026-04-01", ""), period("2026-04-01", "2026-04-01"));
        assert_eq!(of("", "2026-01-30"), period("2026-01-01", "2026-01-30"));
    }

    #[test]
    fn a_period_has_at_most_92_days_and_runs_forwards() {
        assert!(of("2026-01-01", "2026-04-02").is_ok());
        assert_eq!(of("2026-01-01", "2026-04-03"), Err(PeriodError::TooLong));
        assert_eq!(of("2026-01-02", "2026-01-01"), Err(PeriodError::Backwards));
    }

    #[test]
    fn days_still_to_come_are_no_days_of_a_period() {
        let period = Period::of(Some(day("2026-02-27")), Some(day("2026-03-02")), &day("2026-03-01")).unwrap();
        let days: Vec<_> = period.days_until(&day("2026-03-01")).iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2026-02-27", "2026-02-28", "2026-03-01"]);
        assert_eq!(period.days_until(&day("2026-02-01")), []);
    }
}
