//! The refresh token as clients hold it: `rt_` and base64url of user, session, family secret and current secret.
//!
//! All tokens of a session share the family secret. Only the current one has the current secret. An old token has the
//! family secret alone: it is reused, and the session ends. A token without the family secret was made up from ids,
//! which are no secret: nothing happens. Refuses to be logged.
//!
//! A token and the key that its session keeps for it make its successor, so a repeated refresh finds the same one. Neither
//! is enough alone: who reads the table has no token, and who finds a used token has no key.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::ids::{SessionId, UserId};
use std::fmt;
use std::str::FromStr;

/// Decoded bytes: two ids, two secrets.
const LENGTH: usize = 16 + 16 + 16 + 32;

#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub user: UserId,
    pub session: SessionId,
    /// Shared by all tokens of the session.
    pub family: [u8; 16],
    /// New in each token of the session.
    pub secret: [u8; 32],
}

/// The text is not a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh token")]
pub struct InvalidToken;

impl RefreshToken {
    /// The token that replaces this one: its secret is an HMAC of this one's under the session's key.
    #[must_use]
    pub fn successor(&self, key: &str) -> Self {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), &self.secret);
        let mut secret = [0; 32];
        secret.copy_from_slice(tag.as_ref());
        Self { secret, ..self.clone() }
    }

    /// The text that the client gets.
    pub fn reveal(&self) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.user.bits().to_be_bytes());
        bytes.extend(self.session.bits().to_be_bytes());
        bytes.extend(self.family);
        bytes.extend(self.secret);
        format!("rt_{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshToken({}, …)", self.session)
    }
}

impl FromStr for RefreshToken {
    type Err = InvalidToken;
    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let encoded = text.strip_prefix("rt_").ok_or(InvalidToken)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| InvalidToken)?;
        let (user, rest) = bytes.split_first_chunk::<16>().ok_or(InvalidToken)?;
        let (session, rest) = rest.split_first_chunk::<16>().ok_or(InvalidToken)?;
        let (family, rest) = rest.split_first_chunk::<16>().ok_or(InvalidToken)?;
        Ok(Self {
            user: UserId::from_bits(u128::from_be_bytes(*user)),
            session: SessionId::from_bits(u128::from_be_bytes(*session)),
            family: *family,
            secret: rest.try_into().map_err(|_| InvalidToken)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_refresh_token_is_refused() {
        let token = RefreshToken {
            user: UserId::from_bits(1),
            session: SessionId::from_bits(2),
            family: [3; 16],
            secret: [4; 32],
        };
        let text = token.reveal();
        for bad in [
            "",
            "rt_",
            "rt_!",
            "rt_AAAA",
            &text[3..],
            &text[..text.len() - 4],
            &format!("{text}AAAA"),
            &text.to_uppercase(),
        ] {
            assert_eq!(bad.parse::<RefreshToken>(), Err(InvalidToken), "{bad}");
        }
        assert!(!format!("{token:?}").contains('4'), "its secrets stay out of logs");
    }

    proptest! {
        #[test]
        fn a_successor_follows_from_token_and_key_and_from_neither_alone(secret: [u8; 32], other: [u8; 32], key: String) {
            let (user, session) = (UserId::from_bits(1), SessionId::from_bits(2));
            let token = RefreshToken { user, session, family: [3; 16], secret };
            let successor = token.successor(&key);
            prop_assert_eq!(&token.successor(&key), &successor);
            prop_assert_ne!(&token.successor(&format!("{key}.")), &successor);
            prop_assume!(other != secret);
            prop_assert_ne!(RefreshToken { secret: other, ..token.clone() }.successor(&key).secret, successor.secret);
            prop_assert_eq!((successor.user, successor.session, successor.family), (user, session, token.family));
        }

        #[test]
        fn every_token_reads_back(user: u128, session: u128, family: [u8; 16], secret: [u8; 32]) {
            let (user, session) = (UserId::from_bits(user), SessionId::from_bits(session));
            let token = RefreshToken { user, session, family, secret };
            prop_assert_eq!(token.reveal().parse::<RefreshToken>(), Ok(token));
        }
    }
}
