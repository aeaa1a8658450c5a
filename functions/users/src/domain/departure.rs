//! What a browser keeps on its way to the company's provider and back: that it left from here, when, and where it was on the way to.
//! Refuses to hold anything that is sent to the provider, and to be believed without its tag, which the service makes.

use super::oidc::MAX_AGE_SECONDS;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::Timestamp;

/// How long somebody may take to sign in at the provider.
pub const UNDERWAY_SECONDS: i64 = 15 * 60;
/// The longest path to go on to. A cookie has little room.
const MAX_THEN: usize = 600;

/// A way to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// A random text in base64url. What is sent is made of it.
    seed: String,
    /// To the second.
    pub at: Timestamp,
    /// Whether it is for what takes a second factor of now.
    pub is_fresh: bool,
    /// A path of the shop; empty if the browser was on no way.
    pub then: String,
}

impl Departure {
    pub fn new(seed: String, now: Timestamp, is_fresh: bool, then: &str) -> Self {
        let then = if then.len() > MAX_THEN { String::new() } else { then.to_owned() };
        Self { seed, at: Timestamp::from_millis(0).plus_seconds(now.seconds()), is_fresh, then }
    }

    /// What is signed.
    pub fn claims(&self) -> String {
        let (then, fresh) = (URL_SAFE_NO_PAD.encode(&self.then), u8::from(self.is_fresh));
        format!("{}.{}.{fresh}.{then}", self.seed, self.at.seconds())
    }

    pub fn reveal(&self, tag: &str) -> String {
        format!("{}.{tag}", self.claims())
    }

    /// What a text claims, and its tag, which is yet to be verified; `None` if it is no departure.
    pub fn claimed(text: &str) -> Option<(Self, &str)> {
        let (claims, tag) = text.rsplit_once('.')?;
        let mut parts = claims.split('.');
        let (seed, seconds) = (parts.next()?.to_owned(), parts.next()?.parse::<i64>().ok()?);
        let (fresh, then) = (parts.next()?, URL_SAFE_NO_PAD.decode(parts.next()?).ok()?);
        let at = Timestamp::from_millis(seconds.checked_mul(1_000)?);
        let departure = Self { seed, at, is_fresh: fresh == "1", then: String::from_utf8(then).ok()? };
        // No two texts are the same departure.
        (departure.claims() == claims).then_some((departure, tag))
    }

    pub fn is_underway(&self, now: Timestamp) -> bool {
        (0..UNDERWAY_SECONDS).contains(&now.seconds_since(self.at))
    }

    /// How long before leaving the user may have signed in at the provider.
    pub const fn max_age(&self) -> i64 {
        if self.is_fresh { 0 } else { MAX_AGE_SECONDS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_700);

    #[test]
    fn a_departure_says_when_and_where_to_and_is_over_after_a_quarter_of_an_hour() {
        for (fresh, then) in [(false, ""), (true, "/staff/users?name=a.b"), (false, "/cart")] {
            let departure = Departure::new("c2VlZA".to_owned(), NOW, fresh, then);
            let text = departure.reveal("tag");
            assert_eq!(Departure::claimed(&text), Some((departure.clone(), "tag")));
            assert_eq!((departure.max_age() == 0, departure.then.as_str()), (fresh, then));
            assert!(departure.is_underway(NOW) && departure.is_underway(NOW.plus_seconds(899)));
            assert!(!departure.is_underway(NOW.plus_seconds(900)) && !departure.is_underway(NOW.plus_seconds(-1)));
        }
        for bad in ["", "....", "a.1.0..", "a.1.2..tag", "a.x.0..tag", "a.01.0..tag", "a.1.0.!.tag", "a.1.0..x.tag"] {
            assert!(Departure::claimed(bad).is_none_or(|(_, tag)| tag.is_empty()), "{bad}");
        }
        assert_eq!(Departure::new(String::new(), NOW, false, &"x".repeat(601)).then, "");
    }
}
