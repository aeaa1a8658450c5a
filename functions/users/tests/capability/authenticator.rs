//! A virtual authenticator: it makes and shows passkeys as a browser sends them, with keys of its own.

#![expect(clippy::disallowed_types, reason = "an authenticator has chance of its own")]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub const ORIGIN: &str = "https://shop.example";

/// Present, verified, with a credential.
const MADE: u8 = 0x45;
const SHOWN: u8 = 0x05;

pub struct Authenticator {
    pair: EcdsaKeyPair,
    id: [u8; 16],
    handle: String,
    /// Of the relying party that it was made for.
    pub relying_party: String,
    pub count: u32,
    pub flags: u8,
    pub origin: String,
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Authenticator {
    /// `challenge` is the shop's answer.
    pub fn new(number: u8, challenge: &Value) -> Self {
        Self {
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: [number; 16],
            handle: challenge["user"]["handle"].as_str().unwrap().to_owned(),
            relying_party: challenge["relying_party_id"].as_str().unwrap().to_owned(),
            count: 0,
            flags: SHOWN,
            origin: ORIGIN.to_owned(),
        }
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> String {
        json!({"type": kind, "challenge": challenge["challenge"], "origin": self.origin, "crossOrigin": false})
            .to_string()
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.relying_party.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    pub fn id(&self) -> String {
        b64(self.id)
    }

    /// As `navigator.credentials.create()` gives it.
    pub fn make(&self, challenge: &Value) -> Value {
        let point: &[u8] = self.pair.public_key().as_ref();
        let mut data = self.head(MADE | self.flags);
        data.extend([0; 16]);
        data.extend(16u16.to_be_bytes());
        data.extend(self.id);
        // COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 32]);
        data.extend(&point[33..]);
        let key: PublicKeyX509Der<'_> = self.pair.public_key().as_der().unwrap();
        let key: &[u8] = key.as_ref();
        json!({
            "id": self.id(),
            "client_data": b64(self.client_data("webauthn.create", challenge)),
            "authenticator_data": b64(data),
            "public_key": b64(key),
            "algorithm": -7,
        })
    }

    /// As `navigator.credentials.get()` gives it.
    pub fn show(&self, challenge: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", challenge);
        let data = self.head(self.flags);
        let mut signed = data.clone();
        signed.extend_from_slice(digest(&SHA256, client_data.as_bytes()).as_ref());
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": self.id(),
            "client_data": b64(client_data),
            "authenticator_data": b64(data),
            "signature": b64(signature),
            "user_handle": self.handle,
        })
    }
}
