//! The id of an email: the id of the message that it is about, in a form that an address may have, and how often it was sent. Refuses
//! messages that are about neither an order, a user nor a wait for a SKU: no email comes of them.

use events::ids::{OrderId, StockAlertId, UserId};
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

    fn of_parts(text: &str, separator: char) -> Option<Self> {
        let mut parts = text.splitn(4, separator);
        let (about, seq, message_type) = (parts.next()?, parts.next()?, parts.next()?);
        let sending = parts.next().map_or(Some(1), |number| number.parse().ok())?;
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
        let of_order = about.parse().map(About::Order);
        let about = of_order
            .or_else(|_| about.parse().map(About::User))
            .or_else(|_| about.parse().map(About::StockAlert))
            .ok()?;
        let id = Self { about, seq: seq.parse().ok()?, message_type: message_type.to_owned(), sending };
        let is_one = !message_type.is_empty() && message_type.chars().all(is_name);
        // Each email has one id: `01` and `+1` are none.
        (is_one && id.joined(separator) == text).then_some(id)
    }

    fn joined(&self, separator: char) -> String {
        let first = format!("{}{separator}{}{separator}{}", self.about, self.seq, self.message_type);
        if self.is_again() { format!("{first}{separator}{}", self.sending) } else { first }
    }

    /// What the email carries as its message's id.
    pub fn message_id(&self) -> String {
        self.joined('/')
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
        f.write_str(&self.joined(SEPARATOR))
    }
}

impl FromStr for NotificationId {
    type Err = InvalidNotificationId;

    fn from_str(text: &str) -> Result<Self, InvalidNotificationId> {
        Self::of_parts(text, SEPARATOR).ok_or(InvalidNotificationId)
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
            "pattern": "^(order|user|alert)_[0-7][0-9a-hjkmnp-tv-z]{25}~[0-9]{1,20}~[a-z0-9_.]+(~[0-9]{1,10})?$",
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
    fn no_other_text_is_an_id() {
        let order = OrderId::from_bits(1);
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
            format!("{order}/1/orders.order_placed.v1"),
            "pay_00000000000000000000000001~1~payments.payment_failed.v1".to_owned(),
        ] {
            assert_eq!(text.parse::<NotificationId>(), Err(InvalidNotificationId), "{text}");
        }
    }
}
