//! Samples of a duration and their statistics.

use serde::Serialize;
use std::time::Duration;

#[derive(Debug, Clone, Default)]
pub struct Samples(Vec<u64>);

/// The median and the spread, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    pub median: u64,
    pub min: u64,
    pub p95: u64,
    /// The number of samples.
    pub samples: u64,
}

impl Samples {
    /// Adds a sample.
    pub fn time(&mut self, took: Duration) {
        self.0.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

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
    fn the_spread_has_median_minimum_and_percentile() {
        let mut samples = Samples::default();
        (1..=100).rev().for_each(|micros| samples.time(Duration::from_micros(micros)));
        assert_eq!(samples.spread(), Spread { median: 50, min: 1, p95: 95, samples: 100 });
        assert_eq!(Samples::default().spread(), Spread::default());
    }
}
