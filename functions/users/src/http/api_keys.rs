//! Keys for machines. Refuses to answer a secret twice: it is in the answer to what made it, and nowhere else.

use crate::domain::api_key::{ApiKey, KeyRejection, MAX_KEYS, WantedKey};
use crate::domain::session::ACCESS_SECONDS;
use crate::service::{MadeKey, Users};
use chassis::Access::{Needs, Unauthenticated};
use chassis::http::{Listing, network_of};
use chassis::{Call, Json, Problem, Route};
use events::Timestamp;
use events::ids::{ApiKeyId, UserId};
use events::users::Permission;
use events::users::Permission::ApiKeysWrite;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const EXCEEDED: (u16, &str) = (403, "scope_exceeded");

pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        Route::new("GET", "/v1/api-keys", Needs(ApiKeysWrite), 200, "List keys for machines, newest first", list)
            .named("listApiKeys")
            .explained("Those that count, and those that did within the last 30 days, on one page."),
        Route::new("POST", "/v1/api-keys", Needs(ApiKeysWrite), 201, "Make a key for a machine", make)
            .named("createApiKey")
            .rechecked()
            .stepped_up()
            .explained(
                "The answer has the `secret` of the key, this once; whoever loses it makes another key. A key may do what its maker may, \
                 except `users.write`, `roles.write` and `api_keys.write`, and loses what its maker loses.",
            )
            .refuses(&[EXCEEDED, (404, "not_found"), (409, "too_many_api_keys"), (422, "invalid_field")]),
        Route::new("GET", "/v1/api-keys/{id}", Needs(ApiKeysWrite), 200, "Get a key for a machine", read)
            .named("getApiKey")
            .explained("Without its secret.")
            .variable::<ApiKeyId>("id"),
        Route::new("POST", "/v1/api-keys/{id}/rotation", Needs(ApiKeysWrite), 201, "Make another secret for a key", rotate)
            .named("rotateApiKey")
            .rechecked()
            .stepped_up()
            .explained(
                "The answer has the new `secret`, this once. The present one counts for a day more, and the one before it no more: a key \
                 whose secret was stolen is ended. Whoever rotates a key must be allowed what the key is. Access tokens stay valid.",
            )
            .variable::<ApiKeyId>("id")
            .refuses(&[EXCEEDED, (409, "api_key_over")]),
        Route::new("DELETE", "/v1/api-keys/{id}", Needs(ApiKeysWrite), 204, "End a key", end)
            .named("deleteApiKey")
            .rechecked()
            .explained(
                "No secret of it gets an access token any more. Those that it got count no more where money or goods move, or prices \
                 change, and end within 15 minutes elsewhere.",
            )
            .variable::<ApiKeyId>("id"),
        Route::new("POST", "/v1/api-keys/tokens", Unauthenticated, 201, "Exchange a key for an access token", exchange)
            .named("createApiKeyToken")
            .explained(
                "For a machine, as often as it needs a token: there is no refresh token. What the token allows is what the key allows, as \
                 far as its maker still may do it.",
            )
            .refuses(&[(401, "invalid_api_key"), (429, "too_many_attempts")]),
    ]
}

/// A key to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateApiKey")]
pub struct CreateApiKey {
    /// What it is called, for colleagues. No personal data.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// What it may do.
    #[schemars(length(min = 1))]
    permissions: Vec<Permission>,
    /// When it ends, within 366 days.
    expires_at: Timestamp,
}

/// A key for a machine.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKey")]
pub struct ApiKeyResource {
    id: ApiKeyId,
    name: String,
    /// `active`, `expired` or `ended`.
    status: &'static str,
    /// What it may do, as far as its maker may.
    permissions: Vec<Permission>,
    /// Its maker.
    created_by: UserId,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// When its secret was made.
    secret_at: Timestamp,
    /// Until when the secret before counts; absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_until: Option<Timestamp>,
    /// To the hour: a use within an hour after it is not noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

/// A key with its secret, which is not shown again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyWithSecret")]
pub struct MadeKeyResource {
    #[serde(flatten)]
    key: ApiKeyResource,
    /// Exchanged for access tokens at `POST /v1/api-keys/tokens`.
    secret: String,
}

/// A secret to exchange.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateApiKeyToken")]
pub struct ExchangeKey {
    /// The secret of a key.
    #[schemars(length(max = 200))]
    secret: String,
}

/// An access token of a machine.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyToken")]
pub struct KeyTokenResource {
    /// JWT for the header `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
}

impl ApiKeyResource {
    fn of(key: ApiKey, now: Timestamp) -> Self {
        Self {
            id: key.id,
            status: key.status(now).name(),
            name: key.name.as_str().to_owned(),
            permissions: key.scope.iter().collect(),
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            secret_at: key.secret_at,
            previous_until: key.previous.map(|previous| previous.until),
            last_used_at: key.last_used_at,
            ended_at: key.ended_at,
        }
    }
}

impl MadeKeyResource {
    fn of(made: MadeKey, now: Timestamp) -> Self {
        Self { key: ApiKeyResource::of(made.key, now), secret: made.secret }
    }
}

async fn list(app: Arc<Users>, call: Call) -> Result<Listing<ApiKeyResource>, Problem> {
    let keys = app.api_keys().await?;
    Ok(Listing::whole(keys.into_iter().map(|key| ApiKeyResource::of(key, call.now)).collect()))
}

async fn read(app: Arc<Users>, call: Call) -> Result<ApiKeyResource, Problem> {
    Ok(ApiKeyResource::of(app.api_key(call.param("id")?).await?, call.now))
}

async fn make(app: Arc<Users>, call: Call<Json<CreateApiKey>>) -> Result<MadeKeyResource, Problem> {
    let CreateApiKey { name, permissions, expires_at } = &call.body.0;
    if permissions.is_empty() {
        return Err(Problem::invalid("permissions", "permissions must name at least one permission."));
    }
    let scope = permissions.iter().copied().collect();
    let wanted = WantedKey { name: name.parse()?, scope, expires_at: *expires_at };
    Ok(MadeKeyResource::of(app.make_api_key(wanted, call.caller.identity()?, &call.context()).await?, call.now))
}

async fn rotate(app: Arc<Users>, call: Call) -> Result<MadeKeyResource, Problem> {
    let id = call.param("id")?;
    Ok(MadeKeyResource::of(app.rotate_api_key(id, call.caller.identity()?, &call.context()).await?, call.now))
}

async fn end(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    Ok(app.end_api_key(call.param("id")?, &call.context()).await?)
}

async fn exchange(app: Arc<Users>, call: Call<Json<ExchangeKey>>) -> Result<KeyTokenResource, Problem> {
    let network = network_of(&call.source_ip);
    let access_token = app.exchange_api_key(&call.body.0.secret, &network, &call.context()).await?;
    Ok(KeyTokenResource { access_token, token_type: "Bearer", expires_in: ACCESS_SECONDS })
}

/// What is said of a refusal that is about keys.
pub(super) fn refused(why: KeyRejection) -> Problem {
    match why {
        KeyRejection::ScopeExceeded => Problem::new(
            403,
            "scope_exceeded",
            "A key may do no more than you may yourself, and neither change users and roles nor make keys.",
        ),
        KeyRejection::InvalidExpiry => Problem::invalid("expires_at", "expires_at must be in the next 366 days."),
        KeyRejection::TooMany => {
            Problem::new(409, "too_many_api_keys", format!("There may be {MAX_KEYS} keys at a time. End one first."))
                .with("limit", MAX_KEYS)
        }
        KeyRejection::Over => {
            Problem::new(409, "api_key_over", "The key has ended or expired, or got another secret at the same moment.")
        }
        KeyRejection::Invalid => Problem::new(
            401,
            "invalid_api_key",
            "The secret is of no key, or its key has ended or expired, or it allows nothing any more.",
        ),
    }
}
