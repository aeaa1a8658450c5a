//! Samples of a figure, and what is told of them.

use serde::Serialize;
use std::time::Duration;

/// What was measured again and again.
#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<u64>);

/// What is told: the middle, and how far the rest lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Half are less.
    pub median: u64,
    /// The least.
    pub min: u64,
    /// A twentieth is more.
    pub p95: u64,
    /// How many were taken.
    pub samples: u64,
}

impl Samples {
    /// One more, in microseconds.
    pub fn time(&mut self, took: Duration) {
        self.0.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// What is told of them.
    pub fn spread(&self) -> Spread {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |percent: usize| sorted.get((sorted.len().saturating_sub(1)) * percent / 100).copied().unwrap_or(0);
        Spread { median: at(50), min: at(0), p95: at(95), samples: sorted.len() as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_ends_are_told() {
        let mut samples = Samples::default();
        (1..=100).rev().for_each(|micros| samples.time(Duration::from_micros(micros)));
        assert_eq!(samples.spread(), Spread { median: 50, min: 1, p95: 95, samples: 100 });
        assert_eq!(Samples::default().spread(), Spread::default());
    }
}
