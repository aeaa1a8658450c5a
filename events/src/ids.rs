//! Typed, prefixed ids (TypeID: `order_` + 26 base-32 characters of a UUIDv7, RFC 9562 §5.7).
//!
//! Ids of one order's things share their 128 bits under different prefixes, so each is computed, never looked up. Refuses
//! to read a clock or a random source: both are passed in, so that a simulated shop repeats itself.

use crate::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Crockford's base 32 in lower case, as the TypeID specification wants it.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The text is not an id of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an id of the form {0}_…")]
pub struct InvalidId(&'static str);

fn uuid_v7(at: Timestamp, random: [u8; 10]) -> u128 {
    let millis = u128::try_from(at.millis()).unwrap_or(0) & 0xffff_ffff_ffff;
    let mut random_bits = 0u128;
    for byte in random {
        random_bits = (random_bits << 8) | u128::from(byte);
    }
    let rand_a = (random_bits >> 62) & 0x0fff;
    let rand_b = random_bits & 0x3fff_ffff_ffff_ffff;
    (millis << 80) | (7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b
}

fn encode(bits: u128) -> String {
    (0..26).rev().map(|digit| ALPHABET[usize::try_from((bits >> (digit * 5)) & 31).unwrap_or(0)] as char).collect()
}

fn decode(text: &str) -> Option<u128> {
    // 26 digits hold 130 bits: a first digit above 7 would overflow 128.
    if text.len() != 26 || !matches!(text.as_bytes().first(), Some(b'0'..=b'7')) {
        return None;
    }
    text.bytes().try_fold(0u128, |bits, byte| {
        let digit = ALPHABET.iter().position(|&letter| letter == byte)?;
        Some((bits << 5) | u128::try_from(digit).ok()?)
    })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u128);

        impl $name {
            /// Prefix of the id's text, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id made at an instant from ten random bytes.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                Self(uuid_v7(at, random))
            }

            /// The id of that kind that carries these 128 bits.
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }

            /// Creation time of the id, to the millisecond (RFC 9562 §5.7).
            pub fn time(self) -> Timestamp {
                Timestamp::from_millis(i64::try_from(self.0 >> 80).unwrap_or(i64::MAX))
            }

            /// The 128 bits that sibling ids share.
            pub const fn bits(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or(InvalidId($prefix))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": concat!("^", $prefix, "_[0-7][0-9a-hjkmnp-tv-z]{25}$")})
            }
        }
    )*};
}

ids! {
    /// A user.
    UserId = "user";
    /// A saved postal address of a user.
    AddressId = "addr";
    /// A session: a sign-in with its refresh tokens.
    SessionId = "ses";
    /// A key for a machine. Its session has the same bits.
    ApiKeyId = "key";
    /// A token in a mail that changes credentials. The id is no secret and opens nothing.
    CredentialTokenId = "credtok";
    /// A product, which has variants.
    ProductId = "prod";
    /// A signed price quote; its bits become the order's.
    QuoteId = "quote";
    /// A signed shipping quote.
    ShippingQuoteId = "sq";
    /// A cart. A guest's has 128 random bits, a customer's are the customer's.
    CartId = "cart";
    /// An order.
    OrderId = "order";
    /// A note of staff on an order.
    NoteId = "note";
    /// An order's hold on stock.
    ReservationId = "rsv";
    /// An order's payment.
    PaymentId = "pay";
    /// A refund of part of a payment.
    RefundId = "refund";
    /// An order's shipment.
    ShipmentId = "shp";
    /// A receipt, adjustment or return of stock.
    MovementId = "mov";
    /// The request to be told when a SKU is back.
    StockAlertId = "alert";
    /// A return of delivered goods.
    ReturnId = "ret";
}

impl ApiKeyId {
    /// The one session of a key: what ends with it.
    pub const fn session(self) -> SessionId {
        SessionId(self.0)
    }
}

impl QuoteId {
    /// The order that this quote, and no other, can become.
    pub const fn order(self) -> OrderId {
        OrderId(self.0)
    }
}

impl OrderId {
    /// The quote that became this order.
    pub const fn quote(self) -> QuoteId {
        QuoteId(self.0)
    }
    /// This order's hold on stock.
    pub const fn reservation(self) -> ReservationId {
        ReservationId(self.0)
    }
    /// This order's payment.
    pub const fn payment(self) -> PaymentId {
        PaymentId(self.0)
    }
    /// This order's shipment.
    pub const fn shipment(self) -> ShipmentId {
        ShipmentId(self.0)
    }
}

impl ReservationId {
    /// The order that holds the stock.
    pub const fn order(self) -> OrderId {
        OrderId(self.0)
    }
}

impl PaymentId {
    /// The order that is paid.
    pub const fn order(self) -> OrderId {
        OrderId(self.0)
    }
}

impl ShipmentId {
    /// The order whose goods are shipped.
    pub const fn order(self) -> OrderId {
        OrderId(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_follows_the_published_typeid_example() {
        let id = UserId::from_bits(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881);
        assert_eq!(id.to_string(), "user_01h2xcejqtf2nbrexx3vqjhp41");
    }

    #[test]
    fn one_kind_never_passes_for_another() {
        let order = OrderId::new(Timestamp::from_millis(1), [7; 10]);
        assert!(order.to_string().parse::<PaymentId>().is_err());
        assert_eq!(order.payment().order(), order);
    }

    #[test]
    fn overflowing_short_and_foreign_text_is_refused() {
        for text in [
            "order_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "order_0",
            "order_",
            "0188bac74afa78aabc3bbd1eef",
            "order_01H2XCEJQTF2NBREXX3VQJHP41",
        ] {
            assert!(text.parse::<OrderId>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_id_reads_back_and_later_ids_sort_later(a in 0i64..1 << 47, random in any::<[u8; 10]>()) {
            let id = OrderId::new(Timestamp::from_millis(a), random);
            let later = OrderId::new(Timestamp::from_millis(a + 1), random);
            prop_assert_eq!(id.to_string().parse::<OrderId>().unwrap(), id);
            prop_assert_eq!(id.time(), Timestamp::from_millis(a));
            prop_assert!(id.to_string() < later.to_string());
            prop_assert_eq!((id.bits() >> 76) & 0xf, 7);
            prop_assert_eq!((id.bits() >> 62) & 0b11, 0b10);
        }
    }
}
