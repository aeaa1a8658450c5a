//! What an order costs on AWS: the usage of its journeys through the whole shop, counted by the simulator and priced from a
//! dated table. Owns prices and assumptions; refuses free tiers and discounts.

use crate::captured_log::CapturedLog;
use crate::sim::clock::on_virtual_time;
use crate::sim::invocation::Trigger;
use crate::sim::meter::{Usage, Usages, Waited};
use crate::sim::rest::come_to_rest;
use crate::sim::run::{open_shop, run_customers};
use crate::sim::sweeps::{idle_tick, looks};
use crate::sim::{journey::Journey, plan::Plan};
use crate::template::{Template, texts};
use events::Capability;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;
use tracing::Level;

pub mod pages;

/// When the prices were compared with public articles of that year that quote the named pages, not with the pages themselves.
/// Check those before you rely on a price.
pub const PRICED_ON: &str = "2026-11-21";
/// Tenths of a unit: capacity is counted in them.
const TENTHS: u64 = 10;

/// A price in `us-east-1`, without free tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub what: &'static str,
    /// Millionths of a dollar for a million units.
    pub per_million: u64,
    /// The official page.
    pub source: &'static str,
}

macro_rules! prices {
    ($($name:ident = $what:literal, $per_million:literal, $source:literal;)*) => {
        $(const $name: Price = Price { what: $what, per_million: $per_million, source: $source };)*
        pub const PRICES: &[Price] = &[$($name),*];
    };
}

prices! {
    WRITES = "table writes (WRU)", 625_000, "aws.amazon.com/dynamodb/pricing/on-demand";
    INDEX_WRITES = "index writes (WRU)", 625_000, "aws.amazon.com/dynamodb/pricing/on-demand";
    READS = "reads (RRU)", 125_000, "aws.amazon.com/dynamodb/pricing/on-demand";
    QUEUES = "SQS requests", 400_000, "aws.amazon.com/sqs/pricing";
    INVOCATIONS = "Lambda requests", 200_000, "aws.amazon.com/lambda/pricing";
    DURATION = "Lambda GB-seconds", 13_333_400, "aws.amazon.com/lambda/pricing, arm64";
    REQUESTS = "HTTP API requests", 1_000_000, "aws.amazon.com/api-gateway/pricing";
    LOGS = "log kB", 500_000, "aws.amazon.com/cloudwatch/pricing, ingestion";
    MAILS = "mails", 100_000_000, "aws.amazon.com/ses/pricing";
}

/// `MemorySize` of the functions that an order meets.
const MEMORY_MEGABYTES: u64 = 256;
/// The assumed duration of an invocation, in milliseconds: two round trips and a send.
const INVOCATION_MILLIS: u64 = 20;
/// The assumed additional duration of each record after the first, as records are handled concurrently.
const RECORD_MILLIS: u64 = 3;

/// The usage of some journeys.
#[derive(Debug, Clone)]
pub struct Count {
    /// The number of customers; each orders once.
    pub orders: u64,
    /// By capability and trigger, sweeps included.
    pub usages: Usages,
    /// Bytes logged.
    pub logged: u64,
    /// Metrics that were published, each with its dimensions.
    pub series: BTreeSet<String>,
    /// The most table waits of each request.
    pub waited: Waited,
}

/// In this run an order that is canceled at once is canceled before the warehouse hears of it.
const SEED: u64 = 6;

/// Runs the same journey for all customers at once. Workers wait `window_millis` for fuller batches.
///
/// # Panics
/// If the shop does not come to rest, or breaks a promise.
pub fn count(journey: Journey, customers: u64, window_millis: u64) -> Count {
    let plan = Plan { customers, faults: 0, journey: Some(journey), window_millis, ..Plan::of(SEED) };
    let log = CapturedLog::default();
    let capturing = log.capture_from(Level::INFO);
    let (usages, waited, furnished) = on_virtual_time(async {
        let driver = open_shop(&plan).await;
        let stage = &driver.shop.stage;
        assert!(come_to_rest(&driver.shop).await, "an empty shop does not come to rest");
        stage.meter.take();
        let furnished = log.text().len();
        assert!(run_customers(&driver, customers).await, "{journey:?} does not end");
        assert!(!stage.is_broken(), "{:?}", stage.violations());
        (stage.meter.take(), stage.meter.waited(), furnished)
    });
    drop(capturing);
    let (logged, series) = logged_in(&log.text()[furnished..]);
    Count { orders: customers, usages, logged, series, waited }
}

/// Bytes that CloudWatch gets of a captured log, and the metrics in it.
fn logged_in(captured: &str) -> (u64, BTreeSet<String>) {
    let (mut logged, mut series) = (0, BTreeSet::new());
    for line in captured.lines() {
        // A metric is a line of its own in the log.
        match metric(line) {
            Some(metric) => {
                logged += metric.len() as u64;
                series.insert(series_of(&metric));
            }
            None => logged += line.len() as u64,
        }
    }
    (logged, series)
}

fn metric(line: &str) -> Option<String> {
    let event: Value = serde_json::from_str(line).unwrap();
    (event["fields"]["message"] == "metric").then(|| event["fields"]["line"].as_str().map(str::to_owned))?
}

/// CloudWatch keeps a metric for each name with the values of its dimensions.
fn series_of(metric: &str) -> String {
    let line: Value = serde_json::from_str(metric).unwrap();
    let metrics = &line["_aws"]["CloudWatchMetrics"][0];
    let values = texts(&metrics["Dimensions"]).into_iter().map(|name| line[name].to_string());
    values.chain([metrics["Metrics"][0]["Name"].to_string()]).collect::<Vec<_>>().join(" ")
}

impl Count {
    /// The usage without sweeps, which run with or without orders.
    pub fn used(&self) -> Usage {
        self.sum(|trigger| trigger != Trigger::Schedule)
    }

    fn by(&self, wanted: Trigger) -> Usage {
        self.sum(|trigger| trigger == wanted)
    }

    fn sum(&self, wanted: impl Fn(Trigger) -> bool) -> Usage {
        let mut sum = Usage::default();
        self.usages.iter().filter(|((_, trigger), _)| wanted(*trigger)).for_each(|(_, used)| sum += *used);
        sum
    }

    /// The average number of messages in a worker's batch, in tenths.
    pub fn tenths_of_batch(&self) -> u64 {
        let queue = self.by(Trigger::Queue);
        queue.records * TENTHS / queue.invocations.max(1)
    }

    /// The usage of one order by price, in thousandths of a unit.
    pub fn parts(&self) -> Vec<(Price, u64)> {
        let (all, queue, stream) = (self.used(), self.by(Trigger::Queue), self.by(Trigger::Stream));
        let records = queue.records + stream.records;
        let more_records = records.saturating_sub(queue.invocations + stream.invocations);
        let millis = all.invocations * INVOCATION_MILLIS + more_records * RECORD_MILLIS;
        // Lambda receives and deletes each batch with one request each.
        let queues = all.queue_requests + 2 * queue.invocations;
        let others =
            [(REQUESTS, self.by(Trigger::Http).invocations * 1_000), (LOGS, self.logged), (MAILS, all.mails * 1_000)];
        let parts = parts(&all, queues, millis).into_iter().chain(others);
        parts.map(|(price, thousandths)| (price, thousandths / self.orders.max(1))).collect()
    }

    /// WRU, RRU, messages and mails of one order: what must not grow.
    pub fn summary(&self) -> String {
        let (used, orders) = (self.used(), self.orders.max(1));
        let tenths = |sum: u64| format!("{}.{}", sum / orders / TENTHS, sum / orders % TENTHS);
        let Usage { written, indexed, read, messages, mails, .. } = used;
        let (written, indexed, read) = (tenths(written), tenths(indexed), tenths(read));
        format!(
            "{written} WRU, {indexed} in indexes, {read} RRU, {} messages, {} mails",
            messages / orders,
            mails / orders
        )
    }
}

/// The least that a delivered order of three lines without a cart needs by the laws, in thousandths of a unit.
const FLOOR: [(Price, u64); 9] = [
    (WRITES, 32_000),
    (INDEX_WRITES, 9_000),
    (READS, 6_500),
    (QUEUES, 5_700),
    (INVOCATIONS, 5_000),
    (DURATION, 40),
    (REQUESTS, 3_000),
    (LOGS, 7_300),
    (MAILS, 4_000),
];

/// Millionths of a dollar for a million orders with this usage, in thousandths of a unit.
const fn millionths(price: Price, thousandths: u64) -> u64 {
    price.per_million * thousandths / 1_000
}

fn dollars(millionths: u64) -> String {
    format!("{}.{:02}", millionths / 1_000_000, millionths / 10_000 % 100)
}

fn units(thousandths: u64) -> String {
    format!("{}.{:02}", thousandths / 1_000, thousandths / 10 % 100)
}

/// The cost by price: units for an order and dollars for a million orders, one at a time, in batches, and at the floor.
pub fn table(alone: &Count, together: &Count) -> String {
    let tenths = together.tenths_of_batch();
    let mut table = format!(
        "{:<22}{:>20}{:>20}{:>20}\n",
        "delivered, three lines",
        "one at a time",
        format!("batches of {}.{}", tenths / TENTHS, tenths % TENTHS),
        "paper floor"
    );
    let columns = [alone.parts(), together.parts(), FLOOR.to_vec()];
    for (index, (price, _)) in columns[0].iter().enumerate() {
        let _ = write!(table, "{:<22}", price.what);
        for column in &columns {
            let (price, used) = column[index];
            let _ = write!(table, "{:>10}{:>10}", units(used), dollars(millionths(price, used)));
        }
        table.push('\n');
    }
    let _ = write!(table, "{:<22}", "$ for a million orders");
    for column in &columns {
        let sum = column.iter().map(|(price, used)| millionths(*price, *used)).sum();
        let _ = write!(table, "{:>20}", dollars(sum));
    }
    table
}

/// Millionths of a dollar a month (aws.amazon.com/cloudwatch/pricing, as of the same day).
const ALARM: u64 = 100_000;
const DASHBOARD: u64 = 3_000_000;
const METRIC: u64 = 300_000;
/// Long polls of an empty inbox in a month, assuming that Lambda runs five at a time of 20 seconds each.
const IDLE_POLLS: u64 = 5 * 3 * 60 * 24 * 30;
/// Minutes of a month.
const MONTH: u64 = 30 * 24 * 60;

/// The minutes between two ticks of a capability's schedule; `None` without one.
fn minutes_between_ticks(template: &Template) -> Option<u64> {
    let rules = template.of_type("AWS::Events::Rule");
    let rate = rules.first()?.1["Properties"]["ScheduleExpression"].as_str()?;
    Some(rate.strip_prefix("rate(").and_then(|rate| rate.split(' ').next()).and_then(|n| n.parse().ok()).unwrap())
}

/// Ticks in a month, and the millionths of a dollar that they cost if they find nothing.
pub fn sweeps_of_a_month() -> (u64, u64) {
    let (mut ticks, mut cost) = (0, 0);
    for (of, template) in Template::of_capabilities() {
        let Some(minutes) = minutes_between_ticks(&template) else { continue };
        ticks += MONTH / minutes;
        cost += priced(&idle_tick(of)) * (MONTH / minutes) / 1_000_000;
    }
    (ticks, cost)
}

/// Millionths of a dollar for a million times this usage. Each invocation is of its own.
fn priced(used: &Usage) -> u64 {
    let millis = used.invocations * INVOCATION_MILLIS;
    // Lambda receives and deletes each message with one request each.
    let queues = used.queue_requests + 2 * used.records;
    priced_parts(parts(used, queues, millis))
}

fn priced_parts(parts: impl IntoIterator<Item = (Price, u64)>) -> u64 {
    parts.into_iter().map(|(price, thousandths)| millionths(price, thousandths)).sum()
}

/// What functions use of tables, queues and Lambda, in thousandths of a unit.
fn parts(used: &Usage, queue_requests: u64, millis: u64) -> [(Price, u64); 6] {
    [
        (WRITES, used.written * 1_000 / TENTHS),
        (INDEX_WRITES, used.indexed * 1_000 / TENTHS),
        (READS, used.read * 1_000 / TENTHS),
        (QUEUES, queue_requests * 1_000),
        (INVOCATIONS, used.invocations * 1_000),
        (DURATION, millis * MEMORY_MEGABYTES / 1_024),
    ]
}

/// What the sweep costs an order that waits for the warehouse and then for the carrier, in one line.
pub fn line_of_looks(warehouse: Duration, carrier: Duration) -> String {
    let used = looks(warehouse, carrier);
    let tenths = |sum: u64| format!("{}.{}", sum / TENTHS, sum % TENTHS);
    let (written, indexed, read) = (tenths(used.written), tenths(used.indexed), tenths(used.read));
    format!(
        "{:>10}  {written} WRU, {indexed} in indexes, {read} RRU, {} messages",
        dollars(priced(&used)),
        used.messages
    )
}

/// The monthly cost without orders. Includes only the metrics of `series`; metrics of errors and of browsing are extra.
pub fn monthly(series: &BTreeSet<String>) -> String {
    let templates: Vec<_> =
        Template::of_capabilities().into_iter().map(|(_, template)| template).chain([Template::platform()]).collect();
    let declared = |kind: &str| templates.iter().map(|template| template.of_type(kind).len() as u64).sum::<u64>();
    let (alarms, dashboards) = (declared("AWS::CloudWatch::Alarm"), declared("AWS::CloudWatch::Dashboard"));
    let inboxes = Capability::ALL.len() as u64;
    let polls = inboxes * IDLE_POLLS;
    let (ticks, sweeps) = sweeps_of_a_month();
    let lines = [
        ("alarms", alarms, alarms * ALARM),
        ("dashboards", dashboards, dashboards * DASHBOARD),
        ("metrics of these journeys", series.len() as u64, series.len() as u64 * METRIC),
        ("polls of empty inboxes", polls, polls * QUEUES.per_million / 1_000_000),
        ("sweeps that find nothing", ticks, sweeps),
    ];
    lines.map(|(what, count, cost)| format!("  {what:<26}{count:>10}{:>10} $", dollars(cost))).join("\n")
}

/// The cost of a journey in one line.
pub fn line(journey: Journey, count: &Count) -> String {
    let sum = count.parts().iter().map(|(price, used)| millionths(*price, *used)).sum();
    format!("{:<28}{:>10}  {}", format!("{journey:?}"), dollars(sum), count.summary())
}
