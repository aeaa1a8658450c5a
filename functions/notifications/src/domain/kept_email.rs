//! What is kept of an email that the mail service refused for good: its text and its address, for as long as staff may have it sent again.
//! Refuses tokens: the link in a kept email opens no order.

use super::email::RenderedEmail;
use super::event::Event;
use super::rejection::Rejection;
use events::Timestamp;
use serde::{Deserialize, Serialize};

/// Days for which it is kept, as many as a dead letter.
pub const KEPT_DAYS: i64 = 14;
const DAY: i64 = 24 * 60 * 60;

/// An email that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEmail {
    /// Where it goes.
    pub to: String,
    pub email: RenderedEmail,
    /// From then on it would mislead its reader: it asks for a payment until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends_at: Option<Timestamp>,
    kept_until: Timestamp,
    /// Deletes the item some time later. Nothing relies on it.
    ttl: i64,
}

impl KeptEmail {
    /// `email` is about `event` without its token.
    pub fn of(event: &Event, to: &str, email: RenderedEmail, now: Timestamp) -> Self {
        let kept_until = now.plus_seconds(KEPT_DAYS * DAY);
        Self { to: to.to_owned(), email, ends_at: event.ends_at(), kept_until, ttl: kept_until.seconds() }
    }

    /// From when on what was refused is kept at this time.
    pub fn oldest(now: Timestamp) -> Timestamp {
        now.plus_seconds(-KEPT_DAYS * DAY)
    }

    /// Whether staff may still read it.
    pub fn is_kept(&self, now: Timestamp) -> bool {
        now < self.kept_until
    }

    /// Decides on sending it now.
    ///
    /// # Errors
    /// `Outdated`.
    pub fn may_be_sent(&self, now: Timestamp) -> Result<(), Rejection> {
        match self.ends_at {
            Some(end) if end <= now => Err(Rejection::Outdated),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Kind;
    use crate::domain::samples::sample;
    use events::ids::UserId;
    use events::{Contact, Language};

    fn welcome() -> KeptEmail {
        let contact = Contact { email: "ada@example.com".parse().unwrap(), name: None };
        let (subject, text) = ("Welcome".to_owned(), "Welcome".to_owned());
        let email = RenderedEmail { subject, html: text.clone(), text, unsubscribe: None };
        let event = Event::UserRegistered { user: UserId::from_bits(1), contact, language: None };
        KeptEmail::of(&event, "ada@example.com", email, Timestamp::default())
    }

    #[test]
    fn an_email_is_kept_for_its_days_and_no_longer() {
        let end = Timestamp::default().plus_seconds(KEPT_DAYS * DAY);
        assert!(welcome().is_kept(end.plus_seconds(-1)));
        assert!(!welcome().is_kept(end));
    }

    #[test]
    fn of_what_is_kept_only_an_email_that_asks_for_a_payment_ends_as_its_refusal_says() {
        let (ada, now) = (Contact { email: "ada@example.com".parse().unwrap(), name: None }, Timestamp::default());
        let kept = Kind::ALL.into_iter().filter(|kind| {
            let event = sample(*kind, Language::En, &ada, now).unwrap();
            event.is_kept() && event.ends_at().is_some()
        });
        assert_eq!(kept.collect::<Vec<_>>(), [Kind::OrderPaymentDeclined, Kind::OrderPaymentActionRequired]);
    }

    #[test]
    fn what_asks_for_a_payment_is_not_sent_after_the_time_to_pay() {
        let asks = KeptEmail { ends_at: Some(Timestamp::default().plus_seconds(60)), ..welcome() };
        assert_eq!(asks.may_be_sent(Timestamp::default().plus_seconds(59)), Ok(()));
        assert_eq!(asks.may_be_sent(Timestamp::default().plus_seconds(60)), Err(Rejection::Outdated));
        assert_eq!(welcome().may_be_sent(Timestamp::default().plus_seconds(1_000_000)), Ok(()));
    }
}
