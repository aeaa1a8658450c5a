//! Passkeys (WebAuthn Level 3, §7): what an authenticator says when one is made and when one is shown. Refuses attestation, whose only
//! word is which make an authenticator is of, and keys that it does not know.
//!
//! A browser gives the public key as `SubjectPublicKeyInfo` beside the authenticator's CBOR (§5.2.1.1), so none is parsed here: it is only
//! looked whether the authenticator signed up with that very key.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::Timestamp;
use serde::{Deserialize, Serialize};

/// As many as one user has.
pub const MAX_PASSKEYS: usize = 10;
/// Longest id of a credential (§5.1).
const MAX_ID_BYTES: usize = 1023;
/// `rpIdHash`, flags and the count of signatures.
const HEAD_BYTES: usize = 37;
/// AAGUID and the length of the id, which follow in a new credential.
const ATTESTED_BYTES: usize = 18;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;

/// A passkey of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Of the credential, in base64url.
    pub id: String,
    /// COSE's number of the algorithm.
    pub algorithm: i32,
    /// `SubjectPublicKeyInfo` in base64url.
    pub public_key: String,
    /// Signatures so far, of an authenticator that counts; others say 0.
    pub sign_count: u32,
    /// What the user calls it.
    pub name: String,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// Where passkeys count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// A host, or a domain above it.
    pub id: String,
    /// Of the shop's pages, e.g. `https://shop.example`.
    pub origin: String,
}

/// What a browser says that it did.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// What was sent is no passkey of this shop, for this challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a passkey of this shop: {0}")]
pub struct NotOurs(pub &'static str);

/// A credential as it was made, in base64url.
#[derive(Debug, Clone)]
pub struct Made<'a> {
    pub id: &'a str,
    pub client_data: &'a str,
    pub authenticator_data: &'a str,
    pub public_key: &'a str,
    pub algorithm: i32,
}

/// A credential as it is shown, in base64url.
#[derive(Debug, Clone)]
pub struct Assertion {
    pub id: String,
    pub client_data: String,
    pub authenticator_data: String,
    pub signature: String,
    /// Whose it is, as the authenticator says. Discoverable ones do.
    pub user_handle: Option<String>,
}

fn bytes(text: &str) -> Result<Vec<u8>, NotOurs> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| NotOurs("not in base64url"))
}

/// The challenge that the browser's data name. Whether it is ours is yet to be seen.
///
/// # Errors
/// If there is none.
pub fn challenge_in(client_data: &str) -> Result<String, NotOurs> {
    let data: ClientData = serde_json::from_slice(&bytes(client_data)?).map_err(|_| NotOurs("no client data"))?;
    Ok(data.challenge)
}

impl RelyingParty {
    /// The identity that a shop at this address has, unless `id` says another. `None` if that is not the shop's host, nor a domain above
    /// it.
    pub fn of(address: &str, id: Option<&str>) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let authority = rest.split('/').next()?.to_ascii_lowercase();
        let host = authority.split(':').next()?.to_owned();
        let id = id.map_or_else(|| host.clone(), str::to_ascii_lowercase);
        let covers = host == id || host.strip_suffix(id.as_str()).is_some_and(|below| below.ends_with('.'));
        covers.then(|| Self { id, origin: format!("{}://{authority}", scheme.to_ascii_lowercase()) })
    }

    /// The client's data, if they are of this kind and of a page of this shop.
    fn client(&self, client_data: &[u8], kind: &str) -> Result<(), NotOurs> {
        let data: ClientData = serde_json::from_slice(client_data).map_err(|_| NotOurs("no client data"))?;
        if data.kind != kind {
            return Err(NotOurs("of another kind"));
        }
        if data.origin != self.origin || data.cross_origin {
            return Err(NotOurs("of another origin"));
        }
        Ok(())
    }

    /// Flags and count, if the authenticator was used for this shop by somebody whom it recognized.
    fn head(&self, data: &[u8]) -> Result<(u8, u32), NotOurs> {
        let head = data.get(..HEAD_BYTES).ok_or(NotOurs("too short"))?;
        let (hash, rest) = head.split_at(32);
        let own = digest(&SHA256, self.id.as_bytes());
        let own: &[u8] = own.as_ref();
        if hash != own {
            return Err(NotOurs("of another relying party"));
        }
        let (flags, count) = rest.split_first().ok_or(NotOurs("too short"))?;
        let needed = USER_PRESENT | USER_VERIFIED;
        if flags & needed != needed || (flags & BACKED_UP != 0 && flags & BACKUP_ELIGIBLE == 0) {
            return Err(NotOurs("without a verified user"));
        }
        Ok((*flags, count.try_into().map_or(0, u32::from_be_bytes)))
    }

    /// A new passkey.
    ///
    /// # Errors
    /// If it was not made on a page of this shop, by a verified user, with a key that we know.
    pub fn made(&self, made: &Made<'_>, name: &str, now: Timestamp) -> Result<Passkey, NotOurs> {
        self.client(&bytes(made.client_data)?, "webauthn.create")?;
        let data = bytes(made.authenticator_data)?;
        let (flags, sign_count) = self.head(&data)?;
        let (id, key) = (bytes(made.id)?, bytes(made.public_key)?);
        let attested =
            data.get(HEAD_BYTES..).filter(|_| flags & ATTESTED != 0).ok_or(NotOurs("without a credential"))?;
        let rest = attested.get(ATTESTED_BYTES..).ok_or(NotOurs("too short"))?;
        let length = attested.get(16..ATTESTED_BYTES).and_then(|two| two.try_into().ok()).map_or(0, u16::from_be_bytes);
        if id.is_empty() || id.len() > MAX_ID_BYTES || usize::from(length) != id.len() || !rest.starts_with(&id) {
            return Err(NotOurs("of another credential"));
        }
        algorithm(made.algorithm)?;
        if !has_length(made.algorithm, key.len()) {
            return Err(NotOurs("of another length"));
        }
        if !own_parts(made.algorithm, &key).iter().all(|part| has(rest, part)) {
            return Err(NotOurs("of another key"));
        }
        Ok(Passkey {
            id: URL_SAFE_NO_PAD.encode(id),
            algorithm: made.algorithm,
            public_key: URL_SAFE_NO_PAD.encode(key),
            sign_count,
            name: name.to_owned(),
            created_at: now,
            used_at: None,
        })
    }

    /// The count of signatures, if the passkey's key signed this on a page of this shop.
    ///
    /// # Errors
    /// If it did not.
    pub fn shown(&self, passkey: &Passkey, shown: &Assertion) -> Result<u32, NotOurs> {
        let (client_data, mut signed) = (bytes(&shown.client_data)?, bytes(&shown.authenticator_data)?);
        self.client(&client_data, "webauthn.get")?;
        let (_, sign_count) = self.head(&signed)?;
        signed.extend_from_slice(digest(&SHA256, &client_data).as_ref());
        let key = UnparsedPublicKey::new(algorithm(passkey.algorithm)?, bytes(&passkey.public_key)?);
        key.verify(&signed, &bytes(&shown.signature)?).map_err(|_| NotOurs("with a wrong signature"))?;
        Ok(sign_count)
    }
}

/// ES256, Ed25519 and RS256, which all authenticators have one of, by COSE's numbers.
fn algorithm(number: i32) -> Result<&'static dyn VerificationAlgorithm, NotOurs> {
    match number {
        -7 => Ok(&ECDSA_P256_SHA256_ASN1),
        -8 => Ok(&ED25519),
        -257 => Ok(&RSA_PKCS1_2048_8192_SHA256),
        _ => Err(NotOurs("of an unknown algorithm")),
    }
}

/// Whether a `SubjectPublicKeyInfo` of this algorithm is so long. What stands before the parts below is kept as it was sent, and a user's
/// item must stay small enough to be written again.
fn has_length(algorithm: i32, bytes: usize) -> bool {
    match algorithm {
        -7 => bytes == 91,
        -8 => bytes == 44,
        // Of a modulus of 2,048 to 8,192 bits.
        _ => (200..=1_100).contains(&bytes),
    }
}

/// The parts of a key that the authenticator's own form of it has as well: both coordinates, the point, or the end of the modulus.
fn own_parts(algorithm: i32, key: &[u8]) -> Vec<&[u8]> {
    let from_end = |start: usize, length: usize| {
        let start = key.len().checked_sub(start)?;
        key.get(start..start + length)
    };
    let parts = match algorithm {
        -7 => vec![from_end(64, 32), from_end(32, 32)],
        -8 => vec![from_end(32, 32)],
        // Behind it are five bytes: the usual exponent.
        _ => vec![from_end(133, 128)],
    };
    // A key that is too short has none, and a part that is nowhere.
    parts.into_iter().map(|part| part.unwrap_or(b"no such part of a key")).collect()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len().max(1)).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relying_party_is_the_shops_host_or_a_domain_above_it() {
        let of = |address: &str, id: Option<&str>| RelyingParty::of(address, id).map(|party| (party.id, party.origin));
        let shop = |id: &str| Some((id.to_owned(), "https://shop.example.com".to_owned()));
        assert_eq!(of("https://Shop.example.com/tea", None), shop("shop.example.com"));
        assert_eq!(of("https://shop.example.com", Some("example.com")), shop("example.com"));
        assert_eq!(of("https://shop.example.com", Some("ample.com")), None);
        assert_eq!(of("https://shop.example.com", Some("other.example")), None);
        let local = ("localhost".to_owned(), "http://localhost:4566".to_owned());
        assert_eq!(of("http://localhost:4566/", None), Some(local));
        let id = "a1b2.execute-api.localhost".to_owned();
        let below = Some((id.clone(), format!("http://{id}:4566")));
        assert_eq!(of("http://a1b2.execute-api.localhost:4566", None), below, "as `cargo souk up` prints it");
        assert_eq!(of("shop", None), None);
    }

    #[test]
    fn a_key_has_the_length_of_its_algorithm_so_that_no_account_grows_by_it() {
        for (algorithm, good, bad) in [(-7, 91, 92), (-8, 44, 45), (-257, 294, 1_101), (-257, 1_062, 60_000)] {
            assert!(has_length(algorithm, good) && !has_length(algorithm, bad), "{algorithm}");
        }
    }

    #[test]
    fn what_is_no_passkey_is_refused_with_a_reason() {
        let party = RelyingParty::of("https://shop.example", None).unwrap();
        let data = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let made = |client_data: &str, authenticator_data: &str| {
            let made = Made { id: "AA", client_data, authenticator_data, public_key: "AA", algorithm: -7 };
            party.made(&made, "key", Timestamp::from_millis(0)).unwrap_err().0
        };
        let good = data(r#"{"type": "webauthn.create", "challenge": "c", "origin": "https://shop.example"}"#);
        assert_eq!(made("!", "AA"), "not in base64url");
        assert_eq!(made(&data("{}"), "AA"), "no client data");
        assert_eq!(
            made(&data(r#"{"type": "webauthn.get", "challenge": "c", "origin": "o"}"#), "AA"),
            "of another kind"
        );
        let elsewhere = data(r#"{"type": "webauthn.create", "challenge": "c", "origin": "https://evil.example"}"#);
        assert_eq!(made(&elsewhere, "AA"), "of another origin");
        assert_eq!(made(&good, "AA"), "too short");
        assert_eq!(made(&good, &URL_SAFE_NO_PAD.encode([0; 37])), "of another relying party");
        let mut unverified = digest(&SHA256, b"shop.example").as_ref().to_vec();
        unverified.extend([USER_PRESENT, 0, 0, 0, 0]);
        assert_eq!(made(&good, &URL_SAFE_NO_PAD.encode(unverified)), "without a verified user");
        assert_eq!(challenge_in(&good), Ok("c".to_owned()));
    }
}
