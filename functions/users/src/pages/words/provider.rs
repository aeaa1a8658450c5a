//! The words of signing in by the company's provider.

use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ProviderWords {
    pub title: Phrase,
    pub sign_in: Phrase,
    /// With `{name}`.
    pub sign_in_with: Phrase,
    pub step_up: Phrase,
    /// Where a form waits in the page.
    pub without_form: Phrase,
    pub over: Phrase,
    pub declined: Phrase,
    pub away: Phrase,
    pub unproven: Phrase,
    pub one_factor: Phrase,
    pub unknown: Phrase,
    pub issuer: Phrase,
    pub subject: Phrase,
    pub again: Phrase,
}

/// Tying a user to an identity.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StaffIdentityWords {
    pub title: Phrase,
    pub none: Phrase,
    pub issuer: Phrase,
    pub subject: Phrase,
    pub subject_hint: Phrase,
    pub since: Phrase,
    pub by: Phrase,
    pub hint: Phrase,
    pub tie: Phrase,
    /// With `{name}`.
    pub confirm: Phrase,
    pub tied: Phrase,
    pub taken: Phrase,
    pub untie: Phrase,
    pub untie_hint: Phrase,
    /// With `{name}`.
    pub confirm_untie: Phrase,
    pub untied: Phrase,
    pub overtaken: Phrase,
    /// In the audit log.
    pub was_tied: Phrase,
    pub was_untied: Phrase,
}
