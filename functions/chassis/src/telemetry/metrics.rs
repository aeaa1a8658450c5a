//! Metrics in CloudWatch's embedded metric format: one log line each, without a call. The line also holds the ids of
//! its request or message, so it is their log line too.

use crate::runtime::World;
use events::Capability;
use serde_json::{Value, json};

/// Writes the metrics of one capability.
#[derive(Debug, Clone)]
pub struct Metrics {
    capability: Capability,
    stage: String,
    world: World,
    print: fn(&Value),
}

impl Metrics {
    /// Metrics of a capability on a stage, on standard output for CloudWatch.
    pub const fn new(capability: Capability, stage: String, world: World) -> Self {
        Self::printing(capability, stage, world, |line| println!("{line}"))
    }

    /// Metrics that go to `print`.
    pub const fn printing(capability: Capability, stage: String, world: World, print: fn(&Value)) -> Self {
        Self { capability, stage, world, print }
    }

    /// Counts an answered request by route and class of status.
    pub fn request(&self, method: &str, route: &str, status: u16, trace_id: &str) {
        let class = format!("{}xx", status / 100);
        let mut line = self.line("requests", 1, &[("route", route), ("status", &class)]);
        line["method"] = method.into();
        line["answer"] = status.into();
        line["trace_id"] = trace_id.into();
        (self.print)(&line);
    }

    /// Counts a received message by type and outcome.
    pub fn message(&self, kind: &str, outcome: &str, id: &str, trace_id: &str) {
        let mut line = self.line("messages", 1, &[("type", kind), ("outcome", outcome)]);
        line["id"] = id.into();
        line["trace_id"] = trace_id.into();
        (self.print)(&line);
    }

    /// Counts an event of the capability.
    pub fn count(&self, name: &str, count: u64) {
        (self.print)(&self.line(name, count, &[]));
    }

    fn line(&self, name: &str, count: u64, dimensions: &[(&str, &str)]) -> Value {
        let mut names = vec!["stage", "capability"];
        names.extend(dimensions.iter().map(|(name, _)| *name));
        let mut line = json!({
            "_aws": {
                "Timestamp": self.world.now().millis(),
                "CloudWatchMetrics": [{
                    "Namespace": "souk",
                    "Dimensions": [names],
                    "Metrics": [{"Name": name, "Unit": "Count"}],
                }],
            },
            "stage": self.stage,
            "capability": self.capability.name(),
        });
        line[name] = count.into();
        for (dimension, value) in dimensions {
            line[*dimension] = (*value).into();
        }
        line
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::testing::TestWorld;

    #[test]
    fn a_figure_names_its_dimensions_and_carries_their_values() {
        let metrics = Metrics::new(Capability::Carts, "test".to_owned(), TestWorld::default().world());
        let line = metrics.line("requests", 1, &[("route", "/v1/things"), ("status", "2xx")]);
        let described = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(described["Dimensions"][0], json!(["stage", "capability", "route", "status"]));
        for name in described["Dimensions"][0].as_array().unwrap() {
            assert!(line[name.as_str().unwrap()].is_string(), "{name}");
        }
        assert_eq!(line[described["Metrics"][0]["Name"].as_str().unwrap()], 1);
    }
}
