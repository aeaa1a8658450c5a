//! The running shop: workers that poll queues, schedules, HTTP requests, and the processes that handle them.

use super::faults::Fault;
use super::functions::{self, Process};
use super::invariants::catalogue::Invariant;
use super::invocation::Trigger;
use super::invocation::{INVOCATION, Invocation, Waits};
use super::observed::function;
use super::outages::Outage;
use super::queues::Delivery;
use super::recording::Place;
use super::stage::{RELAYS, Stage};
use super::table::SHARDS;
use chassis::World;
use chassis::testing::{Request, Response};
use events::Capability;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

/// `Timeout` of the functions behind HTTP in the templates.
const REQUEST: Duration = Duration::from_secs(8);
/// `Timeout` of relays and of most workers.
const WORK: Duration = Duration::from_secs(5);
/// `Timeout` of workers that sweep, or that wait for a provider or the mail service.
const LONG_WORK: Duration = Duration::from_secs(20);
/// Waits before a tick and before each of its repeats (AWS Lambda developer guide, "Asynchronous invocation": two retries, a
/// minute before the first and two before the second).
const REPEATED_AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_secs(60), Duration::from_secs(120)];
/// Batches that a worker handles concurrently. The seeds of crowds and the published examples depend on it.
const AT_ONCE: u32 = 5;
/// What the batches of a worker share evenly, be they two, five or ten.
const ROOM: u32 = 10;
/// The longest that Lambda takes to start a process in the place of one that ran out of time, in milliseconds.
const COLD_START_MILLIS: u64 = 2_000;
/// `BatchSize` of every inbox in the templates.
pub const FULL_BATCH: usize = 10;
/// Processes per capability.
const PROCESSES: usize = 2;

/// `Timeout` of the function that a trigger wakes.
pub const fn timeout(trigger: Trigger, of: Capability) -> Duration {
    match (trigger, of) {
        (Trigger::Http, _) => REQUEST,
        (Trigger::Queue | Trigger::Schedule, Capability::Orders | Capability::Payments | Capability::Notifications) => {
            LONG_WORK
        }
        _ => WORK,
    }
}

/// Batches that a worker handles concurrently, `MaximumConcurrency` of its inbox in the templates. It counts where a worker
/// hangs; all others handle five.
pub const fn max_concurrency(of: Capability) -> u32 {
    match of {
        Capability::Users | Capability::Catalog => 2,
        Capability::Inventory | Capability::Carts | Capability::Shipping | Capability::Notifications => 5,
        Capability::Orders | Capability::Payments => 10,
    }
}

#[derive(Debug)]
pub(super) enum Ending {
    Answered(Value),
    Failed,
    Died,
    OutOfTime,
}

pub struct Shop {
    pub stage: Arc<Stage>,
    world: World,
    processes: Vec<BTreeMap<Capability, Mutex<Arc<dyn Process>>>>,
    busy: AtomicUsize,
}

impl Shop {
    pub fn build(stage: &Arc<Stage>) -> Arc<Self> {
        let world: World = chassis::testing::network::world(Arc::new(stage.clock), Arc::new(stage.dice.apart(5)));
        let process = |of| (of, Mutex::new(functions::process(stage, &world, of)));
        let processes = (0..PROCESSES).map(|_| Capability::ALL.into_iter().map(process).collect()).collect();
        Arc::new(Self { stage: Arc::clone(stage), world, processes, busy: AtomicUsize::new(0) })
    }

    /// Starts workers, relays and the schedule.
    pub fn open(self: &Arc<Self>) {
        for capability in Capability::ALL {
            tokio::spawn(Arc::clone(self).work(capability));
        }
        for capability in RELAYS {
            for shard in 0..SHARDS {
                tokio::spawn(Arc::clone(self).relay(capability, shard));
            }
        }
        // As in the templates.
        tokio::spawn(Arc::clone(self).schedule(Capability::Orders, Duration::from_secs(60)));
        tokio::spawn(Arc::clone(self).schedule(Capability::Payments, Duration::from_secs(300)));
    }

    /// Whether any invocation is running.
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }

    /// Sends a request; `None` if the function is absent, crashed or timed out.
    pub async fn http(&self, to: Capability, request: Request) -> Option<Response> {
        let mut event = request.event();
        event["requestContext"]["requestId"] = self.stage.next_request().into();
        let http = &event["requestContext"]["http"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let about = format!("{} {}", text(&http["method"]), text(&http["path"]));
        self.stage.recording.keep(Place::Request(to), || event.to_string());
        if self.stage.is_absent(to) {
            self.stage.latency().await;
            return None;
        }
        let began = self.stage.clock.millis();
        let ending = if self.stage.outages.has(Outage::NoConcurrency(to)) {
            self.stage.observed.note(|cloud| cloud.throttled(&function(to, Trigger::Http), began));
            Ending::Failed
        } else {
            self.invoke(to, Trigger::Http, &event, about.clone()).await
        };
        let response = match ending {
            Ending::Answered(answer) => {
                self.stage.recording.keep(Place::Answer(to), || answer.to_string());
                Some(Response::from_answer(&answer))
            }
            Ending::Failed | Ending::Died | Ending::OutOfTime => None,
        };
        let took = self.stage.clock.millis() - began;
        let status = response.as_ref().map_or(503, |response| response.status);
        self.stage.observed.note(|cloud| cloud.request(began, took, status));
        let answer =
            response.as_ref().map_or_else(|| "no answer".to_owned(), |r| format!("{} {}", r.status, r.problem()));
        self.stage.story.record(format!("customers: {about}: {answer}"));
        if response.as_ref().is_some_and(|response| response.status == 500) {
            self.stage.violate(Invariant::RequestsAreAnswered, format!("{about} is answered 500"));
        }
        response
    }

    pub(super) async fn invoke(&self, of: Capability, trigger: Trigger, event: &Value, about: String) -> Ending {
        self.invoke_within(timeout(trigger, of), of, trigger, event, about).await
    }

    pub(super) async fn invoke_within(
        &self,
        limit: Duration,
        of: Capability,
        trigger: Trigger,
        event: &Value,
        about: String,
    ) -> Ending {
        let place = &self.stage.dice.pick(&self.processes)[&of];
        let process = Arc::clone(&place.lock().unwrap());
        let invocation = Arc::new(Invocation { of, trigger, about, died: Notify::new(), waits: Waits::default() });
        self.stage.meter.woken(of, trigger, event);
        let (event, began) = (event.to_string(), self.stage.clock.millis());
        let crashes = self.stage.outages.has(Outage::Crashes(of, trigger));
        let hangs = self.stage.outages.has(Outage::Hangs(of, trigger));
        let believed = self.stage.mutant.map_or(limit, |mutant| mutant.time_left(limit));
        self.busy.fetch_add(1, Ordering::SeqCst);
        let handled = INVOCATION.scope(Arc::clone(&invocation), async {
            if hangs {
                std::future::pending::<()>().await;
            }
            process.handle(&event, believed).await
        });
        let ending = tokio::select! {
            biased;
            () = std::future::ready(()), if crashes => Ending::Died,
            () = invocation.died.notified() => Ending::Died,
            answer = handled => answer.map_or(Ending::Failed, Ending::Answered),
            () = tokio::time::sleep(limit) => Ending::OutOfTime,
        };
        self.busy.fetch_sub(1, Ordering::SeqCst);
        let failed = !matches!(ending, Ending::Answered(_));
        self.stage.observed.note(|cloud| cloud.invocation(&function(of, trigger), began, failed));
        if trigger == Trigger::Http {
            self.stage.meter.asked(&invocation.about, invocation.waits.count());
        }
        if hangs {
            let start = self.stage.dice.below(COLD_START_MILLIS);
            tokio::time::sleep(Duration::from_millis(start)).await;
        } else if matches!(ending, Ending::OutOfTime) {
            // Whatever hangs, a function ends by itself.
            self.stage.violate(Invariant::FunctionsEndInTime, format!("{of} did not end: {}", invocation.about));
        }
        if matches!(ending, Ending::Died | Ending::OutOfTime) && !crashes && !hangs {
            // A new process starts with empty memory.
            *place.lock().unwrap() = functions::process(&self.stage, &self.world, of);
        }
        ending
    }

    /// Polls an inbox for ever.
    pub async fn work(self: Arc<Self>, of: Capability) {
        let room = Arc::new(Semaphore::new(ROOM as usize));
        loop {
            if self.stage.is_absent(of) {
                tokio::time::sleep(Duration::from_secs(30)).await;
                continue;
            }
            let hangs = self.stage.outages.has(Outage::Hangs(of, Trigger::Queue));
            let share = ROOM / if hangs { max_concurrency(of) } else { AT_ONCE };
            let Ok(permit) = Arc::clone(&room).acquire_many_owned(share).await else { return };
            // What waits behind a worker that hangs fills its batches.
            let most = if hangs { FULL_BATCH } else { self.most_of_a_batch() };
            let batch = self.stage.queues.receive(of, most);
            if batch.is_empty() {
                drop(permit);
                self.stage.queues.wait(of).await;
                if self.stage.window_millis > 0 {
                    tokio::time::sleep(Duration::from_millis(self.stage.window_millis)).await;
                }
                continue;
            }
            let this = Arc::clone(&self);
            tokio::spawn(async move {
                this.deliver(of, batch).await;
                drop(permit);
            });
        }
    }

    fn most_of_a_batch(&self) -> usize {
        let full = self.stage.window_millis > 0;
        if full { FULL_BATCH } else { usize::try_from(self.stage.dice.between(1, FULL_BATCH as u64)).unwrap_or(1) }
    }

    async fn deliver(&self, of: Capability, batch: Vec<Delivery>) {
        let batch = self.unstopped(of, batch);
        if batch.is_empty() {
            return;
        }
        let records: Vec<_> = batch
            .iter()
            .map(|delivery| {
                json!({"messageId": delivery.number.to_string(), "receiptHandle": delivery.receipt.to_string(),
                    "body": delivery.body, "eventSource": "aws:sqs",
                    "attributes": {"ApproximateReceiveCount": delivery.receives.to_string()}})
            })
            .collect();
        let about = batch.iter().map(|delivery| delivery.label.id.as_str()).collect::<Vec<_>>().join(" ");
        let ending = self.invoke(of, Trigger::Queue, &json!({"Records": records}), about.clone()).await;
        let Ending::Answered(answer) = ending else {
            self.stage.story.record(format!("{of}: {ending:?} with {about}"));
            return;
        };
        let again: Vec<&str> = answer["batchItemFailures"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|failure| failure["itemIdentifier"].as_str())
            .collect();
        for delivery in batch {
            let id = &delivery.label.id;
            if again.contains(&delivery.number.to_string().as_str()) {
                self.stage.story.record(format!("{of}: {id} comes again after {} receives", delivery.receives));
            } else {
                self.stage.story.record(format!("{of}: {id} is handled"));
                self.stage.queues.acknowledge(of, &delivery);
            }
        }
    }

    /// What of a batch Lambda does not stop as part of a loop.
    fn unstopped(&self, of: Capability, mut batch: Vec<Delivery>) -> Vec<Delivery> {
        if self.stage.outages.has(Outage::LoopGuard(of)) {
            let now = self.stage.clock.millis();
            batch.retain(|delivery| {
                let body: Value = serde_json::from_str(&delivery.body).unwrap_or_default();
                let is_loop = self.stage.observed.is_loop(of, body["traceparent"].as_str().unwrap_or_default());
                if is_loop {
                    self.stage.observed.note(|cloud| cloud.dropped(&function(of, Trigger::Queue), now));
                    self.stage.queues.acknowledge(of, delivery);
                }
                !is_loop
            });
        }
        batch
    }

    async fn schedule(self: Arc<Self>, of: Capability, every: Duration) {
        if self.stage.mutant.is_some_and(|mutant| mutant.skips_the_sweep()) {
            return;
        }
        loop {
            tokio::time::sleep(every).await;
            // A tick with nothing to look at would read the empty pages of its index, and days pass in a run.
            let idle = !self.stage.observed.has_begun() && !self.stage.tables[&of].is_due(self.stage.clock.now());
            let idle = idle || self.stage.outages.has(Outage::Unscheduled(of));
            if !idle && !self.stage.is_absent(of) {
                tokio::spawn(Arc::clone(&self).tick(of));
            }
        }
    }

    /// A tick of a schedule. EventBridge does not wait for it; Lambda repeats one that failed.
    async fn tick(self: Arc<Self>, of: Capability) {
        let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
        for wait in REPEATED_AFTER {
            tokio::time::sleep(wait).await;
            if self.stage.is_absent(of) {
                continue;
            }
            let hurried = self.stage.faults.strikes(Fault::HurriedTick);
            let limit = if hurried { Duration::from_millis(self.stage.dice.between(50, 3_000)) } else { WORK };
            let ending = self.invoke_within(limit, of, Trigger::Schedule, &event, "sweep".to_owned()).await;
            if matches!(ending, Ending::Answered(_)) {
                return;
            }
            self.stage.story.record(format!("{of}: {ending:?} with the sweep"));
        }
    }
}
