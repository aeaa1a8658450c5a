//! What pages cost on top of the orders: a visit, the way to an order, and an order's page that asks again until its order rests.
//! Owns the assumptions about visitors.

use super::{LOGS, REQUESTS, dollars, logged_in, parts, priced_parts, units};
use crate::sim::priced_visit::{Browsed, browse};
use std::fmt::Write;
use std::time::Duration;

/// The first and the last wait of a page that asks again, as in `functions/pages/assets/souk.js`. A change makes it the first again.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LAST_WAIT: Duration = Duration::from_secs(60);

/// From the order until it is confirmed: stock, then money, then the parcel's order, a few seconds each.
const UNTIL_CONFIRMED: [Duration; 3] = [Duration::from_secs(3); 3];
/// An hour in view with a confirmed order that rests.
const AN_HOUR: [Duration; 1] = [Duration::from_secs(3_600)];
/// A day in the warehouse and two with the carrier, in view all the time.
const UNTIL_DELIVERED: [Duration; 2] = [Duration::from_secs(24 * 3_600), Duration::from_secs(48 * 3_600)];

/// How often a page asks again that is in view for so long between two changes of what it shows.
fn polls(rests: &[Duration]) -> u64 {
    let of_one = |rest: &Duration| {
        let (mut polls, mut at, mut wait) = (0, FIRST_WAIT, FIRST_WAIT);
        // The look that finds the change is the last of this rest.
        loop {
            polls += 1;
            if at >= *rest {
                return polls;
            }
            wait = (wait * 2).min(LAST_WAIT);
            at += wait;
        }
    };
    rests.iter().map(of_one).sum()
}

/// Millionths of a dollar for a million times this.
fn price(browsed: &Browsed) -> u64 {
    let millis = browsed.used.invocations * super::INVOCATION_MILLIS;
    let gateway = [(REQUESTS, browsed.used.invocations * 1_000), (LOGS, logged_in(&browsed.log).0)];
    priced_parts(parts(&browsed.used, 0, millis).into_iter().chain(gateway))
}

/// A line for each part, in dollars for a million of them.
pub fn lines() -> String {
    let browsing = browse();
    let mut lines = String::new();
    for (what, browsed) in [
        ("a visit", &browsing.visit),
        ("a purchase, from cart to order", &browsing.purchase),
        ("the parts of a header", &browsing.header),
        ("a look at an order again", &browsing.poll),
    ] {
        let used = browsed.used;
        let tenths = |sum: u64| units(sum * 100);
        let (written, read) = (tenths(used.written), tenths(used.read));
        let _ = writeln!(
            lines,
            "{what:<32}{:>10}  {} pages, {} requests, {written} WRU, {read} RRU",
            dollars(price(browsed)),
            browsed.pages,
            used.invocations
        );
    }
    for (what, rests) in [
        ("an order watched: till confirmed", &UNTIL_CONFIRMED[..]),
        ("  then for an hour", &AN_HOUR),
        ("  till delivered, for three days", &UNTIL_DELIVERED),
    ] {
        let polls = polls(rests);
        let _ = writeln!(lines, "{what:<32}{:>10}  {polls} looks", dollars(price(&browsing.poll) * polls));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_asks_after_two_seconds_then_more_and_more_rarely_and_at_last_every_minute() {
        let seconds = |seconds| [Duration::from_secs(seconds)];
        // After 2, 6, 14, 30, 62, 122 seconds.
        let asked = [2, 3, 6, 62, 63, 122, 123].map(|rest| polls(&seconds(rest)));
        assert_eq!(asked, [1, 2, 2, 5, 6, 6, 7]);
        assert_eq!(polls(&[Duration::from_secs(3); 3]), 6);
    }
}
