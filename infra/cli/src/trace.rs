//! `souk trace`: an order's way from its request to its emails, as a tree with times.
//! Owns the reading of the functions' lines, on AWS as on an emulator. Refuses to guess: what the logs do not hold is not drawn.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result, bail};
use events::Capability;
use serde::Deserialize;
use serde_json::Value;

use crate::chosen_shop::{Choice, ChosenShop};
use crate::logs::triggers;
use crate::names::Names;
use crate::process;
use crate::progress::Progress;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Id of an order, or anything else that message ids contain
    order: String,
    /// How far back to look, as in `10min ago`
    #[arg(long, default_value = "1h ago")]
    since: String,
    #[command(flatten)]
    shop: Choice,
}

/// # Errors
/// If there is no shop, its logs cannot be read, or they do not know the order.
pub fn trace(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let ChosenShop { names, endpoint } = options.shop.find(workspace)?;
    let tools = Tools::new(workspace);
    let read = |text: &str| -> Result<Vec<Line>> {
        let mut command = tools.command(Environment::Sam, "sam");
        if let Some(endpoint) = &endpoint {
            endpoint.apply(&mut command);
        }
        log_of(&mut command, &names, &options.since, text)
    };
    let traces: BTreeSet<String> =
        read(&options.order)?.into_iter().map(|line| line.trace_id).filter(|trace| !trace.is_empty()).collect();
    if traces.is_empty() {
        bail!("the logs of {} hold nothing of {} since {}", names.prefix(), options.order, options.since);
    }
    for trace in traces {
        let lines = read(&trace)?;
        progress.print(format!("trace {trace}\n{}", tree(&lines)));
    }
    Ok(())
}

/// The lines with this text, of all functions.
fn log_of(sam: &mut Command, names: &Names, since: &str, text: &str) -> Result<Vec<Line>> {
    sam.args(["logs", "--output", "json", "--start-time", since]);
    // CloudWatch takes a quoted filter as one text.
    sam.arg("--filter").arg(format!("\"{text}\""));
    for capability in Capability::ALL {
        for trigger in triggers(capability) {
            sam.args(["--cw-log-group", &names.log_group(capability, trigger)]);
        }
    }
    let output = process::answer_of(sam).context("cannot read the logs")?;
    Ok(output.lines().filter_map(Line::read).collect())
}

/// A line that a function writes for a request, for what a write over HTTP sends, or for a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Line {
    #[serde(rename = "_aws")]
    aws: Stamp,
    capability: String,
    trace_id: String,
    cold_start: bool,
    /// Of the gateway; of a request, or of the one that wrote what is relayed.
    request_id: Option<String>,
    method: Option<String>,
    route: Option<String>,
    answer: Option<u16>,
    /// Of a message.
    id: Option<String>,
    outcome: Option<String>,
    /// Ids of the messages that follow.
    sent: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Stamp {
    /// Milliseconds since the Unix epoch.
    #[serde(rename = "Timestamp")]
    timestamp: i64,
}

impl Line {
    /// From an event of the log; `None` for other lines.
    fn read(event: &str) -> Option<Self> {
        let event: Value = serde_json::from_str(event).ok()?;
        let message = match event.get("message")? {
            Value::String(text) => serde_json::from_str(text).ok()?,
            parsed => parsed.clone(),
        };
        let line: Self = serde_json::from_value(message).ok()?;
        (line.aws.timestamp > 0).then_some(line)
    }

    /// Whether what this line tells is followed by what the other tells: a request by what its write sends, and that by the messages.
    fn is_cause_of(&self, other: &Self) -> bool {
        let is_relay = |line: &Self| line.method.is_none() && line.id.is_none();
        let relayed = self.method.is_some() && is_relay(other) && other.request_id == self.request_id;
        relayed || other.id.as_ref().is_some_and(|id| self.sent.contains(id))
    }

    /// What happened, in words.
    fn words(&self) -> String {
        let mut words = match (&self.method, &self.route, &self.answer, &self.id) {
            (Some(method), Some(route), Some(answer), _) => format!("{method} {route} → {answer}"),
            (.., Some(id)) => {
                let outcome = self.outcome.as_deref().unwrap_or_default();
                // An id is the item, the number of its transition, and the type.
                let kind = id.rsplit('/').next().unwrap_or(id);
                if outcome == "handled" { kind.to_owned() } else { format!("{kind}, {outcome}") }
            }
            _ => format!("relays {}", self.sent.len()),
        };
        let _ = write!(words, "  ({}{})", self.capability, if self.cold_start { ", cold start" } else { "" });
        words
    }
}

/// The lines of one trace as a tree: below each what followed from it, in the order of time.
fn tree(lines: &[Line]) -> String {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by_key(|line| line.aws.timestamp);
    let tree = Tree { lines: &lines, began: lines.first().map_or(0, |line| line.aws.timestamp) };
    let (mut text, mut drawn) = (String::new(), BTreeSet::new());
    for (index, line) in lines.iter().enumerate() {
        if !lines.iter().any(|cause| cause.is_cause_of(line)) {
            tree.draw(index, 0, &mut drawn, &mut text);
        }
    }
    text
}

struct Tree<'a> {
    /// In the order of time.
    lines: &'a [&'a Line],
    began: i64,
}

impl Tree<'_> {
    fn draw(&self, index: usize, depth: usize, drawn: &mut BTreeSet<usize>, text: &mut String) {
        if !drawn.insert(index) {
            return;
        }
        let line = self.lines[index];
        let after = line.aws.timestamp - self.began;
        let _ = writeln!(text, "{after:>8} ms  {}{}", "  ".repeat(depth), line.words());
        for (next, effect) in self.lines.iter().enumerate() {
            if line.is_cause_of(effect) {
                self.draw(next, depth + 1, drawn, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line(at: i64, capability: &str, more: Value) -> Line {
        let mut line = json!({"_aws": {"Timestamp": at}, "capability": capability, "trace_id": "t"});
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Line::read(&json!({"message": line.to_string()}).to_string()).unwrap()
    }

    #[test]
    fn what_followed_stands_below_its_cause_with_the_time_since_the_request() {
        let lines = [
            line(
                1130,
                "notifications",
                json!({"id": "o/2/orders.order_confirmed.v1", "outcome": "handled", "cold_start": true}),
            ),
            line(1000, "orders", json!({"method": "POST", "route": "/v1/orders", "answer": 202, "request_id": "r"})),
            line(1040, "orders", json!({"request_id": "r", "sent": ["o/1/inventory.reserve_stock.v1"]})),
            line(1060, "inventory", json!({"id": "o/1/inventory.reserve_stock.v1", "outcome": "retried"})),
            line(
                1080,
                "inventory",
                json!({"id": "o/1/inventory.reserve_stock.v1", "outcome": "handled", "sent": ["o/1/inventory.stock_reserved.v1"]}),
            ),
            line(
                1100,
                "orders",
                json!({"id": "o/1/inventory.stock_reserved.v1", "outcome": "handled", "sent": ["o/2/orders.order_confirmed.v1"]}),
            ),
        ];
        let wanted = "       0 ms  POST /v1/orders → 202  (orders)
      40 ms    relays 1  (orders)
      60 ms      inventory.reserve_stock.v1, retried  (inventory)
      80 ms      inventory.reserve_stock.v1  (inventory)
     100 ms        inventory.stock_reserved.v1  (orders)
     130 ms          orders.order_confirmed.v1  (notifications, cold start)
";
        assert_eq!(tree(&lines), wanted);
    }

    #[test]
    fn what_a_request_of_another_trace_sends_stands_at_the_margin() {
        let lines = [
            line(1000, "shipping", json!({"request_id": "other", "sent": ["s/2/shipping.shipment_dispatched.v1"]})),
            line(1050, "orders", json!({"id": "s/2/shipping.shipment_dispatched.v1", "outcome": "handled"})),
        ];
        let wanted = "       0 ms  relays 1  (shipping)\n      50 ms    shipping.shipment_dispatched.v1  (orders)\n";
        assert_eq!(tree(&lines), wanted);
    }

    #[test]
    fn a_message_whose_sender_wrote_no_line_stands_at_the_margin() {
        let lines = [line(1000, "carts", json!({"id": "o/1/carts.clear.v1", "outcome": "handled"}))];
        assert_eq!(tree(&lines), "       0 ms  carts.clear.v1  (carts)\n");
    }

    #[test]
    fn other_lines_of_a_log_are_passed_over() {
        assert_eq!(Line::read("REPORT RequestId: 1"), None);
        assert_eq!(Line::read(&json!({"message": "{\"level\":\"INFO\"}"}).to_string()), None);
    }
}
