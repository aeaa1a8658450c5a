//! Pages for staff: where they begin with what is wrong with the shop, the users with their sessions and roles, and
//! the audit log. Refuses decisions: those are the service's, as over the API.

mod alarms;
mod api_key;
mod api_keys;
mod audit;
mod directory;
mod factors;
mod identity;
mod identity_part;
mod role_changes;
mod roles;
mod sessions;
mod sign_out;
mod start;
mod status;
mod user;

use super::words::Words;
use crate::domain::roles::Roles;
use crate::service::Users;
use ::pages::Phrase;
use chassis::Access::{AnyStaff, Needs};
use chassis::Route;
use events::users::Permission::{ApiKeysWrite, AuditRead, OperationsRead, RolesWrite, UsersRead, UsersWrite};
use events::users::Role;

const USERS: &str = "/staff/users";

pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        ::pages::get("/staff", AnyStaff, start::show),
        ::pages::get(USERS, Needs(UsersRead), directory::list),
        ::pages::get("/staff/users/audit", Needs(AuditRead), audit::show),
        ::pages::get("/staff/users/{id}", Needs(UsersRead), user::show),
        Route::fragment("/staff/users/{id}/name", AnyStaff, user::name),
        Route::fragment("/staff/users/alarms", Needs(OperationsRead), alarms::show),
        ::pages::dead_letters("/staff/users/dead-letters"),
        // The audit log knows the change by the name that it has over the API.
        ::pages::post("/staff/users/{id}/roles", Needs(RolesWrite), roles::replace)
            .named("replaceRoles")
            .rechecked()
            .stepped_up(),
        ::pages::post("/staff/users/{id}/second-factors/removal", Needs(UsersWrite), factors::remove)
            .named("removeSecondFactors")
            .rechecked()
            .stepped_up(),
        ::pages::post("/staff/users/{id}/identity", Needs(RolesWrite), identity::replace)
            .named("replaceUserIdentity")
            .rechecked()
            .stepped_up(),
        ::pages::post("/staff/users/{id}/identity/removal", Needs(RolesWrite), identity::remove)
            .named("deleteUserIdentity")
            .rechecked()
            .stepped_up(),
        ::pages::post("/staff/users/{id}/status", Needs(UsersWrite), status::replace)
            .named("replaceUserStatus")
            .rechecked(),
        ::pages::post("/staff/users/{id}/sign-out", Needs(UsersWrite), sign_out::end)
            .named("deleteUserSession")
            .rechecked(),
        ::pages::post("/staff/users/{id}/sign-out-everywhere", Needs(UsersWrite), sign_out::end_all)
            .named("deleteUserSessions")
            .rechecked(),
    ]
    .into_iter()
    .chain(of_api_keys())
    .collect()
}

fn of_api_keys() -> Vec<Route<Users>> {
    vec![
        ::pages::get(api_keys::API_KEYS, Needs(ApiKeysWrite), api_keys::list),
        ::pages::post(api_keys::API_KEYS, Needs(ApiKeysWrite), api_keys::make)
            .named("createApiKey")
            .rechecked()
            .stepped_up(),
        ::pages::get("/staff/users/api-keys/{id}", Needs(ApiKeysWrite), api_key::show),
        ::pages::post("/staff/users/api-keys/{id}/rotation", Needs(ApiKeysWrite), api_key::rotate)
            .named("rotateApiKey")
            .rechecked()
            .stepped_up(),
        ::pages::post("/staff/users/api-keys/{id}/end", Needs(ApiKeysWrite), api_key::end)
            .named("deleteApiKey")
            .rechecked(),
    ]
}

/// Tone and name of a role, and what it allows.
fn word_of(t: &'static Words, role: Role) -> (&'static str, &'static Phrase, &'static Phrase) {
    let words = &t.staff.roles;
    match role {
        Role::Customer => ("neutral", &words.customer, &words.customer_hint),
        Role::Support => ("good", &words.support, &words.support_hint),
        Role::Fulfillment => ("good", &words.fulfillment, &words.fulfillment_hint),
        Role::Catalog => ("good", &words.catalog, &words.catalog_hint),
        Role::Finance => ("good", &words.finance, &words.finance_hint),
        Role::Admin => ("attention", &words.admin, &words.admin_hint),
    }
}

/// Tone and name of each role.
fn badges(t: &'static Words, roles: &Roles) -> Vec<(&'static str, &'static Phrase)> {
    let badge = |role: &Role| {
        let (tone, name, _) = word_of(t, *role);
        (tone, name)
    };
    roles.iter().map(badge).collect()
}

/// The roles in a sentence.
fn in_words(t: &'static Words, roles: &Roles) -> String {
    badges(t, roles).into_iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
}
