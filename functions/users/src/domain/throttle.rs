//! Limits on sign-ins and sign-ups in fixed windows of 15 minutes and in days, for an account, a device and a network. Refuses to
//! know who they are.

use events::Timestamp;

/// Attempts at one account from devices that it does not know, or from one that it knows, in a window. A success takes its own
/// back.
pub const MAX_FAILURES: u32 = 10;
/// The same in a day: an end to slow guessing (NIST SP 800-63B-4, 3.2.2, allows 100 in a row).
pub const MAX_DAILY_FAILURES: u32 = 100;
/// Failures in a day from all devices together that one account knows: whoever was in once may have the tokens of many.
pub const MAX_DAILY_DEVICE_FAILURES: u32 = 200;
/// Seconds after which an attempt that is under way is decided.
pub const PENDING_SECONDS: u32 = 2;
/// Failures from one network in a window.
pub const MAX_NETWORK_FAILURES: u32 = 100;

/// Sign-ups in a day with addresses of one mailbox beside its plain one: each brings it mail.
pub const MAX_DAILY_ALIASES: u32 = 5;

/// New passwords, second factors and recovery codes of a user in an hour: each brings a mail.
pub const MAX_HOURLY_CHANGES: u32 = 20;

const WINDOW_SECONDS: i64 = 15 * 60;
const HOUR_SECONDS: i64 = 60 * 60;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A fixed window of time and the day that holds it. Both begin at multiples of their length since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Number of the window since the Unix epoch.
    pub number: i64,
    now: i64,
}

impl Window {
    /// The window that holds `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self { number: now.seconds().div_euclid(WINDOW_SECONDS), now: now.seconds() }
    }

    /// Number of the day since the Unix epoch.
    pub const fn day(self) -> i64 {
        self.now.div_euclid(DAY_SECONDS)
    }

    /// Number of the window in its day, from 0.
    pub const fn of_day(self) -> i64 {
        self.number.rem_euclid(DAY_SECONDS / WINDOW_SECONDS)
    }

    /// Number of the hour since the Unix epoch.
    pub const fn hour(self) -> i64 {
        self.now.div_euclid(HOUR_SECONDS)
    }

    /// The end of the hour, in seconds since the Unix epoch.
    pub const fn end_of_hour(self) -> i64 {
        (self.hour() + 1) * HOUR_SECONDS
    }

    /// At least 1.
    pub fn seconds_left_of_hour(self) -> u32 {
        self.seconds_until(self.end_of_hour())
    }

    /// Seconds since the Unix epoch.
    pub const fn end(self) -> i64 {
        (self.number + 1) * WINDOW_SECONDS
    }

    /// The end of the day, in seconds since the Unix epoch.
    pub const fn end_of_day(self) -> i64 {
        (self.day() + 1) * DAY_SECONDS
    }

    /// At least 1.
    pub fn seconds_left(self) -> u32 {
        self.seconds_until(self.end())
    }

    /// At least 1.
    pub fn seconds_left_of_day(self) -> u32 {
        self.seconds_until(self.end_of_day())
    }

    fn seconds_until(self, end: i64) -> u32 {
        u32::try_from(end - self.now).unwrap_or(1).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_quarter_of_an_hour_and_says_how_long_is_left() {
        let start = Timestamp::from_millis(1_767_225_600_000);
        let window = Window::at(start);
        assert_eq!(window.seconds_left(), 900);
        assert_eq!(Window::at(start.plus_seconds(899)).seconds_left(), 1);
        assert_eq!(Window::at(start.plus_seconds(899)).number, window.number);
        assert_eq!(
            (window.seconds_left_of_hour(), Window::at(start.plus_seconds(3_600)).hour()),
            (3_600, window.hour() + 1)
        );
        assert_eq!(Window::at(start.plus_seconds(900)).number, window.number + 1);
    }

    #[test]
    fn a_day_has_96_windows_and_says_how_long_is_left() {
        let midnight = Timestamp::from_millis(1_767_225_600_000);
        let (first, last) = (Window::at(midnight), Window::at(midnight.plus_seconds(86_399)));
        assert_eq!((first.of_day(), last.of_day(), last.day()), (0, 95, first.day()));
        assert_eq!((first.seconds_left_of_day(), last.seconds_left_of_day()), (86_400, 1));
        let next = Window::at(midnight.plus_seconds(86_400));
        assert_eq!((next.of_day(), next.day()), (0, first.day() + 1));
    }
}
