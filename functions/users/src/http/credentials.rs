//! Verified addresses, reset and changed passwords, changed addresses. Refuses to tell an unknown address from a known one: who asks for
//! a mail is answered the same, and a token that opens nothing has one problem, whatever is wrong with it.

use super::sessions::{SessionTokens, client_of};
use super::users::field;
use super::{CONFIRMED, me};
use crate::domain::Rejection;
use crate::domain::credential_token::TokenKind;
use crate::service::{EmailChange, Error, NewEmail, PasswordChange, Users};
use chassis::Access::{Customer, Unauthenticated};
use chassis::http::network_of;
use chassis::{Call, Json, Problem, Route};
use events::Email;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route<Users>> {
    [of_verification(), of_passwords(), of_email_changes()].into_iter().flatten().collect()
}

fn of_verification() -> Vec<Route<Users>> {
    vec![
        Route::new(
            "POST",
            "/v1/email-verifications",
            Customer,
            202,
            "Request a mail that verifies the address",
            request_verification,
        )
        .named("createEmailVerification")
        .explained("Mails a token to the signed-in user's address. Signing up does so, too.")
        .refuses(&[(404, "not_found"), (409, "already_verified"), (429, "too_many_attempts")]),
        Route::new("PUT", "/v1/email-verifications/{token}", Unauthenticated, 204, "Verify an email address", verify)
            .named("verifyEmail")
            .explained("Whoever has the token has read the mailbox. It opens once, within a day.")
            .variable::<MailedToken>("token")
            .refuses(&[(404, "invalid_token")]),
    ]
}

fn of_passwords() -> Vec<Route<Users>> {
    vec![
        Route::new(
            "POST",
            "/v1/password-resets",
            Unauthenticated,
            202,
            "Request a mail that resets a password",
            request_reset,
        )
        .named("createPasswordReset")
        .explained("The answer is the same whether or not a user has this address, and whether or not a mail is sent.")
        .refuses(&[(422, "invalid_field"), (429, "too_many_attempts")]),
        Route::new(
            "PUT",
            "/v1/password-resets/{token}",
            Unauthenticated,
            204,
            "Reset a password",
            reset,
        )
        .named("resetPassword")
        .explained(
            "The token opens once, within an hour. All sessions of the user end, no other token of a mail counts any more, and the \
             address is verified.",
        )
        .variable::<MailedToken>("token")
        .refuses(&[(404, "invalid_token"), (422, "invalid_field"), (429, "too_many_attempts")]),
        Route::new(
            "PUT",
            "/v1/users/me/password",
            Customer,
            200,
            "Change the password",
            change_password,
        )
        .named("changePassword")
        .explained(
            "All sessions of the user end, and no token of a mail counts any more. The answer has the tokens of a new session in \
             place of the present one.",
        )
        .refuses(CONFIRMED)
        .refuses(&[
            (403, "account_disabled"),
            (422, "invalid_field"),
            (429, "too_many_attempts"),
        ]),
    ]
}

fn of_email_changes() -> Vec<Route<Users>> {
    vec![
        Route::new(
            "POST",
            "/v1/email-changes",
            Customer,
            202,
            "Request a change of the email address",
            request_email_change,
        )
        .named("createEmailChange")
        .explained(
            "Mails a token to the present and one to the new address. The answer is the same if another user has the new one.",
        )
        .refuses(CONFIRMED)
        .refuses(&[
            (422, "invalid_field"),
            (429, "too_many_attempts"),
        ]),
        Route::new(
            "PUT",
            "/v1/email-changes/{token}",
            Unauthenticated,
            200,
            "Confirm a change of the email address",
            confirm_email_change,
        )
        .named("confirmEmailChange")
        .explained(
            "With the tokens of both addresses, within an hour, the address changes: all sessions of the user end, and no other token \
             of a mail counts any more. The token of the new one is enough if the present one was never verified.",
        )
        .variable::<MailedToken>("token")
        .refuses(&[(404, "invalid_token"), (409, "email_taken")]),
    ]
}

/// The text of a token in a mail, for the documentation. Another text opens nothing, like a token that does not count.
pub struct MailedToken;

impl JsonSchema for MailedToken {
    fn schema_name() -> Cow<'static, str> {
        "MailedToken".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"})
    }
}

/// Whose password is forgotten.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePasswordReset {
    /// Email address of the user, in any spelling that signing up takes.
    #[schemars(length(max = 254))]
    email: String,
}

/// A new password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// As at sign-up.
    #[schemars(length(min = 8, max = 128))]
    password: String,
}

/// A new password of the signed-in user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    current_password: String,
    /// As at sign-up.
    #[schemars(length(min = 8, max = 128))]
    new_password: String,
}

/// A new address of the signed-in user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEmailChange {
    /// The new email address.
    #[schemars(length(max = 254))]
    email: String,
    /// The present password.
    password: String,
}

/// What was asked for is under way, if it can be done.
#[derive(Serialize, JsonSchema)]
pub struct MailRequest {
    /// Seconds for which a token counts that is mailed now.
    expires_in: i64,
}

impl MailRequest {
    const fn of(kind: TokenKind) -> Self {
        Self { expires_in: kind.seconds() }
    }
}

/// How far a change of address is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailChangeStatus {
    /// The token that was mailed to the other address is yet to come.
    Waiting,
    /// The user has the new address.
    Done,
}

/// A change of the user's email address.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EmailChange")]
pub struct EmailChangeResource {
    status: EmailChangeStatus,
}

/// The problem of a new password at its field.
fn at_field(error: Error, name: &str) -> Problem {
    match error {
        Error::Rejected(Rejection::Weak(weak)) => Problem::invalid(name, format!("{name} {weak}.")),
        other => other.into(),
    }
}

pub(super) async fn request_verification(app: Arc<Users>, call: Call) -> Result<MailRequest, Problem> {
    app.request_verification(call.caller.identity()?.user, &call.context()).await?;
    Ok(MailRequest::of(TokenKind::EmailVerification))
}

pub(super) async fn verify(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    app.verify_email(&call.param::<String>("token")?, &call.context()).await?;
    Ok(())
}

pub(super) async fn request_reset(
    app: Arc<Users>,
    call: Call<Json<CreatePasswordReset>>,
) -> Result<MailRequest, Problem> {
    let email: Email = field("email", &call.body.0.email)?;
    app.request_password_reset(&email, &network_of(&call.source_ip), &call.context()).await?;
    Ok(MailRequest::of(TokenKind::PasswordReset))
}

pub(super) async fn reset(app: Arc<Users>, call: Call<Json<ResetPassword>>) -> Result<(), Problem> {
    let (token, network) = (call.param::<String>("token")?, network_of(&call.source_ip));
    let reset = app.reset_password(&token, &call.body.0.password, &network, &call.context()).await;
    reset.map(|_| ()).map_err(|error| at_field(error, "password"))
}

pub(super) async fn change_password(
    app: Arc<Users>,
    call: Call<Json<ChangePassword>>,
) -> Result<SessionTokens, Problem> {
    let ChangePassword { current_password, new_password } = &call.body.0;
    let client = client_of(&call.headers);
    let change = PasswordChange { me: me(&call)?, current: current_password, new: new_password, client };
    let changed = app.change_password(change, &network_of(&call.source_ip), &call.context()).await;
    changed.map(Into::into).map_err(|error| at_field(error, "new_password"))
}

pub(super) async fn request_email_change(
    app: Arc<Users>,
    call: Call<Json<CreateEmailChange>>,
) -> Result<MailRequest, Problem> {
    let CreateEmailChange { email, password } = &call.body.0;
    let wanted = NewEmail { me: me(&call)?, email: &field("email", email)?, password };
    app.request_email_change(wanted, &network_of(&call.source_ip), &call.context()).await?;
    Ok(MailRequest::of(TokenKind::EmailChange))
}

pub(super) async fn confirm_email_change(app: Arc<Users>, call: Call) -> Result<EmailChangeResource, Problem> {
    let status = match app.confirm_email_change(&call.param::<String>("token")?, &call.context()).await? {
        EmailChange::Waiting => EmailChangeStatus::Waiting,
        EmailChange::Done(_) => EmailChangeStatus::Done,
    };
    Ok(EmailChangeResource { status })
}
