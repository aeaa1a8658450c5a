//! The id of an email: the id of the message that it is about, in a form that an address may have, and how often it was sent. A message
//! about a token does not say whose it is, so the id of its email begins with the user. Refuses messages that are about neither an order,
//! a user nor a wait for a SKU: no email comes of them.

use events::ids::{CredentialTokenId, OrderId, StockAlertId, UserId};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Stands between the parts of an id, as `/` does in a message's.
const SEPARATOR: char = '~';

/// The text is not the id of an email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the id of an email")]
pub struct InvalidNotificationId;

/// What an email is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Order(OrderId),
    User(UserId),
    /// A guest's wait for a SKU.
    StockAlert(StockAlertId),
}

/// The id of an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationId {
    pub about: About,
    /// The token of the user in its link; the message is about this.
    pub token: Option<CredentialTokenId>,
    seq: u64,
    message_type: String,
    /// 1 for the email that the message brought, more for those that staff wanted.
    sending: u32,
}

impl NotificationId {
    /// That of an email which carries this as its message's id.
    pub fn of_message(message_id: &str) -> Option<Self> {
        Self::of_parts(message_id, '/')
    }

    /// That of an email to this user with a token, which its message is about.
    pub fn of_token(user: UserId, message_id: &str) -> Option<Self> {
        Self::of_token_parts(user, message_id, '/')
    }

    fn of_parts(text: &str, separator: char) -> Option<Self> {
        let (about, rest) = text.split_once(separator)?;
        let of_order = about.parse().map(About::Order);
        let of_person = of_order.or_else(|_| about.parse().map(About::User));
        let about = of_person.or_else(|_| about.parse().map(About::StockAlert)).ok()?;
        Self::of_transition(about, None, rest, separator)
    }

    fn of_token_parts(user: UserId, text: &str, separator: char) -> Option<Self> {
        let (token, rest) = text.split_once(separator)?;
        Self::of_transition(About::User(user), Some(token.parse().ok()?), rest, separator)
    }

    fn of_transition(about: About, token: Option<CredentialTokenId>, rest: &str, separator: char) -> Option<Self> {
        let mut parts = rest.splitn(3, separator);
        let (seq, message_type) = (parts.next()?, parts.next()?);
        let sending = parts.next().map_or(Some(1), |number| number.parse().ok())?;
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
        let id = Self { about, token, seq: seq.parse().ok()?, message_type: message_type.to_owned(), sending };
        let is_one = !message_type.is_empty() && message_type.chars().all(is_name);
        // Each email has one id: `01` and `+1` are none.
        (is_one && id.transition(separator) == rest).then_some(id)
    }

    /// What follows the item that its message is about.
    fn transition(&self, separator: char) -> String {
        let first = format!("{}{separator}{}", self.seq, self.message_type);
        if self.is_again() { format!("{first}{separator}{}", self.sending) } else { first }
    }

    /// What the email carries as its message's id.
    pub fn message_id(&self) -> String {
        let transition = self.transition('/');
        self.token.map_or_else(|| format!("{}/{transition}", self.about), |token| format!("{token}/{transition}"))
    }

    /// That of the email which the message brought.
    #[must_use]
    pub fn first(&self) -> Self {
        Self { sending: 1, ..self.clone() }
    }

    /// That of the email which staff send in the place of this one.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { sending: self.sending.saturating_add(1), ..self.clone() }
    }

    /// That of the email in whose place staff sent this one.
    pub fn previous(&self) -> Option<Self> {
        self.is_again().then(|| Self { sending: self.sending - 1, ..self.clone() })
    }

    /// The type of its message without capability and version, e.g. `order_placed`.
    pub fn kind(&self) -> &str {
        kind_of(&self.message_type)
    }

    /// Whether staff wanted it.
    pub const fn is_again(&self) -> bool {
        self.sending > 1
    }
}

/// The name of a message's type: `order_placed` of `orders.order_placed.v1`.
pub fn kind_of(message_type: &str) -> &str {
    message_type.split('.').nth(1).unwrap_or(message_type)
}

impl About {
    pub const fn bits(self) -> u128 {
        match self {
            Self::Order(id) => id.bits(),
            Self::User(id) => id.bits(),
            Self::StockAlert(id) => id.bits(),
        }
    }

    pub const fn order(self) -> Option<OrderId> {
        match self {
            Self::Order(id) => Some(id),
            Self::User(_) | Self::StockAlert(_) => None,
        }
    }

    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Order(_) | Self::StockAlert(_) => None,
            Self::User(id) => Some(id),
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(id) => id.fmt(f),
            Self::User(id) => id.fmt(f),
            Self::StockAlert(id) => id.fmt(f),
        }
    }
}

impl fmt::Display for NotificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}", self.about)?;
        if let Some(token) = self.token {
            write!(f, "{token}{SEPARATOR}")?;
        }
        f.write_str(&self.transition(SEPARATOR))
    }
}

impl FromStr for NotificationId {
    type Err = InvalidNotificationId;

    fn from_str(text: &str) -> Result<Self, InvalidNotificationId> {
        let with_token = || {
            let (user, message) = text.split_once(SEPARATOR)?;
            Self::of_token_parts(user.parse().ok()?, message, SEPARATOR)
        };
        Self::of_parts(text, SEPARATOR).or_else(with_token).ok_or(InvalidNotificationId)
    }
}

impl Serialize for NotificationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for NotificationId {
    fn schema_name() -> Cow<'static, str> {
        "NotificationId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^(order|user|alert)_[0-7][0-9a-hjkmnp-tv-z]{25}(~credtok_[0-7][0-9a-hjkmnp-tv-z]{25})?~[0-9]{1,20}~[a-z0-9_.]+(~[0-9]{1,10})?$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed() -> NotificationId {
        let message = format!("{}/7/orders.order_placed.v1", OrderId::from_bits(1));
        NotificationId::of_message(&message).unwrap()
    }

    #[test]
    fn an_id_reads_back_and_each_sending_has_its_own() {
        let (first, again) = (placed(), placed().next());
        for id in [&first, &again, &again.next()] {
            assert_eq!(id.to_string().parse().as_ref(), Ok(id));
            assert_eq!(NotificationId::of_message(&id.message_id()).as_ref(), Some(id));
            assert_eq!(id.first(), first);
        }
        assert_eq!(again.message_id(), format!("{}/2", first.message_id()));
        assert_eq!((again.previous(), first.previous()), (Some(first.clone()), None));
        assert!(again.is_again() && !first.is_again());
    }

    #[test]
    fn the_id_of_an_email_with_a_token_names_its_user_whom_the_message_does_not() {
        let (user, token) = (UserId::from_bits(1), CredentialTokenId::from_bits(2));
        let message = format!("{token}/1/users.password_reset_requested.v1");
        assert_eq!(NotificationId::of_message(&message), None);
        let id = NotificationId::of_token(user, &message).unwrap();
        assert_eq!((id.about, id.kind(), id.message_id()), (About::User(user), "password_reset_requested", message));
        assert_eq!(id.to_string(), format!("{user}~{token}~1~users.password_reset_requested.v1"));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn no_other_text_is_an_id() {
        let order = OrderId::from_bits(1);
        let (user, token) = (UserId::from_bits(1), CredentialTokenId::from_bits(2));
        for text in [
            String::new(),
            order.to_string(),
            format!("{order}~1"),
            format!("{order}~1~"),
            format!("{order}~01~orders.order_placed.v1"),
            format!("{order}~+1~orders.order_placed.v1"),
            format!("{order}~1~orders.order_placed.v1~1"),
            format!("{order}~1~orders.order_placed.v1~2~3"),
            format!("{order}~1~<b>"),
            format!("{token}~1~users.password_reset_requested.v1"),
            format!("{order}~{token}~1~users.password_reset_requested.v1"),
            format!("{user}~{token}~01~users.password_reset_requested.v1"),
            format!("{user}~{token}"),
            format!("{order}/1/orders.order_placed.v1"),
            "pay_00000000000000000000000001~1~payments.payment_failed.v1".to_owned(),
        ] {
            assert_eq!(text.parse::<NotificationId>(), Err(InvalidNotificationId), "{text}");
        }
    }
}
