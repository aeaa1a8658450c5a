//! Answers speak the words of the API's document. This finds the others.

/// Words of the code, with the bounds of its numbers, and of the library that reads requests.
const OF_CODE: [&str; 28] = [
    "u8",
    "u16",
    "u32",
    "u64",
    "i32",
    "i64",
    "f64",
    "usize",
    "2147483647",
    "4294967295",
    "9223372036854775807",
    "18446744073709551615",
    "struct",
    "sequence",
    "map",
    "variant",
    "newtype",
    "enum",
    "serde",
    "expected",
    "unit value",
    "invalid type",
    "invalid value",
    "invalid length",
    "missing field",
    "unknown field",
    "floating point",
    "line 1",
];

/// The first word of the code in a text.
pub fn word_of_code(text: &str) -> Option<&'static str> {
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let is_there = |word: &&str| words.contains(word) || (word.contains(' ') && text.contains(*word));
    OF_CODE.iter().copied().find(is_there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_code_is_found_and_words_like_it_are_not() {
        for (text, word) in [
            ("invalid type: unit value, expected u32", "u32"),
            ("got a unit value", "unit value"),
            ("a map of 3", "map"),
            ("an integer from -9223372036854775808 to 9223372036854775807.", "9223372036854775807"),
        ] {
            assert_eq!(word_of_code(text), Some(word), "{text}");
        }
        for text in ["quantity must be an integer from 1 to 999.", "constructed unexpectedly", "maps"] {
            assert_eq!(word_of_code(text), None, "{text}");
        }
    }
}
