//! Second factors: an authenticator app and recovery codes, showing one in an open session, and their removal by staff. Refuses to answer a
//! secret twice: the app's while it waits for its first code, recovery codes when they are made.

use super::sessions::SecondFactorBody;
use super::status::editor;
use super::{LAST, LOCKED, me};
use crate::domain::session::ACCESS_SECONDS;
use crate::domain::user_status::Reason;
use crate::service::{NewApp, Users};
use chassis::Access::{Customer, Needs};
use chassis::http::network_of;
use chassis::{Call, Json, Problem, Route};
use events::ids::UserId;
use events::text;
use events::users::Permission::UsersWrite;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        Route::new("POST", "/v1/totp", Customer, 201, "Begin with an authenticator app", begin)
            .named("createTotp")
            .explained(
                "Answers with the secret that the app takes. It counts once `PUT /v1/totp` has shown a first code, within a quarter of an \
                 hour; until then an app that the user has already counts. Who has no second factor yet sends the password; who has one \
                 shows it to the session first.",
            )
            .refuses(LOCKED)
            .refuses(&[(403, "wrong_password"), (429, "too_many_attempts")]),
        Route::new("PUT", "/v1/totp", Customer, 200, "Confirm an authenticator app", confirm)
            .named("confirmTotp")
            .explained(
                "Answers with ten recovery codes, this once, and an access token: the code counts as the second factor of the session, so \
                 roles that waited for one are in it.",
            )
            .refuses(&[
                (401, "invalid_second_factor"),
                (401, "session_revoked"),
                (404, "not_found"),
                (409, "no_enrollment"),
                (429, "too_many_attempts"),
            ]),
        Route::new("DELETE", "/v1/totp", Customer, 204, "Remove the authenticator app", remove)
            .named("deleteTotp")
            .explained(
                "The recovery codes go with the last second factor. The session must have been shown one within ten minutes. Staff keep \
                 their last where their roles count only with one.",
            )
            .refuses(LOCKED)
            .refuses(LAST),
        Route::new("POST", "/v1/recovery-codes", Customer, 201, "Make new recovery codes", renew_codes)
            .named("createRecoveryCodes")
            .explained("Those before count no more. The session must have been shown the second factor within ten minutes.")
            .refuses(LOCKED)
            .refuses(&[(429, "too_many_attempts")]),
        Route::new(
            "POST",
            "/v1/sessions/current/second-factor",
            Customer,
            200,
            "Show a second factor",
            step_up,
        )
        .named("stepUpSession")
        .explained(
            "For what a session may do only a moment after. Answers with an access token that says when, as its refresh token does from \
             now on.",
        )
        .refuses(&[
            (401, "invalid_second_factor"),
            (401, "session_revoked"),
            (404, "not_found"),
            (409, "no_second_factor"),
            (429, "too_many_attempts"),
        ]),
    ]
}

/// Staff's way for a user who lost a second factor.
pub(super) fn for_staff() -> Route<Users> {
    Route::new(
        "POST",
        "/v1/users/{id}/second-factors/removal",
        Needs(UsersWrite),
        204,
        "Remove a user's second factors",
        remove_of,
    )
    .named("removeSecondFactors")
    .rechecked()
    .stepped_up()
    .explained(
        "For a user who lost them and all recovery codes. The reason stands in the audit log; the user is told, and signed out everywhere. \
         Only those who give roles do so to one of them.",
    )
    .variable::<UserId>("id")
    .refuses(&[(409, "admin_status"), (409, "no_second_factor"), (422, "invalid_field")])
}

/// An authenticator app to begin with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateTotp")]
pub struct CreateTotp {
    /// The user's password. Needed while the user has no second factor; afterwards that one is shown to the session instead.
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "String")]
    password: Option<String>,
}

/// What an authenticator app takes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Totp")]
pub struct TotpResource {
    /// In base32, to type it into the app.
    secret: String,
    /// The same as an `otpauth://` address, for a QR code.
    address: String,
}

impl From<NewApp> for TotpResource {
    fn from(app: NewApp) -> Self {
        Self { secret: app.secret, address: app.address }
    }
}

/// The first code of an authenticator app.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// Six digits.
    #[schemars(length(max = 20))]
    code: String,
}

/// Codes that each stand in for a second factor once. They are not shown again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RecoveryCodes")]
pub struct RecoveryCodesResource {
    codes: Vec<String>,
}

/// An authenticator app that counts from now on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ConfirmedTotp")]
pub struct ConfirmedTotpResource {
    /// Each stands in for a second factor once. They are not shown again.
    codes: Vec<String>,
    /// JWT for the header `Authorization: Bearer …`. The session's refresh token stays.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
}

/// A second factor to show.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    second_factor: SecondFactorBody,
}

/// An access token of a session in which a second factor was shown. The session's refresh token stays.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SteppedUp")]
pub struct SteppedUpResource {
    /// JWT for the header `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
}

/// Why the second factors of a user are removed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveFactors {
    /// How the user was recognized, for the audit log. No personal data.
    #[schemars(length(min = 1, max = 200))]
    reason: String,
}

pub(super) async fn begin(app: Arc<Users>, call: Call<Json<CreateTotp>>) -> Result<TotpResource, Problem> {
    let password = call.body.0.password.as_deref();
    Ok(app.begin_totp(me(&call)?, password, &network_of(&call.source_ip), &call.context()).await?.into())
}

pub(super) async fn confirm(app: Arc<Users>, call: Call<Json<ConfirmTotp>>) -> Result<ConfirmedTotpResource, Problem> {
    let (code, network) = (&call.body.0.code, network_of(&call.source_ip));
    let (codes, access_token) = app.confirm_totp(me(&call)?, code, &network, &call.context()).await?;
    Ok(ConfirmedTotpResource { codes, access_token, token_type: "Bearer", expires_in: ACCESS_SECONDS })
}

pub(super) async fn remove(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    Ok(app.remove_totp(me(&call)?, &call.context()).await?)
}

pub(super) async fn renew_codes(app: Arc<Users>, call: Call) -> Result<RecoveryCodesResource, Problem> {
    Ok(RecoveryCodesResource { codes: app.renew_recovery_codes(me(&call)?, &call.context()).await? })
}

pub(super) async fn step_up(app: Arc<Users>, call: Call<Json<StepUp>>) -> Result<SteppedUpResource, Problem> {
    let shown = call.body.0.second_factor.shown()?;
    let access_token = app.step_up(me(&call)?, &shown, &network_of(&call.source_ip), &call.context()).await?;
    Ok(SteppedUpResource { access_token, token_type: "Bearer", expires_in: ACCESS_SECONDS })
}

pub(super) async fn remove_of(app: Arc<Users>, call: Call<Json<RemoveFactors>>) -> Result<(), Problem> {
    let reason: Reason = call.body.0.reason.parse()?;
    app.remove_factors(call.param("id")?, &reason, editor(&call)?, &call.context()).await?;
    Ok(())
}
