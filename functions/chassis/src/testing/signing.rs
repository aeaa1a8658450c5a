//! Keys and tokens for tests, made by the real signer.

use crate::tokens::digest;
use crate::tokens::{ACCESS_AUDIENCE, ACCESS_TYP, AccessClaims, AccessVerifier, Signer, Verifier};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use events::Timestamp;
use events::ids::{ApiKeyId, SessionId, UserId};
use events::users::{Permission, Permissions, Role};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

/// The stage of every test.
pub const STAGE: &str = "test";
/// The base URL of every test's API, which issues access tokens.
pub const API_URL: &str = "https://shop.example";

/// The roles that staff have who may do everything but what is the admins'.
pub const STAFF: [Role; 4] = [Role::Support, Role::Fulfillment, Role::Catalog, Role::Finance];

/// What roles allow: the data of `users`, so that tests sign what it would.
const ROLES: &str = include_str!("../../../users/roles.json");

static PAIRS: OnceLock<Mutex<HashMap<String, Vec<u8>>>> = OnceLock::new();

fn pkcs8(issuer: &str) -> Vec<u8> {
    let pairs = PAIRS.get_or_init(Mutex::default);
    let mut pairs = pairs.lock().unwrap();
    let make = || Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap().as_ref().to_vec();
    pairs.entry(issuer.to_owned()).or_insert_with(make).clone()
}

/// An issuer's private key as the parameter store keeps it.
pub fn stored_key(issuer: &str) -> String {
    json!({"kid": format!("{issuer}-1"), "pkcs8": STANDARD.encode(pkcs8(issuer))}).to_string()
}

/// An issuer's public keys.
pub fn jwks(issuer: &str) -> String {
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8(issuer)).unwrap();
    let x = digest::base64url(pair.public_key().as_ref());
    let key =
        json!({"kty": "OKP", "crv": "Ed25519", "kid": format!("{issuer}-1"), "x": x, "use": "sig", "alg": "EdDSA"});
    json!({"keys": [key]}).to_string()
}

/// An issuer's signer.
pub fn signer(issuer: &str) -> Signer {
    Signer::from_stored(&stored_key(issuer)).unwrap()
}

/// An issuer's verifier in the stage of every test.
pub fn verifier(issuer: &str) -> Verifier {
    Verifier::from_jwks(&jwks(issuer), STAGE).unwrap()
}

/// The verifier of every test's access tokens.
pub fn access_verifier() -> AccessVerifier {
    AccessVerifier::new(verifier("users"), API_URL)
}

/// The permissions of somebody with these roles.
pub fn permissions_of(roles: &[Role]) -> Permissions {
    let known: HashMap<Role, Vec<Permission>> = serde_json::from_str(ROLES).unwrap();
    roles.iter().flat_map(|role| &known[role]).copied().collect()
}

/// A valid access token of a person with roles.
pub fn access_token(user: UserId, roles: &[Role], now: Timestamp) -> String {
    access_token_of(API_URL, STAGE, user, roles, now)
}

/// The same of another issuer and stage.
pub fn access_token_of(issuer: &str, stage: &str, user: UserId, roles: &[Role], now: Timestamp) -> String {
    signed(&claims(issuer, stage, user, permissions_of(roles), now))
}

/// The same of one session of the first version of its user.
pub fn access_token_in(session: SessionId, user: UserId, roles: &[Role], now: Timestamp) -> String {
    permitted_in(session, user, permissions_of(roles), now)
}

/// The same with exactly these permissions.
pub fn permitted_in(session: SessionId, user: UserId, permissions: Permissions, now: Timestamp) -> String {
    signed(&AccessClaims { sid: session, ..claims(API_URL, STAGE, user, permissions, now) })
}

/// A valid access token with exactly these permissions.
pub fn permitted_token(user: UserId, permissions: Permissions, now: Timestamp) -> String {
    signed(&claims(API_URL, STAGE, user, permissions, now))
}

/// A valid access token of a customer whose email address is verified.
pub fn verified_access_token(user: UserId, now: Timestamp) -> String {
    signed(&AccessClaims { email_verified: true, ..claims(API_URL, STAGE, user, Permissions::NONE, now) })
}

/// The same with these permissions of a user who showed a second factor at this time.
pub fn stepped_up_token(user: UserId, permissions: Permissions, at: Timestamp, now: Timestamp) -> String {
    let claims = claims(API_URL, STAGE, user, permissions, now);
    signed(&AccessClaims { second_factor_at: Some(at.seconds()), ..claims })
}

/// The same of one session, in which it was shown just now.
pub fn stepped_up_in(session: SessionId, user: UserId, permissions: Permissions, now: Timestamp) -> String {
    let claims = claims(API_URL, STAGE, user, permissions, now);
    signed(&AccessClaims { sid: session, second_factor_at: Some(now.seconds()), ..claims })
}

/// A valid access token of a machine whose key this user made.
pub fn machine_token(key: ApiKeyId, maker: UserId, permissions: Permissions, now: Timestamp) -> String {
    let claims = claims(API_URL, STAGE, maker, permissions, now);
    signed(&AccessClaims { sub: key.into(), made_by: Some(maker), sid: key.session(), ..claims })
}

fn signed(claims: &AccessClaims) -> String {
    signer("users").sign(ACCESS_TYP, claims).unwrap()
}

fn claims(issuer: &str, stage: &str, user: UserId, scope: Permissions, now: Timestamp) -> AccessClaims {
    AccessClaims {
        iss: issuer.to_owned(),
        aud: ACCESS_AUDIENCE.to_owned(),
        stage: stage.to_owned(),
        sub: user.into(),
        made_by: None,
        sid: SessionId::from_bits(user.bits()),
        user_version: 1,
        email_verified: false,
        scope,
        auth_time: now.seconds(),
        second_factor_at: None,
        iat: now.seconds(),
        nbf: now.seconds(),
        exp: now.seconds() + 900,
    }
}
