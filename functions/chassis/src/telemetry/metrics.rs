//! Metrics in CloudWatch's embedded metric format: one log line each, without a call. The line also holds the ids of
//! its request or message, so it is their log line too.

use super::invocation::{Current, Invocation};
use super::xray::Daemon;
use crate::runtime::World;
use events::Capability;
use serde_json::{Value, json};

/// Writes the metrics of one capability.
#[derive(Debug, Clone)]
pub struct Metrics {
    app: String,
    stage: String,
    capability: Capability,
    world: World,
    current: Current,
    daemon: Option<Daemon>,
    print: fn(&Value),
}

/// An answered request.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Method as sent.
    pub method: &'a str,
    /// Path of the route, `unmatched` without one.
    pub route: &'a str,
    /// Status of the answer.
    pub status: u16,
    /// Our trace id.
    pub trace_id: &'a str,
    /// The gateway's id of the request: the cause of its writes.
    pub id: &'a str,
    /// Id of the signed-in user.
    pub caller: Option<String>,
}

impl Metrics {
    /// Metrics of a capability on a stage of an application, on standard output for CloudWatch.
    pub fn new(app: &str, stage: &str, capability: Capability, world: World) -> Self {
        Self {
            app: app.to_owned(),
            stage: stage.to_owned(),
            capability,
            world,
            current: Current::default(),
            daemon: None,
            print: |line| println!("{line}"),
        }
    }

    /// The same, printed otherwise.
    #[must_use]
    pub fn printing(self, print: fn(&Value)) -> Self {
        Self { print, ..self }
    }

    /// The same, told to X-Ray as well.
    #[must_use]
    pub fn traced_by(self, daemon: Option<Daemon>) -> Self {
        Self { daemon, ..self }
    }

    /// Says which invocation the following lines belong to.
    pub fn begin(&self, invocation: Invocation) {
        self.current.begin(invocation, self.world.now());
    }

    /// Counts an answered request by route and class of status.
    pub fn request(&self, request: &Request<'_>) {
        let class = format!("{}xx", request.status / 100);
        let mut line = self.line("requests", 1, &[("route", request.route), ("status", &class)]);
        line["method"] = request.method.into();
        line["answer"] = request.status.into();
        line["trace_id"] = request.trace_id.into();
        line["request_id"] = request.id.into();
        line["caller"] = request.caller.as_deref().into();
        (self.print)(&line);
        self.trace(("route", request.route), request.trace_id);
    }

    /// Counts a received message by type and outcome.
    pub fn message(&self, kind: &str, outcome: &str, id: &str, trace_id: &str, sent: &[&str]) {
        let mut line = self.line("messages", 1, &[("type", kind), ("outcome", outcome)]);
        line["id"] = id.into();
        line["trace_id"] = trace_id.into();
        if !sent.is_empty() {
            line["sent"] = json!(sent);
        }
        (self.print)(&line);
        self.trace(("message", kind), trace_id);
    }

    /// Counts the messages that follow from a write over HTTP. `request_id` is that of the request.
    pub fn relayed(&self, request_id: &str, trace_id: &str, sent: &[&str]) {
        let mut line = self.line("relayed", sent.len() as u64, &[]);
        line["request_id"] = request_id.into();
        line["trace_id"] = trace_id.into();
        line["sent"] = json!(sent);
        (self.print)(&line);
        self.trace(("relayed", request_id), trace_id);
    }

    /// Counts messages of a batch that come again, whatever kept them from being handled, and says how often the one
    /// that was received most often was. SQS' own metrics cannot tell: its age leaves out what was received three times.
    pub fn retried(&self, messages: u64, receives: u32) {
        let mut line = self.line("retried", messages, &[]);
        line["receives"] = receives.into();
        if let Some(metrics) = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array_mut() {
            metrics.push(json!({"Name": "receives", "Unit": "Count"}));
        }
        (self.print)(&line);
    }

    /// Counts an event of the capability.
    pub fn count(&self, name: &str, count: u64) {
        (self.print)(&self.line(name, count, &[]));
    }

    /// Measures a time of the capability.
    pub fn seconds(&self, name: &str, seconds: u64) {
        let mut line = self.line(name, seconds, &[]);
        line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"] = "Seconds".into();
        (self.print)(&line);
    }

    fn trace(&self, what: (&str, &str), trace_id: &str) {
        if let Some(daemon) = &self.daemon {
            daemon.record(self.capability, what, trace_id, &self.current, &self.world);
        }
    }

    fn line(&self, name: &str, count: u64, dimensions: &[(&str, &str)]) -> Value {
        let mut names = vec!["stage", "capability"];
        names.extend(dimensions.iter().map(|(name, _)| *name));
        let mut line = json!({
            "_aws": {
                "Timestamp": self.world.now().millis(),
                "CloudWatchMetrics": [{
                    "Namespace": self.app,
                    "Dimensions": [names],
                    "Metrics": [{"Name": name, "Unit": "Count"}],
                }],
            },
            "stage": self.stage,
            "capability": self.capability.name(),
        });
        self.current.describe(&mut line);
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
        let metrics = Metrics::new("shop", "test", Capability::Carts, TestWorld::default().world());
        let line = metrics.line("requests", 1, &[("route", "/v1/things"), ("status", "2xx")]);
        let described = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(described["Namespace"], "shop");
        assert_eq!(described["Dimensions"][0], json!(["stage", "capability", "route", "status"]));
        for name in described["Dimensions"][0].as_array().unwrap() {
            assert!(line[name.as_str().unwrap()].is_string(), "{name}");
        }
        assert_eq!(line[described["Metrics"][0]["Name"].as_str().unwrap()], 1);
    }

    #[test]
    fn messages_that_come_again_are_counted_and_their_receives_measured_by_stage_and_capability_alone() {
        thread_local!(static LINES: std::cell::RefCell<Vec<Value>> = const { std::cell::RefCell::new(Vec::new()) });
        let metrics = Metrics::new("shop", "test", Capability::Carts, TestWorld::default().world());
        let metrics = metrics.printing(|line| LINES.with_borrow_mut(|lines| lines.push(line.clone())));
        metrics.retried(3, 7);
        metrics.seconds("sweep_lag", 61);
        let lines = LINES.take();
        let described = |line: &Value| line["_aws"]["CloudWatchMetrics"][0].clone();
        assert_eq!(described(&lines[0])["Dimensions"], json!([["stage", "capability"]]));
        let units = json!([{"Name": "retried", "Unit": "Count"}, {"Name": "receives", "Unit": "Count"}]);
        assert_eq!(described(&lines[0])["Metrics"], units);
        assert_eq!((&lines[0]["retried"], &lines[0]["receives"]), (&json!(3), &json!(7)));
        assert_eq!(described(&lines[1])["Metrics"], json!([{"Name": "sweep_lag", "Unit": "Seconds"}]));
        assert_eq!(lines[1]["sweep_lag"], 61);
    }

    #[test]
    fn every_line_carries_the_invocation_that_writes_it() {
        let metrics = Metrics::new("shop", "test", Capability::Carts, TestWorld::default().world());
        assert!(metrics.line("requests", 1, &[]).get("function_request_id").is_none());
        let invocation =
            Invocation { request_id: "r-1".into(), xray_trace_id: Some("Root=1".into()), cold_start: true };
        metrics.clone().begin(invocation);
        let line = metrics.line("requests", 1, &[]);
        assert_eq!(
            (&line["function_request_id"], &line["xray_trace_id"], &line["cold_start"]),
            (&json!("r-1"), &json!("Root=1"), &json!(true))
        );
    }
}
