//! Tokens with one fault each.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::signing::{STAGE, jwks, signer, stored_key, verifier};
use chassis::tokens::{Expected, Signer, TokenError, Verifier};
use serde_json::{Value, json};

const EXPECTED: Expected = Expected { typ: "ticket+jwt", issuer: "box-office", audience: "door" };

fn claims() -> Value {
    json!({"iss": "box-office", "aud": "door", "stage": STAGE, "exp": 1, "seat": 7})
}

fn verify(token: &str) -> Result<Value, TokenError> {
    verifier("box-office").verify(token, EXPECTED)
}

fn sign(typ: &str, claims: &Value) -> String {
    signer("box-office").sign(typ, claims).unwrap()
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[test]
fn our_token_reads_back_whatever_its_time() {
    assert_eq!(verify(&sign("ticket+jwt", &claims())), Ok(claims()));
}

#[test]
fn a_changed_payload_header_or_signature_is_forged() {
    let token = sign("ticket+jwt", &claims());
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("no JWS") };
    let other = URL_SAFE_NO_PAD.encode(json!({"iss": "box-office", "aud": "door", "exp": 1, "seat": 1}).to_string());
    let renamed =
        URL_SAFE_NO_PAD.encode(json!({"alg": "EdDSA", "typ": "ticket+jwt", "kid": "box-office-1", "x": 1}).to_string());
    for forged in [
        format!("{header}.{other}.{signature}"),
        format!("{renamed}.{payload}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
        String::new(),
        "..".to_owned(),
    ] {
        assert_eq!(verify(&forged), Err(TokenError::Forged), "{forged}");
    }
}

#[test]
fn a_token_without_a_signature_is_forged_whatever_it_claims_about_that() {
    for algorithm in ["none", "None", "NONE", ""] {
        let header = json!({"alg": algorithm, "typ": "ticket+jwt", "kid": "box-office-1"});
        let token = format!("{}.", unsigned(&header, &claims()));
        assert_eq!(verify(&token), Err(TokenError::Forged), "{algorithm}");
    }
}

#[test]
fn the_public_key_is_no_shared_secret() {
    let stored: Value = serde_json::from_str(&stored_key("box-office")).unwrap();
    let der = base64::engine::general_purpose::STANDARD.decode(stored["pkcs8"].as_str().unwrap()).unwrap();
    let public = Ed25519KeyPair::from_pkcs8(&der).unwrap().public_key().as_ref().to_vec();
    for secret in [public, jwks("box-office").into_bytes()] {
        let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        header.typ = Some("ticket+jwt".to_owned());
        header.kid = Some("box-office-1".to_owned());
        let key = jsonwebtoken::EncodingKey::from_secret(&secret).unwrap();
        let token = jsonwebtoken::encode(&header, &claims(), &key).unwrap();
        assert_eq!(verify(&token), Err(TokenError::Forged));
    }
}

#[test]
fn a_key_id_that_we_do_not_know_is_forged() {
    assert_eq!(verify(&signer("elsewhere").sign("ticket+jwt", &claims()).unwrap()), Err(TokenError::Forged));
    assert_eq!(Verifier::none().verify::<Value>(&sign("ticket+jwt", &claims()), EXPECTED), Err(TokenError::Forged));
}

#[test]
fn another_kind_issuer_audience_or_stage_is_mismatched() {
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        sign("ticket+jwt", &claims)
    };
    for token in [
        sign("voucher+jwt", &claims()),
        sign("JWT", &claims()),
        with("iss", json!("black-market")),
        with("aud", json!("cloakroom")),
        with("stage", json!("another")),
        with("stage", Value::Null),
        with("exp", Value::Null),
        sign("ticket+jwt", &json!({"aud": "door", "stage": STAGE, "exp": 1})),
        sign("ticket+jwt", &json!({"iss": "box-office", "stage": STAGE, "exp": 1})),
    ] {
        assert_eq!(verify(&token), Err(TokenError::Mismatched));
    }
}

#[test]
fn claims_of_another_form_are_mismatched() {
    let token = sign("ticket+jwt", &claims());
    let read: Result<Vec<String>, _> = verifier("box-office").verify(&token, EXPECTED);
    assert_eq!(read, Err(TokenError::Mismatched));
}

#[test]
fn the_next_key_is_trusted_beside_the_current_one() {
    let mut set: Value = serde_json::from_str(&jwks("box-office")).unwrap();
    let next: Value = serde_json::from_str(&jwks("box-office-next")).unwrap();
    set["keys"].as_array_mut().unwrap().push(next["keys"][0].clone());
    let both = Verifier::from_jwks(&set.to_string(), STAGE).unwrap();
    for issuer in ["box-office", "box-office-next"] {
        let token = signer(issuer).sign("ticket+jwt", &claims()).unwrap();
        assert_eq!(both.verify::<Value>(&token, EXPECTED), Ok(claims()), "{issuer}");
    }
}

#[test]
fn keys_that_cannot_be_read_are_refused_at_start() {
    for jwks in ["", "{}", r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}"#] {
        assert_eq!(Verifier::from_jwks(jwks, STAGE).err(), Some(TokenError::UnusableKey), "{jwks}");
    }
    for stored in ["", "{}", r#"{"kid": "a", "pkcs8": "!"}"#] {
        assert_eq!(Signer::from_stored(stored).err(), Some(TokenError::UnusableKey), "{stored}");
    }
}
