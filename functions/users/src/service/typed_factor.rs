//! A second factor as somebody shows it. Refuses nothing: whether it counts is found out where it is used up.

use crate::domain::passkey::Assertion;

/// What somebody shows beside the password, as typed.
pub enum SecondFactor {
    /// The code that an authenticator app shows now.
    Totp(String),
    /// One of the ten.
    RecoveryCode(String),
    /// A passkey that signed a challenge.
    Passkey(Assertion),
}

impl SecondFactor {
    /// What somebody typed into a field that takes either: a code of an app has digits alone, six of them.
    pub fn typed(text: &str) -> Self {
        let signs = || text.chars().filter(|sign| !sign.is_whitespace());
        if signs().count() == 6 && signs().all(|sign| sign.is_ascii_digit()) {
            Self::Totp(text.to_owned())
        } else {
            Self::RecoveryCode(text.to_owned())
        }
    }
}
