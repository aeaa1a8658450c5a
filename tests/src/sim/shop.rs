//! The running shop: workers that poll queues, schedules, HTTP requests, and the processes that handle them.

use super::contacts::introduce;
use super::dice::Draws;
use super::faults::Fault;
use super::invariant::Invariant;
use super::invocation::{INVOCATION, Invocation, Trigger, Work};
use super::issued;
use super::machine::Machine;
use super::observed::function;
use super::outages::Outage;
use super::place::{Place, who};
use super::queues::Delivery;
use super::recording;
use super::stage::{RELAYS, Stage};
use super::table::SHARDS;
use chassis::runtime::Random;
use chassis::testing::{Request, Response};
use events::Capability;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// `Timeout` of the functions behind HTTP in the templates.
const REQUEST: Duration = Duration::from_secs(8);
/// `Timeout` of relays and of most workers.
pub(super) const WORK: Duration = Duration::from_secs(5);
/// `Timeout` of workers that sweep, or that wait for a provider or the mail service.
const LONG_WORK: Duration = Duration::from_secs(20);
/// Batches that a worker handles concurrently. The seeds of crowds and the published examples depend on it.
const AT_ONCE: u32 = 5;
/// What the batches of a worker share evenly, be they two, five or ten.
const ROOM: u32 = 10;
/// The longest that Lambda takes to start a process in the place of one that ran out of time, in milliseconds.
const COLD_START_MILLIS: u64 = 2_000;
/// Processes per capability.
const PROCESSES: u64 = 2;

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
    /// Lambda had no concurrency for it: it did not even begin.
    Throttled,
    Answered(Value),
    Failed,
    Died,
    OutOfTime,
}

pub struct Shop {
    pub stage: Arc<Stage>,
    processes: Vec<BTreeMap<Capability, Machine>>,
    busy: AtomicUsize,
}

impl Shop {
    pub fn build(stage: &Arc<Stage>) -> Arc<Self> {
        let random: Arc<dyn Random> = Arc::new(Draws::new(&stage.draws.at(Place::named("worlds"))));
        let machine = |number, of| (of, Machine::new(stage, &random, of, number));
        let all = |number| Capability::ALL.into_iter().map(|of| machine(number, of)).collect();
        Arc::new(Self {
            stage: Arc::clone(stage),
            processes: (0..PROCESSES).map(all).collect(),
            busy: AtomicUsize::new(0),
        })
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
        tokio::spawn(Arc::clone(self).schedule(Capability::Carts, Duration::from_secs(300)));
        tokio::spawn(Arc::clone(self).schedule(Capability::Users, Duration::from_secs(300)));
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
        if about == "POST /v1/orders" {
            introduce(&self.stage, &event);
        }
        self.stage.recording.keep(recording::Place::Request(to), || event.to_string());
        if self.stage.is_absent(to) {
            self.stage.latency(Place::here().and(&about)).await;
            return None;
        }
        let began = self.stage.clock.millis();
        let ending = if self.stage.outages.has(Outage::NoConcurrency(to)) {
            self.stage.observed.note(|cloud| cloud.throttled(&function(to, Trigger::Http), began));
            Ending::Failed
        } else {
            let work = Work { about: about.clone(), parts: vec![format!("{} {about}", who())] };
            self.invoke(to, Trigger::Http, &event, work).await
        };
        let response = match ending {
            Ending::Answered(answer) => {
                self.stage.recording.keep(recording::Place::Answer(to), || answer.to_string());
                Some(Response::from_answer(&answer))
            }
            Ending::Throttled | Ending::Failed | Ending::Died | Ending::OutOfTime => None,
        };
        let took = self.stage.clock.millis() - began;
        let status = response.as_ref().map_or(503, |response| response.status);
        self.stage.observed.note(|cloud| cloud.request(began, took, status));
        let answer =
            response.as_ref().map_or_else(|| "no answer".to_owned(), |r| format!("{} {}", r.status, r.problem()));
        self.stage.story.record(format!("customers: {about}: {answer}"));
        if let Some(response) = response.as_ref().filter(|_| to == Capability::Users) {
            issued::check(&self.stage, response);
        }
        if response.as_ref().is_some_and(|response| response.status == 500) {
            self.stage.violate(Invariant::RequestsAreAnswered, format!("{about} is answered 500"));
        }
        response
    }

    pub(super) async fn invoke(&self, of: Capability, trigger: Trigger, event: &Value, work: Work) -> Ending {
        self.invoke_within(timeout(trigger, of), of, trigger, event, work).await
    }

    pub(super) async fn invoke_within(
        &self,
        limit: Duration,
        of: Capability,
        trigger: Trigger,
        event: &Value,
        work: Work,
    ) -> Ending {
        let invocation = Invocation::new(of, trigger, work);
        let place = invocation.place();
        if INVOCATION.sync_scope(Arc::clone(&invocation), || self.stage.faults.strikes(Fault::FunctionThrottled)) {
            return Ending::Throttled;
        }
        let machine = &self.stage.draws.at(place.and("process")).pick(&self.processes)[&of];
        let process = machine.process();
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
            self.stage.meter.asked(&invocation.work.about, invocation.waits.count());
        }
        if hangs {
            let start = self.stage.draws.at(place.and("start")).below(COLD_START_MILLIS);
            tokio::time::sleep(Duration::from_millis(start)).await;
        } else if matches!(ending, Ending::OutOfTime) {
            // Whatever hangs, a function ends by itself.
            self.stage.violate(Invariant::FunctionsEndInTime, format!("{of} did not end: {}", invocation.work.about));
        }
        if matches!(ending, Ending::Died | Ending::OutOfTime) && !crashes && !hangs {
            // A new process starts with empty memory.
            machine.start_again();
        }
        ending
    }

    /// Every process of a capability ends, and new ones start with empty memory.
    pub fn start_again(&self, of: Capability) {
        self.processes.iter().for_each(|machines| machines[&of].start_again());
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
            let batch = self.stage.queues.receive(of, hangs || self.stage.window_millis > 0);
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
        let parts = batch.iter().map(|delivery| format!("{}#{}", delivery.label.id, delivery.receives)).collect();
        let work = Work { about: about.clone(), parts };
        let ending = self.invoke(of, Trigger::Queue, &json!({"Records": records}), work).await;
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
}
