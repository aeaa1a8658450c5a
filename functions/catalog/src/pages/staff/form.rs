//! A form as the request of the API that it stands for: it is written as JSON, and the API's own reader reads it. Refuses a second reader:
//! what the API takes, the form takes.

use ::pages::{Typed, TypedForm, card_number_refused, unreadable_form};
use chassis::http::{Body, SentBody};
use chassis::{Call, Json, Problem};
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{HeaderValue, IF_MATCH, IF_NONE_MATCH};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What was typed, to be written as a request and to be shown again.
pub(super) trait Draft: Serialize + Send + 'static {
    /// The fields of the form.
    fn of(fields: &[(String, String)]) -> Self;

    /// The same without rows that were left empty or are to be removed.
    fn without_blanks(self) -> Self
    where
        Self: Sized,
    {
        self
    }
}

/// A form that was sent.
#[derive(Debug)]
pub(super) struct Sent<D, R> {
    pub(super) draft: D,
    /// The request, or why the API does not read it; `None` if the form is to be shown again with more empty rows.
    pub(super) request: Option<Result<R, Problem>>,
    /// The version that the form was made from; empty if it makes something.
    pub(super) version: String,
}

impl<D, R: Clone> Sent<D, R> {
    /// The request of a form without rows.
    pub(super) fn request(&self) -> Result<R, Problem> {
        self.request.clone().unwrap_or_else(|| Err(unreadable_form()))
    }
}

/// Fields in the order of the form.
#[derive(Deserialize)]
#[serde(transparent)]
struct Fields(Vec<(String, String)>);

impl Typed for Fields {
    fn is_typed(_: &str) -> bool {
        true
    }
}

impl<D: Draft, R: DeserializeOwned + JsonSchema + Send + 'static> Body for Sent<D, R> {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        let TypedForm { fields: Fields(fields), card_numbers } = TypedForm::<Fields>::parse(sent)?;
        let text = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        let (draft, version) = (D::of(&fields), text("version").unwrap_or_default());
        if let Some((field, _)) = fields.iter().find(|(field, _)| card_numbers.held_in(field)) {
            let refused = card_number_refused().of_field(field);
            return Ok(Self { draft, version, request: Some(Err(refused)) });
        }
        if text("more").is_some() {
            return Ok(Self { draft, version, request: None });
        }
        let draft = draft.without_blanks();
        let request = serde_json::to_vec(&draft).map_err(Problem::internal)?;
        let no_headers = HeaderMap::new();
        let mut as_json = sent;
        (as_json.bytes, as_json.headers) = (&request, &no_headers);
        let read = Json::<R>::parse(as_json).map(|Json(request)| request);
        Ok(Self { draft, version, request: Some(read) })
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

/// Takes the version that a form was made from for what a program sends as `If-Match`.
///
/// # Errors
/// 400 if it is none.
pub(super) fn edited_from<B, Q>(call: &mut Call<B, Q>, version: &str) -> Result<(), Problem> {
    let version: u64 = version.parse().map_err(|_| unreadable_form())?;
    let tag = HeaderValue::from_str(&format!("\"{version}\"")).map_err(Problem::internal)?;
    call.headers.insert(IF_MATCH, tag);
    Ok(())
}

/// Has a form make what is not there yet, as a program does with `If-None-Match: *`.
pub(super) fn creating<B, Q>(call: &mut Call<B, Q>) {
    call.headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
}

/// A number as the API takes it; what is none stays a text, which the API refuses at its field.
pub(super) fn number_or_text<S: serde::Serializer>(
    number: Option<i64>,
    typed: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => serializer.serialize_i64(number),
        None => serializer.serialize_str(typed),
    }
}
