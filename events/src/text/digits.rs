//! The decimal digits of the world's scripts (`Nd`, Unicode 17). Refuses other numbers: `²`, `①` and `Ⅷ` are no digits of a number.

/// The zeros. The digits to nine follow each one.
const ZEROS: [u32; 77] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136,
    0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0,
    0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce,
    0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// The digit of ASCII for a digit of any script; every other character is itself.
pub fn ascii_digit(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    let code = u32::from(letter);
    let zeros = ZEROS.iter().take_while(|zero| **zero <= code);
    zeros.last().and_then(|zero| char::from_digit(code - zero, 10)).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_general_category::{GeneralCategory, get_general_category};

    #[test]
    fn a_digit_of_any_script_is_one_of_ascii_and_nothing_else_is() {
        for digits in ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡"]
        {
            assert_eq!(digits.chars().map(ascii_digit).collect::<String>(), "0123456789");
        }
        for other in ['a', 'é', '²', '①', 'Ⅷ', '五', '/', ':', '\u{66a}', char::MAX] {
            assert_eq!(ascii_digit(other), other);
        }
    }

    #[test]
    fn every_decimal_number_of_unicode_is_a_digit() {
        // The category is that of Unicode 16; these came with 17.
        let later = |letter: char| ('\u{11de0}'..='\u{11de9}').contains(&letter);
        for letter in '\0'..=char::MAX {
            let is_number = get_general_category(letter) == GeneralCategory::DecimalNumber || later(letter);
            assert_eq!(ascii_digit(letter).is_ascii_digit(), is_number, "U+{:04X}", u32::from(letter));
        }
    }
}
