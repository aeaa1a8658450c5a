//! People who want to be forgotten: what tells who they are. Refuses to look for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::digest;
use std::collections::BTreeSet;

/// Somebody who wants to be forgotten.
#[derive(Debug, Clone, Default)]
pub struct Forgotten {
    /// What tells who it is: no two people share any of it.
    pub traces: BTreeSet<String>,
    /// The guest's address.
    pub email: Option<String>,
    /// Whether the shop said that it forgets.
    pub promised: bool,
}

impl Forgotten {
    /// Somebody with these particulars.
    pub fn of(traces: impl IntoIterator<Item = String>, email: Option<String>) -> Self {
        Self { traces: traces.into_iter().collect(), email, promised: false }
    }

    /// The particulars, and the digests by which somebody who knows them would find them.
    pub fn needles(&self) -> BTreeSet<String> {
        let hashed =
            |trace: &String| [digest::of_bytes(trace.as_bytes()), digest::of_bytes(trace.to_lowercase().as_bytes())];
        let pseudonyms = self.traces.iter().flat_map(|trace| [pseudonym('I', "guest", trace)]);
        self.traces.iter().cloned().chain(self.traces.iter().flat_map(hashed)).chain(pseudonyms).collect()
    }
}

/// The pseudonym of somebody, made as the functions of the simulation make it.
fn pseudonym(key: char, kind: &str, who: &str) -> String {
    let key = URL_SAFE_NO_PAD.decode(key.to_string().repeat(43)).unwrap_or_default();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let tag = aws_lc_rs::hmac::sign(&key, format!("{kind}\0{who}").as_bytes());
    URL_SAFE_NO_PAD.encode(&tag.as_ref()[..16])
}
