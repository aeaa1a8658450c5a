//! Incidents in a running shop: what operators must hear of, provoked for every capability that it can happen to. Owns what
//! each rings. Refuses to judge what CloudWatch makes of it.

mod provoking;

use super::clock::{on_virtual_time, since_beginning};
use super::visit::Visit;
use crate::captured_log::CapturedLog;
use crate::cloudwatch::CloudWatch;
use provoking::provoke;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tracing::Level;

/// Longer than most alarms look back.
const CALM: Duration = Duration::from_secs(16 * 60);
/// Time within which everything is as before: messages back off for a quarter of an hour.
const RECOVERY: Duration = Duration::from_secs(20 * 60);
/// The same of what is unreadable, which is looked at every hour, and of reputations, whose alarms look back for one.
const LONG_RECOVERY: Duration = Duration::from_secs(3 * 60 * 60);
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    Unreadable,
    Absent,
    ReadsThrottled,
    WritesThrottled,
    Failing,
    Hanging,
    Crashes,
    NoConcurrency,
    SlowTable,
    Unsendable,
    UnreadableRecord,
    Loops,
    ProviderRefuses,
    MailRejected,
    MailComesBack,
    TokensReused,
    Guesses,
    Hoarding,
    CardTesting,
    Unrecoverable,
    UnreadableItem,
    SweepHeldUp,
    SweepAbsent,
    Attack,
}

/// What was seen of an incident. Times are virtual milliseconds.
#[derive(Debug)]
pub struct Report {
    pub cloud: CloudWatch,
    pub began: u64,
    pub ended: u64,
    pub recovered: u64,
}

impl Incident {
    pub const ALL: [Self; 24] = [
        Self::Unreadable,
        Self::Absent,
        Self::ReadsThrottled,
        Self::WritesThrottled,
        Self::Failing,
        Self::Hanging,
        Self::Crashes,
        Self::NoConcurrency,
        Self::SlowTable,
        Self::Unsendable,
        Self::UnreadableRecord,
        Self::Loops,
        Self::ProviderRefuses,
        Self::MailRejected,
        Self::MailComesBack,
        Self::TokensReused,
        Self::Guesses,
        Self::Hoarding,
        Self::CardTesting,
        Self::Unrecoverable,
        Self::UnreadableItem,
        Self::SweepHeldUp,
        Self::SweepAbsent,
        Self::Attack,
    ];

    /// The kinds of alarms that ring, each for every capability that has it.
    pub const fn rings(self) -> &'static [&'static str] {
        match self {
            Self::Unreadable => &["dead-letters"],
            Self::Absent => &["inbox-age"],
            Self::ReadsThrottled => &["table-read-throttles"],
            Self::WritesThrottled => &["table-write-throttles", "api-failures"],
            Self::Failing => &["retries"],
            Self::Hanging => &["in-flight", "worker-errors"],
            Self::Crashes => {
                &["api-errors", "worker-errors", "relay-errors", "api-canary", "worker-canary", "relay-canary"]
            }
            Self::NoConcurrency => &["api-throttles", "api-failures"],
            Self::SlowTable => &["api-slow"],
            Self::Unsendable => &["relay-errors", "relay-age"],
            Self::UnreadableRecord => &["unrelayed"],
            Self::Loops => &["worker-loops"],
            Self::ProviderRefuses => &["capture-failed", "void-failed", "refund-failed"],
            Self::MailRejected => &["emails-failed"],
            Self::MailComesBack => &["emails-bounced", "emails-complained"],
            Self::TokensReused => &["reused-tokens"],
            Self::Guesses => &["throttled-attempts"],
            Self::Hoarding | Self::CardTesting => &["refused"],
            Self::Unrecoverable => &["sweep-failed"],
            Self::UnreadableItem => &["sweep-unreadable"],
            Self::SweepHeldUp => &["due-throttles", "sweep-lag"],
            Self::SweepAbsent => &["sweep-lag"],
            Self::Attack => &["edge-blocked"],
        }
    }

    /// Opens a shop, lets it be, provokes the incident, mends it, and waits until all is as before.
    pub fn happen(self) -> Report {
        let log = CapturedLog::default();
        let capturing = log.capture_from(Level::INFO);
        let mut report = on_virtual_time(async {
            let visit = Visit::begin().await;
            let stage = &visit.shop.stage;
            // The sample of an operator's message is about her.
            visit.sign_up("ada@example.com").await;
            stage.observed.begin();
            tokio::spawn(Arc::clone(&visit.shop).measure_queues());
            tokio::time::sleep(CALM).await;
            let began = stage.clock.millis();
            provoke(self, &visit).await;
            stage.outages.end_all();
            stage.bank.refuse(&[]);
            stage.queues.delete_dead();
            let ended = stage.clock.millis();
            let long = matches!(self, Self::UnreadableItem | Self::SweepHeldUp | Self::MailComesBack);
            tokio::time::sleep(if long { LONG_RECOVERY } else { RECOVERY }).await;
            // Letters of what was still under way.
            stage.queues.delete_dead();
            tokio::time::sleep(CALM).await;
            Report { cloud: stage.observed.take(), began, ended, recovered: stage.clock.millis() }
        });
        drop(capturing);
        metrics_of(&log).iter().for_each(|line| report.cloud.line(line));
        report
    }
}

/// The lines of a log that are metrics, with their times since the run began.
pub fn metrics_of(log: &CapturedLog) -> Vec<Value> {
    let metric = |line: &str| {
        // Most lines are none, and need not be read.
        let event: Value = line.contains("CloudWatchMetrics").then(|| serde_json::from_str(line).unwrap())?;
        let mut metric: Value = serde_json::from_str(event["fields"]["line"].as_str()?).unwrap();
        metric["_aws"]["Timestamp"] = since_beginning(metric["_aws"]["Timestamp"].as_i64()?).into();
        Some(metric)
    };
    log.text().lines().filter_map(metric).collect()
}
