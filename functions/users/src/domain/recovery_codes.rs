//! Recovery codes: ten, each of which stands in for a second factor once. Refuses to keep them in clear: what is kept is made of them by
//! the service.

/// As many as are made at once.
pub const RECOVERY_CODES: usize = 10;
/// Letters of one, of 5 bits each.
pub const LETTERS: usize = 10;

/// Without letters that look like others (Crockford's base32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code of random bytes, as it is shown: `abcde-fghjk`.
pub fn shown(random: [u8; LETTERS]) -> String {
    let letter = |byte: u8| char::from(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or_default());
    let mut code: String = random.into_iter().map(letter).collect();
    code.insert(LETTERS / 2, '-');
    code
}

/// A code as it was meant, however it was typed.
pub fn meant(typed: &str) -> String {
    let letter = |sign: char| match sign.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '-').map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_what_was_meant_however_it_was_typed() {
        let code = shown([0, 1, 31, 32, 10, 11, 12, 13, 14, 255]);
        assert_eq!(code, "01z0a-bcdez");
        for typed in [code.as_str(), "O1Z0A-BCDEZ", " olz0a bcdez ", "0iz0abcdez"] {
            assert_eq!(meant(typed), "01z0abcdez", "{typed}");
        }
    }

    proptest! {
        #[test]
        fn every_code_is_read_as_it_is_shown(random in any::<[u8; LETTERS]>()) {
            let code = shown(random);
            prop_assert_eq!(meant(&code.to_uppercase()), code.replace('-', ""));
        }
    }
}
