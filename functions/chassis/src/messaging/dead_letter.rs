//! A dead letter: the body as it came, and beside it why it is dead and where it came from. Refuses personal data: the
//! attributes hold reasons, ids and keys only.

use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::MessageAttributeValue;
use std::collections::HashMap;

/// Why it is dead.
pub const REASON: &str = "reason";
/// SQS' id of the message that died first; a redriven copy has another id of its own.
pub const ORIGINAL_MESSAGE_ID: &str = "original_message_id";
/// The key of the item that a stream record is about.
pub const TABLE_KEY: &str = "table_key";
/// The stream record's place in its shard.
pub const SEQUENCE_NUMBER: &str = "sequence_number";

/// A reason is for people; the log has the rest.
const MAX_CHARS: usize = 500;

/// A message for a dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The body.
    pub body: String,
    attributes: Vec<(&'static str, String)>,
}

impl DeadLetter {
    /// A body that died for this reason.
    pub fn new(body: impl Into<String>, reason: &str) -> Self {
        Self { body: body.into(), attributes: Vec::new() }.with(REASON, reason)
    }

    /// Adds an attribute, unless it is empty, which SQS refuses.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        let value: String = value.chars().filter(|c| is_allowed(*c)).take(MAX_CHARS).collect();
        if !value.is_empty() {
            self.attributes.push((name, value));
        }
        self
    }

    /// The attributes in SQS' form. If the body leaves them no room in these bytes, it is worth more than they are: then
    /// there are none.
    pub(super) fn attributes(&self, max_bytes: usize) -> Result<HashMap<String, MessageAttributeValue>, BuildError> {
        let bytes: usize = self.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len()).sum();
        if self.body.len() + bytes > max_bytes {
            return Ok(HashMap::new());
        }
        let built = self.attributes.iter().map(|(name, value)| {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value).build()?;
            Ok(((*name).to_owned(), value))
        });
        built.collect()
    }
}

/// Whether SQS takes the character: those of XML 1.0.
const fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_hold_what_sqs_takes_and_no_more_than_people_read() {
        let letter = DeadLetter::new("{}", &format!("a\u{0}b\u{ffff}{}", "Ω".repeat(1_000))).with(TABLE_KEY, "");
        let attributes = letter.attributes(10_000).unwrap();
        let reason = attributes[REASON].string_value().unwrap();
        assert!(reason.starts_with("abΩ") && reason.chars().count() == 500, "{reason}");
        assert_eq!(attributes.len(), 1, "an empty one is left out");
    }

    #[test]
    fn a_body_as_large_as_a_queue_takes_goes_without_attributes() {
        let letter = DeadLetter::new("x".repeat(900), "too old");
        assert_eq!(letter.attributes(900).unwrap().len(), 0);
        assert_eq!(letter.attributes(1_000).unwrap().len(), 1);
    }
}
