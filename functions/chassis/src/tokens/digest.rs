//! Fingerprints: of a request body, which tells a repeat from another request under the same key; of a secret, to store
//! it.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use std::fmt::Write;

/// SHA-256 of a value's JSON, base64url. Equal values of one type have equal fingerprints.
pub fn of_json(value: &impl Serialize) -> String {
    of_bytes(&serde_json::to_vec(value).unwrap_or_default())
}

/// SHA-256 of bytes, base64url.
pub fn of_bytes(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, bytes))
}

/// SHA-256 of bytes in hexadecimal, as `sha256sum` prints it.
pub fn hex_of_bytes(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes as base64url without padding.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The first 16 bytes of SHA-256, for ids that are computed from their content.
pub fn bits128(bytes: &[u8]) -> u128 {
    let hash = digest(&SHA256, bytes);
    hash.as_ref().iter().take(16).fold(0, |bits, &byte| (bits << 8) | u128::from(byte))
}
