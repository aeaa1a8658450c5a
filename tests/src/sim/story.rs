//! The story of a run, line by line, and its fingerprint: runs with equal fingerprints are equal.

use super::clock::{VirtualClock, shown};
use std::sync::Mutex;

#[derive(Debug)]
struct Line {
    at: u64,
    text: String,
    of_all: bool,
}

impl Line {
    fn shown(&self) -> String {
        format!("{}  {}", shown(self.at), self.text)
    }
}

#[derive(Debug, Default)]
struct Lines {
    lines: Vec<Line>,
    fingerprint: u64,
}

#[derive(Debug)]
pub struct Story {
    clock: VirtualClock,
    lines: Mutex<Lines>,
}

impl Story {
    pub fn new(clock: VirtualClock) -> Self {
        Self { clock, lines: Mutex::new(Lines { fingerprint: 0xcbf2_9ce4_8422_2325, ..Lines::default() }) }
    }

    /// Adds a line.
    pub fn record(&self, line: String) {
        self.add(line, false);
    }

    /// Adds a line that concerns every order.
    pub fn record_for_all(&self, line: String) {
        self.add(line, true);
    }

    fn add(&self, text: String, of_all: bool) {
        let at = self.clock.millis();
        let mut state = self.lines.lock().unwrap();
        for byte in at.to_le_bytes().iter().chain(text.as_bytes()) {
            state.fingerprint = (state.fingerprint ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        state.lines.push(Line { at, text, of_all });
    }

    /// FNV-1a of all lines so far.
    pub fn fingerprint(&self) -> u64 {
        self.lines.lock().unwrap().fingerprint
    }

    /// The lines that contain this name, e.g. an order's bits.
    pub fn naming(&self, name: &str) -> Vec<String> {
        let state = self.lines.lock().unwrap();
        state.lines.iter().filter(|line| line.text.contains(name)).map(Line::shown).collect()
    }

    /// The lines that contain any of these names, e.g. an order's bits, and those that concern every order; all lines without
    /// names. If they are more than `most`, the first and the last half of that.
    pub fn about(&self, names: &[String], most: usize) -> Vec<String> {
        let state = self.lines.lock().unwrap();
        let named = |line: &Line| names.iter().any(|name| line.text.contains(name));
        let wanted = |line: &&Line| names.is_empty() || line.of_all || named(line);
        let lines: Vec<_> = state.lines.iter().filter(wanted).map(Line::shown).collect();
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
