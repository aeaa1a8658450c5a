//! Passkeys: what a browser needs to make or show one, and the user's own. Refuses a key of a passkey in any answer: nobody needs it.

use super::{LAST, LOCKED, me};
use crate::domain::passkey::{Assertion, MAX_PASSKEYS, Made, Passkey};
use crate::service::{CHALLENGE_SECONDS, Users, handle_of};
use chassis::Access::{Customer, OptionalAuth};
use chassis::http::{Listing, network_of};
use chassis::{Call, Json, Problem, Route};
use events::Timestamp;
use events::text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Signs in a name.
pub(crate) const MAX_NAME: usize = 60;
/// The algorithms by COSE's numbers: `ES256`, `EdDSA`, `RS256`.
const ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// What a browser needs to make a passkey, or to show one.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PasskeyChallenge")]
pub struct ChallengeResource {
    /// In base64url. Counts once.
    challenge: String,
    /// Seconds until it counts no more.
    expires_in: i64,
    relying_party_id: String,
    /// COSE's numbers of the algorithms that keys may have.
    algorithms: [i32; 3],
    /// The signed-in user, for whom a passkey can be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<PasskeyUser>,
    /// Ids of the credentials that the signed-in user has.
    passkeys: Vec<String>,
}

/// For whom a passkey is made.
#[derive(Serialize, JsonSchema)]
pub struct PasskeyUser {
    /// What the authenticator keeps, in base64url.
    handle: String,
    /// The email address, by which an authenticator shows passkeys to choose from.
    name: String,
    display_name: String,
}

/// A passkey that a browser made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePasskey {
    /// What the user calls it.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// The user's password. Needed while the user has no second factor.
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "String")]
    password: Option<String>,
    credential: CreatedCredential,
}

/// An `AuthenticatorAttestationResponse`, each part in base64url.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatedCredential {
    #[schemars(length(max = 1_400))]
    id: String,
    /// `clientDataJSON`.
    client_data: String,
    /// `getAuthenticatorData()`.
    authenticator_data: String,
    /// `getPublicKey()`.
    public_key: String,
    /// `getPublicKeyAlgorithm()`.
    algorithm: i32,
}

/// An `AuthenticatorAssertionResponse`, each part in base64url.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PasskeyAssertion")]
pub struct AssertionBody {
    #[schemars(length(max = 1_400))]
    id: String,
    /// `clientDataJSON`.
    client_data: String,
    authenticator_data: String,
    signature: String,
    /// Needed to sign in with the passkey alone.
    #[serde(default, deserialize_with = "text::optional")]
    user_handle: Option<String>,
}

impl AssertionBody {
    pub(crate) fn assertion(&self) -> Assertion {
        let Self { id, client_data, authenticator_data, signature, user_handle } = self.clone();
        Assertion { id, client_data, authenticator_data, signature, user_handle }
    }
}

/// A passkey of the user.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Passkey")]
pub struct PasskeyResource {
    id: String,
    name: String,
    created_at: Timestamp,
    /// When it was shown last; absent if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
    /// Made with a user's first second factor, and shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
}

impl From<Passkey> for PasskeyResource {
    fn from(passkey: Passkey) -> Self {
        let Passkey { id, name, created_at, used_at, .. } = passkey;
        Self { id, name, created_at, used_at, recovery_codes: None }
    }
}

impl CreatedCredential {
    pub(crate) fn made(&self) -> Made<'_> {
        Made {
            id: &self.id,
            client_data: &self.client_data,
            authenticator_data: &self.authenticator_data,
            public_key: &self.public_key,
            algorithm: self.algorithm,
        }
    }
}

pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        Route::new("POST", "/v1/passkeys/challenges", OptionalAuth, 201, "Ask for a challenge", challenge)
            .named("createPasskeyChallenge")
            .explained(
                "For `navigator.credentials.create()` of a signed-in user, and for `navigator.credentials.get()` of anybody, with \
                 `userVerification: required`.",
            )
            .refuses(&[(404, "not_found")]),
        Route::new("POST", "/v1/passkeys", Customer, 201, "Add a passkey", add)
            .named("createPasskey")
            .explained(
                "Who has no second factor yet sends the password, and gets recovery codes; who has one shows it to the session first.",
            )
            .refuses(LOCKED)
            .refuses(&[
                (403, "wrong_password"),
                (409, "too_many_passkeys"),
                (409, "passkey_known"),
                (422, "invalid_passkey"),
                (422, "invalid_field"),
                (429, "too_many_attempts"),
            ]),
        Route::new("GET", "/v1/passkeys", Customer, 200, "List my passkeys", list)
            .named("listPasskeys")
            .explained("Oldest first, on one page.")
            .refuses(&[(404, "not_found")]),
        Route::new("DELETE", "/v1/passkeys/{id}", Customer, 204, "Remove a passkey", remove)
            .named("deletePasskey")
            .explained("The session must have been shown a second factor within ten minutes. With the last one recovery codes go, too.")
            .variable::<String>("id")
            .refuses(LOCKED)
            .refuses(LAST),
    ]
}

async fn challenge(app: Arc<Users>, call: Call) -> Result<ChallengeResource, Problem> {
    asked(&app, &call).await
}

/// A challenge for who calls, or for anybody.
pub(crate) async fn asked<B, Q>(app: &Users, call: &Call<B, Q>) -> Result<ChallengeResource, Problem> {
    let user = match call.caller.user() {
        Some(user) => Some(app.user(user).await?),
        None => None,
    };
    let challenge = app.passkey_challenge(user.as_ref().map(|user| user.id), &call.context()).await?;
    let passkeys = user.iter().flat_map(|user| &user.factors.passkeys).map(|passkey| passkey.id.clone()).collect();
    Ok(ChallengeResource {
        challenge,
        expires_in: CHALLENGE_SECONDS,
        relying_party_id: app.config.relying_party.id.clone(),
        algorithms: ALGORITHMS,
        user: user.map(|user| PasskeyUser {
            handle: handle_of(user.id),
            name: user.email.as_str().to_owned(),
            display_name: user.name.as_str().to_owned(),
        }),
        passkeys,
    })
}

async fn add(app: Arc<Users>, call: Call<Json<CreatePasskey>>) -> Result<PasskeyResource, Problem> {
    let CreatePasskey { name, password, credential } = &call.body.0;
    let name = text::line("name", name, MAX_NAME)?;
    let network = network_of(&call.source_ip);
    let proof = (password.as_deref(), &*network);
    let added = app.add_passkey(me(&call)?, (&credential.made(), &name), proof, &call.context()).await?;
    Ok(PasskeyResource { recovery_codes: added.recovery_codes, ..added.passkey.into() })
}

async fn list(app: Arc<Users>, call: Call) -> Result<Listing<PasskeyResource>, Problem> {
    let user = app.user(call.caller.identity()?.user).await?;
    Ok(Listing::whole(user.factors.passkeys.into_iter().map(PasskeyResource::from).collect()))
}

async fn remove(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    let id: String = call.param("id")?;
    Ok(app.remove_passkey(me(&call)?, &id, &call.context()).await?)
}

/// What is wrong if there are too many.
pub(super) fn too_many() -> Problem {
    let detail = format!("A user has at most {MAX_PASSKEYS} passkeys.");
    Problem::new(409, "too_many_passkeys", detail).with("limit", MAX_PASSKEYS)
}
