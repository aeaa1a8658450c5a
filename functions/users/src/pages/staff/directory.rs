//! `/staff/users`: all users, or those that one looks for by an email address or the beginning of a name.

use super::super::encoded;
use super::super::words::Words;
use super::{USERS, badges};
use crate::domain::search::Search;
use crate::domain::user::User;
use crate::service::Users;
use ::pages::{Errors, Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use events::users::Permission;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct DirectoryQuery {
    /// An email address, or the beginning of a name; empty for everybody.
    who: String,
    /// Where the page before ended.
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "staff_users.html")]
struct DirectoryPage {
    page: Page,
    t: &'static Words,
    /// What was looked for, as typed.
    typed: String,
    users: Vec<User>,
    next: String,
    /// Whether the visitor may read the audit log.
    reads_audit: bool,
    /// Whether the visitor may make keys for machines.
    makes_keys: bool,
    errors: Errors,
}

pub(super) async fn list(app: Arc<Users>, call: Call<NoBody, DirectoryQuery>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.staff.users.title.to_string());
    let [reads_audit, makes_keys] = [Permission::AuditRead, Permission::ApiKeysWrite].map(|may| call.caller.may(may));
    let (typed, errors) = (call.query.who.clone(), Errors::default());
    let (users, next) = (Vec::new(), String::new());
    let mut shown = DirectoryPage { page, t, typed, users, next, reads_audit, makes_keys, errors };
    let search = match searched(&shown.typed, t) {
        Ok(search) => search,
        Err(text) => {
            shown.errors.add("who", &t.staff.users.search, text);
            return ::pages::html(422, &shown);
        }
    };
    let list = search.list();
    let (after, limit) = cursor::page(&list, call.query.cursor.as_deref(), None, is_place)?;
    let found = app.find(&search, after.as_deref(), limit).await?;
    shown.users = found.items;
    if let Some(next) = found.next {
        let query = format!("who={}&cursor={}", encoded(&shown.typed), cursor::encode(&list, &next));
        shown.next = shown.page.href(&format!("{USERS}?{query}"));
    }
    ::pages::html(200, &shown)
}

/// What is looked for, or what is wrong with it.
fn searched(typed: &str, t: &'static Words) -> Result<Search, &'static Phrase> {
    if typed.is_empty() {
        Ok(Search::All)
    } else if typed.contains('@') {
        typed.parse().map(Search::Email).map_err(|_| &t.errors.email)
    } else {
        typed.parse().map(Search::Name).map_err(|_| &t.staff.users.no_letter)
    }
}

impl DirectoryPage {
    fn badges(&self, user: &User) -> Vec<(&'static str, &'static Phrase)> {
        badges(self.t, &user.roles)
    }

    /// What the list is of.
    fn caption(&self) -> String {
        let words = &self.t.staff.users;
        if self.typed.is_empty() { words.all.to_string() } else { words.found.with("text", &self.typed).to_string() }
    }
}
