//! What an ID token of the company's provider proves (OpenID Connect Core 1.0, 3.1.3.7): who signed in there, when, and whether with two
//! factors. Refuses every algorithm but RS256 and ES256, and to look at an email address: it is not what somebody is known by.

use events::Timestamp;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::Value;

/// By how much the provider's clock may differ from ours.
const LEEWAY_SECONDS: i64 = 60;
/// The longest time between a sign-in at the provider and its use here, unless a fresh one is asked for. A session lasts as long.
pub const MAX_AGE_SECONDS: i64 = 24 * 60 * 60;
/// The most characters of a `sub` (OpenID Connect Core 1.0, 2).
pub const MAX_SUBJECT: usize = 255;

/// Why an ID token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    #[error("it is no token")]
    Unreadable,
    /// `none`, one with a shared secret, or one that nobody agreed on.
    #[error("its algorithm is not allowed")]
    Algorithm,
    /// The set may be an old one.
    #[error("the provider has no such key")]
    UnknownKey,
    #[error("the signature is wrong")]
    Forged,
    /// Holds the claim that is missing or says something else.
    #[error("the claim {0} is wrong")]
    Claim(&'static str),
}

/// The provider's public keys.
#[derive(Debug, Clone, Default)]
pub struct ProviderKeys(Vec<Jwk>);

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// That the browser was sent with.
    pub nonce: &'a str,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// How long before that the user may have signed in at the provider, in seconds.
    pub max_age: i64,
    /// The `acr` that stands for two factors, if the provider has one.
    pub acr: Option<&'a str>,
}

/// Who signed in at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    pub subject: String,
    /// When, if it was with two factors.
    pub second_factor_at: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    auth_time: Option<i64>,
    #[serde(default)]
    amr: Vec<String>,
    acr: Option<String>,
}

impl ProviderKeys {
    /// Of a key set (RFC 7517). Keys that are not understood, or do not sign, are left out; `None` if it is no set.
    pub fn parse(json: &[u8]) -> Option<Self> {
        let set: Value = serde_json::from_slice(json).ok()?;
        let keys = set.get("keys")?.as_array()?.iter().filter_map(|key| Jwk::deserialize(key).ok());
        let signs = |key: &Jwk| !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
        Some(Self(keys.filter(signs).collect()))
    }

    /// The key that a header names. A set of one key needs no name.
    fn named(&self, kid: Option<&str>) -> Option<&Jwk> {
        match (kid, self.0.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.common.key_id.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

/// What a token proves at this moment.
///
/// # Errors
/// Why it proves nothing. After `UnknownKey` the keys may be read again.
pub fn prove(token: &str, keys: &ProviderKeys, expected: Expected<'_>, now: Timestamp) -> Result<Proven, Unproven> {
    let header = header_of(token)?;
    let key = keys.named(header.kid.as_deref()).ok_or(Unproven::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Unproven::UnknownKey)?;
    let mut validation = Validation::new(header.alg);
    // All claims are checked below, against the time that is passed in.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).map_err(|_| Unproven::Forged)?.claims;
    let claims = Claims::deserialize(claims).map_err(|_| Unproven::Unreadable)?;
    claims.check(expected, now)?;
    Ok(Proven { second_factor_at: claims.second_factor_at(expected.acr, now), subject: claims.sub })
}

/// The algorithm is pinned before a key is looked for, so no key is used for another one than its own.
fn header_of(token: &str) -> Result<Header, Unproven> {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let first = token.split('.').next().unwrap_or_default();
    let text = URL_SAFE_NO_PAD.decode(first).map_err(|_| Unproven::Unreadable)?;
    let said: Value = serde_json::from_slice(&text).map_err(|_| Unproven::Unreadable)?;
    // What must be understood is not (RFC 7515, 4.1.11).
    if said.get("crit").is_some() {
        return Err(Unproven::Unreadable);
    }
    match said["alg"].as_str() {
        Some("RS256" | "ES256") => {}
        _ => return Err(Unproven::Algorithm),
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| Unproven::Unreadable)?;
    if matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) { Ok(header) } else { Err(Unproven::Algorithm) }
}

/// A `sub` as a provider gives it: 1 to 255 characters of ASCII that can be seen.
pub fn is_subject(text: &str) -> bool {
    (1..=MAX_SUBJECT).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && text.trim() == text
}

/// An issuer: an address with https, or of this machine, without query and fragment.
pub fn is_issuer(text: &str) -> bool {
    let is_local = |rest: &str| {
        let host = rest.split('/').next().unwrap_or_default();
        let (name, port) = host.split_once(':').unwrap_or((host, "0"));
        ["localhost", "127.0.0.1"].contains(&name) && port.parse::<u16>().is_ok()
    };
    let is_plain = |rest: &str| {
        let mut signs = rest.bytes();
        signs.all(|sign| sign.is_ascii_alphanumeric() || b"-._~:/%+".contains(&sign))
            && rest.starts_with(|sign: char| sign.is_ascii_alphanumeric())
    };
    text.len() <= MAX_SUBJECT
        && match text.split_once("://") {
            Some(("https", rest)) => is_plain(rest),
            Some(("http", rest)) => is_plain(rest) && is_local(rest),
            _ => false,
        }
}

impl Audience {
    fn is_for(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Many(many) => many.iter().any(|one| one == client),
        }
    }

    fn has_others(&self) -> bool {
        matches!(self, Self::Many(many) if many.len() != 1)
    }
}

impl Claims {
    fn check(&self, expected: Expected<'_>, now: Timestamp) -> Result<(), Unproven> {
        let (now, sent_at) = (now.seconds(), expected.sent_at.seconds());
        let by_us = self.azp.as_deref().map(|azp| azp == expected.client_id);
        // Whoever asks for a longest age is told the time (OpenID Connect Core 1.0, 2), but some providers never say it: then nothing
        // is known of a second factor, and a sign-in of now cannot be shown.
        let oldest = sent_at.saturating_sub(expected.max_age).saturating_sub(LEEWAY_SECONDS);
        let latest = now.saturating_add(LEEWAY_SECONDS);
        let is_age_right = self.auth_time.map_or(expected.max_age > 0, |at| (oldest..=latest).contains(&at));
        [
            (self.iss == expected.issuer, "iss"),
            (self.aud.is_for(expected.client_id), "aud"),
            (by_us.unwrap_or(!self.aud.has_others()), "azp"),
            (now < self.exp.saturating_add(LEEWAY_SECONDS), "exp"),
            ((sent_at.saturating_sub(LEEWAY_SECONDS)..=latest).contains(&self.iat), "iat"),
            (self.nbf.is_none_or(|nbf| nbf <= latest), "nbf"),
            (self.nonce.as_deref() == Some(expected.nonce), "nonce"),
            (is_age_right, "auth_time"),
            (is_subject(&self.sub), "sub"),
        ]
        .into_iter()
        .find_map(|(is_right, claim)| (!is_right).then_some(Err(Unproven::Claim(claim))))
        .unwrap_or(Ok(()))
    }

    /// A second factor was used if the provider says so (RFC 8176): that there were several, or a password and something that somebody has;
    /// or by its own class.
    fn second_factor_at(&self, class: Option<&str>, now: Timestamp) -> Option<Timestamp> {
        let says = |method: &str| self.amr.iter().any(|said| said == method);
        let is_class = class.is_some() && self.acr.as_deref() == class;
        let has_two = says("mfa") || says("pwd") && (says("otp") || says("hwk")) || is_class;
        let at = Timestamp::from_millis(0).plus_seconds(self.auth_time?);
        // Of a clock that is ahead.
        has_two.then(|| at.min(now))
    }
}

#[cfg(test)]
mod tests;
