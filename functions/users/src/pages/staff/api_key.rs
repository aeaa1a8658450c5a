//! `/staff/users/api-keys/{id}`: one key, and the forms that rotate and end it. Refuses what was not confirmed.

use super::super::go;
use super::super::words::Words;
use super::USERS;
use super::api_keys::{API_KEYS, maker_of, secret_page, status_of};
use crate::domain::Rejection;
use crate::domain::api_key::{ApiKey, KeyRejection, KeyStatus};
use crate::service::{Error, Users};
use ::pages::{Errors, Form, Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::ids::ApiKeyId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct KeyQuery {
    /// Not empty if it was ended a moment ago.
    done: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfirmForm {
    /// Not empty if it is meant.
    confirmed: String,
}

#[derive(Template)]
#[template(path = "staff_api_key.html")]
struct KeyPage {
    page: Page,
    t: &'static Words,
    key: ApiKey,
    tone: &'static str,
    status: &'static Phrase,
    maker: String,
    /// Whether it counts, so that it may be rotated.
    is_active: bool,
    is_done: bool,
    refusal: Option<&'static Phrase>,
    rotation_errors: Errors,
    end_errors: Errors,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, KeyQuery>) -> Result<Response, Problem> {
    let mut page = KeyPage::load(&app, &call, call.param("id")?).await?;
    page.is_done = !call.query.done.is_empty();
    ::pages::html(200, &page)
}

pub(super) async fn rotate(app: Arc<Users>, call: Call<Form<ConfirmForm>>) -> Result<Response, Problem> {
    let id = call.param("id")?;
    if call.body.0.confirmed.is_empty() {
        let mut page = KeyPage::load(&app, &call, id).await?;
        let words = &page.t.staff;
        page.rotation_errors.add("confirmed", &words.user.confirm_label, &words.api_keys.not_confirmed);
        return ::pages::html(422, &page);
    }
    let why = match app.rotate_api_key(id, call.caller.identity()?, &call.context()).await {
        Ok(made) => return secret_page(&app, &call, made),
        Err(Error::Rejected(Rejection::Key(why))) => why,
        Err(error) => return Err(error.into()),
    };
    let mut page = KeyPage::load(&app, &call, id).await?;
    let words = &page.t.staff.api_keys;
    let exceeded = why == KeyRejection::ScopeExceeded;
    let (status, refusal) = if exceeded { (403, &words.exceeded) } else { (409, &words.over) };
    page.refusal = Some(refusal);
    ::pages::html(status, &page)
}

pub(super) async fn end(app: Arc<Users>, call: Call<Form<ConfirmForm>>) -> Result<Response, Problem> {
    let id: ApiKeyId = call.param("id")?;
    if call.body.0.confirmed.is_empty() {
        let mut page = KeyPage::load(&app, &call, id).await?;
        let words = &page.t.staff;
        page.end_errors.add("confirmed", &words.user.confirm_label, &words.api_keys.not_confirmed);
        return ::pages::html(422, &page);
    }
    app.end_api_key(id, &call.context()).await?;
    Ok(go(&app, 303, &format!("{API_KEYS}/{id}?done=end"), []))
}

impl KeyPage {
    async fn load<B, Q>(app: &Users, call: &Call<B, Q>, id: ApiKeyId) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let key = app.api_key(id).await?;
        let users = app.users([key.created_by].into()).await?;
        let mut page = Page::new(app, call, key.name.as_str());
        page.path = format!("{API_KEYS}/{id}");
        let (tone, status) = status_of(t, &key, call.now);
        Ok(Self {
            page,
            t,
            tone,
            status,
            maker: maker_of(&key, &users),
            is_active: key.status(call.now) == KeyStatus::Active,
            key,
            is_done: false,
            refusal: None,
            rotation_errors: Errors::default(),
            end_errors: Errors::default(),
        })
    }

    fn maker_link(&self) -> String {
        self.page.href(&format!("{USERS}/{}", self.key.created_by))
    }

    /// What the key may do, in words.
    fn allowed(&self) -> String {
        let words = &self.t.staff.api_keys.permissions;
        let named = self.key.scope.iter().filter_map(|permission| words.of(permission));
        named.map(Phrase::as_str).collect::<Vec<_>>().join(", ")
    }
}
