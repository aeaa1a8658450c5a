//! People who want to be forgotten: what tells who they are, and the search for it in everything that the shop keeps. Refuses what the
//! shop does not keep: mails that were delivered lie in people's mailboxes.

use super::stage::Stage;
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
    fn needles(&self) -> BTreeSet<String> {
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

/// Where anything of these people is: in an item, a message, a dead letter or a stream record. Items that end by themselves within hours,
/// as counts against networks and addresses do, are bounded leftovers and left out.
pub fn left_of<'a>(stage: &Stage, people: impl IntoIterator<Item = &'a Forgotten>) -> Vec<String> {
    let needles: BTreeSet<String> = people.into_iter().flat_map(Forgotten::needles).collect();
    if needles.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut look = |place: String, text: &str| {
        found.extend(
            needles
                .iter()
                .filter(|needle| text.contains(needle.as_str()))
                .map(|needle| format!("{needle} is in {place}")),
        );
    };
    for (of, table) in &stage.tables {
        for (pk, sk, image) in table.images() {
            if image["ttl"].is_null() {
                look(format!("{of}: {pk} {sk}"), &image.to_string());
            }
        }
        for record in table.all_records() {
            look(format!("the stream of {of}"), &record.to_string());
        }
    }
    for (of, _, body) in stage.queues.all() {
        look(format!("the inbox of {of}"), &body);
    }
    for (of, body, _) in stage.queues.dead() {
        look(format!("the dead letters of {of}"), &body);
    }
    found
}
