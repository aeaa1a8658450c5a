//! The time since an order was placed, as short as a margin needs it. Refuses calendars: the exact instant stands beside it.

use events::Timestamp;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `+0.42 s`, `+12 min 5 s`, `+3 h 20 min 7 s`, `+2 d 4 h 9 min`. Clocks differ, so a time may lie before its beginning.
pub(super) fn since(start: Timestamp, at: Timestamp) -> String {
    let millis = at.millis().saturating_sub(start.millis());
    let sign = if millis < 0 { '−' } else { '+' };
    let span = millis.unsigned_abs();
    match span {
        ..MINUTE => format!("{sign}{}.{:02} s", span / SECOND, span % SECOND / 10),
        MINUTE..HOUR => format!("{sign}{} min {} s", span / MINUTE, span % MINUTE / SECOND),
        HOUR..DAY => format!("{sign}{} h {} min {} s", span / HOUR, span % HOUR / MINUTE, span % MINUTE / SECOND),
        _ => format!("{sign}{} d {} h {} min", span / DAY, span % DAY / HOUR, span % HOUR / MINUTE),
    }
}
