//! Codes of authenticator apps (RFC 6238): six digits, HMAC-SHA-1, a step of thirty seconds, which is what every such app takes. Refuses
//! clocks, and to keep a secret.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use events::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Bytes of a secret: as many as the hash has (RFC 4226 §4, R6).
pub const SECRET_BYTES: usize = 20;
/// Within this time an enrollment is confirmed by a first code.
pub const ENROLLMENT_SECONDS: i64 = 15 * 60;

const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;

/// A secret as the app gets it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(pub [u8; SECRET_BYTES]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The code of a step.
    pub fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 0xf);
        let word = tag.iter().skip(offset).take(4).fold(0u32, |word, byte| (word << 8) | u32::from(*byte));
        format!("{:0DIGITS$}", (word & 0x7fff_ffff) % MODULUS)
    }

    /// The step of a code that counts at this time: the present one, or one beside it, as clocks differ. None that was used, and none
    /// before it, counts again.
    pub fn step_of(&self, typed: &str, now: Timestamp, used: Option<i64>) -> Option<i64> {
        let typed: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
        let present = step_at(now);
        let is_right = |step: &i64| verify_slices_are_equal(self.code(*step).as_bytes(), typed.as_bytes()).is_ok();
        [present - 1, present, present + 1]
            .into_iter()
            .filter(|step| used.is_none_or(|used| *step > used))
            .find(is_right)
    }

    /// In base32 (RFC 4648) without padding, as apps take it by hand.
    pub fn text(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let letter = |chunk: &[u8], at: usize| {
            let bits = chunk.iter().fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
            let index = usize::try_from((bits >> (35 - 5 * at)) & 31).unwrap_or_default();
            char::from(LETTERS.get(index).copied().unwrap_or_default())
        };
        // Twenty bytes are four chunks of five.
        self.0.chunks(5).flat_map(|chunk| (0..8).map(move |at| letter(chunk, at))).collect()
    }

    /// The address that an app reads from a picture. `shop` and `account` are what it shows.
    pub fn address(&self, shop: &str, account: &str) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (shop, account) = (encoded(shop), encoded(account));
        format!("otpauth://totp/{shop}:{account}?secret={}&issuer={shop}", self.text())
    }
}

/// The step that holds this time.
pub const fn step_at(now: Timestamp) -> i64 {
    now.seconds().div_euclid(STEP_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RFC: Secret = Secret(*b"12345678901234567890");

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of its eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(RFC.code(step_at(at(seconds))), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_for_a_step_on_either_side_and_once() {
        let now = at(1_767_225_600);
        let present = step_at(now);
        let found = |step: i64, used| RFC.step_of(&RFC.code(step), now, used);
        for step in [present - 1, present, present + 1] {
            assert_eq!(found(step, None), Some(step));
            assert_eq!(found(step, Some(step)), None, "used");
        }
        assert_eq!(found(present, Some(present + 1)), None, "a later one was used");
        assert_eq!(found(present + 1, Some(present)), Some(present + 1));
        assert_eq!([found(present - 2, None), found(present + 2, None)], [None, None]);
        let spaced = format!(" {} {} ", &RFC.code(present)[..3], &RFC.code(present)[3..]);
        assert_eq!(RFC.step_of(&spaced, now, None), Some(present));
        assert_eq!([RFC.step_of("", now, None), RFC.step_of("12345", now, None)], [None, None]);
    }

    #[test]
    fn an_app_reads_the_secret_and_whose_it_is() {
        assert_eq!(RFC.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let address = RFC.address("Tea & Co", "ada@example.com");
        let expected = "otpauth://totp/Tea%20%26%20Co:ada%40example%2Ecom?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tea%20%26%20Co";
        assert_eq!(address, expected);
        assert!(!format!("{RFC:?}").contains("49"), "a log shows no secret");
    }

    proptest! {
        /// Whatever the secret and the time, a crate that others wrote and keep makes the same code.
        #[test]
        fn another_implementation_makes_the_same_codes(secret in any::<[u8; SECRET_BYTES]>(), seconds in 0i64..20_000_000_000) {
            let theirs = other::code(&secret, u64::try_from(seconds).unwrap());
            prop_assert_eq!(Secret(secret).code(step_at(at(seconds))), theirs);
        }
    }

    /// The code by `totp-rs`.
    mod other {
        use super::SECRET_BYTES;
        use totp_rs::{Algorithm, Builder};

        pub fn code(secret: &[u8; SECRET_BYTES], seconds: u64) -> String {
            let made = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(*secret).build();
            made.unwrap().generate(seconds).to_string()
        }
    }
}
