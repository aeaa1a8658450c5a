//! What staff look for, as they typed it: kept in the page's address, and read as the API reads it, with every fault at its field.

use super::words::StaffWords;
use crate::domain::search::Search;
use ::pages::Errors;
use events::{Day, Email};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The query of the page's address; what is empty is no condition.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::pages) struct Look {
    pub(super) number: String,
    pub(super) email: String,
    pub(super) sku: String,
    pub(super) customer: String,
    pub(super) status: String,
    pub(super) payment_state: String,
    pub(super) fulfillment_state: String,
    /// The first day.
    pub(super) from: String,
    /// The last day.
    pub(super) to: String,
    pub(super) cursor: Option<String>,
}

impl Look {
    /// What is looked for.
    ///
    /// # Errors
    /// Each field that cannot be read.
    pub(super) fn search(&self, t: &StaffWords) -> Result<Search, Errors> {
        let mut errors = Errors::default();
        let search = Search {
            customer: read(&self.customer, "customer", &t.of_customer, t, &mut errors),
            email: self.email(t, &mut errors),
            number: read(&self.number, "number", &t.number, t, &mut errors),
            sku: read(&self.sku, "sku", &t.sku, t, &mut errors),
            status: read(&self.status, "status", &t.status, t, &mut errors),
            payment_state: read(&self.payment_state, "payment_state", &t.payment, t, &mut errors),
            fulfillment_state: read(&self.fulfillment_state, "fulfillment_state", &t.fulfillment, t, &mut errors),
            from: read(&self.from, "from", &t.from, t, &mut errors).map(|day: Day| day.start()),
            // The last day is one of them.
            to: read(&self.to, "to", &t.to, t, &mut errors).map(|day: Day| day.end()),
        };
        if errors.is_empty() { Ok(search) } else { Err(errors) }
    }

    /// An address is read as where one is typed to be mailed to: what was stored is taken as it is.
    fn email(&self, t: &StaffWords, errors: &mut Errors) -> Option<Email> {
        let read = (!self.email.is_empty()).then(|| self.email.parse())?;
        if read.is_err() {
            errors.add("email", &t.email, &t.unreadable);
        }
        read.ok()
    }

    /// The query of the list of users, if an address was typed: only guests are found by it here.
    pub(super) fn of_email(&self) -> Option<String> {
        let email: Email = self.email.parse().ok()?;
        serde_urlencoded::to_string([("who", email.as_str())]).ok()
    }

    /// Whether anything is looked for.
    pub(super) fn is_set(&self) -> bool {
        !self.query(None).is_empty()
    }

    /// The address's query, with another place in the list.
    pub(super) fn query(&self, cursor: Option<&str>) -> String {
        let fields = [
            ("number", self.number.as_str()),
            ("email", &self.email),
            ("sku", &self.sku),
            ("customer", &self.customer),
            ("status", &self.status),
            ("payment_state", &self.payment_state),
            ("fulfillment_state", &self.fulfillment_state),
            ("from", &self.from),
            ("to", &self.to),
            ("cursor", cursor.unwrap_or_default()),
        ];
        let set: Vec<_> = fields.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        serde_urlencoded::to_string(set).unwrap_or_default()
    }
}

fn read<T: DeserializeOwned>(
    typed: &str,
    field: &'static str,
    label: &::pages::Phrase,
    t: &StaffWords,
    errors: &mut Errors,
) -> Option<T> {
    if typed.is_empty() {
        return None;
    }
    let read = serde_json::from_value(typed.into());
    if read.is_err() {
        errors.add(field, label, &t.unreadable);
    }
    read.ok()
}
