//! Kinds of emails that somebody wants no more, and the token of the links by which they say so. Refuses addresses: a subject is a user's
//! id, or stands for a mailbox by its pseudonym. What is transactional cannot be refused, so nobody asks about it.

use super::kind::Kind;
use events::ids::UserId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Stands between the parts of a token. No part has it, and an address may.
const SEPARATOR: char = '.';
/// Signs of a pseudonym, which a tag is, too.
const PSEUDONYM: usize = 22;

/// Who gets emails that can be refused: a user, or a mailbox of nobody whom the shop knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(String);

/// The text names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the token of a link in an email")]
pub struct InvalidToken;

impl Subject {
    pub fn user(user: UserId) -> Self {
        Self(user.to_string())
    }

    /// By the mailbox's pseudonym.
    pub const fn mailbox(pseudonym: String) -> Self {
        Self(pseudonym)
    }

    /// Whether it stands for a mailbox of nobody whom the shop knows.
    pub fn is_mailbox(&self) -> bool {
        is_pseudonym(&self.0)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subject {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let is_one = text.parse::<UserId>().is_ok() || is_pseudonym(text);
        if is_one { Ok(Self(text.to_owned())) } else { Err(InvalidToken) }
    }
}

fn is_pseudonym(text: &str) -> bool {
    text.len() == PSEUDONYM && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What a link in an email carries: who got it, its kind, and a tag that only this capability makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeToken {
    pub subject: Subject,
    pub kind: Kind,
    pub tag: String,
}

impl UnsubscribeToken {
    /// Stands in samples. It was made by nobody, so it refuses nothing.
    pub fn sample(kind: Kind) -> Self {
        Self { subject: Subject::user(UserId::from_bits(1)), kind, tag: "A".repeat(PSEUDONYM) }
    }

    /// What its tag is made of.
    pub fn tagged_text(subject: &Subject, kind: Kind) -> String {
        format!("{}{SEPARATOR}{kind}", subject.as_str())
    }
}

impl fmt::Display for UnsubscribeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", Self::tagged_text(&self.subject, self.kind), self.tag)
    }
}

impl FromStr for UnsubscribeToken {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let mut parts = text.split(SEPARATOR);
        let (Some(subject), Some(kind), Some(tag), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidToken);
        };
        let kind = kind.parse().map_err(|_| InvalidToken)?;
        if is_pseudonym(tag) {
            Ok(Self { subject: subject.parse()?, kind, tag: tag.to_owned() })
        } else {
            Err(InvalidToken)
        }
    }
}

impl JsonSchema for UnsubscribeToken {
    fn schema_name() -> Cow<'static, str> {
        "UnsubscribeToken".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^(user_[0-7][0-9a-hjkmnp-tv-z]{25}|[A-Za-z0-9_-]{22})\.[a-z_]+\.[A-Za-z0-9_-]{22}$",
        })
    }
}

/// What somebody wants no more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsubscribed {
    /// Names of kinds: another version may know more of them.
    pub kinds: BTreeSet<String>,
    /// Number of writes so far.
    pub seq: u64,
}

impl Unsubscribed {
    pub fn covers(&self, kind: Kind) -> bool {
        self.kinds.contains(kind.as_str())
    }

    /// What to write if somebody wants this kind, or wants it no more; `None` if that is known.
    pub fn after(known: Option<Self>, kind: Kind, is_wanted: bool) -> Option<Self> {
        let mut next = known.unwrap_or_default();
        let name = kind.as_str();
        let is_news = if is_wanted { next.kinds.remove(name) } else { next.kinds.insert(name.to_owned()) };
        is_news.then(|| Self { seq: next.seq + 1, ..next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_a_user_or_a_mailbox_and_a_kind_and_reads_back() {
        let tag = "A-_0567890123456789012".to_owned();
        for subject in [Subject::user(UserId::from_bits(7)), Subject::mailbox(tag.clone())] {
            let token = UnsubscribeToken { subject, kind: Kind::OrderDelivered, tag: tag.clone() };
            assert_eq!(token.to_string().parse(), Ok(token.clone()));
            assert!(token.to_string().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
        }
        let user = UserId::from_bits(7);
        let whole = format!("{user}.order_delivered.{tag}");
        assert!(whole.parse::<UnsubscribeToken>().is_ok());
        for other in [
            String::new(),
            format!("{user}.order_delivered"),
            format!("{whole}.x"),
            format!("{user}.order_lost.{tag}"),
            format!("nobody.order_delivered.{tag}"),
            format!("{user}.order_delivered.{tag}x"),
            format!("{user}.order_delivered.{}/", &tag[1..]),
        ] {
            assert_eq!(other.parse::<UnsubscribeToken>(), Err(InvalidToken), "{other}");
        }
    }

    #[test]
    fn who_refuses_a_kind_refuses_it_once_and_no_other_until_they_want_it_again() {
        let refused = Unsubscribed::after(None, Kind::OrderDelivered, false).unwrap();
        assert!(refused.covers(Kind::OrderDelivered) && !refused.covers(Kind::OrderPlaced));
        assert_eq!(Unsubscribed::after(Some(refused.clone()), Kind::OrderDelivered, false), None);
        let both = Unsubscribed::after(Some(refused), Kind::OrderPlaced, false).unwrap();
        let one = Unsubscribed::after(Some(both), Kind::OrderDelivered, true).unwrap();
        assert_eq!((one.covers(Kind::OrderDelivered), one.covers(Kind::OrderPlaced), one.seq), (false, true, 3));
        assert_eq!(Unsubscribed::after(Some(one), Kind::OrderDelivered, true), None);
        assert_eq!(Unsubscribed::after(None, Kind::OrderDelivered, true), None);
    }
}
