//! What keys are made of. Owns the form in which functions read a private key and verifiers a public one; refuses to know
//! where either is kept.

use anyhow::{Result, anyhow};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Signer;

/// A new key.
pub(super) struct Material {
    pub(super) private: String,
    /// Anybody may read it: the public key as a JWK, if it has one.
    pub(super) description: String,
}

/// Stored form of a private key.
#[derive(Serialize, Deserialize)]
struct PrivateKey {
    kid: String,
    pkcs8: String,
}

impl Material {
    pub(super) fn of(signer: Signer) -> Result<Self> {
        if signer == Signer::OrdersGuest { Self::secret("Key of guests' tokens") } else { Self::pair() }
    }

    /// 32 random bytes, described so.
    pub(super) fn secret(description: &str) -> Result<Self> {
        let mut secret = [0; 32];
        fill(&mut secret).map_err(|_| anyhow!("the machine has no randomness"))?;
        Ok(Self { private: URL_SAFE_NO_PAD.encode(secret), description: description.to_owned() })
    }

    fn pair() -> Result<Self> {
        let pair = Ed25519KeyPair::generate().map_err(|_| anyhow!("cannot make a key"))?;
        let document = pair.to_pkcs8v1().map_err(|_| anyhow!("cannot write a key"))?;
        let kid = thumbprint(&pair);
        let public = jwk(&pair, &kid);
        let key = PrivateKey { kid, pkcs8: STANDARD.encode(document.as_ref()) };
        Ok(Self { private: serde_json::to_string(&key)?, description: public.to_string() })
    }
}

fn jwk(pair: &Ed25519KeyPair, kid: &str) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x(pair), "use": "sig", "alg": "EdDSA" })
}

/// The key id (RFC 7638) is derived from the key, so no two keys share one.
fn thumbprint(pair: &Ed25519KeyPair) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, x(pair));
    URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
}

fn x(pair: &Ed25519KeyPair) -> String {
    URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    fn pair() -> (PrivateKey, Value) {
        let material = Material::of(Signer::Users).unwrap();
        (serde_json::from_str(&material.private).unwrap(), serde_json::from_str(&material.description).unwrap())
    }

    #[test]
    fn what_the_private_key_signs_the_described_key_verifies() {
        let (stored, public) = pair();
        let pair = Ed25519KeyPair::from_pkcs8(&STANDARD.decode(&stored.pkcs8).unwrap()).unwrap();
        let x = URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap();
        let verifier = UnparsedPublicKey::new(&ED25519, x);
        assert!(verifier.verify(b"order", pair.sign(b"order").as_ref()).is_ok());
        assert!(verifier.verify(b"other", pair.sign(b"order").as_ref()).is_err());
    }

    #[test]
    fn a_described_key_names_its_curve_its_use_and_the_private_key_it_belongs_to() {
        let (stored, public) = pair();
        assert_eq!(public["kid"], Value::from(stored.kid));
        assert_eq!((&public["kty"], &public["crv"]), (&json!("OKP"), &json!("Ed25519")));
        assert_eq!((&public["use"], &public["alg"]), (&json!("sig"), &json!("EdDSA")));
        assert!(public.get("d").is_none());
    }

    #[test]
    fn a_guests_key_is_described_without_any_part_of_it() {
        let (one, other) = (Material::of(Signer::OrdersGuest).unwrap(), Material::of(Signer::OrdersGuest).unwrap());
        assert_eq!(one.description, other.description);
        assert_ne!(one.private, other.private);
        assert_eq!(URL_SAFE_NO_PAD.decode(one.private).unwrap().len(), 32);
    }

    #[test]
    fn two_keys_never_share_a_name() {
        assert_ne!(pair().1["kid"], pair().1["kid"]);
    }
}
