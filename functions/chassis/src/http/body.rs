//! The bodies that routes take: of the media type that a route serves, without a coding, typed and strict. Refuses to look at a
//! body that a route does not take.

use super::declared::Declared;
use super::json::{self, Unread};
use super::problem::Problem;
use super::{card_number, input};
use crate::tokens::digest;
use events::text::{Lines, fault};
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A body as it was sent.
#[derive(Debug, Clone, Copy)]
pub struct SentBody<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The request's headers.
    pub headers: &'a HeaderMap,
    pub(super) declared: Declared,
}

impl SentBody<'_> {
    /// Checks that the body is of a media type, in UTF-8 and without a content coding (RFC 9110 §8.3, §8.4). Nothing at all has
    /// no type.
    ///
    /// # Errors
    /// 415 `unsupported_media_type`, with the header that says what is served (RFC 9110 §15.5.16).
    pub fn must_be(&self, media_type: &str) -> Result<(), Problem> {
        let refused = |name, value: &str, detail| Problem::new(415, "unsupported_media_type", detail).with(name, value);
        let coding = input::header(self.headers, CONTENT_ENCODING.as_str()).unwrap_or_default();
        if !coding.trim().is_empty() && !coding.trim().eq_ignore_ascii_case("identity") {
            return Err(refused("accept_encoding", "identity", "Send the body without a content coding.".to_owned()));
        }
        let sent = input::header(self.headers, CONTENT_TYPE.as_str()).unwrap_or_default();
        if self.bytes.is_empty() || is_utf8_of(&sent, media_type) {
            return Ok(());
        }
        Err(refused("accept", media_type, format!("Send the body as {media_type}, in UTF-8.")))
    }
}

/// Whether a `Content-Type` is this media type in UTF-8: names are compared without regard to case, and other parameters say
/// nothing (RFC 8259 §11).
fn is_utf8_of(sent: &str, media_type: &str) -> bool {
    let mut parts = sent.split(';').map(str::trim);
    let is_type = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(media_type));
    let is_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            quoted.unwrap_or(value).eq_ignore_ascii_case("utf-8")
        }
        Some(_) => true,
        None => parameter.is_empty(),
    };
    is_type && parts.all(is_utf8)
}

/// The type of a route's body.
pub trait Body: Sized + Send + 'static {
    /// Parses the body.
    ///
    /// # Errors
    /// 400 if it cannot be read, 415 if it is of another media type, 422 if it does not fit the type.
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem>;

    /// JSON schema; `None` for a route without a body.
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema>;
}

/// No body, or an empty object, which some clients always send. Anything else is refused, so that nobody believes that it was read.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct NoBody {}

impl Body for NoBody {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        if sent.bytes.iter().all(u8::is_ascii_whitespace) { Ok(Self {}) } else { parsed(sent) }
    }
    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

/// A JSON body. It refuses unknown fields at any depth, arrays in place of objects, card numbers, and text with characters that
/// cannot be seen; its text is in Normalization Form C. The types it shares with messages stay lenient there: readers of
/// messages ignore unknown fields.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send + 'static> Body for Json<T> {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        sent.must_be("application/json")?;
        parsed(sent).map(Self)
    }
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
}

impl<T: serde::Serialize> Json<T> {
    /// Fingerprint of the body. It tells a repeat from another request.
    pub fn digest(&self) -> String {
        digest::of_json(&self.0)
    }
}

/// A body as its type, once nothing is in it that no body may have.
fn parsed<T: DeserializeOwned>(sent: SentBody<'_>) -> Result<T, Problem> {
    let SentBody { bytes, declared, .. } = sent;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::at("", "is required"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("is not UTF-8 text"))?;
    let value = json::Value::read(text).map_err(|unread| match unread {
        Unread::Mismatch(mismatch) => mismatch.in_body(declared.documented),
        Unread::Malformed(error) if error.is_eof() => malformed("is not JSON: it ends too early"),
        Unread::Malformed(error) => {
            malformed(&format!("is not JSON from line {}, column {} on", error.line(), error.column()))
        }
    })?;
    if let Some((place, ())) = value.find("", &|_, text| card_number::is_in(text).then_some(())) {
        return Err(card_number::refused("field", &place));
    }
    let lines = |field: &str| if declared.multi_line.contains(&field) { Lines::Many } else { Lines::One };
    if let Some((place, requirement)) = value.find("", &|field, text| fault(text, lines(field))) {
        return Err(Problem::at(&place, requirement));
    }
    T::deserialize(value).map_err(|mismatch| mismatch.in_body(declared.documented))
}

fn malformed(why: &str) -> Problem {
    Problem::bad_request("malformed_json", format!("The body {why}."))
}

#[cfg(test)]
mod tests {
    use super::is_utf8_of;

    #[test]
    fn a_media_type_is_compared_without_regard_to_case_and_parameters_but_charset_say_nothing() {
        for fine in [
            "application/json",
            "Application/JSON",
            " application/json ; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/json;",
            "application/json; profile=x; Charset=utf-8",
        ] {
            assert!(is_utf8_of(fine, "application/json"), "{fine}");
        }
        for other in [
            "",
            "application",
            "application/jsonp",
            "text/json",
            "application/problem+json",
            "application/json, application/json",
            "application/json; charset=latin1",
            "application/json; charset=utf-16",
            "application/json; charset=utf-8; charset=utf-7",
            "application/json; charset",
            "text/plain; application/json",
        ] {
            assert!(!is_utf8_of(other, "application/json"), "{other}");
        }
    }
}
