//! Limits on failed sign-ins and on sign-ups in fixed windows of 15 minutes, for a user and for a network. Refuses to
//! know who they are.

use events::Timestamp;

/// Attempts at one user's address in a window. A success takes its own back.
pub const MAX_USER_FAILURES: u32 = 10;
/// Failures from one network in a window.
pub const MAX_NETWORK_FAILURES: u32 = 100;

const WINDOW_SECONDS: i64 = 15 * 60;

/// A fixed window of time. Windows begin at multiples of their length since the Unix epoch.
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

    /// Seconds since the Unix epoch.
    pub const fn end(self) -> i64 {
        (self.number + 1) * WINDOW_SECONDS
    }

    /// At least 1.
    pub fn seconds_left(self) -> u32 {
        u32::try_from(self.end() - self.now).unwrap_or(1).max(1)
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
        assert_eq!(Window::at(start.plus_seconds(900)).number, window.number + 1);
    }
}
