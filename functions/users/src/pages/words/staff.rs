//! The words of the staff's pages.

use super::api_keys::ApiKeyWords;
use super::factors::StaffFactorWords;
use super::provider::StaffIdentityWords;
use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StaffWords {
    pub start: StartWords,
    pub alarms: AlarmWords,
    pub users: DirectoryWords,
    pub user: UserWords,
    pub sessions: SessionsWords,
    pub status: StatusWords,
    pub roles: RoleWords,
    pub factors: StaffFactorWords,
    pub identity: StaffIdentityWords,
    pub audit: AuditWords,
    pub api_keys: ApiKeyWords,
}

/// Where staff begin.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StartWords {
    pub lead: Phrase,
    /// With `{area}`.
    pub open: Phrase,
    pub alarms: Phrase,
    pub dead_letters: Phrase,
    pub dead_letters_hint: Phrase,
    pub show_alarms: Phrase,
    /// With `{area}`.
    pub show_dead_letters: Phrase,
}

/// The alarms that ring.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct AlarmWords {
    pub caption: Phrase,
    pub name: Phrase,
    pub since: Phrase,
    pub means: Phrase,
    pub none: Phrase,
    pub unknown: Phrase,
}

/// The list of users.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct DirectoryWords {
    pub title: Phrase,
    pub search: Phrase,
    pub search_hint: Phrase,
    pub submit: Phrase,
    pub show_all: Phrase,
    pub no_letter: Phrase,
    pub all: Phrase,
    /// With `{text}`.
    pub found: Phrase,
    pub none: Phrase,
    pub none_hint: Phrase,
}

/// One user, and the form that replaces the roles.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct UserWords {
    pub name: Phrase,
    pub email: Phrase,
    pub verified: Phrase,
    pub not_verified: Phrase,
    pub unverified: Phrase,
    pub since: Phrase,
    pub changes: Phrase,
    pub roles: Phrase,
    pub id: Phrase,
    pub orders: Phrase,
    pub emails: Phrase,
    pub change: Phrase,
    pub change_hint: Phrase,
    /// With `{name}`.
    pub confirm: Phrase,
    pub confirm_label: Phrase,
    pub saved: Phrase,
    pub overtaken: Phrase,
    pub again: Phrase,
    pub now: Phrase,
    pub wanted: Phrase,
    pub no_role: Phrase,
    pub not_confirmed: Phrase,
    pub own_admin: Phrase,
}

/// The sessions of a user, and the forms that end them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SessionsWords {
    pub title: Phrase,
    pub caption: Phrase,
    pub none: Phrase,
    pub began: Phrase,
    pub refreshed: Phrase,
    pub never: Phrase,
    pub ends: Phrase,
    pub id: Phrase,
    pub own: Phrase,
    pub end: Phrase,
    pub end_hint: Phrase,
    pub which: Phrase,
    pub confirm: Phrase,
    pub end_all: Phrase,
    pub end_all_hint: Phrase,
    /// With `{name}`.
    pub confirm_all: Phrase,
    pub none_chosen: Phrase,
    pub not_confirmed: Phrase,
    pub gone: Phrase,
    pub ended: Phrase,
    pub all_ended: Phrase,
}

/// Whether a user may sign in, and the form that changes it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StatusWords {
    pub title: Phrase,
    pub enabled: Phrase,
    pub disabled: Phrase,
    pub since: Phrase,
    pub by: Phrase,
    pub reason: Phrase,
    pub reason_hint: Phrase,
    pub disable: Phrase,
    pub disable_hint: Phrase,
    /// With `{name}`.
    pub confirm_disable: Phrase,
    pub enable: Phrase,
    pub enable_hint: Phrase,
    /// With `{name}`.
    pub confirm_enable: Phrase,
    pub saved: Phrase,
    pub own: Phrase,
    pub admin: Phrase,
    pub overtaken: Phrase,
}

/// Roles, and what each allows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct RoleWords {
    pub customer: Phrase,
    pub customer_hint: Phrase,
    pub support: Phrase,
    pub support_hint: Phrase,
    pub fulfillment: Phrase,
    pub fulfillment_hint: Phrase,
    pub catalog: Phrase,
    pub catalog_hint: Phrase,
    pub finance: Phrase,
    pub finance_hint: Phrase,
    pub admin: Phrase,
    pub admin_hint: Phrase,
}

/// The audit log.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct AuditWords {
    pub title: Phrase,
    pub caption: Phrase,
    pub changed: Phrase,
    pub at: Phrase,
    pub by: Phrase,
    pub what: Phrase,
    pub operator: Phrase,
    pub replaced: Phrase,
    pub granted: Phrase,
    pub session_ended: Phrase,
    pub sessions_ended: Phrase,
    pub status_changed: Phrase,
    pub key_made: Phrase,
    pub key_rotated: Phrase,
    pub key_ended: Phrase,
    pub none: Phrase,
    pub none_hint: Phrase,
}
