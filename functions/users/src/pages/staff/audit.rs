//! `/staff/users/audit`: who changed whose roles and ended whose sessions, newest first. Refuses to say more than the entries do.

use super::super::words::Words;
use super::api_keys::API_KEYS;
use super::{USERS, in_words};
use crate::domain::roles::Roles;
use crate::domain::roles::kept_as;
use crate::domain::user::User;
use crate::service::Users;
use ::pages::Page;
use askama::Template;
use chassis::http::Response;
use chassis::table::{AuditEntry, is_audit_cursor};
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::{ApiKeyId, UserId};
use events::users::GrantRole;
use events::{Message, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The list that cursors are of.
const LIST: &str = "audit of users";

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct AuditQuery {
    /// Where the page before ended.
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "staff_users_audit.html")]
struct AuditPage {
    page: Page,
    t: &'static Words,
    entries: Vec<Shown>,
    next: String,
}

/// An entry in words.
struct Shown {
    at: Timestamp,
    changed: Named,
    by: Named,
    action: String,
    what: String,
}

/// Whom an entry names, with a link to the page of a user.
struct Named {
    text: String,
    href: String,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, AuditQuery>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.staff.audit.title.to_string());
    let (after, limit) = cursor::page(LIST, call.query.cursor.as_deref(), None, is_audit_cursor)?;
    let found = app.audit_log().page(after.as_deref(), limit, call.now).await?;
    let ids = |entry: &AuditEntry| [entry.actor().and_then(|actor| actor.user()), entry.resource.parse().ok()];
    let users = app.users(found.items.iter().flat_map(ids).flatten().collect()).await?;
    let next = found.next.map(|next| page.href(&format!("{USERS}/audit?cursor={}", cursor::encode(LIST, &next))));
    let entries = found.items.iter().map(|entry| shown(entry, &page, t, &users)).collect();
    ::pages::html(200, &AuditPage { page, t, entries, next: next.unwrap_or_default() })
}

fn shown(entry: &AuditEntry, page: &Page, t: &'static Words, users: &BTreeMap<UserId, User>) -> Shown {
    let named = |id: &str| match id.parse::<UserId>() {
        Ok(user) => Named {
            text: users.get(&user).map_or(id, |user| user.name.as_str()).to_owned(),
            href: page.href(&format!("{USERS}/{user}")),
        },
        Err(_) => Named { text: id.to_owned(), href: key_link(id, page) },
    };
    let words = &t.staff.audit;
    let by = entry.actor().map(|actor| named(actor.as_str()));
    let action = match entry.action.as_str() {
        "replaceRoles" => words.replaced.to_string(),
        GrantRole::TYPE => words.granted.to_string(),
        "deleteUserSession" => words.session_ended.to_string(),
        "deleteUserSessions" => words.sessions_ended.to_string(),
        "replaceUserIdentity" => t.staff.identity.was_tied.to_string(),
        "deleteUserIdentity" => t.staff.identity.was_untied.to_string(),
        "replaceUserStatus" => words.status_changed.to_string(),
        "createApiKey" => words.key_made.to_string(),
        "rotateApiKey" => words.key_rotated.to_string(),
        "deleteApiKey" => words.key_ended.to_string(),
        other => other.to_owned(),
    };
    Shown {
        at: entry.at,
        changed: named(&entry.resource),
        by: match by {
            Some(by) if !by.href.is_empty() => by,
            _ => Named { text: words.operator.to_string(), href: String::new() },
        },
        action,
        what: told(&entry.what, t),
    }
}

/// The page of a key, if it is one's id.
fn key_link(id: &str, page: &Page) -> String {
    id.parse::<ApiKeyId>().map(|key| page.href(&format!("{API_KEYS}/{key}"))).unwrap_or_default()
}

/// What the log says about roles, in the reader's language. Which sessions ended, if all did, the action says.
fn told(what: &str, t: &'static Words) -> String {
    if what == "all sessions" {
        return String::new();
    }
    // A name that is of no role is shown as it stands, with the others.
    let named = |names: &str| {
        let roles: Vec<_> = names.split(", ").map(kept_as).collect();
        roles.iter().all(|roles| !roles.is_empty()).then(|| roles.into_iter().flatten().collect::<Roles>())
    };
    let roles = what.strip_prefix("roles: ").and_then(named);
    roles.map_or_else(|| what.to_owned(), |roles| in_words(t, &roles))
}
