//! A day in UTC, by which the books and the sales of a shop are summed. Refuses time zones: a shop keeps one calendar.

use crate::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::borrow::Cow;
use std::fmt;

/// Length of `2026-01-31`.
const LENGTH: usize = 10;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// `2026-01-31`, also on the wire. Text order is time order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Day(String);

impl Day {
    /// The day of an instant.
    pub fn of(at: Timestamp) -> Self {
        let mut text = at.to_string();
        text.truncate(LENGTH);
        Self(text)
    }

    /// The day, if the text is one.
    pub fn parse(text: &str) -> Option<Self> {
        let midnight = Timestamp::parse(&format!("{text}T00:00:00Z")).ok()?;
        Some(Self::of(midnight)).filter(|day| day.0 == text)
    }

    /// The instant at which it begins.
    pub fn start(&self) -> Timestamp {
        Timestamp::parse(&format!("{self}T00:00:00Z")).unwrap_or_default()
    }

    /// The day a number of days later, or earlier if it is negative. `None` beyond the years of four digits.
    pub fn plus_days(&self, days: i64) -> Option<Self> {
        let start = self.start().plus_seconds(days.saturating_mul(DAY_SECONDS));
        // The calendar stops at its last day, which begins at another instant then.
        Self::parse(&Self::of(start).0).filter(|day| day.start() == start)
    }

    /// The instant at which it is over.
    pub fn end(&self) -> Timestamp {
        self.start().plus_seconds(DAY_SECONDS)
    }

    /// The text of the day.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("must be a date of the form 2026-01-31"))
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_days() {
        assert_eq!(Day::parse("2024-02-29"), Some(Day::of(Timestamp::parse("2024-02-29T23:59:59.999Z").unwrap())));
        for other in ["2023-02-29", "2026-13-01", "2026-1-31", "20260131", "2026-01-31T00:00:00Z", "today", ""] {
            assert_eq!(Day::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_day_has_one_before_and_one_after_it() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(day("2024-02-28").plus_days(1), Some(day("2024-02-29")));
        assert_eq!(day("2026-01-01").plus_days(-1), Some(day("2025-12-31")));
        assert_eq!((day("9999-12-31").plus_days(1), day("0000-01-01").plus_days(-1)), (None, None));
        assert_eq!((day("9999-12-30").plus_days(5), day("2026-01-01").plus_days(i64::MAX)), (None, None));
        assert_eq!(
            (day("9999-12-30").plus_days(1), day("2026-01-31").plus_days(0)),
            (Some(day("9999-12-31")), Some(day("2026-01-31")))
        );
        assert_eq!(day("2026-01-31").start(), Timestamp::parse("2026-01-31T00:00:00Z").unwrap());
        assert_eq!(day("2026-01-31").end(), day("2026-02-01").start());
    }
}
