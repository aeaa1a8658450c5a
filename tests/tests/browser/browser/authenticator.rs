//! An authenticator in a browser (WebAuthn Level 3, §11): it keeps passkeys, recognizes its owner, and never asks. Refuses to know the shop.

use super::Browser;
use serde_json::{Value, json};

/// An authenticator, by the driver's id.
#[derive(Debug)]
pub struct Authenticator {
    path: String,
}

impl Browser {
    /// An authenticator that is built in, as in a phone.
    #[track_caller]
    pub fn has_an_authenticator(&self) -> Authenticator {
        let kind = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "isUserConsenting": true,
        });
        let id = self.text_of("add an authenticator", self.session.post("/webauthn/authenticator", &kind));
        Authenticator { path: format!("/webauthn/authenticator/{id}") }
    }

    /// The one passkey that an authenticator keeps, with its secret key and its count of signatures.
    #[track_caller]
    pub fn passkey_in(&self, authenticator: &Authenticator) -> Value {
        let kept = self.session.get(&format!("{}/credentials", authenticator.path));
        let kept = self.must("read the passkeys", kept);
        let [passkey] = kept.as_array().unwrap().as_slice() else { panic!("not one passkey: {kept}") };
        passkey.clone()
    }

    /// An authenticator gets a copy of another's passkey.
    #[track_caller]
    pub fn puts_a_passkey_into(&self, authenticator: &Authenticator, passkey: &Value) {
        self.must("copy a passkey", self.session.post(&format!("{}/credential", authenticator.path), passkey));
    }

    /// An authenticator forgets its one passkey.
    #[track_caller]
    pub fn takes_the_passkey_out_of(&self, authenticator: &Authenticator) {
        let passkey = self.passkey_in(authenticator);
        let id = passkey["credentialId"].as_str().unwrap();
        self.must("remove a passkey", self.session.delete(&format!("{}/credentials/{id}", authenticator.path)));
    }
}
