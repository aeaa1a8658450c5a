//! Where a process of a capability runs: its clock, and a new process in the place of one that crashed.

use super::clock::VirtualClock;
use super::faults::Fault;
use super::functions::{self, Process};
use super::place::Place;
use super::stage::Stage;
use chassis::World;
use chassis::runtime::{Clock, Random};
use chassis::testing::network;
use events::{Capability, Timestamp};
use std::sync::{Arc, Mutex};

/// The most by which a clock is off, in milliseconds. Two that are off to both sides differ by less than tokens allow for.
pub(super) const MAX_OFF: u64 = 2_000;

pub struct Machine {
    stage: Arc<Stage>,
    world: World,
    of: Capability,
    process: Mutex<Arc<dyn Process>>,
}

impl Machine {
    pub fn new(stage: &Arc<Stage>, random: &Arc<dyn Random>, of: Capability, number: u64) -> Self {
        let place = Place::named(of.name()).and("clock").number(number);
        let differs = stage.faults.will_strike(Fault::ClockDiffers, place);
        let off = if differs { stage.draws.fixed(place) % (2 * MAX_OFF + 1) } else { MAX_OFF };
        let off = i64::try_from(off).unwrap_or(0) - i64::try_from(MAX_OFF).unwrap_or(0);
        if differs {
            stage.story.record_for_all(format!("{of}: a clock of process {number} is off by {off} ms"));
        }
        let world = network::world(Arc::new(ClockOff { clock: stage.clock, millis: off }), Arc::clone(random));
        let process = Mutex::new(functions::process(stage, &world, of));
        Self { stage: Arc::clone(stage), world, of, process }
    }

    pub fn process(&self) -> Arc<dyn Process> {
        Arc::clone(&self.process.lock().unwrap())
    }

    /// Starts a new process, with empty memory.
    pub fn start_again(&self) {
        *self.process.lock().unwrap() = functions::process(&self.stage, &self.world, self.of);
    }
}

/// A clock that is off by so much.
struct ClockOff {
    clock: VirtualClock,
    millis: i64,
}

impl Clock for ClockOff {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.now().millis() + self.millis)
    }
}
