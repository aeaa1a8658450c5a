//! The body of a form that has a password, of which nothing is trimmed, and of a form that is on its way elsewhere. Refuses card
//! numbers as every form does.

use chassis::Problem;
use chassis::http::{Body, SentBody, card_number};
use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

/// The field of another form's body, as it was sent.
pub(super) const CARRIED: &str = "form";

/// Fields by their names, each as it was typed. Give each field of `T` a default.
#[derive(Debug, Clone)]
pub(super) struct Verbatim<T>(pub T);

/// A body that is on its way to another page.
#[derive(Debug, Clone)]
pub(super) struct Passing(pub String);

impl<T: DeserializeOwned + Send + 'static> Body for Verbatim<T> {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        for (name, value) in fields(sent.bytes)? {
            // The signs of an encoded form may look like a number that none of its fields has.
            let inner = if name == CARRIED { fields(value.as_bytes())? } else { vec![(name, value)] };
            without_card_number(&inner)?;
        }
        serde_urlencoded::from_bytes(sent.bytes).map(Self).map_err(|_| unreadable())
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl Body for Passing {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        without_card_number(&fields(sent.bytes)?)?;
        String::from_utf8(sent.bytes.to_vec()).map(Self).map_err(|_| unreadable())
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

/// The fields of a form, in their order.
pub(super) fn fields(form: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    serde_urlencoded::from_bytes(form).map_err(|_| unreadable())
}

fn without_card_number(fields: &[(String, String)]) -> Result<(), Problem> {
    if fields.iter().any(|(_, value)| card_number::is_in(value)) {
        let detail = "Never type a card number here: this shop takes none.";
        return Err(Problem::new(422, "card_number_refused", detail));
    }
    Ok(())
}

fn unreadable() -> Problem {
    Problem::bad_request("malformed_form", "The form cannot be read. Open the page, and send it again.")
}
