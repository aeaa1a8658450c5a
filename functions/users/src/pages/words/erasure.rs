//! The words of the pages about being forgotten and about what one takes along. Refuses words of staff.

use ::pages::Phrase;
use serde::Deserialize;

/// Erasing the account, how far it is, and the export.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ErasureWords {
    pub title: Phrase,
    pub gone: Phrase,
    pub stays: Phrase,
    pub under_way: Phrase,
    pub last_email: Phrase,
    pub no_way_back: Phrase,
    pub has_roles: Phrase,
    pub form_title: Phrase,
    pub second_factor: Phrase,
    pub submit: Phrase,
    pub export_title: Phrase,
    pub export_hint: Phrase,
    pub export: Phrase,
    pub export_orders: Phrase,
    pub export_emails: Phrase,
    pub progress_title: Phrase,
    pub progress: Phrase,
    pub done: Phrase,
    pub requested: Phrase,
    pub account: Phrase,
    pub cart: Phrase,
    pub emails: Phrase,
    pub orders: Phrase,
    pub waiting: Phrase,
    /// With `{at}`.
    pub erased: Phrase,
    /// With `{open}` and `{total}`.
    pub open_orders: Phrase,
    pub look_again: Phrase,
}
