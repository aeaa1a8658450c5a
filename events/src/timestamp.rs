//! An instant in UTC with millisecond precision. Refuses local time and reading a clock.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// Milliseconds since the Unix epoch, UTC; on the wire an RFC 3339 string of fixed width (`2026-01-31T09:00:00.000Z`), so
/// that text order is time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch (JWT's `NumericDate`, RFC 7519 §2).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by `seconds`, saturating at the bounds of 64 bits.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this instant; negative if it is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0.saturating_sub(earlier.0)).div_euclid(1000)
    }

    /// Reads an RFC 3339 instant.
    ///
    /// # Errors
    /// Text that is not RFC 3339.
    pub fn parse(text: &str) -> Result<Self, time::error::Parse> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339)?;
        let millis = parsed.unix_timestamp_nanos().div_euclid(1_000_000);
        Ok(Self(i64::try_from(millis).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::milliseconds(self.0));
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_| de::Error::custom("must be a time of RFC 3339"))
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_is_time_order_and_text_reads_back() {
        let early = Timestamp::from_millis(1_700_000_000_001);
        let late = early.plus_seconds(1);
        assert_eq!(early.to_string(), "2023-11-14T22:13:20.001Z");
        assert!(early.to_string() < late.to_string());
        assert_eq!(Timestamp::parse(&late.to_string()).unwrap(), late);
        assert_eq!(late.seconds_since(early), 1);
    }
}
