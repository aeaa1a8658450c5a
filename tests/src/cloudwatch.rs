//! CloudWatch as far as the alarms need it: samples by series, statistics of periods, and the states of the templates' alarms.
//! Owns what the pages of AWS say of each metric (`sources.rs`). Refuses metric math, composite alarms and actions, which the
//! templates do not have.

pub mod alarm;
pub mod sources;

use std::collections::{BTreeMap, BTreeSet};

/// Namespace, metric, and dimensions. A metric with other dimensions is another metric.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    pub namespace: String,
    pub metric: String,
    pub dimensions: BTreeSet<(String, String)>,
}

impl Series {
    pub fn new(namespace: &str, metric: &str, dimensions: &[(&str, &str)]) -> Self {
        let dimensions = dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { namespace: namespace.to_owned(), metric: metric.to_owned(), dimensions }
    }
}

/// What was measured, by series and time in milliseconds.
#[derive(Debug, Clone, Default)]
pub struct CloudWatch {
    samples: BTreeMap<Series, BTreeMap<u64, Vec<u64>>>,
}

/// What a period's samples become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    Sum,
    Maximum,
    /// The value that this percentage of the samples does not exceed.
    Percentile(u64),
}

impl CloudWatch {
    pub fn put(&mut self, series: Series, at: u64, value: u64) {
        self.samples.entry(series).or_default().entry(at).or_default().push(value);
    }

    /// Whether anything was ever measured.
    pub fn knows(&self, series: &Series) -> bool {
        self.samples.contains_key(series)
    }

    /// The statistic of the samples from an instant up to another; `None` without any.
    pub fn statistic(&self, series: &Series, statistic: Statistic, from: u64, to: u64) -> Option<u64> {
        let mut values: Vec<u64> =
            self.samples.get(series)?.range(from..to).flat_map(|(_, values)| values.clone()).collect();
        values.sort_unstable();
        let largest = *values.last()?;
        Some(match statistic {
            Statistic::Sum => values.iter().sum(),
            Statistic::Maximum => largest,
            Statistic::Percentile(percent) => {
                let rank = (values.len() as u64 * percent).div_ceil(100).max(1);
                values[usize::try_from(rank - 1).unwrap()]
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_the_statistic_of_its_own_samples_and_none_without_any() {
        let mut cloud = CloudWatch::default();
        let series = Series::new("n", "m", &[("a", "1"), ("b", "2")]);
        for value in 1..=200 {
            cloud.put(series.clone(), 60_000 + value, value);
        }
        let of = |statistic| cloud.statistic(&series, statistic, 60_000, 120_000);
        assert_eq!(of(Statistic::Sum), Some(20_100));
        assert_eq!((of(Statistic::Maximum), of(Statistic::Percentile(99))), (Some(200), Some(198)));
        assert_eq!(cloud.statistic(&series, Statistic::Sum, 0, 60_000), None);
        let reversed = Series::new("n", "m", &[("b", "2"), ("a", "1")]);
        assert!(cloud.knows(&reversed) && !cloud.knows(&Series::new("n", "m", &[("a", "1")])));
    }
}
