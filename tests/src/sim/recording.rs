//! A recording of every HTTP request and response, write, message and mail, as it was sent. Off until it is begun.

use super::target::Target;
use chassis::testing::network::Packet;
use events::Capability;
use serde_json::Value;
use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Request(Capability),
    Answer(Capability),
    Table(Capability),
    Inbox(Capability),
    /// What a capability's worker or relay dead-lettered.
    DeadLetters(Capability),
    Mail,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub place: Place,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Recording(Mutex<Option<Vec<Entry>>>);

impl Recording {
    pub fn begin(&self) {
        *self.0.lock().unwrap() = Some(Vec::new());
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap().clone().unwrap_or_default()
    }

    pub(super) fn keep(&self, place: Place, text: impl FnOnce() -> String) {
        if let Some(entries) = self.0.lock().unwrap().as_mut() {
            entries.push(Entry { place, text: text() });
        }
    }

    pub(super) fn keep_call(&self, from: Capability, target: &Target, packet: &Packet) {
        let place = match target {
            Target::Table => Place::Table(from),
            Target::Queues => match queue(&packet.body) {
                Some(place) => place,
                None => return,
            },
            Target::Mail => Place::Mail,
            Target::Alarms | Target::Parameters(_) => return,
        };
        self.keep(place, || packet.body.clone());
    }
}

fn queue(body: &str) -> Option<Place> {
    let body: Value = serde_json::from_str(body).ok()?;
    let (_, name) = body["QueueUrl"].as_str()?.rsplit_once('/')?;
    let of = |ending: &str| Capability::ALL.into_iter().find(|of| name.ends_with(&format!("{of}-{ending}")));
    of("inbox").map(Place::Inbox).or_else(|| of("dlq").map(Place::DeadLetters))
}
