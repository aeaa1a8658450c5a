//! `/staff/users/api-keys`: the keys for machines, and the form that makes one. Refuses to show a secret but in the answer to the form
//! that made it.

use super::super::words::Words;
use super::USERS;
use crate::domain::Rejection;
use crate::domain::api_key::{ApiKey, KeyName, KeyRejection, KeyStatus, MAX_KEYS, MAX_NAME, WantedKey};
use crate::domain::user::User;
use crate::service::{Error, MadeKey, Users};
use ::pages::{Errors, Page, Phrase, Typed, TypedForm};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::Timestamp;
use events::ids::UserId;
use events::users::{Permission, Permissions};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const API_KEYS: &str = "/staff/users/api-keys";

/// How many days a key may be made for on the page.
const DAYS: [i64; 4] = [30, 90, 180, 365];
/// What is chosen at first.
const USUAL_DAYS: &str = "90";
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The form that makes a key.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct MakeForm {
    name: String,
    /// How long the key is to last.
    days: String,
    /// Each permission is chosen if it is not empty.
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

impl Typed for MakeForm {
    fn is_typed(field: &str) -> bool {
        field == "name"
    }
}

impl MakeForm {
    fn scope(&self) -> Permissions {
        let is_sent = |permission: &Permission| self.others.get(permission.name()).is_some_and(|sent| !sent.is_empty());
        Permission::ALL.iter().copied().filter(is_sent).collect()
    }

    fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let days = self.days.parse().ok().filter(|days| DAYS.contains(days))?;
        Some(now.plus_seconds(days * DAY_SECONDS))
    }
}

/// A key in the list.
struct Row {
    key: ApiKey,
    tone: &'static str,
    status: &'static Phrase,
    maker: String,
}

/// A permission to choose.
struct Choice {
    name: &'static str,
    label: &'static Phrase,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "staff_api_keys.html")]
struct KeysPage {
    page: Page,
    t: &'static Words,
    keys: Vec<Row>,
    choices: Vec<Choice>,
    spans: Vec<(String, String)>,
    /// The name as typed.
    typed: String,
    days: String,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "staff_api_key_secret.html")]
struct SecretPage {
    page: Page,
    t: &'static Words,
    made: MadeKey,
}

pub(super) async fn list(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let form = MakeForm { days: USUAL_DAYS.to_owned(), ..MakeForm::default() };
    let page = KeysPage::load(&app, &call, &form).await?;
    ::pages::html(200, &page)
}

pub(super) async fn make(app: Arc<Users>, call: Call<TypedForm<MakeForm>>) -> Result<Response, Problem> {
    let TypedForm { fields: form, card_numbers } = call.body.clone();
    let (name, end) = (form.name.parse::<KeyName>().ok(), form.end(call.now));
    let refusal = match (name, end, form.scope()) {
        (Some(name), Some(expires_at), scope) if !scope.is_empty() => {
            let wanted = WantedKey { name, scope, expires_at };
            match app.make_api_key(wanted, call.caller.identity()?, &call.context()).await {
                Ok(made) => return secret_page(&app, &call, made),
                Err(error) => Some(error),
            }
        }
        _ => None,
    };
    let mut page = KeysPage::load(&app, &call, &form).await?;
    let (words, errors) = (&page.t.staff.api_keys, &mut page.errors);
    let status = match refusal {
        None => {
            if card_numbers.held_in("name") {
                errors.add("name", &words.name, &page.page.words.card_number);
            } else if form.name.trim().is_empty() {
                errors.add("name", &words.name, &page.t.errors.missing);
            } else if form.name.trim().chars().count() > MAX_NAME {
                errors.add("name", &words.name, page.t.errors.too_long.with("most", MAX_NAME));
            } else if form.name.parse::<KeyName>().is_err() {
                errors.add("name", &words.name, &page.t.errors.illegible);
            }
            if end.is_none() {
                errors.add("days", &words.lasts, &words.bad_time);
            }
            if form.scope().is_empty() {
                errors.add("permissions", &words.may, &words.none_chosen);
            }
            422
        }
        Some(Error::Rejected(Rejection::Key(KeyRejection::ScopeExceeded))) => {
            errors.add("permissions", &words.may, &words.exceeded);
            403
        }
        Some(Error::Rejected(Rejection::Key(KeyRejection::TooMany))) => {
            errors.add("name", &words.name, words.full.with("most", MAX_KEYS));
            409
        }
        Some(error) => return Err(error.into()),
    };
    ::pages::html(status, &page)
}

/// The answer to what made a secret: the only one that shows it.
pub(super) fn secret_page<B, Q>(app: &Users, call: &Call<B, Q>, made: MadeKey) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, made.key.name.as_str());
    page.path = format!("{API_KEYS}/{}", made.key.id);
    ::pages::html(200, &SecretPage { page, t, made })
}

/// Tone and name of whether a key counts.
pub(super) fn status_of(t: &'static Words, key: &ApiKey, now: Timestamp) -> (&'static str, &'static Phrase) {
    let words = &t.staff.api_keys;
    match key.status(now) {
        KeyStatus::Active => ("good", &words.active),
        KeyStatus::Expired => ("attention", &words.expired),
        KeyStatus::Ended => ("neutral", &words.ended),
    }
}

/// The name of a key's maker, or the id of whom nobody knows any more.
pub(super) fn maker_of(key: &ApiKey, users: &BTreeMap<UserId, User>) -> String {
    users.get(&key.created_by).map_or_else(|| key.created_by.to_string(), |user| user.name.as_str().to_owned())
}

impl KeysPage {
    async fn load<B, Q>(app: &Users, call: &Call<B, Q>, form: &MakeForm) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let mut page = Page::new(app, call, t.staff.api_keys.title.to_string());
        API_KEYS.clone_into(&mut page.path);
        let keys = app.api_keys().await?;
        let users = app.users(keys.iter().map(|key| key.created_by).take(MAX_KEYS).collect()).await?;
        let row = |key: ApiKey| {
            let ((tone, status), maker) = (status_of(t, &key, call.now), maker_of(&key, &users));
            Row { key, tone, status, maker }
        };
        let chosen = form.scope();
        let choice = |permission: &Permission| {
            let label = t.staff.api_keys.permissions.of(*permission).filter(|_| call.caller.may(*permission))?;
            Some(Choice { name: permission.name(), label, is_chosen: chosen.contains(*permission) })
        };
        let span = |days: i64| (days.to_string(), t.staff.api_keys.days.with("days", days).to_string());
        Ok(Self {
            page,
            t,
            keys: keys.into_iter().map(row).collect(),
            choices: Permission::ALL.iter().filter_map(choice).collect(),
            spans: DAYS.into_iter().map(span).collect(),
            typed: form.name.clone(),
            days: form.days.clone(),
            errors: Errors::default(),
        })
    }

    fn link(&self, key: &ApiKey) -> String {
        self.page.href(&format!("{API_KEYS}/{}", key.id))
    }

    fn maker_link(&self, key: &ApiKey) -> String {
        self.page.href(&format!("{USERS}/{}", key.created_by))
    }
}
