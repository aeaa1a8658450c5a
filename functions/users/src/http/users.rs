//! Signing up, and the signed-in user.

use crate::domain::password::NewPassword;
use crate::domain::person_name::PersonName;
use crate::domain::user::User;
use crate::service::Users;
use chassis::http::{Tagged, network_of};
use chassis::{Call, Json, Problem};
use events::ids::UserId;
use events::users::Role;
use events::{Language, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::sync::Arc;

/// A new user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// Email address; case does not matter. Before the `@` it has ASCII characters.
    #[schemars(length(max = 254))]
    email: String,
    /// 8 to 128 characters; 15 or more are recommended. Nothing is trimmed. Common passwords, repeated characters and the user's own
    /// name or email address are refused.
    #[schemars(length(min = 8, max = 128))]
    password: String,
    #[schemars(length(min = 1, max = 200))]
    name: String,
    /// In which mails are written; absent for the shop's own.
    #[serde(default, deserialize_with = "events::text::sent")]
    #[schemars(with = "Language")]
    language: Option<Language>,
}

/// Changes of a user. An absent field stays; none can be null.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    #[serde(default, deserialize_with = "events::text::sent")]
    #[schemars(with = "String", length(min = 1, max = 200))]
    name: Option<String>,
    /// In which mails are written.
    #[serde(default, deserialize_with = "events::text::sent")]
    #[schemars(with = "Language")]
    language: Option<Language>,
}

/// A user of the shop.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub struct UserResource {
    id: UserId,
    /// In its one spelling: in lower case, an international domain in its ASCII form (`xn--…`).
    email: String,
    /// Whether the user has shown to read mails to that address.
    email_verified: bool,
    name: String,
    /// In which mails are written; absent if the user never said.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    roles: Vec<Role>,
    created_at: Timestamp,
    /// Since when the user cannot sign in; absent if they can.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<Timestamp>,
}

impl From<User> for UserResource {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            email_verified: user.is_verified(),
            language: user.language,
            name: user.name.as_str().to_owned(),
            roles: user.roles.into_iter().collect(),
            created_at: user.created_at,
            disabled_at: user.status_change.filter(|change| change.is_disabled).map(|change| change.at),
        }
    }
}

/// Parses a field. The problem names the field and says what is wrong.
pub(super) fn field<T: FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error| Problem::invalid(name, format!("{name} {error}.")))
}

pub(super) async fn sign_up(app: Arc<Users>, call: Call<Json<CreateUser>>) -> Result<UserResource, Problem> {
    let CreateUser { email, password, name, language } = &call.body.0;
    let (email, name) = (field("email", email)?, name.parse::<PersonName>()?);
    let password = NewPassword::of(password, &email, &name, &app.wiring.site.name);
    let password = password.map_err(|error| Problem::invalid("password", format!("password {error}.")))?;
    let network = network_of(&call.source_ip);
    Ok(app.register(email, name, *language, &password, &network, &call.context()).await?.into())
}

/// A user with the tag of its version.
pub(super) fn tagged(user: User) -> Tagged<UserResource> {
    Tagged::new(user.version(), user.into())
}

pub(super) async fn read_mine(app: Arc<Users>, call: Call) -> Result<Tagged<UserResource>, Problem> {
    Ok(tagged(app.user(call.caller.identity()?.user).await?))
}

pub(super) async fn update_mine(
    app: Arc<Users>,
    call: Call<Json<UpdateUser>>,
) -> Result<Tagged<UserResource>, Problem> {
    let (me, known) = (call.caller.identity()?.user, call.precondition()?);
    let UpdateUser { name, language } = &call.body.0;
    let name = name.as_ref().map(|name| name.parse()).transpose()?;
    Ok(tagged(app.edit(me, name, *language, &known, &call.context()).await?))
}
