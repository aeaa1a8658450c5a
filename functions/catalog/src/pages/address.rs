//! The address that is typed at the checkout: read with every fault at its field. Refuses to judge whether it exists.

use super::words::Words;
use events::Address;
use events::address::typed::TypedAddress;
use events::text::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The fields as they were typed, or as a saved address has them.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AddressFields {
    pub(super) name: String,
    pub(super) company: String,
    pub(super) line1: String,
    pub(super) line2: String,
    pub(super) postal_code: String,
    pub(super) city: String,
    pub(super) region: String,
    pub(super) country: String,
    pub(super) phone: String,
}

/// A country without regions and postal codes: in the place of one that was found wrong, it lets the other fields be read.
const ELSEWHERE: &str = "AE";

impl AddressFields {
    /// The fields of an address as users saved it.
    pub(super) fn saved(json: &str) -> Option<Self> {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).ok()?;
        // What is left out of a saved address may be null.
        let texts = object.into_iter().filter(|(_, value)| value.is_string()).collect();
        serde_json::from_value(serde_json::Value::Object(texts)).ok()
    }

    pub(super) fn of(address: &Address) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            name: address.name.clone(),
            company: text(&address.company),
            line1: address.line1.clone(),
            line2: text(&address.line2),
            postal_code: text(&address.postal_code),
            city: address.city.clone(),
            region: text(&address.region),
            country: address.country.to_string(),
            phone: text(&address.phone),
        }
    }

    /// Names and values, as hidden fields carry them on.
    pub(super) fn pairs(&self) -> [(&'static str, &str); 9] {
        [
            ("name", &self.name),
            ("company", &self.company),
            ("line1", &self.line1),
            ("line2", &self.line2),
            ("postal_code", &self.postal_code),
            ("city", &self.city),
            ("region", &self.region),
            ("country", &self.country),
            ("phone", &self.phone),
        ]
    }

    fn value(&self, field: &str) -> &str {
        self.pairs().into_iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value)
    }

    /// The address in the spelling of the post, or all that is wrong.
    pub(super) fn read(&self) -> Result<Address, Vec<FieldError>> {
        let typed: Result<TypedAddress, _> = serde_json::from_value(json!(self));
        let Ok(typed) = typed else {
            return Err(vec![FieldError::new("name", "must be text")]);
        };
        let (mut probe, mut errors) = (typed, Vec::new());
        // One fault is found at a time, and each field has one at most.
        for _ in 0..=self.pairs().len() {
            match probe.parsed() {
                Ok(address) if errors.is_empty() => return Ok(address),
                Ok(_) => break,
                Err(error) => {
                    without(&mut probe, &error.field);
                    errors.push(error);
                }
            }
        }
        Err(errors)
    }
}

/// Puts something fine in the place of a field.
fn without(address: &mut TypedAddress, field: &str) {
    match field {
        "name" => "-".clone_into(&mut address.name),
        "line1" => "-".clone_into(&mut address.line1),
        "city" => "-".clone_into(&mut address.city),
        "company" => address.company = None,
        "line2" => address.line2 = None,
        "phone" => address.phone = None,
        _ => {
            (address.region, address.postal_code) = (None, None);
            if let Ok(country) = serde_json::from_value(json!(ELSEWHERE)) {
                address.country = country;
            }
        }
    }
}

/// A fault in the reader's words.
pub(super) fn worded(error: &FieldError, typed: &AddressFields, t: &Words) -> (String, String) {
    let texts = &t.address_errors;
    let example = error.requirement.rsplit_once("such as ").map_or("", |(_, example)| example);
    let is_missing = typed.value(&error.field).trim().is_empty();
    let text = match error.field.as_str() {
        "name" if is_missing => texts.name.to_string(),
        "line1" if is_missing => texts.line1.to_string(),
        "city" if is_missing => texts.city.to_string(),
        "country" => texts.country.to_string(),
        "region" if example.is_empty() => texts.text.to_string(),
        "region" => texts.region.with("example", example).to_string(),
        "postal_code" if example.is_empty() => texts.text.to_string(),
        "postal_code" => texts.postal_code.with("example", example).to_string(),
        "phone" => texts.phone.to_string(),
        _ => texts.text.to_string(),
    };
    (error.field.clone(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> AddressFields {
        let text = str::to_owned;
        AddressFields {
            name: text("Ada"),
            line1: text("Hauptstr. 1"),
            postal_code: text("10115"),
            city: text("Berlin"),
            country: text("de"),
            ..AddressFields::default()
        }
    }

    #[test]
    fn an_address_is_read_in_the_spelling_of_the_post_and_back() {
        let address = berlin().read().unwrap();
        assert_eq!(AddressFields::of(&address).country, "DE");
        assert_eq!(AddressFields::of(&address).read().unwrap(), address);
    }

    #[test]
    fn every_fault_is_found_at_once() {
        let fields = |fields: &AddressFields| {
            fields.read().unwrap_err().into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert_eq!(fields(&AddressFields::default()), ["name", "line1", "city", "country"]);
        let wrong = AddressFields {
            company: "x".repeat(201),
            postal_code: "1".to_owned(),
            phone: "call me".to_owned(),
            ..berlin()
        };
        assert_eq!(fields(&wrong), ["company", "postal_code", "phone"]);
    }

    #[test]
    fn a_saved_address_takes_what_it_knows_and_leaves_the_rest() {
        let saved = r#"{"id": "addr_1", "name": "Ada", "line2": null, "country": "DE", "default": true}"#;
        let fields = AddressFields::saved(saved).unwrap();
        assert_eq!((&*fields.name, &*fields.line2, &*fields.country), ("Ada", "", "DE"));
        assert!(AddressFields::saved("Ada").is_none());
        assert!(AddressFields::saved("[]").is_none());
    }
}
