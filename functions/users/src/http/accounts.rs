//! Signing up, and one's own account.

use super::asked;
use crate::domain::account::User;
use crate::service::Users;
use chassis::{Call, Json, Problem};
use events::Timestamp;
use events::ids::UserId;
use events::users::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::sync::Arc;

/// What somebody signs up with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// E-mail address; case does not matter.
    #[schemars(length(max = 254))]
    email: String,
    /// Password: 8 to 128 characters, 15 or more advised, none in common use, no other rules.
    #[schemars(length(min = 8, max = 128))]
    password: String,
    /// What to call the person.
    #[schemars(length(min = 1, max = 200))]
    name: String,
}

/// Changes of an account. What is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChanges {
    /// What to call the person.
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
}

/// An account.
#[derive(Serialize, JsonSchema)]
pub struct Account {
    /// Whose.
    id: UserId,
    /// E-mail address, normalised.
    email: String,
    /// What to call the person.
    name: String,
    /// What the person may do.
    roles: Vec<Role>,
    /// When they signed up.
    created_at: Timestamp,
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            name: user.name.as_str().to_owned(),
            roles: user.roles.into_iter().collect(),
            created_at: user.created_at,
        }
    }
}

/// A field as its domain type, or the problem that says what is wrong with it.
pub(super) fn field<T: FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error| Problem::invalid(name, format!("{name} {error}.")))
}

pub(super) async fn sign_up(users: Arc<Users>, call: Call<Json<NewAccount>>) -> Result<Account, Problem> {
    let NewAccount { email, password, name } = &call.body.0;
    let (email, name) = (field("email", email)?, field("name", name)?);
    let password = field("password", password)?;
    Ok(users.register(email, name, &password, call.trace.parent(), &asked(&call)).await?.into())
}

pub(super) async fn read_mine(users: Arc<Users>, call: Call) -> Result<Account, Problem> {
    Ok(users.account(call.caller.identity()?.user).await?.into())
}

pub(super) async fn change_mine(users: Arc<Users>, call: Call<Json<AccountChanges>>) -> Result<Account, Problem> {
    let me = call.caller.identity()?.user;
    let user = match &call.body.0.name {
        Some(name) => users.rename(me, field("name", name)?, &asked(&call)).await?,
        None => users.account(me).await?,
    };
    Ok(user.into())
}
