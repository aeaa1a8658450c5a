//! The bodies that routes take: JSON without a coding, typed and strict. Refuses to look at a body that a route does not take, and to
//! tell sites apart by media types: no route knows its caller by what a browser adds by itself, only by tokens that are sent on purpose.

use super::declared::Declared;
use super::json::{self, Unread};
use super::problem::Problem;
use super::{card_number, input};
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
    /// Checks that the body is JSON by what its headers say, without a content coding (RFC 9110 §8.3, §8.4). Nothing at all has no
    /// type.
    ///
    /// # Errors
    /// 415 `unsupported_media_type`, with the header that says what is served (RFC 9110 §15.5.16).
    pub fn must_be_json(&self) -> Result<(), Problem> {
        let refused = |sent, name, value: &str, detail| {
            Problem::new(415, "unsupported_media_type", detail).of_parameter(sent).with(name, value)
        };
        let coding = input::header(self.headers, CONTENT_ENCODING.as_str()).unwrap_or_default();
        if !coding.trim().is_empty() && !coding.trim().eq_ignore_ascii_case("identity") {
            let detail = "Send the body without a content coding.";
            return Err(refused("Content-Encoding", "accept_encoding", "identity", detail));
        }
        let sent = input::header(self.headers, CONTENT_TYPE.as_str()).unwrap_or_default();
        if self.bytes.is_empty() || is_json(&sent) {
            return Ok(());
        }
        Err(refused("Content-Type", "accept", "application/json", "Send the body as application/json, in UTF-8."))
    }
}

/// Whether a `Content-Type` says JSON: `application/json`, a type with the suffix `+json` (RFC 6839 §3.1), or nothing. Names are
/// compared without regard to case. Parameters say nothing, not even `charset`: JSON is UTF-8 (RFC 8259 §8.1, §11).
fn is_json(sent: &str) -> bool {
    let name = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    let says_json = |subtype: &str| subtype == "json" || subtype.ends_with("+json") && subtype.bytes().all(is_plain);
    sent.trim().is_empty() || name.strip_prefix("application/").is_some_and(says_json)
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
        sent.must_be_json()?;
        parsed(sent).map(Self)
    }
    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
}

/// A body as its type, once nothing is in it that no body may have.
fn parsed<T: DeserializeOwned>(sent: SentBody<'_>) -> Result<T, Problem> {
    let SentBody { bytes, declared, .. } = sent;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::at("", "is required"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("is not UTF-8 text"))?;
    // The gateway puts U+FFFD in place of bytes that are no text: different texts would become one.
    if text.contains('\u{fffd}') {
        return Err(malformed("is not UTF-8 text"));
    }
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
    // The types trim values, so what stands around one is not judged. A name, which is in no field, is nobody's to trim.
    let judge = |field: &str, text: &str| fault(if field.is_empty() { text } else { text.trim() }, lines(field));
    if let Some((place, requirement)) = value.find("", &judge) {
        return Err(Problem::at(&place, requirement));
    }
    T::deserialize(value).map_err(|mismatch| mismatch.in_body(declared.documented))
}

fn malformed(why: &str) -> Problem {
    Problem::bad_request("malformed_json", format!("The body {why}."))
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_known_by_its_name_or_suffix_whatever_the_case_and_the_parameters_and_so_is_nothing() {
        for fine in [
            "",
            " ",
            "application/json",
            "Application/JSON",
            " application/json ; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/json;",
            "application/json; profile=x; Charset=utf-8",
            "application/json; charset=latin1",
            "application/json; charset=utf-16",
            "application/json; charset=utf-8; charset=utf-7",
            "application/json; charset",
            "application/problem+json",
            "application/merge-patch+JSON; charset=utf-8",
        ] {
            assert!(is_json(fine), "{fine}");
        }
        for other in [
            ";",
            "; application/json",
            "json",
            "application",
            "application/",
            "application/jsonp",
            "application/json-seq",
            "application/xml",
            "application/octet-stream",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "image/png",
            "text/json",
            "text/plain",
            "text/x+json",
            "text/plain; application/json",
            "application/json, application/json",
            "application/xml, text/x+json",
            "text/plain, application/x+json",
        ] {
            assert!(!is_json(other), "{other}");
        }
    }
}
