//! What ID tokens prove, against a provider that nobody here wrote the checks for.

use super::*;
use oidc::{Client, Fault, Incoming, Provider, SignedIn};
use serde_json::json;
use std::collections::BTreeMap;

const ISSUER: &str = "https://id.company.example";
const NONCE: &str = "a nonce that nobody guesses";
const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn company() -> Provider {
    let client =
        Client { id: "shop".to_owned(), secret: "s".to_owned(), redirect_uri: "https://shop.example/back".to_owned() };
    Provider::new(ISSUER, client)
}

fn expected() -> Expected<'static> {
    Expected { issuer: ISSUER, client_id: "shop", nonce: NONCE, sent_at: NOW, max_age: MAX_AGE_SECONDS, acr: None }
}

fn keys(company: &Provider) -> ProviderKeys {
    let asked = Incoming { method: "GET", path: "/jwks", authorization: "", body: "" };
    ProviderKeys::parse(company.answer(&asked, NOW.seconds()).unwrap().body.as_bytes()).unwrap()
}

/// The token of somebody who signs in now.
fn token(company: &Provider, who: SignedIn) -> String {
    let verifier = "a verifier of forty-three characters at least";
    let challenge = chassis::digest::of_bytes(verifier.as_bytes());
    let wanted =
        [("redirect_uri", "https://shop.example/back"), ("nonce", NONCE), ("code_challenge", challenge.as_str())];
    let wanted: BTreeMap<_, _> = wanted.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let way = company.signed_in(&wanted, who, NOW.seconds());
    let way: BTreeMap<String, String> = serde_urlencoded::from_str(way.split_once('?').unwrap().1).unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", way["code"].as_str()),
        ("redirect_uri", "https://shop.example/back"),
        ("code_verifier", verifier),
    ];
    let body = serde_urlencoded::to_string(form).unwrap();
    // `shop:s`.
    let asked = Incoming { method: "POST", path: "/token", authorization: "Basic c2hvcDpz", body: &body };
    let answer: Value = serde_json::from_str(&company.answer(&asked, NOW.seconds()).unwrap().body).unwrap();
    answer["id_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn ada() -> SignedIn {
    SignedIn::with_two_factors("248289761001")
}

#[test]
fn a_token_of_either_algorithm_proves_who_signed_in_and_when_with_two_factors() {
    let company = company();
    let wanted = Proven { subject: "248289761001".to_owned(), second_factor_at: Some(NOW) };
    assert_eq!(prove(&token(&company, ada()), &keys(&company), expected(), NOW), Ok(wanted.clone()));
    let old = keys(&company);
    company.rotate();
    let rsa = token(&company, ada());
    assert_eq!(prove(&rsa, &old, expected(), NOW), Err(Unproven::UnknownKey));
    assert_eq!(prove(&rsa, &keys(&company), expected(), NOW), Ok(wanted));
}

#[test]
fn a_token_that_is_unsigned_or_signed_by_somebody_else_or_with_a_shared_secret_proves_nothing() {
    let company = company();
    let keys = keys(&company);
    for (fault, why) in [
        (Fault::Unsigned, Unproven::Algorithm),
        (Fault::SignedWithSecret, Unproven::Algorithm),
        (Fault::UnknownKey, Unproven::UnknownKey),
        (Fault::Forged, Unproven::Forged),
    ] {
        company.misbehave(fault);
        assert_eq!(prove(&token(&company, ada()), &keys, expected(), NOW), Err(why), "{fault:?}");
    }
    for text in ["", ".", "a.b.c", "e30.e30.e30", "\u{e4}"] {
        assert!(prove(text, &keys, expected(), NOW).is_err(), "{text:?}");
    }
}

#[test]
fn each_claim_that_says_something_else_or_nothing_is_named() {
    let company = company();
    let keys = keys(&company);
    for (said, claim) in [
        (r#"{"iss": "https://other.example"}"#, "iss"),
        (r#"{"aud": "other"}"#, "aud"),
        (r#"{"aud": []}"#, "aud"),
        (r#"{"aud": ["shop", "other"]}"#, "azp"),
        (r#"{"aud": ["shop", "other"], "azp": "other"}"#, "azp"),
        (r#"{"azp": "other"}"#, "azp"),
        (r#"{"exp": 1767225540}"#, "exp"),
        (r#"{"iat": 1767225661}"#, "iat"),
        (r#"{"iat": 1767225539}"#, "iat"),
        (r#"{"nbf": 1767225661}"#, "nbf"),
        (r#"{"nonce": "of another sign-in"}"#, "nonce"),
        (r#"{"nonce": null}"#, "nonce"),
        (r#"{"auth_time": 1767139139}"#, "auth_time"),
        (r#"{"auth_time": 1767225661}"#, "auth_time"),
        (r#"{"sub": ""}"#, "sub"),
    ] {
        company.misbehave(Fault::Claims(said));
        let proven = prove(&token(&company, ada()), &keys, expected(), NOW);
        assert_eq!(proven, Err(Unproven::Claim(claim)), "{said}");
    }
    for said in [r#"{"aud": ["shop", "other"], "azp": "shop"}"#, r#"{"aud": ["shop"]}"#, r#"{"exp": 1767225541}"#, "{}"]
    {
        company.misbehave(Fault::Claims(said));
        assert!(prove(&token(&company, ada()), &keys, expected(), NOW).is_ok(), "{said}");
    }
    company.misbehave(Fault::Claims(r#"{"exp": null}"#));
    assert_eq!(prove(&token(&company, ada()), &keys, expected(), NOW), Err(Unproven::Unreadable));
}

#[test]
fn a_fresh_sign_in_is_one_since_the_browser_was_sent() {
    let company = company();
    let at = |seconds: i64| SignedIn { auth_time: Some(NOW.seconds() + seconds), ..ada() };
    let fresh = Expected { max_age: 0, ..expected() };
    let proven = |who: SignedIn| prove(&token(&company, who), &keys(&company), fresh, NOW);
    assert_eq!(proven(at(-61)), Err(Unproven::Claim("auth_time")));
    assert!(proven(at(-60)).is_ok() && proven(at(60)).is_ok());
    company.misbehave(Fault::Claims(r#"{"auth_time": null}"#));
    assert_eq!(proven(ada()), Err(Unproven::Claim("auth_time")));
    let whenever = prove(&token(&company, ada()), &keys(&company), expected(), NOW).unwrap();
    assert_eq!(whenever.second_factor_at, None, "of which time nothing is known counts for nothing");
}

#[test]
fn two_factors_are_what_the_provider_says_and_a_clock_that_is_ahead_makes_none_of_the_future() {
    let claims = |amr: &[&str], acr: Option<&str>, auth_time: i64| {
        let said = json!({"iss": "i", "sub": "s", "aud": "a", "exp": 1, "iat": 1, "amr": amr, "acr": acr, "auth_time": auth_time});
        Claims::deserialize(said).unwrap()
    };
    let (now, gold) = (NOW.seconds(), Some("gold"));
    let counts = |amr: &[&str], acr, wanted| claims(amr, acr, now).second_factor_at(wanted, NOW).is_some();
    for amr in [&["mfa"][..], &["pwd", "otp"], &["hwk", "pwd"]] {
        assert!(counts(amr, None, None), "{amr:?}");
    }
    for amr in [&[][..], &["pwd"], &["otp"], &["hwk"], &["pwd", "pin"], &["MFA"]] {
        assert!(!counts(amr, None, None) && !counts(amr, gold, None), "{amr:?}");
        assert!(counts(amr, gold, gold) && !counts(amr, Some("silver"), gold), "{amr:?}");
    }
    assert_eq!(claims(&["mfa"], None, now + 30).second_factor_at(None, NOW), Some(NOW));
    let earlier = claims(&["mfa"], None, now - 30).second_factor_at(None, NOW);
    assert_eq!(earlier, Some(NOW.plus_seconds(-30)));
}

#[test]
fn an_issuer_has_tls_unless_it_is_on_this_machine_and_a_subject_can_be_read_out() {
    for good in
        ["https://id.example", "https://id.example/realms/staff", "http://localhost:4567", "http://127.0.0.1:80/x"]
    {
        assert!(is_issuer(good), "{good}");
    }
    for bad in [
        "",
        "id.example",
        "http://id.example",
        "https://",
        "http://localhost.example",
        "http://localhost:x",
        "https://a b",
        "https://id.example?x",
        "https://id.example#x",
        "https://user@id.example",
        "ftp://id.example",
        "http://localhost@id.example",
    ] {
        assert!(!is_issuer(bad), "{bad}");
    }
    assert!(is_subject("248289761001") && is_subject("auth0|ada lovelace"));
    for bad in ["", " x", "x ", "\u{e4}", "a\nb", &"x".repeat(256)] {
        assert!(!is_subject(bad), "{bad:?}");
    }
}
