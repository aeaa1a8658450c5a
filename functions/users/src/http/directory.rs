//! All users, for staff: by pages, by address or by name.

use super::details::{UserDetails, detailed};
use super::users::UserResource;
use crate::domain::person_name::NameStart;
use crate::domain::search::Search;
use crate::service::Users;
use chassis::http::{Listing, Tagged};
use chassis::table::is_place;
use chassis::{Call, Json, NoBody, Problem, cursor};
use events::Email;
use events::users::Role;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Whom staff look for, by one of `email` and `name`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListUsers {
    /// The user with this email address, in any spelling that signing up takes.
    #[serde(default)]
    #[schemars(length(max = 254))]
    email: Option<String>,
    /// Users whose names begin with this, in the order of their names. Case, accents and punctuation do not matter; 40 letters do.
    #[serde(default)]
    #[schemars(length(max = 200))]
    name: Option<String>,
    /// The cursor of the previous page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

impl ListUsers {
    fn search(&self) -> Result<Search, Problem> {
        match (&self.email, &self.name) {
            (None, None) => Ok(Search::All),
            (Some(email), None) => {
                let email = email.parse::<Email>().map_err(|error| Problem::parameter("email", &error.to_string()))?;
                Ok(Search::Email(email))
            }
            (None, Some(name)) => {
                let start =
                    name.parse::<NameStart>().map_err(|error| Problem::parameter("name", &error.requirement))?;
                Ok(Search::Name(start))
            }
            (Some(_), Some(_)) => Err(Problem::parameter("name", "cannot be sent with email: look for one of them")),
        }
    }
}

/// New roles of a user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRoles {
    /// Replaces all present roles.
    #[schemars(length(min = 1))]
    roles: Vec<Role>,
}

pub(super) async fn list(app: Arc<Users>, call: Call<NoBody, ListUsers>) -> Result<Listing<UserResource>, Problem> {
    let search = call.query.search()?;
    let list = search.list();
    let (after, limit) = cursor::page(&list, call.query.cursor.as_deref(), call.query.limit, is_place)?;
    let page = app.find(&search, after.as_deref(), limit).await?;
    Ok(Listing::page(&list, page, UserResource::from))
}

pub(super) async fn read(app: Arc<Users>, call: Call) -> Result<Tagged<UserDetails>, Problem> {
    Ok(detailed(app.user(call.param("id")?).await?))
}

pub(super) async fn give_roles(app: Arc<Users>, call: Call<Json<UpdateRoles>>) -> Result<Tagged<UserDetails>, Problem> {
    let admin = call.caller.identity()?.user;
    let id = call.param("id")?;
    if call.body.0.roles.is_empty() {
        return Err(Problem::invalid("roles", "roles must name at least one role."));
    }
    let roles = call.body.0.roles.iter().copied().collect();
    Ok(detailed(app.give_roles(id, roles, admin, &call.precondition()?, &call.context()).await?))
}
