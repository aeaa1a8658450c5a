//! The provider's keys and its signatures (RFC 7515, 7517, 7518), made with the cryptography alone. Refuses to read a token.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Where the modulus of a key of 2048 bits stands in its `RSAPublicKey` (RFC 8017, A.1.1), and where the exponent 65537.
const MODULUS: std::ops::Range<usize> = 9..265;
const EXPONENT: std::ops::Range<usize> = 267..270;

enum Key {
    Ecdsa(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

/// The key that signs, and how many were before it.
pub(crate) struct Keys {
    key: Key,
    number: u32,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a verifier is shown as before (RFC 7636, 4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    encoded(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

fn input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()))
}

pub(crate) fn unsigned(claims: &Value) -> String {
    format!("{}.", input(&json!({"alg": "none"}), claims))
}

pub(crate) fn with_secret(claims: &Value, secret: &str) -> String {
    let input = input(&json!({"alg": "HS256", "kid": "company-1"}), claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{input}.{}", encoded(hmac::sign(&key, input.as_bytes())))
}

#[expect(clippy::unwrap_used, reason = "a machine that makes no keys runs no tests")]
impl Key {
    fn of(number: u32) -> Self {
        if number.is_multiple_of(2) {
            return Self::Rsa(rsa::KeyPair::generate(KeySize::Rsa2048).unwrap());
        }
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
        Self::Ecdsa(EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref()).unwrap())
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Ecdsa(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(key) => key.sign(&random, text).unwrap().as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut made = vec![0; key.public_modulus_len()];
                key.sign(&signature::RSA_PKCS1_SHA256, &random, text, &mut made).unwrap();
                made
            }
        }
    }

    fn public(&self) -> Value {
        match self {
            Self::Ecdsa(key) => {
                // An uncompressed point: 4, x, y.
                let point = key.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": encoded(&point[1..33]), "y": encoded(&point[33..65])})
            }
            Self::Rsa(key) => {
                let public = key.public_key().as_ref();
                json!({"kty": "RSA", "n": encoded(&public[MODULUS]), "e": encoded(&public[EXPONENT])})
            }
        }
    }
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self { key: Key::of(1), number: 1 }
    }

    pub(crate) fn rotate(&mut self) {
        self.number += 1;
        self.key = Key::of(self.number);
    }

    fn name(&self) -> String {
        format!("company-{}", self.number)
    }

    /// The set, with a key of a kind that is yet to be invented, as sets have (RFC 7517, 5).
    pub(crate) fn published(&self) -> Value {
        let mut own = self.key.public();
        own["kid"] = json!(self.name());
        own["alg"] = json!(self.key.algorithm());
        own["use"] = json!("sig");
        json!({"keys": [{"kty": "future", "kid": "x"}, own]})
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.signed(claims, &self.name())
    }

    /// Under this name.
    pub(crate) fn signed(&self, claims: &Value, kid: &str) -> String {
        let input = input(&json!({"alg": self.key.algorithm(), "kid": kid}), claims);
        format!("{input}.{}", encoded(self.key.sign(input.as_bytes())))
    }

    /// With the signature of something else.
    pub(crate) fn forged(&self, claims: &Value) -> String {
        let input = input(&json!({"alg": self.key.algorithm(), "kid": self.name()}), claims);
        format!("{input}.{}", encoded(self.key.sign(b"something else")))
    }
}
