//! What CloudWatch sees of the simulated shop. Nothing until it is begun: most runs need none of it.

use super::invocation::Trigger;
use crate::cloudwatch::CloudWatch;
use chassis::testing::signing::STAGE;
use events::Capability;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// How often a function may be part of one chain of messages before Lambda stops it ("about 16", Lambda developer guide).
const LOOP: u32 = 16;

#[derive(Debug, Default)]
pub struct Observed {
    cloud: Mutex<Option<CloudWatch>>,
    /// How often each worker was part of each trace.
    chains: Mutex<BTreeMap<(Capability, String), u32>>,
}

impl Observed {
    pub fn begin(&self) {
        *self.cloud.lock().unwrap() = Some(CloudWatch::default());
    }

    pub fn has_begun(&self) -> bool {
        self.cloud.lock().unwrap().is_some()
    }

    /// Notes something, if anybody observes.
    pub fn note(&self, note: impl FnOnce(&mut CloudWatch)) {
        if let Some(cloud) = self.cloud.lock().unwrap().as_mut() {
            note(cloud);
        }
    }

    pub fn take(&self) -> CloudWatch {
        self.cloud.lock().unwrap().take().unwrap()
    }

    /// Whether a message with this trace comes once too often to a worker that Lambda guards.
    pub(super) fn is_loop(&self, of: Capability, trace: &str) -> bool {
        let mut chains = self.chains.lock().unwrap();
        let times = chains.entry((of, trace.to_owned())).or_default();
        *times += 1;
        *times > LOOP
    }
}

/// The name of the function that a trigger wakes.
pub fn function(of: Capability, trigger: Trigger) -> String {
    let kind = match trigger {
        Trigger::Http => "api",
        Trigger::Queue | Trigger::Schedule => "worker",
        Trigger::Stream => "relay",
    };
    format!("souk-{STAGE}-{of}-{kind}")
}

/// The name of a table.
pub fn table(of: Capability) -> String {
    format!("souk-{STAGE}-{of}")
}

/// What every name begins with.
pub fn stack() -> String {
    format!("souk-{STAGE}")
}
