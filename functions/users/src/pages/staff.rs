//! Pages for staff: where they begin with what is wrong with the shop, the users with their sessions and, for admins, roles and
//! the audit log. Refuses decisions: those are the service's, as
//! over the API.

mod alarms;
mod audit;
mod directory;
mod role_changes;
mod roles;
mod sessions;
mod sign_out;
mod start;
mod user;

use super::words::Words;
use crate::domain::user::Roles;
use crate::service::Users;
use ::pages::Phrase;
use chassis::Access::{Admin, Staff};
use chassis::{Call, Route};
use events::users::Role;

const USERS: &str = "/staff/users";

pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        ::pages::get("/staff", Staff, start::show),
        ::pages::get(USERS, Staff, directory::list),
        ::pages::get("/staff/users/audit", Admin, audit::show),
        ::pages::get("/staff/users/{id}", Staff, user::show),
        Route::fragment("/staff/users/{id}/name", Staff, user::name),
        Route::fragment("/staff/users/alarms", Staff, alarms::show),
        ::pages::dead_letters("/staff/users/dead-letters"),
        // The audit log knows the change by the name that it has over the API.
        ::pages::post("/staff/users/{id}/roles", Admin, roles::replace).named("replaceRoles").rechecked(),
        ::pages::post("/staff/users/{id}/sign-out", Admin, sign_out::end).named("deleteUserSession").rechecked(),
        ::pages::post("/staff/users/{id}/sign-out-everywhere", Admin, sign_out::end_all)
            .named("deleteUserSessions")
            .rechecked(),
    ]
}

/// Whether the visitor may do what only admins may.
fn is_admin<B, Q>(call: &Call<B, Q>) -> bool {
    call.caller.check(Admin).is_ok()
}

/// Tone and name of each role.
fn badges(t: &'static Words, roles: &Roles) -> Vec<(&'static str, &'static Phrase)> {
    let badge = |role: &Role| match role {
        Role::Customer => ("neutral", &t.staff.roles.customer),
        Role::Staff => ("good", &t.staff.roles.staff),
        Role::Admin => ("attention", &t.staff.roles.admin),
    };
    roles.iter().map(badge).collect()
}

/// The roles in a sentence.
fn in_words(t: &'static Words, roles: &Roles) -> String {
    badges(t, roles).into_iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
}
