//! Access tokens that are accepted and refused.

use crate::harness::{bench, identity, me, refusal, somebody};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::Request;
use chassis::testing::signing::{API_URL, signer, stored_key};
use chassis::tokens::{ACCESS_TYP, AccessClaims, AccessVerifier, Signer};
use events::users::Permissions;
use serde_json::{Value, json};

fn parts(token: &str) -> [Value; 2] {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    [0, 1].map(|_| serde_json::from_slice(&parts.next().unwrap()).unwrap())
}

fn text(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

#[tokio::test]
async fn a_signed_in_client_holds_a_token_that_names_them() {
    let bench = bench();
    let (id, pair) = somebody(&bench, "ada@example.com").await;
    let said = identity(&bench, &pair.access);
    assert_eq!((said.user, said.permissions, said.second_factor_at), (id, Permissions::NONE, None));
    assert_eq!(said.authenticated_at.seconds(), bench.world.now().seconds());
    assert!(!said.email_verified, "nobody has shown yet that an address is theirs");
    let [header, claims] = parts(&pair.access);
    for private in ["email", "name", "roles"] {
        assert!(claims.get(private).is_none(), "{private}");
    }
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 900);
    assert_eq!((&claims["iss"], &claims["aud"], &claims["stage"]), (&json!(API_URL), &json!("souk"), &json!("test")));
}

#[tokio::test]
async fn a_token_expires_after_a_quarter_of_an_hour() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    bench.world.pass_seconds(899);
    assert_eq!(me(&bench, &pair.access).await.status, 200);
    bench.world.pass_seconds(6);
    assert_eq!(refusal(&me(&bench, &pair.access).await), (401, "unauthenticated"));
}

#[tokio::test]
async fn a_token_that_is_not_ours_or_not_made_for_this_is_refused() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let [header, claims] = parts(&pair.access);
    let signature = pair.access.rsplit('.').next().unwrap();
    let typed: AccessClaims = serde_json::from_value(claims.clone()).unwrap();
    let changed = |field: &str, value: Value| {
        let mut claims = claims.clone();
        claims[field] = value;
        claims
    };
    let signed = |claims: Value| signer("users").sign(ACCESS_TYP, &claims).unwrap();
    let mut foreign: Value = serde_json::from_str(&stored_key("catalog")).unwrap();
    foreign["kid"] = json!("users-1");
    let foreign = Signer::from_stored(&foreign.to_string()).unwrap();
    let none = json!({"alg": "none", "typ": "at+jwt", "kid": "users-1"});
    let symmetric = json!({"alg": "HS256", "typ": "at+jwt", "kid": "users-1"});
    let cases = [
        ("none", format!("{}.{}.", text(&none), text(&claims))),
        ("symmetric", format!("{}.{}.{signature}", text(&symmetric), text(&claims))),
        ("tampered", format!("{}.{}.{signature}", text(&header), text(&changed("scope", json!("roles.write"))))),
        ("foreign key", foreign.sign(ACCESS_TYP, &typed).unwrap()),
        ("unknown key", signer("catalog").sign(ACCESS_TYP, &typed).unwrap()),
        ("other kind", signer("users").sign("JWT", &typed).unwrap()),
        ("other issuer", signed(changed("iss", json!("https://other.example")))),
        ("other audience", signed(changed("aud", json!("orders")))),
        ("other stage", signed(changed("stage", json!("prod")))),
        ("not yet valid", signed(changed("nbf", json!(typed.nbf + 60)))),
        ("a refresh token", pair.refresh.clone()),
        ("nothing", String::new()),
    ];
    for (what, token) in cases {
        assert_eq!(refusal(&me(&bench, &token).await), (401, "unauthenticated"), "{what}");
    }
    let basic = Request::get("/v1/users/me").header("authorization", "Basic YWRhOmFkYQ==");
    assert_eq!(bench.http(basic).await.status, 401);
}

#[tokio::test]
async fn the_published_keys_verify_the_tokens_and_the_discovery_document_names_them() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let keys = bench.http(Request::get("/.well-known/jwks.json")).await;
    assert_eq!((keys.status, &keys.headers["cache-control"]), (200, &json!("public, max-age=300")));
    let keys = chassis::tokens::Verifier::from_jwks(&keys.body.to_string(), "test").unwrap();
    let issuer = bench.http(Request::get("/.well-known/openid-configuration")).await;
    let verifier = AccessVerifier::new(keys, issuer.body["issuer"].as_str().unwrap());
    assert!(chassis::tokens::access_identity(&verifier, &pair.access, bench.world.now()).is_ok());
    let [header, claims] = parts(&pair.access);
    assert_eq!((&issuer.body["issuer"], &claims["iss"]), (&json!(API_URL), &json!(API_URL)));
    assert_eq!(issuer.body["jwks_uri"], format!("{API_URL}/.well-known/jwks.json"));
    assert_eq!(issuer.body["access_token_audience"], claims["aud"]);
    assert_eq!(issuer.body["access_token_typ"], header["typ"]);
    assert_eq!(issuer.body["access_token_signing_alg_values_supported"], json!([header["alg"]]));
    for claim in issuer.body["claims_supported"].as_array().unwrap() {
        assert!(claims.get(claim.as_str().unwrap()).is_some(), "{claim}");
    }
}
