//! The keys of a stage: Ed25519 pairs of the issuers, and secrets for guests' order links and for limits.
//! Owns their format and their place: private parts in SSM SecureStrings, public ones as JWKS in plain parameters.
//! Refuses to replace a key that exists, and to show a private one.

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::names::Names;

/// Capabilities that sign tokens or quotes.
pub const ISSUERS: [&str; 3] = ["users", "catalog", "shipping"];
/// Secrets of 32 bytes: of guests' tokens, and of the pseudonyms by which limits count.
const SECRETS: [&str; 3] = ["orders-guest", "orders-limits", "users-limits"];

/// The versions of the public key sets, in the order of [`ISSUERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyVersions {
    pub jwks: [i64; 3],
    /// Whether a key was created.
    pub created: bool,
}

/// Stored form of a private key.
#[derive(Serialize, Deserialize)]
struct PrivateKey {
    kid: String,
    pkcs8: String,
}

/// Creates the missing keys of a stage and returns the versions of the public ones.
///
/// # Errors
/// If the parameter store refuses, or holds a value that is no key.
pub fn ensure(cloud: &Cloud, names: &Names) -> Result<KeyVersions> {
    let mut versions = KeyVersions { jwks: [0; 3], created: false };
    for (version, issuer) in versions.jwks.iter_mut().zip(ISSUERS) {
        let (current, created) = ensure_issuer(cloud, names, issuer)?;
        *version = current;
        versions.created |= created;
    }
    for secret in SECRETS {
        versions.created |= ensure_secret(cloud, &names.parameter(&format!("keys/{secret}")))?;
    }
    Ok(versions)
}

/// Whether it was created.
fn ensure_secret(cloud: &Cloud, name: &str) -> Result<bool> {
    if cloud.parameter(name)?.is_some() {
        return Ok(false);
    }
    let mut secret = [0; 32];
    fill(&mut secret).map_err(|_| anyhow!("the machine has no randomness"))?;
    cloud.store_parameter(name, &URL_SAFE_NO_PAD.encode(secret), true)?;
    Ok(true)
}

fn ensure_issuer(cloud: &Cloud, names: &Names, issuer: &str) -> Result<(i64, bool)> {
    let private_name = names.parameter(&format!("keys/{issuer}"));
    let public_name = names.parameter(&format!("jwks/{issuer}"));
    let stored = cloud.parameter(&private_name)?;
    let created = stored.is_none();
    let private = match stored {
        Some(parameter) => parameter.value,
        None => {
            let private = new_private_key()?;
            cloud.store_parameter(&private_name, &private, true)?;
            private
        }
    };
    let published = cloud.parameter(&public_name)?;
    let public = public_key(&private).with_context(|| format!("{private_name} holds no usable key"))?;
    match published {
        Some(parameter) if holds(&parameter.value, &public) => Ok((parameter.version, created)),
        _ => {
            let jwks = json!({ "keys": [public] }).to_string();
            Ok((cloud.store_parameter(&public_name, &jwks, false)?, true))
        }
    }
}

fn new_private_key() -> Result<String> {
    let pair = Ed25519KeyPair::generate().map_err(|_| anyhow!("cannot make a key"))?;
    let document = pair.to_pkcs8v1().map_err(|_| anyhow!("cannot write a key"))?;
    let key = PrivateKey { kid: thumbprint(&pair)?, pkcs8: STANDARD.encode(document.as_ref()) };
    Ok(serde_json::to_string(&key)?)
}

fn public_key(private: &str) -> Result<Value> {
    let key: PrivateKey = serde_json::from_str(private)?;
    let document = STANDARD.decode(&key.pkcs8)?;
    let pair = Ed25519KeyPair::from_pkcs8(&document).map_err(|_| anyhow!("not an Ed25519 key in PKCS#8"))?;
    Ok(json!({
        "kty": "OKP", "crv": "Ed25519", "kid": key.kid, "x": x(&pair), "use": "sig", "alg": "EdDSA"
    }))
}

/// Whether a published key set has this key. During a rotation it has others too.
fn holds(jwks: &str, key: &Value) -> bool {
    let set: Value = serde_json::from_str(jwks).unwrap_or_default();
    set.get("keys").and_then(Value::as_array).is_some_and(|keys| keys.contains(key))
}

/// The key id (RFC 7638) is derived from the key, so no two keys share one.
fn thumbprint(pair: &Ed25519KeyPair) -> Result<String> {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, x(pair));
    Ok(URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes())))
}

fn x(pair: &Ed25519KeyPair) -> String {
    URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    #[test]
    fn what_the_private_key_signs_the_published_key_verifies() {
        let private = new_private_key().unwrap();
        let public = public_key(&private).unwrap();
        let stored: PrivateKey = serde_json::from_str(&private).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(&STANDARD.decode(&stored.pkcs8).unwrap()).unwrap();
        let x = URL_SAFE_NO_PAD.decode(public["x"].as_str().unwrap()).unwrap();
        let verifier = UnparsedPublicKey::new(&ED25519, x);
        assert!(verifier.verify(b"order", pair.sign(b"order").as_ref()).is_ok());
        assert!(verifier.verify(b"other", pair.sign(b"order").as_ref()).is_err());
    }

    #[test]
    fn a_published_key_names_its_curve_its_use_and_the_private_key_it_belongs_to() {
        let private = new_private_key().unwrap();
        let public = public_key(&private).unwrap();
        let stored: PrivateKey = serde_json::from_str(&private).unwrap();
        assert_eq!(public["kid"], Value::from(stored.kid));
        assert_eq!((&public["kty"], &public["crv"]), (&json!("OKP"), &json!("Ed25519")));
        assert_eq!((&public["use"], &public["alg"]), (&json!("sig"), &json!("EdDSA")));
        assert!(public.get("d").is_none());
    }

    #[test]
    fn two_keys_never_share_a_name() {
        let kid = |key: String| public_key(&key).unwrap()["kid"].clone();
        assert_ne!(kid(new_private_key().unwrap()), kid(new_private_key().unwrap()));
    }

    #[test]
    fn a_key_set_in_rotation_still_holds_the_key() {
        let (old, new) = (new_private_key().unwrap(), new_private_key().unwrap());
        let (old, new) = (public_key(&old).unwrap(), public_key(&new).unwrap());
        assert!(holds(&json!({"keys": [old, new]}).to_string(), &old));
        assert!(!holds(&json!({"keys": [new]}).to_string(), &old));
        assert!(!holds("", &old));
    }
}
