//! The part of `tests/budgets.yaml` that this command reads: sizes of functions and times of a test run. Refuses to
//! judge; `sizes` and `test` do.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::workspace::Workspace;

/// Relative to the root.
pub const FILE: &str = "tests/budgets.yaml";

#[derive(Deserialize)]
pub struct Budgets {
    /// By the machine's architecture, then by function.
    pub sizes: BTreeMap<String, BTreeMap<String, Size>>,
    /// By part of `cargo souk test`.
    pub time: BTreeMap<String, Time>,
}

/// Kilobytes (1,000 bytes).
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Size {
    pub binary: u64,
    /// Packed as for a deployment.
    pub zip: u64,
}

/// Seconds on two idle cores.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Time {
    /// With all dependencies compiled and all tools installed.
    pub built: u64,
    /// In a fresh clone with empty caches.
    pub fresh: u64,
}

impl Time {
    /// The budget on this machine.
    pub fn of(self, fresh: bool) -> Duration {
        Duration::from_secs(if fresh { self.fresh } else { self.built })
    }
}

impl Budgets {
    /// # Errors
    /// If it is missing or damaged.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let file = workspace.root().join(FILE);
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        yaml_serde::from_str(&text).with_context(|| file.display().to_string())
    }
}
