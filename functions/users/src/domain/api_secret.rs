//! The secret of a key as a machine holds it: `souk_`, the key's id and base64url of 32 random bytes. Nobody guesses it, so a plain
//! hash is kept of it. Refuses to be logged.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::digest;
use events::ids::ApiKeyId;
use std::fmt;
use std::str::FromStr;

/// What it begins with, so that whoever finds one knows whose it is.
const START: &str = "souk_";

#[derive(Clone, PartialEq, Eq)]
pub struct ApiSecret {
    pub key: ApiKeyId,
    pub secret: [u8; 32],
}

/// The text is not the secret of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the secret of a key")]
pub struct InvalidSecret;

impl ApiSecret {
    /// The text that the machine gets.
    pub fn reveal(&self) -> String {
        let key = self.key.to_string();
        let id = key.split_once('_').map_or("", |(_, id)| id);
        format!("{START}{id}.{}", URL_SAFE_NO_PAD.encode(self.secret))
    }

    /// What is kept of it.
    pub fn hash(&self) -> String {
        digest::of_bytes(&self.secret)
    }
}

impl fmt::Debug for ApiSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiSecret({}, …)", self.key)
    }
}

impl FromStr for ApiSecret {
    type Err = InvalidSecret;
    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let (id, encoded) = text.strip_prefix(START).and_then(|rest| rest.split_once('.')).ok_or(InvalidSecret)?;
        let key = format!("{}_{id}", ApiKeyId::PREFIX).parse().map_err(|_| InvalidSecret)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| InvalidSecret)?;
        Ok(Self { key, secret: bytes.try_into().map_err(|_| InvalidSecret)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_and_shown_in_no_log() {
        let secret = ApiSecret { key: ApiKeyId::from_bits(7), secret: [250; 32] };
        let text = secret.reveal();
        assert!(text.starts_with("souk_0000000000000000000000000") && text.len() == 75, "{text}");
        assert_eq!(text.parse(), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), format!("ApiSecret({}, …)", secret.key));
    }

    #[test]
    fn another_text_is_no_secret() {
        let text = ApiSecret { key: ApiKeyId::from_bits(7), secret: [250; 32] }.reveal();
        let shorter = text.get(..text.len() - 4).unwrap();
        let others = [text.replace('.', "_"), text.replace("souk_", "rt_"), format!("{text}A"), shorter.to_owned()];
        for other in ["", "souk_", "souk_."].into_iter().chain(others.iter().map(String::as_str)) {
            assert_eq!(other.parse::<ApiSecret>(), Err(InvalidSecret), "{other}");
        }
    }
}
