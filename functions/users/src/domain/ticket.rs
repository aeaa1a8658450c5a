//! The ticket between the two steps of signing in on a page: it says whose password was right, and when. Refuses to open anything by
//! itself, and to be believed without its tag, which the service makes.

use events::Timestamp;
use events::ids::UserId;
use std::fmt;

/// Lifetime of a ticket.
pub const TICKET_SECONDS: i64 = 5 * 60;

/// What a ticket says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    pub user: UserId,
    pub issued_at: Timestamp,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({}, {})", self.user, self.issued_at)
    }
}

impl Ticket {
    /// What is signed, with what must not have changed since.
    pub fn claims(&self) -> String {
        format!("{}.{}", self.user, self.issued_at.seconds())
    }

    pub fn reveal(&self, tag: &str) -> String {
        format!("{}.{tag}", self.claims())
    }

    /// What a text claims, and its tag, which is yet to be verified; `None` if it is no ticket.
    pub fn claimed(text: &str) -> Option<(Self, &str)> {
        let (user, rest) = text.split_once('.')?;
        let (seconds, tag) = rest.split_once('.')?;
        let issued_at = Timestamp::from_millis(seconds.parse::<i64>().ok()?.checked_mul(1_000)?);
        Some((Self { user: user.parse().ok()?, issued_at }, tag))
    }

    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.seconds_since(self.issued_at) < TICKET_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    #[test]
    fn a_ticket_says_whose_it_is_and_ends_after_five_minutes() {
        let ticket = Ticket { user: UserId::from_bits(7), issued_at: NOW };
        let text = ticket.reveal("tag");
        assert_eq!(Ticket::claimed(&text), Some((ticket, "tag")));
        assert!(ticket.is_fresh(NOW.plus_seconds(299)) && !ticket.is_fresh(NOW.plus_seconds(300)));
        for bad in ["", ".", "..", "user_1.2.tag", &text[1..], &text.replace('.', "-")] {
            assert_eq!(Ticket::claimed(bad), None, "{bad}");
        }
    }
}
