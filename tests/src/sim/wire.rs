//! The network between the functions' SDK clients and AWS. Requests are throttled, canceled or slow, answers are lost,
//! connections hang, and processes crash right before and right after a write or a send.

use super::faults::Fault;
use super::invariant::Invariant;
use super::invocation::INVOCATION;
use super::mutants::writes::Write;
use super::observed;
use super::outages::Outage;
use super::place::Place;
use super::stage::Stage;
use super::table::keys_written;
use super::target::Target;
use super::watch;
use chassis::testing::connector::WireRequest;
use chassis::testing::network::{Network, Packet};
use events::Capability;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// For how long an eventually consistent read may return the version before.
const STALE_MILLIS: u64 = 1_000;
/// For how long an index may be behind its table.
pub(super) const BEHIND_MILLIS: u64 = 3_000;

/// How much longer a slow table takes to answer: longer than an attempt at a call may take.
const SLOW: Duration = Duration::from_millis(1_500);

/// A capability's connection to a service.
pub struct Line {
    pub stage: Arc<Stage>,
    pub from: Capability,
    pub target: Target,
}

impl Network for Line {
    fn carry(&self, packet: Packet) -> BoxFuture<'static, Option<(u16, String)>> {
        carry(Arc::clone(&self.stage), self.from, self.target.clone(), packet).boxed()
    }
}

fn changes_something(target: &Target, operation: &str) -> bool {
    match target {
        Target::Table => !matches!(operation, "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems"),
        Target::Queues => operation != "GetQueueAttributes",
        Target::Mail => true,
        Target::Alarms | Target::Parameters(_) => false,
    }
}

async fn carry(stage: Arc<Stage>, from: Capability, target: Target, packet: Packet) -> Option<(u16, String)> {
    stage.rights.record(from, &target, &packet);
    let invocation = INVOCATION.with(Arc::clone);
    let _waiting = matches!(target, Target::Table).then(|| invocation.waits.begin());
    passed(&stage, from, &target, packet).await
}

async fn passed(stage: &Stage, from: Capability, target: &Target, packet: Packet) -> Option<(u16, String)> {
    let changes = changes_something(target, &packet.operation);
    let place = Place::of_call(&packet.operation, &packet.body);
    let kind = format!("{} {}", target.name(), packet.operation);
    let fate = match (target, stage.mutant) {
        (Target::Table, Some(mutant)) => mutant.on_write(from, &packet.operation, &packet.body),
        _ => Write::Kept,
    };
    let packet = match &fate {
        Write::Changed(body) => Packet { body: body.clone(), ..packet },
        Write::Kept | Write::Skipped => packet,
    };
    // A process keeps a parameter. If its first reader waited, nobody else's story would be the same without that reader.
    let waits = !matches!(target, Target::Parameters(_));
    if waits {
        stage.latency(place).await;
    }
    let call = if changes { stage.faults.next_call() } else { 0 };
    if changes && stage.faults.crashes(call, true, place) {
        crash(stage, from, "before", &packet).await;
    }
    if matches!(target, Target::Table) && stage.outages.has(Outage::Slow(from)) {
        tokio::time::sleep(SLOW).await;
    }
    if let Some(refusal) = out(stage, from, target, &packet).or_else(|| refused(stage, target, &packet, place)) {
        return Some(refusal);
    }
    if stage.faults.hangs(Fault::RequestHangs, place, &kind) {
        hang(stage, from, "before", &packet).await;
    }
    let answer =
        if fate == Write::Skipped { (200, "{}".to_owned()) } else { done(stage, from, target, &packet, place) };
    match target {
        Target::Table => stage.meter.table_called(from, &stage.tables[&from].dynamo().take_calls()),
        _ => stage.meter.called(from, target, &packet),
    }
    if changes {
        stage.recording.keep_call(from, target, &packet);
        if matches!(target, Target::Table) && answer.0 == 200 {
            watch::written(stage, from, keys_written(&packet.operation, &packet.body));
        }
        if stage.faults.crashes(call, false, place) {
            crash(stage, from, "after", &packet).await;
        }
        if stage.faults.strikes_at(Fault::AnswerLost, place) {
            stage.story.record(format!("{from}: the answer to {} is lost{}", packet.operation, subject()));
            return None;
        }
    }
    if stage.faults.hangs(Fault::AnswerHangs, place, &kind) {
        hang(stage, from, "after", &packet).await;
    }
    if waits {
        stage.latency(place).await;
    }
    Some(answer)
}

/// The connection hangs: no answer ever comes, and no error either. Whoever waits must end it.
async fn hang(stage: &Stage, from: Capability, when: &str, packet: &Packet) {
    stage.story.record(format!("{from}: the connection hangs {when} {}{}", packet.operation, subject()));
    std::future::pending::<()>().await;
}

fn subject() -> String {
    INVOCATION.try_with(|invocation| format!(" ({})", invocation.work.about)).unwrap_or_default()
}

/// The calling process crashes: its invocation ends here and never gets an answer.
async fn crash(stage: &Stage, from: Capability, when: &str, packet: &Packet) {
    stage.story.record(format!("{from}: crashes right {when} {}{}", packet.operation, subject()));
    let _ = INVOCATION.try_with(|invocation| invocation.died.notify_one());
    std::future::pending::<()>().await;
}

/// What an outage answers.
fn out(stage: &Stage, from: Capability, target: &Target, packet: &Packet) -> Option<(u16, String)> {
    let error = |status: u16, kind: &str| Some((status, json!({"__type": kind, "message": kind}).to_string()));
    let (has, writes) = (|outage| stage.outages.has(outage), changes_something(target, &packet.operation));
    match target {
        Target::Table => {
            let index = writes && packet.body.contains("due_at") && has(Outage::DueThrottled(from));
            let throttled = if writes { Outage::ThrottledWrites(from) } else { Outage::ThrottledReads(from) };
            if !index && !has(throttled) {
                return None;
            }
            let (table, now) = (observed::table(from), stage.clock.millis());
            stage.observed.note(|cloud| cloud.table_throttled(&table, index.then_some("due"), writes, now));
            error(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
        }
        Target::Queues if has(Outage::Unsendable(from)) => error(500, "com.amazonaws.sqs#InternalError"),
        Target::Mail if has(Outage::MailRejected) => error(400, "MessageRejected"),
        _ => None,
    }
}

fn refused(stage: &Stage, target: &Target, packet: &Packet, place: Place) -> Option<(u16, String)> {
    let error = |kind: &str, extra: Value| {
        let mut body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": kind});
        if !extra.is_null() {
            body["CancellationReasons"] = extra;
        }
        Some((400, body.to_string()))
    };
    match target {
        Target::Table if stage.faults.strikes_at(Fault::Throttle, place) => {
            error("ProvisionedThroughputExceededException", Value::Null)
        }
        Target::Table
            if packet.operation == "TransactWriteItems" && stage.faults.strikes_at(Fault::Conflict, place) =>
        {
            let body: Value = serde_json::from_str(&packet.body).unwrap();
            let count = body["TransactItems"].as_array().map_or(1, Vec::len);
            let met = stage.draws.at(place.and("conflict")).below(count as u64);
            let reasons = (0..count as u64).map(|index| {
                let code = if index == met { "TransactionConflict" } else { "None" };
                json!({"Code": code})
            });
            error("TransactionCanceledException", reasons.collect())
        }
        Target::Mail if stage.faults.strikes_at(Fault::MailRefused, place) => {
            Some((429, json!({"__type": "TooManyRequestsException", "message": "later"}).to_string()))
        }
        Target::Mail if stage.faults.strikes_at(Fault::MailRejected, place) => {
            Some((400, json!({"__type": "MessageRejected", "message": "never"}).to_string()))
        }
        _ => None,
    }
}

fn done(stage: &Stage, from: Capability, target: &Target, packet: &Packet, place: Place) -> (u16, String) {
    let operation = packet.operation.as_str();
    match target {
        Target::Table => {
            if let Some(old) = older(stage, from, packet, place) {
                return (200, old);
            }
            let request = WireRequest { method: "POST", uri: "/", operation, body: &packet.body };
            let (status, mut answer) = stage.tables[&from].dynamo().service()(request);
            if let Some(mutant) = stage.mutant {
                answer = mutant.on_answer(operation, &packet.body, answer);
            }
            mixed(stage, operation, status, answer, place)
        }
        Target::Queues => stage.queues.answer(operation, &packet.body, &stage.faults),
        Target::Mail => {
            let Some(body) = stage.mutant.map_or(Some(packet.body.clone()), |mutant| mutant.on_mail(&packet.body))
            else {
                return (200, json!({"MessageId": "mail-0"}).to_string());
            };
            let (answer, violation) = stage.mail.send(&stage.tables[&from], &body);
            violation.into_iter().for_each(|violation| stage.violate(Invariant::EmailsAreSentOnce, violation));
            stage.mail_was_taken(&body);
            (200, answer)
        }
        Target::Alarms => (200, json!({"MetricAlarms": []}).to_string()),
        Target::Parameters(values) => {
            let body: Value = serde_json::from_str(&packet.body).unwrap();
            let name = body["Name"].as_str().unwrap();
            (200, json!({"Parameter": {"Name": name, "Value": values[name]}}).to_string())
        }
    }
}

/// DynamoDB may report a conflict beside a failed condition.
fn mixed(stage: &Stage, operation: &str, status: u16, answer: String, place: Place) -> (u16, String) {
    if operation != "TransactWriteItems" || status == 200 || !stage.faults.strikes_at(Fault::Conflict, place) {
        return (status, answer);
    }
    let mut body: Value = serde_json::from_str(&answer).unwrap();
    let mut reasons = body["CancellationReasons"].as_array_mut().into_iter().flatten();
    if let Some(quiet) = reasons.find(|reason| reason["Code"] == "None") {
        *quiet = json!({"Code": "TransactionConflict", "Message": "conflict"});
    }
    (status, body.to_string())
}

/// What an eventually consistent read may answer: how it was a moment ago.
fn older(stage: &Stage, from: Capability, packet: &Packet, place: Place) -> Option<String> {
    let kind = |body: &Value| match packet.operation.as_str() {
        "GetItem" => Some((Fault::StaleRead, STALE_MILLIS, body["ConsistentRead"] == true)),
        "BatchGetItem" => {
            let mut tables = body["RequestItems"].as_object().into_iter().flat_map(serde_json::Map::values);
            Some((Fault::StaleBatch, STALE_MILLIS, tables.any(|table| table["ConsistentRead"] == true)))
        }
        "Query" if body["IndexName"].is_string() => Some((Fault::StaleIndex, BEHIND_MILLIS, false)),
        "Query" => Some((Fault::StaleBatch, STALE_MILLIS, body["ConsistentRead"] == true)),
        _ => None,
    };
    if !matches!(packet.operation.as_str(), "GetItem" | "BatchGetItem" | "Query") {
        return None;
    }
    let body: Value = serde_json::from_str(&packet.body).unwrap();
    let (fault, millis, _) = kind(&body).filter(|(.., consistent)| !consistent)?;
    let (table, now) = (&stage.tables[&from], stage.clock.millis());
    let after = now.saturating_sub(1 + stage.draws.at(place.and("behind")).below(millis));
    if fault == Fault::StaleRead {
        let part = |name: &str| body["Key"][name]["S"].as_str().unwrap_or_default().to_owned();
        let before = table.before(&part("pk"), &part("sk"), after)?;
        let stale = stage.faults.strikes_at(fault, place);
        return stale.then(|| before.map_or_else(|| json!({}), |item| json!({"Item": item})).to_string());
    }
    if !table.changed_after(after) || !stage.faults.strikes_at(fault, place) {
        return None;
    }
    Some(table.answer_as_of(after, &packet.operation, &packet.body))
}

impl Stage {
    /// Sleeps for as long as a request or a response travels.
    pub async fn latency(&self, place: Place) {
        let slow = self.faults.strikes_at(Fault::SlowAnswer, place);
        let dice = self.draws.at(place.and("latency"));
        let millis = if slow { dice.between(500, 6_000) } else { dice.between(1, 12) };
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}
