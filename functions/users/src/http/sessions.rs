//! Signing in, refreshing, signing out.

use super::passkeys::AssertionBody;
use super::users::field;
use crate::domain::Rejection;
use crate::domain::client::Client;
use crate::domain::session::ACCESS_SECONDS;
use crate::service::{SecondFactor, SignIn, SignedIn, Tokens, Users};
use chassis::http::network_of;
use chassis::{Call, Json, Problem};
use events::text::optional;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::USER_AGENT;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Credentials of a user: email address and password, or a passkey alone, as `second_factor`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateSession {
    /// Email address, as at sign-up.
    #[serde(default, deserialize_with = "events::text::sent")]
    #[schemars(with = "String", length(max = 254))]
    email: Option<String>,
    #[serde(default, deserialize_with = "events::text::sent")]
    #[schemars(with = "String")]
    password: Option<String>,
    /// The `device_token` of the latest sign-in from this device. With it, failed attempts of others do not keep the user out.
    #[serde(default, deserialize_with = "optional")]
    #[schemars(length(max = 200))]
    device_token: Option<String>,
    /// Of a user who has one: without it the answer is 401 `second_factor_required`, and the same request is sent again with it.
    #[serde(default)]
    second_factor: Option<SecondFactorBody>,
}

/// A second factor: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SecondFactor")]
pub struct SecondFactorBody {
    /// The six digits that the authenticator app shows now. Each code counts once.
    #[serde(default, deserialize_with = "optional")]
    #[schemars(length(max = 20))]
    totp: Option<String>,
    /// A recovery code. Each counts once.
    #[serde(default, deserialize_with = "optional")]
    #[schemars(length(max = 40))]
    recovery_code: Option<String>,
    /// A passkey that signed a challenge of `POST /v1/passkeys/challenges`, with its user verified. It signs in alone, too.
    #[serde(default)]
    passkey: Option<AssertionBody>,
}

impl SecondFactorBody {
    /// # Errors
    /// 422 if it is not exactly one.
    pub(super) fn shown(&self) -> Result<SecondFactor, Problem> {
        match (&self.totp, &self.recovery_code, &self.passkey) {
            (Some(code), None, None) => Ok(SecondFactor::Totp(code.clone())),
            (None, Some(code), None) => Ok(SecondFactor::RecoveryCode(code.clone())),
            (None, None, Some(shown)) => Ok(SecondFactor::Passkey(shown.assertion())),
            _ => {
                let detail = "second_factor must have exactly one of totp, recovery_code and passkey.";
                Err(Problem::invalid("second_factor", detail))
            }
        }
    }
}

/// A refresh token to exchange.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshSession {
    /// The latest refresh token of the session. It can be used once; using it again more than ten seconds later ends the
    /// session.
    refresh_token: String,
}

/// Tokens of a session.
#[derive(Serialize, JsonSchema)]
pub struct SessionTokens {
    /// JWT for the header `Authorization: Bearer …`.
    access_token: String,
    /// Exchanged for new tokens, once, at `POST /v1/sessions/refresh`.
    refresh_token: String,
    /// Of a sign-in only. Keep it on the device, also after signing out, and send it with the next sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
    /// Only if it is true: the user has roles, which do not count in this session before a second factor is added or shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    lacks_second_factor: bool,
}

impl From<Tokens> for SessionTokens {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access,
            refresh_token: tokens.refresh,
            device_token: tokens.device,
            token_type: "Bearer",
            expires_in: ACCESS_SECONDS,
            lacks_second_factor: tokens.lacks_factor,
        }
    }
}

/// What sends a request.
pub(crate) fn client_of(headers: &HeaderMap) -> Option<Client> {
    headers.get(USER_AGENT).and_then(|sent| sent.to_str().ok()).and_then(Client::of)
}

pub(super) async fn sign_in(app: Arc<Users>, call: Call<Json<CreateSession>>) -> Result<SessionTokens, Problem> {
    let CreateSession { email, password, device_token, second_factor } = &call.body.0;
    let shown = second_factor.as_ref().map(SecondFactorBody::shown).transpose()?;
    let missing = |name: &str| Problem::invalid(name, format!("{name} is missing."));
    let (email, password) = match (email, password, &shown) {
        (None, None, Some(SecondFactor::Passkey(shown))) => {
            let client = client_of(&call.headers);
            return opened(app.sign_in_with_passkey(shown, client, &call.context()).await?);
        }
        (Some(email), Some(password), _) => (field("email", email)?, password),
        (None, ..) => return Err(missing("email")),
        (_, None, _) => return Err(missing("password")),
    };
    let sign_in = SignIn {
        email: &email,
        password,
        device_token: device_token.as_deref(),
        second_factor: shown.as_ref(),
        client: client_of(&call.headers),
    };
    opened(app.sign_in(sign_in, &network_of(&call.source_ip), &call.context()).await?)
}

fn opened(signed_in: SignedIn) -> Result<SessionTokens, Problem> {
    match signed_in {
        SignedIn::Open(tokens) => Ok(tokens.into()),
        SignedIn::Halfway(halfway) => Err(Problem::new(
            401,
            "second_factor_required",
            "The password is right. Send the same request again with a second_factor of one of these methods.",
        )
        .with("methods", halfway.methods.names())),
    }
}

pub(super) async fn refresh(app: Arc<Users>, call: Call<Json<RefreshSession>>) -> Result<SessionTokens, Problem> {
    let token = call.body.0.refresh_token.parse().map_err(|_| Rejection::InvalidRefreshToken)?;
    Ok(app.refresh(&token, &call.context()).await?.into())
}

pub(super) async fn sign_out(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    let me = call.caller.identity()?;
    Ok(app.sign_out(me.user, me.session, &call.context()).await?)
}

pub(super) async fn sign_out_everywhere(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    Ok(app.sign_out_everywhere(call.caller.identity()?.user, &call.context()).await?)
}
