//! All users, for staff.

use super::users::{UserResource, tagged};
use crate::service::Users;
use chassis::http::{Listing, PageQuery, Tagged};
use chassis::table::is_place;
use chassis::{Call, Json, NoBody, Problem, cursor};
use events::users::Role;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The list that cursors are of.
const LIST: &str = "users";

/// New roles of a user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRoles {
    /// Replaces all present roles.
    #[schemars(length(min = 1))]
    roles: Vec<Role>,
}

pub(super) async fn list(app: Arc<Users>, call: Call<NoBody, PageQuery>) -> Result<Listing<UserResource>, Problem> {
    let (after, limit) = cursor::page(LIST, call.query.cursor.as_deref(), call.query.limit, is_place)?;
    let page = app.users(after.as_deref(), limit).await?;
    Ok(Listing::page(LIST, page, UserResource::from))
}

pub(super) async fn read(app: Arc<Users>, call: Call) -> Result<Tagged<UserResource>, Problem> {
    Ok(tagged(app.user(call.param("id")?).await?))
}

pub(super) async fn give_roles(
    app: Arc<Users>,
    call: Call<Json<UpdateRoles>>,
) -> Result<Tagged<UserResource>, Problem> {
    let admin = call.caller.identity()?.user;
    let id = call.param("id")?;
    if call.body.0.roles.is_empty() {
        return Err(Problem::invalid("roles", "roles must name at least one role."));
    }
    let roles = call.body.0.roles.iter().copied().collect();
    Ok(tagged(app.give_roles(id, roles, admin, &call.precondition()?, &call.context()).await?))
}
