//! What people hold in their hands when they sign in: an authenticator app, and the passkey of a demo person. Refuses to know a secret
//! that a shop has not shown, or `souk` has not written down for a demo.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::Timestamp;
use serde_json::{Value, json};
use users::domain::totp::{SECRET_BYTES, Secret, step_at};

/// Present and verified, as an authenticator says.
const SHOWN: u8 = 0x05;
/// Bytes of the id that `souk` makes of a passkey's key.
const ID_BYTES: usize = 16;

/// An authenticator app with one account.
#[derive(Debug, Clone, Copy)]
pub struct App(Secret);

impl App {
    /// `text` is what a user types into it: base32 (RFC 4648).
    ///
    /// # Panics
    /// If it is none.
    pub fn with(text: &str) -> Self {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let value = |letter| LETTERS.find(letter).unwrap_or_else(|| panic!("{text} is no secret"));
        let bits: String = text.chars().map(|letter| format!("{:05b}", value(letter))).collect();
        let byte = |place: usize| u8::from_str_radix(&bits[8 * place..8 * (place + 1)], 2).unwrap();
        let mut secret = [0; SECRET_BYTES];
        secret.iter_mut().enumerate().for_each(|(place, to)| *to = byte(place));
        Self(Secret(secret))
    }

    /// The code that it shows at this time.
    pub fn code(&self, now: Timestamp) -> String {
        self.0.code(step_at(now))
    }
}

/// What an authenticator gives for an answer of `POST /v1/passkeys/challenges`. `passkey` is a demo person's, in the state of a shop.
///
/// # Panics
/// If there is none.
pub fn shown(passkey: &Value, challenge: &Value) -> Value {
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_else(|| panic!("no {name} in {of}")).to_owned();
    let document = URL_SAFE_NO_PAD.decode(text(passkey, "key")).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(&document).unwrap();
    let client_data = json!({"type": "webauthn.get", "challenge": challenge["challenge"], "origin": passkey["origin"],
        "crossOrigin": false})
    .to_string();
    let mut data = digest(&SHA256, text(challenge, "relying_party_id").as_bytes()).as_ref().to_vec();
    data.extend([SHOWN, 0, 0, 0, 0]);
    let signed = [&data[..], digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
    let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "id": b64(&digest(&SHA256, pair.public_key().as_ref()).as_ref()[..ID_BYTES]),
        "client_data": b64(client_data.as_bytes()),
        "authenticator_data": b64(&data),
        "signature": b64(pair.sign(&signed).as_ref()),
        "user_handle": passkey["handle"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_shows_the_codes_of_rfc_6238() {
        let app = App::with("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(app.code(Timestamp::from_millis(59_000)), "287082");
        assert_eq!(app.code(Timestamp::from_millis(1_111_111_109_000)), "081804");
    }
}
