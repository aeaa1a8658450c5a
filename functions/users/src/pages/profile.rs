//! The profile of a signed-in user. Refuses to lose a name that another window saved meanwhile.

use super::words::Words;
use super::{ACCOUNT, edited_from, go};
use crate::domain::person_name::PersonName;
use crate::domain::user::User;
use crate::service::{Error, Users};
use ::pages::{Errors, Page, Typed, TypedForm};
use askama::Template;
use chassis::http::{Response, Unmet};
use chassis::{Call, NoBody, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ProfileQuery {
    /// Not empty if a change was made a moment ago.
    saved: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProfileForm {
    name: String,
    /// The version of the user that the page showed.
    version: u64,
}

impl Typed for ProfileForm {
    fn is_typed(field: &str) -> bool {
        field == "name"
    }
}

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    page: Page,
    t: &'static Words,
    user: User,
    /// As typed.
    typed_name: String,
    /// What was done a moment ago.
    success: Option<String>,
    /// Why nothing was done yet.
    warning: Option<String>,
    errors: Errors,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, ProfileQuery>) -> Result<Response, Problem> {
    let user = app.user(call.caller.identity()?.user).await?;
    let mut page = ProfilePage::of(&app, &call, user);
    let words = &page.t.credentials;
    page.success = match call.query.saved.as_str() {
        "" => None,
        "verified" if page.user.is_verified() => Some(words.verified.to_string()),
        "verified" => None,
        "verification" => Some(words.verification_sent.to_string()),
        _ => Some(page.t.account.saved.to_string()),
    };
    if app.requires_factor() && page.user.lacks_factor(call.caller.identity()?.permissions) {
        page.warning = Some(page.t.second_factor.staff_needed.to_string());
    }
    ::pages::html(200, &page)
}

pub(super) async fn rename(app: Arc<Users>, mut call: Call<TypedForm<ProfileForm>>) -> Result<Response, Problem> {
    let TypedForm { fields: ProfileForm { name, version }, card_numbers } = call.body.clone();
    let me = call.caller.identity()?.user;
    edited_from(&mut call, version)?;
    let renamed = match name.parse::<PersonName>() {
        Ok(name) => app.rename(me, name, &call.precondition()?, &call.context()).await,
        Err(_) => {
            let mut page = ProfilePage::of(&app, &call, app.user(me).await?);
            let label = &page.t.account.name;
            if card_numbers.held_in("name") {
                page.errors.add("name", label, &page.page.words.card_number);
            } else {
                page.errors.add("name", label, page.t.errors.of_name(&name));
            }
            page.typed_name = name;
            return ::pages::html(422, &page);
        }
    };
    match renamed {
        Ok(_) => Ok(go(&app, 303, &format!("{ACCOUNT}?saved=name"), [])),
        Err(Error::Unmet(Unmet::Changed(_))) => {
            let mut page = ProfilePage::of(&app, &call, app.user(me).await?);
            page.warning = Some(page.t.account.changed.with("name", page.user.name.as_str()).to_string());
            page.typed_name = name;
            ::pages::html(412, &page)
        }
        Err(error) => Err(error.into()),
    }
}

impl ProfilePage {
    fn of<B, Q>(app: &Users, call: &Call<B, Q>, user: User) -> Self {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, t.account.title.to_string());
        let typed_name = user.name.as_str().to_owned();
        Self { page, t, user, typed_name, success: None, warning: None, errors: Errors::default() }
    }
}
