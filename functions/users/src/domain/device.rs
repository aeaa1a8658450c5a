//! The token of a device from which a user has signed in (OWASP, "Device cookies"): `dt_`, base64url of a random number and
//! the time of issue, and a pseudonym that only we can make. Strangers' guesses do not keep a device that shows
//! one from signing in. Refuses to be a credential: without the password it opens nothing. Refuses to be logged.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::Timestamp;
use std::fmt;

/// Lifetime of a token. Each sign-in renews it.
pub const DEVICE_SECONDS: i64 = 180 * 24 * 60 * 60;

const PREFIX: &str = "dt_";

/// What a device's token says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Names the device. It stays when its token is renewed.
    pub nonce: [u8; 16],
    pub issued_at: Timestamp,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Device(…, {})", self.issued_at)
    }
}

impl Device {
    /// What is signed, with the user's address: a token of one user says nothing about another.
    pub fn claims(&self) -> String {
        let mut bytes = Vec::with_capacity(24);
        bytes.extend(self.nonce);
        bytes.extend(self.issued_at.seconds().to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The text that the client gets.
    pub fn reveal(&self, tag: &str) -> String {
        format!("{PREFIX}{}.{tag}", self.claims())
    }

    /// What a text claims, and its tag, which is yet to be verified; `None` if it is no such token.
    pub fn claimed(text: &str) -> Option<(Self, &str)> {
        let (claims, tag) = text.strip_prefix(PREFIX)?.split_once('.')?;
        let bytes = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<16>()?;
        let seconds = i64::from_be_bytes(rest.try_into().ok()?);
        let issued_at = Timestamp::from_millis(seconds.checked_mul(1_000)?);
        Some((Self { nonce: *nonce, issued_at }, tag))
    }

    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.seconds_since(self.issued_at) < DEVICE_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    #[test]
    fn what_is_no_device_token_is_none() {
        let text = Device { nonce: [7; 16], issued_at: NOW }.reveal("tag");
        for bad in ["", "dt_", "dt_.", "dt_AAAA.tag", "dt_!.tag", &text[3..], &text.replace('.', ""), "rt_AAAA.tag"] {
            assert_eq!(Device::claimed(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_device_that_was_not_used_for_half_a_year_is_forgotten() {
        let device = Device { nonce: [7; 16], issued_at: NOW };
        assert!(device.is_fresh(NOW.plus_seconds(DEVICE_SECONDS - 1)));
        assert!(!device.is_fresh(NOW.plus_seconds(DEVICE_SECONDS)));
    }

    proptest! {
        #[test]
        fn every_token_reads_back(nonce: [u8; 16], seconds in 0i64..9_000_000_000, tag in "[A-Za-z0-9_-]{22}") {
            let device = Device { nonce, issued_at: Timestamp::from_millis(seconds * 1_000) };
            let text = device.reveal(&tag);
            prop_assert_eq!(Device::claimed(&text), Some((device, &*tag)));
        }
    }
}
