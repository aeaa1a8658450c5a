//! The words of second factors.

use ::pages::Phrase;
use serde::Deserialize;

/// Setting up, showing and removing one's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct FactorWords {
    pub title: Phrase,
    pub code: Phrase,
    pub code_hint: Phrase,
    pub wrong: Phrase,
    pub wrong_password: Phrase,
    pub begin_again: Phrase,
    pub sign_in_over: Phrase,
    pub show_lead: Phrase,
    pub show_for_form: Phrase,
    pub show: Phrase,
    pub show_first: Phrase,
    pub over: Phrase,
    pub send_again_title: Phrase,
    pub app_title: Phrase,
    pub on: Phrase,
    pub off: Phrase,
    pub needed: Phrase,
    pub staff_needed: Phrase,
    pub last_of_staff: Phrase,
    pub password_hint: Phrase,
    pub begin: Phrase,
    pub replace: Phrase,
    pub scan: Phrase,
    pub picture: Phrase,
    pub secret: Phrase,
    pub first_code: Phrase,
    pub confirm: Phrase,
    pub codes_title: Phrase,
    pub codes_made: Phrase,
    pub codes_hint: Phrase,
    pub codes_kept: Phrase,
    /// With `{count}`.
    pub codes_left: Phrase,
    pub codes_renew: Phrase,
    pub remove: Phrase,
    pub remove_hint: Phrase,
}

/// Removing a user's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StaffFactorWords {
    pub title: Phrase,
    pub hint: Phrase,
    pub reason: Phrase,
    pub reason_hint: Phrase,
    pub remove: Phrase,
    pub removed: Phrase,
    pub missing: Phrase,
    pub none: Phrase,
}
