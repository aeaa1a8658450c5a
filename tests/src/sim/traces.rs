//! The search for people who were forgotten in everything that the shop keeps. Refuses what the shop does not keep: mails that were delivered
//! lie in people's mailboxes.

use super::forgotten::Forgotten;
use super::stage::Stage;
use serde_json::Value;
use std::collections::BTreeSet;

/// Seconds within which an item ends that counts against a network or an address, or is a token in a mail.
const SOON: i64 = 25 * 60 * 60;

/// Where anything of these people is: in an item, a message, a dead letter or a stream record. Items that end by themselves within a day are
/// bounded leftovers and left out.
pub fn left_of<'a>(stage: &Stage, people: impl IntoIterator<Item = &'a Forgotten>) -> Vec<String> {
    let needles: BTreeSet<String> = people.into_iter().flat_map(Forgotten::needles).collect();
    if needles.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let soon = stage.clock.now().seconds() + SOON;
    let ends_soon = |image: &Value| {
        let ttl = image["ttl"]["N"].as_str().and_then(|seconds| seconds.parse::<i64>().ok());
        ttl.is_some_and(|ttl| ttl < soon)
    };
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
            if !ends_soon(&image) {
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
