//! Keys and metadata for verifiers of access tokens. Refuses to claim OpenID Connect flows: tokens come from
//! `POST /v1/sessions`, and there are no ID tokens.

use crate::domain::key_set::JsonWebKeySet;
use crate::service::Users;
use chassis::tokens::{ACCESS_AUDIENCE, ACCESS_TYP};
use chassis::{Call, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Claims of access tokens.
const CLAIMS: [&str; 11] =
    ["iss", "aud", "stage", "sub", "sid", "user_version", "scope", "auth_time", "iat", "nbf", "exp"];

/// Metadata of the issuer of access tokens.
#[derive(Serialize, JsonSchema)]
pub struct Issuer {
    /// Base URL of this API, and claim `iss` of access tokens.
    issuer: String,
    /// URL of the public keys.
    jwks_uri: String,
    /// Empty: there is no authorization endpoint.
    response_types_supported: Vec<&'static str>,
    /// Every client sees the same subject.
    subject_types_supported: Vec<&'static str>,
    /// Empty: no ID tokens are issued.
    id_token_signing_alg_values_supported: Vec<&'static str>,
    /// JWS algorithms of access tokens.
    access_token_signing_alg_values_supported: Vec<&'static str>,
    /// Claim `aud` of access tokens.
    access_token_audience: &'static str,
    /// Header `typ` of access tokens.
    access_token_typ: &'static str,
    /// Claims of access tokens.
    claims_supported: Vec<&'static str>,
}

pub(super) async fn keys(app: Arc<Users>, _: Call) -> Result<JsonWebKeySet, Problem> {
    Ok(app.config.jwks.clone())
}

pub(super) async fn issuer(app: Arc<Users>, _: Call) -> Result<Issuer, Problem> {
    let issuer = app.wiring.tokens.issuer();
    Ok(Issuer {
        issuer: issuer.to_owned(),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        response_types_supported: Vec::new(),
        subject_types_supported: vec!["public"],
        id_token_signing_alg_values_supported: Vec::new(),
        access_token_signing_alg_values_supported: vec!["EdDSA"],
        access_token_audience: ACCESS_AUDIENCE,
        access_token_typ: ACCESS_TYP,
        claims_supported: CLAIMS.to_vec(),
    })
}
