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

/// Making, showing and removing one's own passkeys. What the script says stands in the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct PasskeyWords {
    pub title: Phrase,
    pub lead: Phrase,
    pub none: Phrase,
    pub since: Phrase,
    pub used: Phrase,
    pub never: Phrase,
    pub remove: Phrase,
    /// With `{name}`.
    pub remove_of: Phrase,
    pub removed: Phrase,
    pub add_title: Phrase,
    pub name: Phrase,
    pub name_hint: Phrase,
    pub add: Phrase,
    pub added: Phrase,
    pub not_added: Phrase,
    pub known: Phrase,
    /// With `{most}`.
    pub too_many: Phrase,
    pub show: Phrase,
    pub wrong: Phrase,
    pub wrong_alone: Phrase,
    pub canceled: Phrase,
    pub failed: Phrase,
    pub unsupported: Phrase,
    pub needs_script: Phrase,
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
