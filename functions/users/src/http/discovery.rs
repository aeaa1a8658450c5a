//! Keys and metadata for verifiers of access tokens. Refuses to claim OpenID Connect flows: tokens come from
//! `POST /v1/sessions`, and there are no ID tokens.

use crate::service::Users;
use chassis::tokens::{ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_TYP};
use chassis::{Call, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// Metadata of the issuer of access tokens.
#[derive(Serialize, JsonSchema)]
pub struct Issuer {
    /// Base URL of this API.
    issuer: String,
    /// URL of the public keys.
    jwks_uri: String,
    /// Empty: there is no authorization endpoint.
    response_types_supported: [String; 0],
    /// Every client sees the same subject.
    subject_types_supported: [&'static str; 1],
    /// Empty: no ID tokens are issued.
    id_token_signing_alg_values_supported: [String; 0],
    /// JWS algorithms of access tokens.
    access_token_signing_alg_values_supported: [&'static str; 1],
    /// Claim `iss` of access tokens.
    access_token_issuer: &'static str,
    /// Claim `aud` of access tokens.
    access_token_audience: &'static str,
    /// Header `typ` of access tokens.
    access_token_typ: &'static str,
    /// Claims of access tokens.
    claims_supported: [&'static str; 11],
}

pub(super) async fn keys(app: Arc<Users>, _: Call) -> Result<Value, Problem> {
    Ok(app.config.jwks.clone())
}

pub(super) async fn issuer(app: Arc<Users>, _: Call) -> Result<Issuer, Problem> {
    let api = &app.config.api_url;
    Ok(Issuer {
        issuer: api.clone(),
        jwks_uri: format!("{api}/.well-known/jwks.json"),
        response_types_supported: [],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [],
        access_token_signing_alg_values_supported: ["EdDSA"],
        access_token_issuer: ACCESS_ISSUER,
        access_token_audience: ACCESS_AUDIENCE,
        access_token_typ: ACCESS_TYP,
        claims_supported: ["iss", "aud", "stage", "sub", "sid", "email", "name", "roles", "iat", "nbf", "exp"],
    })
}
