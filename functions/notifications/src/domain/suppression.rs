//! A mailbox to which nothing is sent: it does not exist, or its owner complained. Refuses addresses: an item is found by the mailbox's
//! pseudonym, and says when, why and because of which emails. Staff lift it; what the mail service heard before then does not bring it
//! back, however late it is told.

use super::rejection::Rejection;
use events::Timestamp;
use serde::{Deserialize, Serialize};

/// Days after the latest word for which a mailbox is remembered: long enough for a shop's reputation, not for ever.
const REMEMBERED_DAYS: i64 = 400;
const DAY: i64 = 24 * 60 * 60;
/// How what is heard of a complaint begins.
const COMPLAINED: &str = "complained ";
/// Emails that are remembered of a mailbox: an item has a bound.
const MOST_HEARD: usize = 50;

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SuppressionReason")]
pub enum Reason {
    /// The mailbox refuses emails for good.
    Bounced,
    /// Its owner called an email spam.
    Complained,
}

/// A suppressed mailbox, or one that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    pub reason: Reason,
    /// When the mail service heard it.
    pub at: Timestamp,
    /// What was heard, by the email and the reason, oldest first.
    pub heard: Vec<String>,
    /// When staff lifted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Timestamp>,
    /// Deletes the item some time later; none in what earlier versions wrote, until the next word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<i64>,
    /// Number of writes so far.
    pub seq: u64,
}

impl Suppression {
    /// What to write after this was heard of the mailbox; `None` if it was heard before.
    pub fn after(known: Option<Self>, reason: Reason, email: &str, at: Timestamp) -> Option<Self> {
        let word = match reason {
            Reason::Bounced => format!("bounced {email}"),
            Reason::Complained => format!("{COMPLAINED}{email}"),
        };
        let ttl = Some(at.plus_seconds(REMEMBERED_DAYS * DAY).seconds());
        let Some(mut known) = known else {
            return Some(Self { reason, at, heard: vec![word], lifted_at: None, ttl, seq: 1 });
        };
        if known.heard.contains(&word) {
            return None;
        }
        if known.heard.len() == MOST_HEARD {
            known.heard.remove(0);
        }
        known.heard.push(word);
        (known.seq, known.ttl) = (known.seq + 1, ttl);
        Some(match known.lifted_at {
            // The mail service heard it before, and it is told late.
            Some(lifted) if at <= lifted => known,
            // That somebody called an email spam says more than that the mailbox refused one.
            None if known.reason == Reason::Complained => known,
            _ => Self { reason, at, lifted_at: None, ..known },
        })
    }

    /// Whether the mailbox's owner ever called an email spam. That is an objection, which an erasure does not take back.
    pub fn has_a_complaint(&self) -> bool {
        self.heard.iter().any(|word| word.starts_with(COMPLAINED))
    }

    /// Whether nothing is sent.
    pub const fn is_in_force(&self) -> bool {
        self.lifted_at.is_none()
    }

    /// Decides on sending again.
    ///
    /// # Errors
    /// `NotSuppressed`.
    pub fn lifted(self, now: Timestamp) -> Result<Self, Rejection> {
        if !self.is_in_force() {
            return Err(Rejection::NotSuppressed);
        }
        Ok(Self { lifted_at: Some(now), seq: self.seq + 1, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::default().plus_seconds(seconds)
    }

    #[test]
    fn what_was_heard_before_staff_lifted_it_does_not_bring_it_back_and_news_do() {
        let bounced = Suppression::after(None, Reason::Bounced, "a", at(1)).unwrap();
        assert!(bounced.is_in_force());
        assert_eq!(Suppression::after(Some(bounced.clone()), Reason::Bounced, "a", at(2)), None);
        let lifted = bounced.lifted(at(3)).unwrap();
        assert!(!lifted.is_in_force());
        assert_eq!(lifted.clone().lifted(at(4)), Err(Rejection::NotSuppressed));
        assert_eq!(Suppression::after(Some(lifted.clone()), Reason::Bounced, "a", at(5)), None);
        let again = Suppression::after(Some(lifted), Reason::Complained, "a", at(6)).unwrap();
        assert!(again.is_in_force());
        assert_eq!((again.seq, again.reason, again.heard.len()), (3, Reason::Complained, 2));
        assert_eq!(again.ttl, Some(at(6).seconds() + REMEMBERED_DAYS * DAY), "it ends some time after the latest word");
    }

    #[test]
    fn a_word_about_another_mail_from_before_staff_lifted_it_is_kept_and_brings_nothing_back() {
        let lifted = Suppression::after(None, Reason::Bounced, "a", at(1)).unwrap().lifted(at(3)).unwrap();
        for heard_at in [2, 3] {
            let told_late = Suppression::after(Some(lifted.clone()), Reason::Complained, "b", at(heard_at)).unwrap();
            assert_eq!((told_late.lifted_at, told_late.reason, told_late.seq), (Some(at(3)), Reason::Bounced, 3));
            assert_eq!(told_late.heard, ["bounced a", "complained b"]);
            assert!(Suppression::after(Some(told_late), Reason::Bounced, "c", at(4)).unwrap().is_in_force());
        }
    }

    #[test]
    fn a_bounce_after_a_complaint_leaves_the_complaint() {
        let complained = Suppression::after(None, Reason::Complained, "a", at(1)).unwrap();
        let both = Suppression::after(Some(complained), Reason::Bounced, "b", at(2)).unwrap();
        assert_eq!((both.reason, both.at, both.heard.len()), (Reason::Complained, at(1), 2));
    }

    #[test]
    fn an_item_does_not_grow_for_ever() {
        let mut known = None;
        for number in 0..=MOST_HEARD {
            known = Suppression::after(known, Reason::Bounced, &number.to_string(), at(0));
        }
        let heard = known.unwrap().heard;
        assert_eq!((heard.len(), heard[0].as_str()), (MOST_HEARD, "bounced 1"));
    }
}
