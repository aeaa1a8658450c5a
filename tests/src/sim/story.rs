//! What happened in a run, line by line, and a fingerprint of all of it: equal fingerprints, equal stories.

use super::clock::{VirtualClock, shown};
use std::sync::Mutex;

#[derive(Debug)]
struct Line {
    at: u64,
    text: String,
    of_all: bool,
}

#[derive(Debug, Default)]
struct Told {
    lines: Vec<Line>,
    fingerprint: u64,
}

/// A story in the making.
#[derive(Debug)]
pub struct Story {
    clock: VirtualClock,
    told: Mutex<Told>,
}

impl Story {
    /// Nothing has happened yet.
    pub fn new(clock: VirtualClock) -> Self {
        Self { clock, told: Mutex::new(Told { fingerprint: 0xcbf2_9ce4_8422_2325, ..Told::default() }) }
    }

    /// Something happens now.
    pub fn record(&self, line: String) {
        self.add(line, false);
    }

    /// Something happens now that concerns every order.
    pub fn record_for_all(&self, line: String) {
        self.add(line, true);
    }

    fn add(&self, text: String, of_all: bool) {
        let at = self.clock.millis();
        let mut told = self.told.lock().unwrap();
        for byte in at.to_le_bytes().iter().chain(text.as_bytes()) {
            told.fingerprint = (told.fingerprint ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        told.lines.push(Line { at, text, of_all });
    }

    /// FNV-1a of everything so far.
    pub fn fingerprint(&self) -> u64 {
        self.told.lock().unwrap().fingerprint
    }

    /// The lines that name any of these, e.g. an order's bits, and those that concern everybody; all of them if there are
    /// none to name. At most `most`, the first half and the last half.
    pub fn about(&self, names: &[String], most: usize) -> Vec<String> {
        let told = self.told.lock().unwrap();
        let named = |line: &Line| names.iter().any(|name| line.text.contains(name));
        let wanted = |line: &&Line| names.is_empty() || line.of_all || named(line);
        let lines: Vec<_> =
            told.lines.iter().filter(wanted).map(|line| format!("{}  {}", shown(line.at), line.text)).collect();
        if lines.len() <= most {
            return lines;
        }
        let half = most / 2;
        let mut kept = lines[..half].to_vec();
        kept.push(format!("… {} lines left out …", lines.len() - 2 * half));
        kept.extend_from_slice(&lines[lines.len() - half..]);
        kept
    }
}
