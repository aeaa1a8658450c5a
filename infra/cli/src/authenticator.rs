//! What stands in for the second factors of a person: a passkey that is a key in a file, and the codes of an authenticator app (RFC 6238).
//! Owns how a shop is shown either. Refuses to be anybody's but a demo's: what recognizes its owner by nothing protects nobody.

use crate::answer::text;
use anyhow::{Context, Result, anyhow};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::ids::UserId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Seconds for which a code is shown.
pub const STEP_SECONDS: u64 = 30;

/// Present and verified, as an authenticator says.
const SHOWN: u8 = 0x05;
/// The same with a new credential.
const MADE: u8 = 0x45;
/// COSE's number of `EdDSA`.
const EDDSA: i32 = -8;
/// What precedes an Ed25519 key in its `SubjectPublicKeyInfo` (RFC 8410 §4).
const PUBLIC_KEY_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// The same key in COSE's form: {1: 1, 3: -8, -1: 6, -2: x}.
const COSE_HEAD: [u8; 10] = [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
/// Bytes of the id of a credential.
const ID_BYTES: usize = 16;

/// A passkey of a demo person. It counts no signatures, so it may sign in many times at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Passkey {
    /// The private key, in base64url.
    pub key: String,
    /// Whose it is, as an authenticator keeps it.
    pub handle: String,
    /// The scheme and host of the shop's pages: it counts nowhere else.
    pub origin: String,
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Passkey {
    /// # Errors
    /// If no key can be made.
    pub fn new(user: UserId, public_url: &str) -> Result<Self> {
        let pair = Ed25519KeyPair::generate().map_err(|_| anyhow!("cannot make a key"))?;
        let document = pair.to_pkcs8v1().map_err(|_| anyhow!("cannot write a key"))?;
        let origin: Vec<&str> = public_url.splitn(4, '/').take(3).collect();
        Ok(Self { key: b64(document.as_ref()), handle: b64(user.bits().to_be_bytes()), origin: origin.join("/") })
    }

    fn pair(&self) -> Result<Ed25519KeyPair> {
        let document = URL_SAFE_NO_PAD.decode(&self.key)?;
        Ed25519KeyPair::from_pkcs8(&document).map_err(|_| anyhow!("the demo's passkey is no key"))
    }

    /// The id of the credential, which is made of the key.
    fn id(pair: &Ed25519KeyPair) -> Vec<u8> {
        digest(&SHA256, pair.public_key().as_ref()).as_ref().iter().take(ID_BYTES).copied().collect()
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Result<String> {
        let challenge = text(challenge, "challenge")?;
        Ok(json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false}).to_string())
    }

    /// As `navigator.credentials.create()` gives it, for an answer of `POST /v1/passkeys/challenges`.
    ///
    /// # Errors
    /// If that is none, or the key is damaged.
    pub fn made(&self, challenge: &Value) -> Result<Value> {
        let pair = self.pair()?;
        let (id, x): (_, &[u8]) = (Self::id(&pair), pair.public_key().as_ref());
        let mut data = head(challenge, MADE)?;
        data.extend([0; 16]);
        data.extend(u16::try_from(id.len())?.to_be_bytes());
        data.extend(&id);
        data.extend(COSE_HEAD);
        data.extend(x);
        Ok(json!({
            "id": b64(id),
            "client_data": b64(self.client_data("webauthn.create", challenge)?),
            "authenticator_data": b64(data),
            "public_key": b64([&PUBLIC_KEY_HEAD[..], x].concat()),
            "algorithm": EDDSA,
        }))
    }

    /// As `navigator.credentials.get()` gives it.
    ///
    /// # Errors
    /// As of [`Self::made`].
    pub fn shown(&self, challenge: &Value) -> Result<Value> {
        let (pair, client_data) = (self.pair()?, self.client_data("webauthn.get", challenge)?);
        let data = head(challenge, SHOWN)?;
        let signed = [&data[..], digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        Ok(json!({
            "id": b64(Self::id(&pair)),
            "client_data": b64(client_data),
            "authenticator_data": b64(data),
            "signature": b64(pair.sign(&signed)),
            "user_handle": self.handle,
        }))
    }
}

/// The digest of the relying party, the flags, and a count that never rises.
fn head(challenge: &Value, flags: u8) -> Result<Vec<u8>> {
    let party = text(challenge, "relying_party_id")?;
    let mut data = digest(&SHA256, party.as_bytes()).as_ref().to_vec();
    data.push(flags);
    data.extend([0; 4]);
    Ok(data)
}

/// The code that an authenticator app with this secret, in base32, shows at this time.
///
/// # Errors
/// If the secret is none.
pub fn code(secret: &str, seconds: u64) -> Result<String> {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &base32(secret)?);
    let tag = hmac::sign(&key, &(seconds / STEP_SECONDS).to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0xf);
    let word = tag.iter().skip(offset).take(4).fold(0u32, |word, byte| (word << 8) | u32::from(*byte));
    Ok(format!("{:06}", (word & 0x7fff_ffff) % 1_000_000))
}

/// Bytes of a text in base32 (RFC 4648) without padding.
fn base32(text: &str) -> Result<Vec<u8>> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for letter in text.chars() {
        let value = LETTERS.find(letter).context("a secret of an authenticator app has other letters")?;
        held = ((held << 5) | u32::try_from(value)?) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff)?);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of its eight digits.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(base32(secret).unwrap(), b"12345678901234567890");
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(secret, seconds).unwrap(), expected, "{seconds}");
        }
        assert!(code("not base32", 0).is_err());
    }

    #[test]
    fn a_passkey_signs_the_challenge_of_its_shop_with_the_key_that_it_was_made_with() {
        let user = UserId::from_bits(7);
        let passkey = Passkey::new(user, "http://shop.localhost:4566/").unwrap();
        assert_eq!(passkey.origin, "http://shop.localhost:4566");
        let challenge = json!({"challenge": "c2Vlbg", "relying_party_id": "shop.localhost"});
        let (made, shown) = (passkey.made(&challenge).unwrap(), passkey.shown(&challenge).unwrap());
        assert_eq!(made["id"], shown["id"]);
        let bytes = |value: &Value| URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap();
        let client_data = bytes(&shown["client_data"]);
        let told: Value = serde_json::from_slice(&client_data).unwrap();
        assert_eq!((&told["challenge"], &told["origin"]), (&json!("c2Vlbg"), &json!(passkey.origin)));
        let signed = [bytes(&shown["authenticator_data"]), digest(&SHA256, &client_data).as_ref().to_vec()].concat();
        let key = UnparsedPublicKey::new(&ED25519, bytes(&made["public_key"]));
        assert!(key.verify(&signed, &bytes(&shown["signature"])).is_ok());
        assert!(passkey.shown(&json!({})).is_err() && Passkey::default().shown(&challenge).is_err());
    }
}
