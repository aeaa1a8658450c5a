//! Names of people. Refuses to know what a name is: whatever can be seen on one line.

use events::text::{FieldError, line};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Characters.
pub const MAX_NAME: usize = 200;

/// 1 to 200 characters, trimmed, on one line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(String);

impl PersonName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl FromStr for PersonName {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        line("name", text, MAX_NAME).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_bounded_on_one_line_and_seen() {
        assert_eq!(" Ada Ω ".parse::<PersonName>().unwrap().as_str(), "Ada Ω");
        assert!("Ω".repeat(200).parse::<PersonName>().is_ok());
        let invisible = ["", "  ", "\u{200b}", "\u{feff}", "\u{ad}", "\u{3164}", "\u{2800}", "\u{e0041}", "\u{3000}"];
        for bad in invisible.map(str::to_owned).into_iter().chain(["Ω".repeat(201), "Ada\nEve".to_owned()]) {
            assert!(bad.parse::<PersonName>().is_err(), "{bad:?}");
        }
    }
}
