//! Who changed a user's roles, and when, as a part of the user's page. Refuses to read anything if only operators did.

use super::super::words::Words;
use super::{USERS, in_words};
use crate::domain::user::{RoleChange, User};
use crate::service::Users;
use ::pages::Page;
use chassis::Problem;
use events::Timestamp;
use events::ids::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// A change in words.
pub(super) struct Changed {
    pub(super) at: Timestamp,
    /// All roles after it.
    pub(super) roles: String,
    pub(super) by: String,
    /// The link to who it was; empty if that is no user.
    pub(super) href: String,
}

/// The latest changes, newest first.
pub(super) async fn read(app: &Users, page: &Page, t: &'static Words, user: &User) -> Result<Vec<Changed>, Problem> {
    let by = |change: &RoleChange| change.actor.as_ref().and_then(|actor| actor.user());
    let ids: BTreeSet<UserId> = user.log.iter().filter_map(by).collect();
    let known = if ids.is_empty() { BTreeMap::new() } else { app.users(ids).await? };
    let changed = |change: &RoleChange| {
        let (name, href) = match by(change) {
            Some(id) => {
                let name = known.get(&id).map_or_else(|| id.to_string(), |user| user.name.as_str().to_owned());
                (name, page.href(&format!("{USERS}/{id}")))
            }
            None => (t.staff.audit.operator.to_string(), String::new()),
        };
        Changed { at: change.at, roles: in_words(t, &change.roles), by: name, href }
    };
    Ok(user.log.iter().rev().map(changed).collect())
}
