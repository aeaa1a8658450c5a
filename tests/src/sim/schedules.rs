//! The schedules that wake the sweeps. A tick may come twice, may have little time, and comes again if it failed.

use super::faults::Fault;
use super::invocation::{Trigger, Work};
use super::outages::Outage;
use super::place::Place;
use super::shop::{Ending, Shop, WORK};
use events::Capability;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Waits before a tick and before each of its repeats (AWS Lambda developer guide, "Asynchronous invocation": two retries, a
/// minute before the first and two before the second).
const REPEATED_AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_secs(60), Duration::from_secs(120)];
/// What a tick gets while its ticks are short.
const SHORT_TICK: Duration = Duration::from_millis(1_300);
/// How long Lambda waits before it tries an event again that it had no concurrency for.
const THROTTLED: Duration = Duration::from_secs(1);

impl Shop {
    pub(super) async fn schedule(self: Arc<Self>, of: Capability, every: Duration) {
        if self.stage.mutant.is_some_and(|mutant| mutant.skips_the_sweep()) {
            return;
        }
        loop {
            tokio::time::sleep(every).await;
            // A tick with nothing to look at would read the empty pages of its index, and days pass in a run.
            let idle = !self.stage.observed.has_begun() && !self.stage.tables[&of].is_due(self.stage.clock.now());
            let idle = idle || self.stage.outages.has(Outage::Unscheduled(of));
            if !idle && !self.stage.is_absent(of) {
                let at = self.stage.clock.millis();
                tokio::spawn(Arc::clone(&self).tick(of, format!("sweep at {at}")));
                // EventBridge delivers at least once.
                if self.stage.faults.strikes_at(Fault::TickTwice, Place::named(of.name()).number(at)) {
                    tokio::spawn(Arc::clone(&self).tick(of, format!("sweep at {at} again")));
                }
            }
        }
    }

    /// A tick of a schedule. EventBridge does not wait for it; Lambda repeats one that failed.
    async fn tick(self: Arc<Self>, of: Capability, name: String) {
        let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
        for (wait, repeat) in REPEATED_AFTER.into_iter().zip(0..) {
            tokio::time::sleep(wait).await;
            if self.stage.is_absent(of) {
                continue;
            }
            let place = Place::named(of.name()).and(&name).number(repeat);
            let hurried = self.stage.faults.strikes_at(Fault::HurriedTick, place);
            let short = Duration::from_millis(self.stage.draws.at(place).between(50, 3_000));
            let limit = if self.stage.outages.has(Outage::ShortTicks(of)) { SHORT_TICK } else { WORK };
            let limit = if hurried { short } else { limit };
            let work = Work { about: "sweep".to_owned(), parts: vec![format!("{name}#{repeat}")] };
            let mut ending = Ending::Throttled;
            // Lambda keeps an event that it has no concurrency for, and counts it as no attempt.
            while matches!(ending, Ending::Throttled) {
                ending = self.invoke_within(limit, of, Trigger::Schedule, &event, work.clone()).await;
                if !matches!(ending, Ending::Answered(_)) {
                    self.stage.story.record(format!("{of}: {ending:?} with the sweep"));
                }
                if matches!(ending, Ending::Throttled) {
                    tokio::time::sleep(THROTTLED).await;
                }
            }
            if matches!(ending, Ending::Answered(_)) {
                return;
            }
        }
    }
}
