//! The form of an address: its fields as typed, and how they are read. Refuses to know whose address it is.

use super::errors::{Errors, of_address};
use super::words::Words;
use chassis::Problem;
use events::address::Address;
use events::address::typed::TypedAddress;
use serde::{Deserialize, Serialize};

/// Fields as typed; an empty one is left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AddressForm {
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

impl From<&Address> for AddressForm {
    fn from(kept: &Address) -> Self {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        Self {
            name: kept.name.clone(),
            company: text(&kept.company),
            line1: kept.line1.clone(),
            line2: text(&kept.line2),
            postal_code: text(&kept.postal_code),
            city: kept.city.clone(),
            region: text(&kept.region),
            country: kept.country.to_string(),
            phone: text(&kept.phone),
        }
    }
}

impl AddressForm {
    /// The address, or what is wrong with the fields.
    ///
    /// # Errors
    /// If the form cannot be read at all, which no field's text leads to.
    pub fn read(&self, t: &Words) -> Result<Result<Address, Errors>, Problem> {
        let mut errors = Errors::default();
        let needed = [("name", &self.name), ("line1", &self.line1), ("city", &self.city), ("country", &self.country)];
        for (name, _) in needed.into_iter().filter(|(_, text)| text.trim().is_empty()) {
            errors.add(name, &t.errors.missing);
        }
        let sent = serde_json::to_value(self).and_then(serde_json::from_value::<TypedAddress>);
        match sent.map_err(Problem::internal)?.parsed() {
            Ok(address) if errors.is_empty() => return Ok(Ok(address)),
            Ok(_) => {}
            Err(error) => {
                if let Some((name, text)) = self.fields().into_iter().find(|(name, _)| *name == error.field) {
                    errors.add(name, of_address(t, &error, text));
                } else {
                    return Err(error.into());
                }
            }
        }
        Ok(Err(errors))
    }

    fn fields(&self) -> [(&'static str, &str); 9] {
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
}
