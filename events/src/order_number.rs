//! The order number: an order's id as people say it, read out on the telephone and typed from a mail. Made of the id alone. Refuses
//! to name an order to a program: two orders may share a number, though hardly ever.

use crate::ids::OrderId;
use crate::text::FieldError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt::{self, Write};
use std::str::FromStr;

/// Crockford's base 32: no `I`, `L`, `O` and `U`, which look like others or make words.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a number, without the hyphen in their middle.
const DIGITS: u32 = 10;
const GROUP: u32 = 5;
/// Bits of a character.
const BITS: u32 = 5;

/// The last ten characters of the order's id in capitals, shown as `7K3QF-M2XT9`: 50 bits in Crockford's base 32, all of them random. They
/// are read however they are typed: small letters, `I` and `L` as 1, `O` as 0, blanks and hyphens anywhere.
///
/// By chance two orders of a shop have the same number with a probability of 1 in 2,250 when it has a million orders, and of 1 in 23 when
/// it has ten million. So a number finds orders for people, who see which is meant; programs use the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderNumber(u64);

/// The text is not an order number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be ten letters and digits, such as 7K3QF-M2XT9")]
pub struct InvalidOrderNumber;

impl From<InvalidOrderNumber> for FieldError {
    fn from(error: InvalidOrderNumber) -> Self {
        Self::new("number", error.to_string())
    }
}

impl OrderId {
    /// The order's number for people.
    pub fn number(self) -> OrderNumber {
        let last = self.bits() & ((1 << (DIGITS * BITS)) - 1);
        // 50 bits fit.
        OrderNumber(u64::try_from(last).unwrap_or_default())
    }
}

/// What a character counts, as Crockford reads it.
fn value(typed: char) -> Option<u64> {
    let letter = match typed.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET.iter().position(|&known| char::from(known) == letter).and_then(|value| u64::try_from(value).ok())
}

/// Whether people put it between characters, and mean nothing by it: any blank, hyphen or dash.
fn separates(typed: char) -> bool {
    typed.is_whitespace() || matches!(typed, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..DIGITS).rev() {
            let value = usize::try_from((self.0 >> (place * BITS)) & 31).unwrap_or_default();
            f.write_char(char::from(ALPHABET.get(value).copied().unwrap_or(b'0')))?;
            if place == GROUP {
                f.write_char('-')?;
            }
        }
        Ok(())
    }
}

impl FromStr for OrderNumber {
    type Err = InvalidOrderNumber;
    fn from_str(text: &str) -> Result<Self, InvalidOrderNumber> {
        let mut left = DIGITS;
        let number = text.chars().filter(|&typed| !separates(typed)).try_fold(0, |number, typed| {
            left = left.checked_sub(1)?;
            Some((number << BITS) | value(typed)?)
        });
        number.filter(|_| left == 0).map(Self).ok_or(InvalidOrderNumber)
    }
}

impl Serialize for OrderNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OrderNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for OrderNumber {
    fn schema_name() -> Cow<'static, str> {
        "OrderNumber".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use proptest::prelude::*;

    fn order(millis: i64, random: [u8; 10]) -> OrderId {
        OrderId::new(Timestamp::from_millis(millis), random)
    }

    /// The number as somebody types it: each character in one of its forms, with something before it that separates.
    fn typed(number: OrderNumber, forms: &[usize; 10], separators: &[usize; 10]) -> String {
        let characters = number.to_string().replace('-', "");
        let forms = characters.chars().zip(forms).map(|(c, form)| match c {
            '0' => ["0", "O", "o"][form % 3].to_owned(),
            '1' => ["1", "I", "l"][form % 3].to_owned(),
            c if form % 2 == 0 => c.to_string(),
            c => c.to_ascii_lowercase().to_string(),
        });
        let separators = separators.iter().map(|which| ["", " ", "-", " - ", "\u{a0}", "\u{2011}", "\t"][which % 7]);
        separators.zip(forms).flat_map(|(separator, form)| [separator.to_owned(), form]).collect()
    }

    #[test]
    fn a_number_is_the_last_fifty_bits_of_the_id_in_two_groups() {
        assert_eq!(OrderId::from_bits(0).number().to_string(), "00000-00000");
        assert_eq!(OrderId::from_bits(u128::MAX).number().to_string(), "ZZZZZ-ZZZZZ");
        assert_eq!(OrderId::from_bits((1 << 50) + 33).number().to_string(), "00000-00011");
        let id: OrderId = "order_01h2xcejqtf2nbrexx3vqjhp41".parse().unwrap();
        assert_eq!(id.number().to_string(), "XX3VQ-JHP41", "the last ten characters of the id");
    }

    #[test]
    fn what_is_no_number_is_refused_in_words() {
        for text in ["", " - ", "7K3QF-M2XT", "7K3QF-M2XT99", "7K3QF-M2XTU", "7K3QF_M2XT9", "７K3QF-M2XT9", "order_1"]
        {
            assert_eq!(text.parse::<OrderNumber>(), Err(InvalidOrderNumber), "{text:?}");
        }
        let error = FieldError::from(InvalidOrderNumber);
        assert_eq!(error.to_string(), "number must be ten letters and digits, such as 7K3QF-M2XT9");
        assert!(serde_json::from_value::<OrderNumber>("7K3QF".into()).is_err());
    }

    proptest! {
        #[test]
        fn a_number_reads_back_however_it_is_typed(
            random in any::<[u8; 10]>(),
            forms in any::<[usize; 10]>(),
            separators in any::<[usize; 10]>(),
        ) {
            let number = order(1, random).number();
            let text = typed(number, &forms, &separators);
            prop_assert_eq!(text.parse::<OrderNumber>().unwrap(), number, "{}", text);
            prop_assert_eq!(serde_json::from_value::<OrderNumber>(text.into()).unwrap(), number);
        }

        #[test]
        fn a_number_is_written_in_one_way_which_its_schema_allows(random in any::<[u8; 10]>()) {
            let number = order(1, random).number();
            let schema = schemars::SchemaGenerator::default().into_root_schema_for::<OrderNumber>().to_value();
            let written = serde_json::to_value(number).unwrap();
            prop_assert_eq!(&written, &serde_json::Value::from(number.to_string()));
            prop_assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&written), "{}", written);
        }

        #[test]
        fn orders_have_the_same_number_only_if_they_have_the_same_fifty_random_bits(
            (a, b) in any::<([u8; 10], [u8; 10])>(),
            (at, later) in (0i64..1 << 47, 0i64..1 << 47),
            shared in 0u128..1 << 50,
        ) {
            let last = |random: [u8; 10]| order(at, random).bits() & ((1 << 50) - 1);
            prop_assert_eq!(order(at, a).number() == order(later, b).number(), last(a) == last(b));
            let twin = OrderId::from_bits((order(later, b).bits() >> 50 << 50) | shared);
            prop_assert_eq!(twin.number(), OrderId::from_bits(shared).number(), "nothing else of the id counts");
        }

        #[test]
        fn one_bit_makes_another_number(random in any::<[u8; 10]>(), bit in 0u32..50) {
            let id = order(1, random);
            prop_assert_ne!(OrderId::from_bits(id.bits() ^ (1 << bit)).number(), id.number());
        }

        #[test]
        fn no_text_is_read_as_a_number_that_is_written_longer(text in any::<String>()) {
            if let Ok(number) = text.parse::<OrderNumber>() {
                prop_assert_eq!(number.to_string().parse::<OrderNumber>().unwrap(), number);
                prop_assert_eq!(text.chars().filter(|&c| !separates(c)).count(), 10);
            }
        }
    }
}
