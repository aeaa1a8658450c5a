//! Rules for new passwords (NIST SP 800-63B §3.1.1.2): long enough and not in common use. Refuses composition rules,
//! which make people predictable.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 128;
/// Lower case, sorted bytewise, one a line.
const COMMON: &str = include_str!("common-passwords.txt");

/// A password that keeps the rules. Its text is kept from logs.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than 8 or more than 128 characters.
    #[error("must be 8 to 128 characters; 15 or more are advised")]
    Length,
    /// On the list of passwords in common use.
    #[error("is in common use, so it would be guessed; choose another")]
    Common,
}

impl NewPassword {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NewPassword {
    type Err = WeakPassword;
    fn from_str(text: &str) -> Result<Self, WeakPassword> {
        if !(MIN_CHARACTERS..=MAX_CHARACTERS).contains(&text.chars().count()) {
            return Err(WeakPassword::Length);
        }
        if is_common(&text.to_lowercase()) { Err(WeakPassword::Common) } else { Ok(Self(text.to_owned())) }
    }
}

/// Binary search over the lines.
fn is_common(lower: &str) -> bool {
    let mut rest = COMMON;
    while !rest.is_empty() {
        let middle = rest.len() / 2;
        let start = rest.get(..middle).and_then(|head| head.rfind('\n')).map_or(0, |newline| newline + 1);
        let (before, from) = rest.split_at(start);
        let (line, after) = from.split_once('\n').unwrap_or((from, ""));
        match line.cmp(lower) {
            Ordering::Equal => return true,
            Ordering::Less => rest = after,
            Ordering::Greater => rest = before,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_only_of_passwords_that_are_long_enough() {
        let lines: Vec<_> = COMMON.lines().collect();
        assert!(lines.len() > 3000);
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            lines.iter().all(|line| line.is_ascii() && line.len() >= MIN_CHARACTERS && *line == line.to_lowercase())
        );
    }

    #[test]
    fn every_listed_password_is_refused_in_any_case() {
        for line in COMMON.lines() {
            assert_eq!(line.parse::<NewPassword>(), Err(WeakPassword::Common), "{line}");
        }
        assert_eq!("PassWord1".parse::<NewPassword>(), Err(WeakPassword::Common));
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_else_is_asked_for() {
        for good in ["pwö-äüxy", "a quiet harbour at noon", "zzzzzzzzyyyyyyyyxxxxxxxx", &"Ω".repeat(128)] {
            assert!(good.parse::<NewPassword>().is_ok(), "{good}");
        }
        for bad in ["", "seven77", "ΩΩΩΩΩΩΩ", &"x".repeat(129)] {
            assert_eq!(bad.parse::<NewPassword>(), Err(WeakPassword::Length), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn the_search_agrees_with_reading_the_whole_list(text in "[a-z0-9]{8,9}") {
            prop_assert_eq!(is_common(&text), COMMON.lines().any(|line| line == text));
        }
    }
}
