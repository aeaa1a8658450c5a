//! Requests and answers as far as the provider needs them. Refuses every header that it does not read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::BTreeMap;

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    pub method: &'a str,
    /// With the query.
    pub path: &'a str,
    /// The header `authorization`; empty without one.
    pub authorization: &'a str,
    pub body: &'a str,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    /// Where it leads; empty if nowhere.
    pub location: String,
    pub body: String,
}

impl Incoming<'_> {
    /// The parameters of the query.
    pub fn query(&self) -> BTreeMap<String, String> {
        let (_, query) = self.path.split_once('?').unwrap_or_default();
        serde_urlencoded::from_str(query).unwrap_or_default()
    }

    /// The fields of the body.
    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        serde_urlencoded::from_str(self.body).unwrap_or_default()
    }

    /// Name and secret of a client (RFC 6749, 2.3.1).
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let decoded = STANDARD.decode(self.authorization.strip_prefix("Basic ")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (id, secret) = text.split_once(':')?;
        let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(Into::into);
        Some((plain(id)?, plain(secret)?))
    }
}

impl Answer {
    fn of(status: u16, content_type: &'static str, body: String) -> Self {
        Self { status, content_type, location: String::new(), body }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::of(status, "text/plain", body.to_owned())
    }

    pub(crate) fn html(body: &str) -> Self {
        Self::of(200, "text/html; charset=utf-8", body.to_owned())
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::of(status, "application/json", body.to_string())
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self { location: location.to_owned(), ..Self::text(302, "") }
    }
}
