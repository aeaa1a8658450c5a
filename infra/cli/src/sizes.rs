//! What the functions weigh, as they are and packed, against what `tests/budgets.yaml` allows them.
//! Owns the comparison. Refuses slack: a function that became smaller gets a smaller budget, or it would grow back unseen.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, Result, bail};
use events::Capability;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Deserialize;

use crate::build_functions::{self, Build, Destination};
use crate::house::House;
use crate::progress::Progress;
use crate::tools::Tools;

/// The file, from the root.
const BUDGETS: &str = "tests/budgets.yaml";
/// Bytes of a kilobyte.
const KILOBYTE: u64 = 1_000;
/// How far below its budget a size may be, in percent of it.
const SLACK_PERCENT: u64 = 5;

/// The part of the file that is read here.
#[derive(Deserialize)]
struct Budgets {
    /// By the machine's architecture, then by function.
    sizes: BTreeMap<String, BTreeMap<String, Size>>,
}

/// A function's weight in kilobytes.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Size {
    binary: u64,
    zip: u64,
}

/// Builds the functions as for a deployment, but linked for this machine, and weighs them.
///
/// # Errors
/// When they do not build, or one has not the weight that it should have.
pub fn check(house: &House, tools: &Tools, progress: &Progress) -> Result<()> {
    let file = house.root().join(BUDGETS);
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mut budgets: Budgets = yaml_serde::from_str(&text).with_context(|| file.display().to_string())?;
    let architecture = std::env::consts::ARCH;
    let Some(budgets) = budgets.sizes.remove(architecture) else {
        progress.say(format!("{BUDGETS} has no sizes for {architecture}: none checked"));
        return Ok(());
    };
    let how = Build { destination: Destination::ThisMachine, release: true };
    build_functions::build(house, tools, progress, &Capability::ALL, how)?;
    let mut faults = Vec::new();
    for capability in Capability::ALL {
        let name = capability.name();
        let budget = budgets.get(name).with_context(|| format!("{BUDGETS} has no size of {name}"))?;
        let binary = std::fs::read(house.built_function(name).join("bootstrap"))?;
        let weights = [("binary", length(&binary), budget.binary), ("zip", packed(&binary)?, budget.zip)];
        for (what, bytes, budget) in weights {
            progress.say(format!("{name:<15}{what:<8}{:>8} of {budget:>6} kB", bytes.div_ceil(KILOBYTE)));
            faults.extend(fault(name, what, bytes, budget));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Bytes of the same as a deployment packs it; the few of the archive's own are left out.
fn packed(binary: &[u8]) -> Result<u64> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    packed.write_all(binary)?;
    Ok(length(&packed.finish()?))
}

/// What is wrong with a weight, and what to do about it.
fn fault(name: &str, what: &str, bytes: u64, budget: u64) -> Option<String> {
    let allowed = budget * KILOBYTE;
    let weight = format!("the {what} of {name} has {bytes} bytes, and its budget is {budget} kB");
    if bytes > allowed {
        return Some(format!(
            "{weight}: find out what it links that it did not, or raise the budget in {BUDGETS} and argue for it there"
        ));
    }
    let least = allowed - allowed * SLACK_PERCENT / 100;
    (bytes < least)
        .then(|| format!("{weight}: well done; lower the budget in {BUDGETS} to {}", bytes.div_ceil(KILOBYTE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_over_its_budget_or_far_below_it_is_a_fault_that_names_both() {
        let fault = |bytes| fault("orders", "binary", bytes, 10_000);
        assert_eq!((fault(10_000_000), fault(9_500_000)), (None, None));
        let over = fault(10_000_001).unwrap_or_default();
        assert!(over.contains("binary of orders has 10000001 bytes") && over.contains("raise the budget"), "{over}");
        let below = fault(9_499_999).unwrap_or_default();
        assert!(below.contains("9499999 bytes") && below.contains("to 9500"), "{below}");
    }

    #[test]
    fn every_function_has_a_budget() -> Result<()> {
        let text = std::fs::read_to_string(House::find()?.root().join(BUDGETS))?;
        let budgets: Budgets = yaml_serde::from_str(&text)?;
        for (architecture, functions) in budgets.sizes {
            let named: Vec<_> = functions.keys().map(|name| Capability::named(name)).collect();
            assert!(named.iter().all(Option::is_some) && named.len() == Capability::ALL.len(), "{architecture}");
        }
        Ok(())
    }
}
