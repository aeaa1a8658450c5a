//! The words of these pages. Refuses a file that lacks one, or has one too many.

mod account;
mod erasure;
mod factors;
mod staff;

use self::account::{CredentialWords, OwnSessionsWords};
use self::erasure::ErasureWords;
use self::factors::FactorWords;
use self::staff::StaffWords;
use crate::domain::password::WeakPassword;
use crate::domain::person_name::MAX_NAME;
use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub sign_in: SignInWords,
    pub sign_up: SignUpWords,
    pub account: AccountWords,
    pub second_factor: FactorWords,
    pub addresses: AddressBookWords,
    pub sessions: OwnSessionsWords,
    pub credentials: CredentialWords,
    pub erasure: ErasureWords,
    pub staff: StaffWords,
    pub errors: ErrorWords,
}

/// Signing in, also after a session that ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInWords {
    pub title: Phrase,
    pub email: Phrase,
    pub password: Phrase,
    pub submit: Phrase,
    pub new_here: Phrase,
    pub sign_up: Phrase,
    pub wrong: Phrase,
    pub disabled: Phrase,
    pub session_over: Phrase,
    pub session_over_with_form: Phrase,
    pub as_guest: Phrase,
    pub for_order: Phrase,
    pub as_guest_submit: Phrase,
    pub send_again_title: Phrase,
    pub send_again: Phrase,
    pub send_again_submit: Phrase,
    pub send_not: Phrase,
}

/// Signing up.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUpWords {
    pub title: Phrase,
    pub name: Phrase,
    pub email: Phrase,
    pub password: Phrase,
    pub password_hint: Phrase,
    pub submit: Phrase,
    pub known: Phrase,
    pub sign_in: Phrase,
}

/// The profile.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountWords {
    pub title: Phrase,
    pub profile: Phrase,
    pub name: Phrase,
    pub email: Phrase,
    pub save: Phrase,
    pub saved: Phrase,
    pub changed: Phrase,
    pub more: Phrase,
    pub orders: Phrase,
    pub addresses: Phrase,
    pub sessions: Phrase,
    pub sign_out_title: Phrase,
    pub sign_out: Phrase,
    pub everywhere: Phrase,
    pub everywhere_hint: Phrase,
    pub sign_in: Phrase,
}

/// The address book.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressBookWords {
    pub title: Phrase,
    pub none: Phrase,
    pub none_hint: Phrase,
    pub edit: Phrase,
    pub edit_of: Phrase,
    pub remove: Phrase,
    pub remove_of: Phrase,
    pub add_title: Phrase,
    pub add: Phrase,
    pub edit_title: Phrase,
    pub save: Phrase,
    pub orders_keep: Phrase,
    pub saved: Phrase,
    pub other: Phrase,
    pub other_hint: Phrase,
}

/// What is wrong with a field, and limits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorWords {
    pub missing: Phrase,
    pub too_long: Phrase,
    pub illegible: Phrase,
    pub email: Phrase,
    pub email_taken: Phrase,
    pub password_length: Phrase,
    pub password_common: Phrase,
    pub password_pattern: Phrase,
    pub password_personal: Phrase,
    pub wait_moment: Phrase,
    pub wait_minutes: Phrase,
    pub too_many_addresses: Phrase,
}

::pages::words!(Words);

impl ErrorWords {
    /// What is wrong with a person's name.
    pub fn of_name(&self, text: &str) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.missing.to_string()
        } else if text.chars().count() > MAX_NAME {
            self.too_long.with("most", MAX_NAME).to_string()
        } else {
            self.illegible.to_string()
        }
    }

    /// What is wrong with a new password.
    pub const fn of_password(&self, weak: WeakPassword) -> &Phrase {
        match weak {
            WeakPassword::Length => &self.password_length,
            WeakPassword::Illegible => &self.illegible,
            WeakPassword::Common => &self.password_common,
            WeakPassword::Pattern => &self.password_pattern,
            WeakPassword::Personal => &self.password_personal,
        }
    }

    /// How long to wait after too many attempts.
    pub fn wait(&self, seconds: u32) -> String {
        match seconds {
            0..60 => self.wait_moment.to_string(),
            _ => self.wait_minutes.with("minutes", seconds.div_ceil(60)).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::pages::Locale;

    #[test]
    fn every_language_has_every_word() {
        for locale in Locale::ALL {
            assert!(!Words::of(locale).sign_in.title.to_string().is_empty(), "{locale}");
        }
    }

    #[test]
    fn a_wait_is_told_in_minutes_that_are_long_enough() {
        let words = &Words::of(Locale::En).errors;
        for (seconds, told) in
            [(2, "a few seconds"), (59, "a few seconds"), (60, "1 min"), (61, "2 min"), (900, "15 min")]
        {
            assert!(words.wait(seconds).contains(told), "{}", words.wait(seconds));
        }
    }
}
