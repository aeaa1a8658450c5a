//! The body of an HTML form. A field that is absent is empty, and one that nobody knows is ignored: a page of the version before may
//! send it. Refuses card numbers. What a field must be is its reader's business, who shows the page again with what was typed.

use chassis::Problem;
use chassis::http::{Body, SentBody, card_number};
use lambda_http::http::header::CONTENT_TYPE;
use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

/// A form: fields by their names. Give each field of `T` a default.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

/// A form whose page is shown again if somebody typed a card number: its line is emptied, and the rest stays.
#[derive(Debug, Clone)]
pub struct TypedForm<T> {
    /// Give each field a default.
    pub fields: T,
    /// Nothing is done before there are none.
    pub card_numbers: CardNumbers,
}

/// Fields that people type into, and whose page can say so at a field that held a card number.
pub trait Typed {
    /// Whether it is one of them.
    fn is_typed(field: &str) -> bool;
}

/// Names of the fields that held a card number, and were emptied: of a long text, the lines that held it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardNumbers(Vec<String>);

impl CardNumbers {
    /// Empties the fields that hold a card number.
    ///
    /// # Errors
    /// If one of them is no field that people type into.
    pub fn emptied<'a, T: Typed>(fields: impl IntoIterator<Item = &'a mut (String, String)>) -> Result<Self, Problem> {
        let mut emptied = Vec::new();
        for (name, value) in fields.into_iter().filter(|(_, value)| card_number::is_in(value)) {
            if !T::is_typed(name) {
                return Err(card_number_refused());
            }
            *value = without_card_numbers(value);
            emptied.push(name.clone());
        }
        Ok(Self(emptied))
    }

    /// Whether a field held one.
    pub fn held_in(&self, field: &str) -> bool {
        self.0.iter().any(|name| name == field)
    }
}

/// The other lines; none if a number goes over several.
fn without_card_numbers(text: &str) -> String {
    let other = |line| if card_number::is_in(line) { "" } else { line };
    let kept = text.split('\n').map(other).collect::<Vec<_>>().join("\n");
    if card_number::is_in(&kept) { String::new() } else { kept }
}

type Pairs = Vec<(String, String)>;

impl<T: DeserializeOwned + Send + 'static> Body for Form<T> {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        refusing(pairs(sent)?).map(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl<T: Typed + DeserializeOwned + Send + 'static> Body for TypedForm<T> {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        emptying(pairs(sent)?)
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

fn pairs(sent: SentBody<'_>) -> Result<Pairs, Problem> {
    let media_type = sent.headers.get(CONTENT_TYPE).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    let name = media_type.split(';').next().unwrap_or_default().trim();
    if !sent.bytes.is_empty() && !name.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let detail = "Send the form as application/x-www-form-urlencoded, as pages do.";
        return Err(Problem::new(415, "unsupported_media_type", detail));
    }
    serde_urlencoded::from_bytes(sent.bytes).map_err(|_| unreadable_form())
}

pub(crate) fn refusing<T: DeserializeOwned>(pairs: Pairs) -> Result<T, Problem> {
    if pairs.iter().any(|(_, value)| card_number::is_in(value)) {
        return Err(card_number_refused());
    }
    read(&pairs)
}

pub(crate) fn emptying<T: Typed + DeserializeOwned>(mut pairs: Pairs) -> Result<TypedForm<T>, Problem> {
    let card_numbers = CardNumbers::emptied::<T>(&mut pairs)?;
    Ok(TypedForm { fields: read(&pairs)?, card_numbers })
}

/// A card number is where nobody can be told so at its field.
pub fn card_number_refused() -> Problem {
    Problem::new(422, "card_number_refused", "Never type a card number here: this shop takes none.")
}

fn read<T: DeserializeOwned>(pairs: &Pairs) -> Result<T, Problem> {
    let trimmed: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
    let text = serde_urlencoded::to_string(trimmed).map_err(|_| unreadable_form())?;
    serde_urlencoded::from_str(&text).map_err(|_| unreadable_form())
}

/// The body is no form.
pub fn unreadable_form() -> Problem {
    Problem::bad_request("malformed_form", "The form cannot be read. Open the page, and send it again.")
}

#[cfg(test)]
mod tests {
    use super::without_card_numbers;

    #[test]
    fn a_long_text_loses_the_lines_that_hold_a_card_number_and_no_others() {
        assert_eq!(without_card_numbers("one\r\n4111 1111 1111 1111\r\ntwo"), "one\r\n\ntwo");
        assert_eq!(without_card_numbers("Card 4111111111111111"), "");
        assert_eq!(without_card_numbers("one\n4111 1111\n1111 1111"), "", "a number over two lines");
    }
}
