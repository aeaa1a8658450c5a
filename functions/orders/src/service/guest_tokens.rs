//! Guests' tokens: `<key's number>.<expiry>.<HMAC>`. Nothing is stored: the HMAC covers the order, the key, the expiry and how
//! often staff replaced the order's token. Owns the token's form; refuses to know who may get one.

use crate::domain::order::Order;
use crate::domain::transition::TransitionKind;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::tokens::{KeyError, SecretParameter};
use events::Timestamp;
use events::ids::OrderId;
use std::num::ParseIntError;
use std::str::FromStr;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// A secret by its number, which is the id of the key in a token.
#[derive(Debug, Clone)]
pub struct GuestKey {
    pub number: u32,
    /// 32 bytes in base64url.
    pub secret: SecretParameter,
}

#[derive(Debug)]
pub(crate) struct GuestTokens {
    /// The first signs; all verify.
    keys: Vec<GuestKey>,
    seconds: i64,
}

/// A token as it is handed out.
#[derive(Debug)]
pub(crate) struct GuestToken {
    pub(crate) text: String,
    pub(crate) expires_at: Timestamp,
}

/// What a token of an order is made of besides the key.
struct Terms {
    order: OrderId,
    /// How often staff had replaced it.
    replaced: usize,
    /// When the order got it: when it was placed, or when staff replaced the one before.
    since: Timestamp,
}

/// The parts of a token that a caller sent.
struct Claimed {
    key: u32,
    /// Seconds since the Unix epoch.
    expires: i64,
    tag: Vec<u8>,
}

impl GuestTokens {
    pub(crate) fn new(keys: Vec<GuestKey>, days: u32) -> Self {
        Self { keys, seconds: i64::from(days) * DAY }
    }

    /// The token that an order has after its transition `seq`. It is always the same.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub(crate) async fn issue(&self, order: &Order, seq: u64) -> Result<GuestToken, KeyError> {
        let key = self.keys.first().ok_or_else(no_key)?;
        let terms = Terms::after(order, seq);
        let expires = terms.since.plus_seconds(self.seconds).seconds();
        let tag = hmac::sign(&key.secret.hmac_key().await?, terms.signed(key.number, expires).as_bytes());
        let text = format!("{}.{expires}.{}", key.number, URL_SAFE_NO_PAD.encode(tag.as_ref()));
        Ok(GuestToken { text, expires_at: Timestamp::from_millis(expires.saturating_mul(1000)) })
    }

    /// Whether a token opens that order. A wrong one takes as long as a right one.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub(crate) async fn admits(&self, order: &Order, token: &str, now: Timestamp) -> Result<bool, KeyError> {
        let Ok(claimed) = token.parse::<Claimed>() else {
            return Ok(false);
        };
        let Some(key) = self.keys.iter().find(|key| key.number == claimed.key) else {
            return Ok(false);
        };
        let signed = Terms::after(order, order.seq).signed(claimed.key, claimed.expires);
        let genuine = hmac::verify(&key.secret.hmac_key().await?, signed.as_bytes(), &claimed.tag).is_ok();
        Ok(genuine && now.seconds() < claimed.expires)
    }
}

fn no_key() -> KeyError {
    KeyError::Unusable { name: "GUEST_KEYS".to_owned(), why: "names none".to_owned() }
}

impl Terms {
    fn after(order: &Order, seq: u64) -> Self {
        let replaces = |kind| kind == TransitionKind::GuestTokenReplaced;
        let replacements = order.log.iter().filter(|made| made.seq <= seq && replaces(made.kind));
        let (replaced, since) = replacements.fold((0, order.placed_at), |(count, _), made| (count + 1, made.at));
        Self { order: order.id, replaced, since }
    }

    /// No part contains the dot between them.
    fn signed(&self, key: u32, expires: i64) -> String {
        format!("{}.{key}.{expires}.{}", self.order, self.replaced)
    }
}

impl FromStr for Claimed {
    type Err = Malformed;

    fn from_str(token: &str) -> Result<Self, Malformed> {
        let mut parts = token.splitn(3, '.');
        let mut part = || parts.next().ok_or(Malformed);
        let (key, expires, tag) = (part()?, part()?, part()?);
        Ok(Self { key: key.parse()?, expires: expires.parse()?, tag: URL_SAFE_NO_PAD.decode(tag)? })
    }
}

/// Not of the form of a guest's token.
struct Malformed;

impl From<ParseIntError> for Malformed {
    fn from(_: ParseIntError) -> Self {
        Self
    }
}

impl From<base64::DecodeError> for Malformed {
    fn from(_: base64::DecodeError) -> Self {
        Self
    }
}
