//! The body of a form that has a password, of which nothing is trimmed, and of a form that is on its way elsewhere. Refuses card
//! numbers as every form does: a field that somebody types is emptied, and what is on its way does not go on.

use ::pages::{CardNumbers, Typed, card_number_refused, unreadable_form};
use chassis::Problem;
use chassis::http::{Body, SentBody, card_number};
use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

/// The field of another form's body, as it was sent.
pub(super) const CARRIED: &str = "form";

/// Fields by their names, each as it was typed.
#[derive(Debug, Clone)]
pub(super) struct Verbatim<T> {
    /// Give each field a default.
    pub fields: T,
    pub card_numbers: CardNumbers,
}

/// A body that is on its way to another page.
#[derive(Debug, Clone)]
pub(super) struct Passing(pub String);

impl<T: Typed + DeserializeOwned + Send + 'static> Body for Verbatim<T> {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        let mut pairs = fields(sent.bytes)?;
        let is_carried = |pair: &&mut (String, String)| pair.0 == CARRIED;
        // The signs of an encoded form may look like a number that none of its fields has.
        for (_, form) in pairs.iter_mut().filter(is_carried) {
            without_card_number(&fields(form.as_bytes())?)?;
        }
        let card_numbers = CardNumbers::emptied::<T>(pairs.iter_mut().filter(|pair| !is_carried(pair)))?;
        let text = serde_urlencoded::to_string(pairs).map_err(|_| unreadable_form())?;
        let fields = serde_urlencoded::from_str(&text).map_err(|_| unreadable_form())?;
        Ok(Self { fields, card_numbers })
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl Body for Passing {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        without_card_number(&fields(sent.bytes)?)?;
        String::from_utf8(sent.bytes.to_vec()).map(Self).map_err(|_| unreadable_form())
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

/// The fields of a form, in their order.
pub(super) fn fields(form: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    serde_urlencoded::from_bytes(form).map_err(|_| unreadable_form())
}

fn without_card_number(fields: &[(String, String)]) -> Result<(), Problem> {
    if fields.iter().any(|(_, value)| card_number::is_in(value)) {
        return Err(card_number_refused());
    }
    Ok(())
}
