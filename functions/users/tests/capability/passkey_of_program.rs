//! A passkey whose key is Ed25519 and that counts nothing, as a program holds one: that of the staff of a demo.

use crate::authenticator::ORIGIN;
use crate::factors::strict_bench;
use crate::harness::{PASSWORD, Pair, identity, somebody_with};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::{Bench, Request};
use events::users::Role;
use serde_json::{Value, json};
use users::Users;

const ID: [u8; 16] = [7; 16];
/// What precedes an Ed25519 key in its `SubjectPublicKeyInfo` (RFC 8410 §4).
const PUBLIC_KEY_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// The same key in COSE's form: {1: 1, 3: -8, -1: 6, -2: x}.
const COSE_HEAD: [u8; 10] = [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The digest of the relying party, flags, and a count that never rises.
fn head(challenge: &Value, flags: u8) -> Vec<u8> {
    let party = challenge["relying_party_id"].as_str().unwrap();
    [digest(&SHA256, party.as_bytes()).as_ref(), &[flags, 0, 0, 0, 0]].concat()
}

fn client_data(kind: &str, challenge: &Value) -> String {
    json!({"type": kind, "challenge": challenge["challenge"], "origin": ORIGIN, "crossOrigin": false}).to_string()
}

async fn challenge(bench: &Bench<Users>, request: Request) -> Value {
    let answer = bench.http(request).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_passkey_that_counts_nothing_signs_in_many_times_at_once_with_all_that_a_role_allows() {
    let bench = strict_bench();
    let (_, pair) = somebody_with(&bench, "ada@example.com", Role::Admin).await;
    let key = Ed25519KeyPair::generate().unwrap();
    let x: &[u8] = key.public_key().as_ref();
    let ask = || Request::new("POST", "/v1/passkeys/challenges");
    let asked = challenge(&bench, ask().bearer(&pair.access)).await;
    let data = [&head(&asked, 0x45)[..], &[0; 16], &[0, 16], &ID, &COSE_HEAD, x].concat();
    let made = json!({"id": b64(ID), "client_data": b64(client_data("webauthn.create", &asked)),
        "authenticator_data": b64(data), "public_key": b64([&PUBLIC_KEY_HEAD[..], x].concat()), "algorithm": -8});
    let body = json!({"name": "A program", "password": PASSWORD, "credential": made});
    let added = bench.http(Request::post("/v1/passkeys", body).bearer(&pair.access)).await;
    assert_eq!(added.status, 201, "{:?}", added.body);

    let handle = &asked["user"]["handle"];
    let sign_in = async || {
        let asked = challenge(&bench, ask()).await;
        let (client_data, data) = (client_data("webauthn.get", &asked), head(&asked, 0x05));
        let signed = [&data[..], digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let shown = json!({"id": b64(ID), "client_data": b64(client_data), "authenticator_data": b64(data),
            "signature": b64(key.sign(&signed)), "user_handle": handle});
        bench.http(Request::post("/v1/sessions", json!({"second_factor": {"passkey": shown}}))).await
    };
    let (one, other) = tokio::join!(sign_in(), sign_in());
    for answer in [one, other] {
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        assert!(answer.body["lacks_second_factor"].is_null());
        assert!(identity(&bench, &Pair::of(&answer).access).is_privileged());
    }
}
