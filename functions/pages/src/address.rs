//! The fields of a postal address in a form: as they were typed, carried from page to page, and read with every fault at its field.
//! Refuses to judge whether an address exists.

use crate::errors::Errors;
use crate::form::{CardNumbers, Typed};
use crate::words::{AddressWords, Phrase, Words};
use events::Address;
use events::address::typed::{CountryCode, MAX_LINE, MAX_POSTAL_CODE, Needs, TypedAddress};
use events::text::FieldError;
use serde::{Deserialize, Serialize};

/// A country without regions and postal codes: in the place of one that was found wrong, it lets the other fields be read.
const ELSEWHERE: &str = "AE";

/// The fields as they were typed, or as a saved address has them. A form flattens them into its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct AddressFields {
    pub name: String,
    pub company: String,
    pub line1: String,
    pub line2: String,
    pub postal_code: String,
    pub city: String,
    pub region: String,
    pub country: String,
    pub phone: String,
}

impl Typed for AddressFields {
    fn is_typed(field: &str) -> bool {
        Self::default().pairs().iter().any(|(name, _)| *name == field)
    }
}

impl AddressFields {
    /// The fields of an address that a form has as JSON.
    pub fn saved(json: &str) -> Option<Self> {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).ok()?;
        // What is left out of a saved address may be null.
        let texts = object.into_iter().filter(|(_, value)| value.is_string()).collect();
        serde_json::from_value(serde_json::Value::Object(texts)).ok()
    }

    /// The fields of an address.
    pub fn of(address: &Address) -> Self {
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

    /// Names and values, in the order of the page, as hidden fields carry them on.
    pub fn pairs(&self) -> [(&'static str, &str); 9] {
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

    /// The address as a request has it: what is empty is left out.
    pub fn typed(&self) -> TypedAddress {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        TypedAddress {
            name: self.name.clone(),
            company: given(&self.company),
            line1: self.line1.clone(),
            line2: given(&self.line2),
            city: self.city.clone(),
            region: given(&self.region),
            postal_code: given(&self.postal_code),
            country: self.country.clone().into(),
            phone: given(&self.phone),
        }
    }

    /// The address in the spelling of the post, or what is wrong with each field. `emptied` are those that held a card number.
    ///
    /// # Errors
    /// Every fault, in the order of the page.
    pub fn read(&self, emptied: &CardNumbers, words: &Words) -> Result<Address, Errors> {
        let read = self.parsed();
        let faults = read.as_ref().err().map(Vec::as_slice).unwrap_or_default();
        let mut errors = Errors::default();
        for (name, value) in self.pairs() {
            let label = words.address.label(name);
            if emptied.held_in(name) {
                errors.add(name, label, &words.card_number);
            } else if let Some(fault) = faults.iter().find(|fault| fault.field == name) {
                errors.add(name, label, self.told(fault, value, words));
            }
        }
        read.ok().filter(|_| errors.is_empty()).ok_or(errors)
    }

    /// Whether a field may be left empty for all that is known: before a country is chosen, its post may ask for it.
    pub fn is_optional(&self, field: &str) -> bool {
        match (field, self.needs()) {
            ("postal_code", Some(needs)) => !needs.postal_code,
            ("region", Some(needs)) => needs.region.is_none(),
            ("postal_code" | "region", None) => false,
            _ => ["company", "line2", "phone"].contains(&field),
        }
    }

    fn needs(&self) -> Option<Needs> {
        CountryCode::from(self.country.clone()).needs()
    }

    fn parsed(&self) -> Result<Address, Vec<FieldError>> {
        let (mut probe, mut faults) = (self.typed(), Vec::new());
        // One fault is found at a time, and each field has one at most.
        for _ in 0..=self.pairs().len() {
            match probe.parsed() {
                Ok(address) if faults.is_empty() => return Ok(address),
                Ok(_) => break,
                Err(fault) => {
                    mend(&mut probe, &fault.field);
                    faults.push(fault);
                }
            }
        }
        Err(faults)
    }

    /// A fault in the reader's words.
    fn told(&self, fault: &FieldError, value: &str, words: &Words) -> Phrase {
        let (texts, needs) = (&words.address_errors, self.needs());
        let is_missing = value.trim().is_empty();
        let most = if fault.field == "postal_code" { MAX_POSTAL_CODE } else { MAX_LINE };
        let example = needs.map(|needs| needs.postal_code_example).filter(|example| !example.is_empty());
        match (fault.field.as_str(), example, needs.and_then(|needs| needs.region)) {
            ("name", ..) if is_missing => texts.name.clone(),
            ("line1", ..) if is_missing => texts.line1.clone(),
            ("city", ..) if is_missing => texts.city.clone(),
            ("country", ..) => texts.country.clone(),
            ("phone", ..) => texts.phone.clone(),
            ("postal_code", Some(example), _) => texts.postal_code.with("example", example),
            ("region", _, Some((code, names))) => {
                texts.region.with("code", code).with("name", names.split('/').next().unwrap_or_default())
            }
            _ if value.chars().count() > most => texts.too_long.with("most", most),
            _ => texts.illegible.clone(),
        }
    }
}

impl AddressWords {
    fn label(&self, field: &str) -> &Phrase {
        match field {
            "company" => &self.company,
            "line1" => &self.line1,
            "line2" => &self.line2,
            "postal_code" => &self.postal_code,
            "city" => &self.city,
            "region" => &self.region,
            "country" => &self.country,
            "phone" => &self.phone,
            _ => &self.name,
        }
    }
}

/// Puts something fine in the place of a field.
fn mend(address: &mut TypedAddress, field: &str) {
    let needs = address.country.needs();
    match field {
        "name" => "-".clone_into(&mut address.name),
        "line1" => "-".clone_into(&mut address.line1),
        "city" => "-".clone_into(&mut address.city),
        "company" => address.company = None,
        "line2" => address.line2 = None,
        "phone" => address.phone = None,
        "region" => address.region = needs.and_then(|needs| needs.region).map(|(code, _)| code.to_owned()),
        "postal_code" => {
            let example = needs.filter(|needs| needs.postal_code).map(|needs| needs.postal_code_example);
            address.postal_code = example.map(str::to_owned);
        }
        _ => {
            address.country = ELSEWHERE.to_owned().into();
            (address.region, address.postal_code) = (None, None);
        }
    }
}

#[cfg(test)]
mod tests;
