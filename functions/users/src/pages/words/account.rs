//! The words of the pages about one's own sessions, password and address. Refuses words of staff.

use ::pages::Phrase;
use serde::Deserialize;

/// Where one is signed in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct OwnSessionsWords {
    pub title: Phrase,
    pub hint: Phrase,
    pub current: Phrase,
    /// With `{browser}` and `{system}`.
    pub client: Phrase,
    pub unknown: Phrase,
    pub began: Phrase,
    pub refreshed: Phrase,
    pub never: Phrase,
    pub ends: Phrase,
    pub end: Phrase,
    /// With `{name}` and `{at}`.
    pub end_of: Phrase,
    pub ended: Phrase,
}

/// Forgotten and changed passwords, verified and changed addresses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct CredentialWords {
    pub title: Phrase,
    pub email: Phrase,
    pub current_password: Phrase,
    pub new_password: Phrase,
    pub wrong_password: Phrase,
    pub forgotten: Phrase,
    pub forgotten_title: Phrase,
    pub forgotten_hint: Phrase,
    pub forgotten_submit: Phrase,
    pub forgotten_sent: Phrase,
    pub reset_title: Phrase,
    pub reset_hint: Phrase,
    pub reset_submit: Phrase,
    pub reset_done: Phrase,
    pub unverified_title: Phrase,
    pub unverified: Phrase,
    pub send_verification: Phrase,
    pub verification_sent: Phrase,
    pub verify_title: Phrase,
    /// With `{email}`, `{date}` and `{name}`.
    pub verify_text: Phrase,
    pub verify: Phrase,
    pub verified: Phrase,
    pub password_title: Phrase,
    pub password_hint: Phrase,
    pub password_submit: Phrase,
    pub password_saved: Phrase,
    pub email_title: Phrase,
    pub new_email: Phrase,
    pub same_email: Phrase,
    pub change_by_both: EmailChangeWords,
    /// If the present address is not verified.
    pub change_by_new: EmailChangeWords,
    pub change_title: Phrase,
    /// With `{from}` and `{to}`.
    pub change_text: Phrase,
    pub change: Phrase,
    pub change_waiting: Phrase,
    pub change_done: Phrase,
    pub dead_title: Phrase,
    pub dead_text: Phrase,
}

/// Asking for another email address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct EmailChangeWords {
    pub hint: Phrase,
    pub submit: Phrase,
    pub sent: Phrase,
}
