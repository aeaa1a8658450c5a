//! What is kept of the signed-in user, for them to take along. Refuses every secret, and what other capabilities keep: it says where that is.

use super::addresses::SavedAddressResource;
use super::me;
use super::own_sessions::OwnSession;
use super::users::UserResource;
use crate::domain::factors::Factors;
use crate::service::{PersonalData, Users};
use chassis::Access::Customer;
use chassis::{Call, Problem, Route};
use events::Timestamp;
use events::ids::{CartId, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

pub(super) fn route() -> Route<Users> {
    Route::new("GET", "/v1/users/me/export", Customer, 200, "Export what is kept of me", export)
        .named("exportCurrentUser")
        .explained(
            "The account with everything that it has, without secrets, and where each other part of the shop tells what it keeps.",
        )
        .refuses(&[(404, "not_found")])
}

/// What is kept of the signed-in user.
#[derive(Serialize, JsonSchema)]
pub struct UserExport {
    user: UserResource,
    addresses: Vec<SavedAddressResource>,
    /// Those that have not ended, newest first.
    sessions: Vec<OwnSession>,
    second_factors: ExportedFactors,
    /// Where other parts of the shop tell what they keep, below its address and with the same access token.
    elsewhere: Vec<ExportedElsewhere>,
}

/// The second factors, without what makes them one.
#[derive(Serialize, JsonSchema)]
pub struct ExportedFactors {
    /// Since when there is an authenticator app.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp_since: Option<Timestamp>,
    passkeys: Vec<ExportedPasskey>,
    recovery_codes_left: usize,
}

/// A passkey by its name.
#[derive(Serialize, JsonSchema)]
pub struct ExportedPasskey {
    name: String,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
}

/// What another part of the shop tells.
#[derive(Serialize, JsonSchema)]
pub struct ExportedElsewhere {
    /// Such as `orders`.
    capability: &'static str,
    href: String,
}

impl From<Factors> for ExportedFactors {
    fn from(factors: Factors) -> Self {
        let passkeys = factors.passkeys.into_iter().map(|passkey| ExportedPasskey {
            name: passkey.name,
            created_at: passkey.created_at,
            used_at: passkey.used_at,
        });
        Self {
            totp_since: factors.totp.map(|totp| totp.since),
            passkeys: passkeys.collect(),
            recovery_codes_left: factors.recovery_codes.len(),
        }
    }
}

/// A customer's cart has the user's bits.
fn elsewhere(user: UserId) -> Vec<ExportedElsewhere> {
    let told = [
        ("orders", "/v1/orders".to_owned()),
        ("carts", format!("/v1/carts/{}", CartId::from_bits(user.bits()))),
        ("notifications", "/v1/notifications/export".to_owned()),
    ];
    told.into_iter().map(|(capability, href)| ExportedElsewhere { capability, href }).collect()
}

pub(crate) async fn export(app: Arc<Users>, call: Call) -> Result<UserExport, Problem> {
    let (user, session) = me(&call)?;
    let PersonalData { user: kept, addresses, sessions } = app.personal_data(user, &call.context()).await?;
    Ok(UserExport {
        second_factors: kept.factors.clone().into(),
        user: kept.into(),
        addresses: addresses.into_iter().map(Into::into).collect(),
        sessions: sessions.into_iter().map(|own| OwnSession::of(own, session)).collect(),
        elsewhere: elsewhere(user),
    })
}
