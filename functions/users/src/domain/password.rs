//! Passwords as the profile OpaqueString has them (RFC 8265 §4.2), and rules for new ones (NIST SP 800-63B §3.1.1.2): long
//! enough, not known from leaks, no pattern and nothing that everybody knows of the user. Refuses composition rules, which make
//! people predictable.

use super::breached::is_breached;
use super::person_name::PersonName;
use events::Email;
use events::text::{Lines, fault, fold, folded, normalized};
use std::fmt;
use std::str::FromStr;

const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 128;

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
    /// With characters that another keyboard may not type, or nobody sees.
    #[error("must have no control, bidirectional or invisible characters, nor a mark without a letter")]
    Illegible,
    /// Leaked from elsewhere or in common use, as it is or without signs and blanks.
    #[error("is in common use, so it would be guessed; choose another")]
    Common,
    /// One part repeated, or characters in a row.
    #[error("is one part repeated or has its characters in a row, so it would be guessed; choose another")]
    Pattern,
    /// The user's email address or name, or a part of one.
    #[error("is your name or email address, so it would be guessed; choose another")]
    Personal,
    /// The name of the shop.
    #[error("is the name of this shop, so it would be guessed; choose another")]
    Shop,
}

/// The password that was meant, however it was typed: spaces of any kind are U+0020, and the text is in Normalization Form C.
/// Case and width stay. ASCII stays as it is.
pub fn prepared(typed: &str) -> String {
    let is_space = |letter: char| letter.is_whitespace() && !letter.is_control();
    let spaced: String = typed.chars().map(|letter| if is_space(letter) { ' ' } else { letter }).collect();
    normalized(&spaced).into_owned()
}

impl NewPassword {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A password of the user with this address and name in the shop of this name.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn of(text: &str, email: &Email, name: &PersonName, shop: &str) -> Result<Self, WeakPassword> {
        let password: Self = text.parse()?;
        let is_own_address = password.as_str().parse::<Email>().is_ok_and(|address| address == *email);
        let (local, domain) = email.as_str().rsplit_once('@').unwrap_or((email.as_str(), ""));
        let known = [email.as_str(), local, domain, name.as_str()].into_iter().chain(name.as_str().split_whitespace());
        let bare_password = fold(password.as_str());
        let is_known = known.map(fold).any(|known| !known.is_empty() && known == bare_password);
        if is_own_address || is_known {
            return Err(WeakPassword::Personal);
        }
        // Also with the year or a number behind it.
        let is_shop =
            !fold(shop).is_empty() && bare_password.trim_end_matches(|sign: char| sign.is_ascii_digit()) == fold(shop);
        if is_shop { Err(WeakPassword::Shop) } else { Ok(password) }
    }
}

/// Whether a text is one part again and again, as `abcabcab` and `tea tea`, or each character comes as far after the one before,
/// as in `abcdefgh` and `78901234`.
fn is_pattern(text: &str) -> bool {
    let letters: Vec<_> = text.chars().collect();
    let repeats =
        |length: usize| letters.iter().zip(letters.iter().skip(length)).all(|(before, after)| before == after);
    let step = |(before, after): (&char, &char)| {
        let step = i64::from(u32::from(*after)) - i64::from(u32::from(*before));
        if before.is_ascii_digit() && after.is_ascii_digit() { step.rem_euclid(10) } else { step }
    };
    let mut steps = letters.iter().zip(letters.iter().skip(1)).map(step);
    let first = steps.next();
    // The blank between two parts is part of the first.
    (1..=letters.len().div_ceil(2)).any(repeats) || steps.all(|other| Some(other) == first)
}

impl FromStr for NewPassword {
    type Err = WeakPassword;
    fn from_str(text: &str) -> Result<Self, WeakPassword> {
        if fault(text, Lines::One).is_some() {
            return Err(WeakPassword::Illegible);
        }
        let password = prepared(text);
        if !(MIN_CHARACTERS..=MAX_CHARACTERS).contains(&password.chars().count()) {
            return Err(WeakPassword::Length);
        }
        let (lower, bare) = (password.chars().flat_map(folded).collect::<String>(), fold(&password));
        if is_breached(&lower) || is_breached(&bare) {
            return Err(WeakPassword::Common);
        }
        let is_bare_pattern = bare.chars().count() >= MIN_CHARACTERS && is_pattern(&bare);
        if is_bare_pattern || is_pattern(&lower) { Err(WeakPassword::Pattern) } else { Ok(Self(password)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHOP: &str = "Tea & Kettles";

    #[test]
    fn a_breached_password_is_refused_in_any_case_and_with_any_signs() {
        for line in include_str!("common-passwords.txt").lines() {
            assert_eq!(line.parse::<NewPassword>(), Err(WeakPassword::Common), "{line}");
        }
        for disguised in
            ["PassWord1", "ｐａｓｓｗｏｒｄ１", "ＰＡＳＳＷＯＲＤ１", "p a s s w o r d 1", "pass-word.1!", "pàsswörd1"]
        {
            assert_eq!(disguised.parse::<NewPassword>(), Err(WeakPassword::Common), "{disguised}");
        }
        for phrase in ["my password is 1 long story", "a princess and her dragon", "ｑｕｉｅｔ ｈａｒｂｏｕｒ"]
        {
            assert!(phrase.parse::<NewPassword>().is_ok(), "{phrase}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_else_is_asked_for() {
        let long: String = (10..35).map(|number| format!("Ωξ{number}β")).collect();
        for good in ["pwö-äüxy", "a quiet harbour at noon", "zzzzzzzzyyyyyyyyxxxxxxxx", "        x", &long] {
            assert!(good.parse::<NewPassword>().is_ok(), "{good}");
        }
        for bad in ["", "seven77", "ΩΩΩΩΩΩΩ", &"xyzzy".repeat(26)] {
            assert_eq!(bad.parse::<NewPassword>(), Err(WeakPassword::Length), "{bad}");
        }
    }

    #[test]
    fn a_password_is_what_was_meant_however_it_was_typed() {
        for (typed, meant) in [
            ("a calm harbour, afternoons", "a calm harbour, afternoons"),
            ("Zoe\u{308} am Mittag", "Zoë am Mittag"),
            ("a\u{a0}quiet\u{2003}harbour\u{3000}!", "a quiet harbour !"),
            ("PassWort mit GROSSEN", "PassWort mit GROSSEN"),
            ("ﬁne ｗｉｄｅ letters", "ﬁne ｗｉｄｅ letters"),
            (" outside spaces too ", " outside spaces too "),
        ] {
            assert_eq!(typed.parse::<NewPassword>().unwrap().as_str(), meant);
            assert_eq!(prepared(typed), meant);
        }
    }

    #[test]
    fn length_is_counted_after_the_text_has_its_normal_form() {
        let letters = |count: usize| "e\u{301}x e\u{301}y".chars().cycle().take(count).collect::<String>();
        assert_eq!(letters(10).parse::<NewPassword>(), Err(WeakPassword::Length), "seven characters");
        assert!(format!("a quiet harbour, {}", letters(140)).parse::<NewPassword>().is_ok(), "117 characters");
    }

    #[test]
    fn what_is_guessed_at_once_is_refused() {
        for pattern in [
            "        ",
            "zzzzzzzz",
            "ZZZZzzzz",
            "ΩΩΩΩΩΩΩΩ",
            "xyxyxyxyx",
            "blahblah",
            "abc.abc.abc.",
            "passwordpassword",
            "Password password",
            "password, PASSWORD",
            "kettlekettlekettle",
            "tea-time tea-time",
            "σοφόςσοφόσ",
            "ΣΣΣΣΣΣΣΣΣ",
            "Straße/STRASSE",
            "1234567890123456",
            "1357913579135791",
            "98765432109876",
            "1234-5678-9012-3456",
            "１２３４５６７８９０１２",
            "abcdefghijk",
            "zyxwvuts",
            "acegikmo",
        ] {
            let refused = pattern.parse::<NewPassword>();
            assert!(matches!(refused, Err(WeakPassword::Pattern | WeakPassword::Common)), "{pattern}: {refused:?}");
        }
        let (email, name) = ("ada.lovelace@münchen.de".parse().unwrap(), "Ada Lovelace-King".parse().unwrap());
        for own in [
            "ada.lovelace@münchen.de",
            " Ada.Lovelace@MÜNCHEN.DE ",
            "ada.lovelace@xn--mnchen-3ya.de",
            "ada.lovelace",
            "AdaLovelace",
            "xn--mnchen-3ya.de",
            "ada lovelace king",
            "Áda Lovelace-Kıng",
            "Lovelace-King!",
        ] {
            assert_eq!(NewPassword::of(own, &email, &name, SHOP), Err(WeakPassword::Personal), "{own}");
        }
        for other in [
            "4-2 kettles?!",
            "1 + 2 = 3 !?",
            "kettle kettles",
            "ada lovelace at noon",
            "lovelaceada",
            "a long green kettle",
        ] {
            assert!(NewPassword::of(other, &email, &name, SHOP).is_ok(), "{other}");
        }
        let symbols = "♥♥".parse().unwrap();
        assert!(NewPassword::of("!?-%&/()", &email, &symbols, "♥").is_ok(), "a name without letters is no word");
    }

    #[test]
    fn the_name_of_the_shop_is_no_password_nor_with_a_number_behind_it() {
        let (email, name) = ("ada@example.com".parse().unwrap(), "Ada".parse().unwrap());
        for shop in ["Tea & Kettles", "tea-kettles", "TEA KETTLES 2026!", "teakettles1"] {
            assert_eq!(NewPassword::of(shop, &email, &name, SHOP), Err(WeakPassword::Shop), "{shop}");
        }
        assert!(NewPassword::of("a kettle of tea", &email, &name, SHOP).is_ok());
    }

    #[test]
    fn what_nobody_sees_is_no_part_of_a_password() {
        for hidden in ["\0", "\n", "\u{7f}", "\u{ad}", "\u{200b}", "\u{202e}", "\u{feff}"] {
            assert_eq!(format!("a quiet{hidden} harbour").parse::<NewPassword>(), Err(WeakPassword::Illegible));
        }
    }

    proptest! {
        #[test]
        fn ascii_stays_as_it_is_and_preparing_twice_changes_nothing(ascii in "[ -~]{0,30}", any in "\\PC{0,30}") {
            prop_assert_eq!(prepared(&ascii), ascii);
            prop_assert_eq!(prepared(&prepared(&any)), prepared(&any));
        }
    }
}
