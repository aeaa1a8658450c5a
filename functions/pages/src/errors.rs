//! What is wrong with the fields of a form, in the reader's language. Refuses to be shown in another place than at its field, and in
//! the summary above the form.

use std::borrow::Cow;
use std::fmt;

/// Each refused field: its name, its label and what it must be. Fields of a form with rows have names that are made.
#[derive(Debug, Clone, Default)]
pub struct Errors(Vec<(Cow<'static, str>, String, String)>);

impl Errors {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For the summary above the form.
    pub fn list(&self) -> &[(Cow<'static, str>, String, String)] {
        &self.0
    }

    /// For the field; empty if nothing is wrong.
    pub fn of(&self, name: &str) -> &str {
        self.0.iter().find(|(field, ..)| field == name).map_or("", |(.., text)| text)
    }

    /// Adds what is wrong with a field. Of several faults, the first is told.
    pub fn add(&mut self, name: impl Into<Cow<'static, str>>, label: impl fmt::Display, text: impl fmt::Display) {
        let name = name.into();
        if self.of(&name).is_empty() {
            self.0.push((name, label.to_string(), text.to_string()));
        }
    }

    /// Adds what is wrong with fields that stand below these.
    pub fn append(&mut self, below: Self) {
        for (name, label, text) in below.0 {
            self.add(name, label, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Errors;

    #[test]
    fn of_several_faults_of_a_field_the_first_is_told() {
        let mut errors = Errors::default();
        assert!(errors.is_empty());
        errors.add("name", "Name", "is missing");
        let mut below = Errors::default();
        below.add("name", "Name", "is too long");
        below.add("city", "City", "is missing");
        errors.append(below);
        assert_eq!((errors.of("name"), errors.of("city"), errors.of("phone")), ("is missing", "is missing", ""));
        assert_eq!(errors.list().len(), 2);
    }

    #[test]
    fn a_field_of_a_row_is_told_by_its_number() {
        let mut errors = Errors::default();
        let row = 2;
        errors.add(format!("lines.{row}.sku"), "SKU", "is missing");
        assert_eq!((errors.of("lines.2.sku"), errors.of("lines.1.sku")), ("is missing", ""));
    }
}
