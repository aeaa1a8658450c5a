//! Access tokens (RFC 9068): their claims, and who verifies them. Their issuer is the base URL of the API, as the discovery
//! document says. Refuses to know what a caller may do.

use super::error::TokenError;
use super::jwt::{Expected, Verifier, check_times};
use super::subject::Subject;
use crate::http::{Identity, Machine};
use events::Timestamp;
use events::ids::{SessionId, UserId};
use events::users::Permissions;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The `typ` of access tokens (RFC 9068 §2.1).
pub const ACCESS_TYP: &str = "at+jwt";
/// Audience of access tokens.
pub const ACCESS_AUDIENCE: &str = "souk";

/// Claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Issuer: the base URL of the API, without a slash at the end.
    pub iss: String,
    /// Audience: `souk`.
    pub aud: String,
    /// Stage that issued it.
    pub stage: String,
    /// The user, or the key of a machine.
    pub sub: Subject,
    /// Of a key: the user who made it and answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<UserId>,
    /// The session that issued the token.
    pub sid: SessionId,
    /// Version of the user at the time of issue, of a key its maker's. Tokens of earlier versions of souk have none.
    #[serde(default)]
    pub user_version: u64,
    /// Whether the user has shown that their email address is theirs. A token that does not say so is of a user who has not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub email_verified: bool,
    /// Permissions at the time of issue (RFC 9068 §2.2.3). A token without them, as of earlier versions of souk, allows what a
    /// customer may.
    #[serde(default)]
    pub scope: Permissions,
    /// When the session began, or the key's secret was made (RFC 9068 §2.2.1), seconds since the Unix epoch. Tokens of earlier versions of souk do not say.
    #[serde(default)]
    pub auth_time: i64,
    /// When the user last showed a second factor in the session, seconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_at: Option<i64>,
    /// Issued at, seconds since the Unix epoch.
    pub iat: i64,
    /// Not before, seconds since the Unix epoch.
    pub nbf: i64,
    /// Expires, seconds since the Unix epoch.
    pub exp: i64,
}

/// Verifies access tokens: the public keys, and the one issuer whose tokens pass.
#[derive(Debug, Clone)]
pub struct AccessVerifier {
    keys: Verifier,
    issuer: Arc<str>,
}

impl AccessVerifier {
    /// `url` is the base URL of the API. The issuer is the same without a slash at the end.
    pub fn new(keys: Verifier, url: &str) -> Self {
        Self { keys, issuer: url.trim_end_matches('/').into() }
    }

    /// The issuer: what tokens and the discovery document name.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

/// The identity in a valid access token.
///
/// # Errors
/// Any [`TokenError`].
pub fn access_identity(verifier: &AccessVerifier, token: &str, now: Timestamp) -> Result<Identity, TokenError> {
    let expected = Expected { typ: ACCESS_TYP, issuer: verifier.issuer(), audience: ACCESS_AUDIENCE };
    let claims: AccessClaims = verifier.keys.verify(token, expected)?;
    check_times(claims.nbf, claims.exp, now)?;
    let AccessClaims { sub, made_by, sid: session, user_version, email_verified, scope, auth_time, .. } = claims;
    let (user, machine, permissions) = match (sub, made_by) {
        (Subject::User(user), None) => (user, None, scope),
        (Subject::ApiKey(key), Some(maker)) => {
            // Whoever signed it: no key may do what is for people.
            (UserId::from_bits(key.bits()), Some(Machine { key, maker }), scope.shared(Permissions::of_machines()))
        }
        _ => return Err(TokenError::Mismatched),
    };
    Ok(Identity {
        user,
        machine,
        session,
        user_version,
        email_verified,
        permissions,
        authenticated_at: at(auth_time),
        second_factor_at: claims.second_factor_at.map(at),
    })
}

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(seconds)
}
