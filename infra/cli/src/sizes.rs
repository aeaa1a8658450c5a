//! Sizes of the functions, plain and packed, against `tests/budgets.yaml`.
//! Owns the comparison and the choice of functions for an ordinary run. Refuses slack: a smaller function gets a
//! smaller budget, or it would grow back unseen.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Command;

use anyhow::{Context, Result, bail};
use events::Capability;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::budgets::{Budgets, FILE, Size};
use crate::build_functions::{self, Build, Destination};
use crate::process::answer_of;
use crate::progress::Progress;
use crate::tools::Tools;
use crate::workspace::Workspace;

const KILOBYTE: u64 = 1_000;
/// How far a size may be below its budget, in percent.
const SLACK_PERCENT: u64 = 5;
/// Functions that an ordinary run weighs besides the largest. Building one takes a minute.
const MAX_CHANGED: usize = 1;

/// Optimized functions, ready to be weighed.
pub struct Built {
    budgets: BTreeMap<String, Size>,
    chosen: Vec<Capability>,
}

/// Builds the functions as for a deployment, but linked for this machine: all of them, or the largest and those with
/// changed code. It takes minutes of one processor that nothing else wants.
///
/// # Errors
/// If they do not build.
pub fn build(workspace: &Workspace, tools: &Tools, progress: &Progress, all: bool) -> Result<Built> {
    let mut budgets = Budgets::read(workspace)?.sizes;
    let architecture = std::env::consts::ARCH;
    let Some(budgets) = budgets.remove(architecture) else {
        progress.say(format!("{FILE} has no sizes for {architecture}: none checked"));
        return Ok(Built { budgets: BTreeMap::new(), chosen: Vec::new() });
    };
    let chosen = if all { Capability::ALL.to_vec() } else { sample(&budgets, &changed_files(workspace)) };
    let how = Build { destination: Destination::Scales, release: true };
    build_functions::build(workspace, tools, progress, &chosen, how)?;
    Ok(Built { budgets, chosen })
}

/// Compares the sizes with their budgets.
///
/// # Errors
/// If a size is above its budget or far below it.
pub fn weigh(workspace: &Workspace, progress: &Progress, built: &Built) -> Result<()> {
    let Built { budgets, chosen } = built;
    let mut faults = Vec::new();
    for capability in chosen {
        let name = capability.name();
        let budget = budgets.get(name).with_context(|| format!("{FILE} has no size of {name}"))?;
        let binary = std::fs::read(workspace.weighed_function(name).join("bootstrap"))?;
        let weights = [("binary", length(&binary), budget.binary), ("zip", packed(&binary)?, budget.zip)];
        for (what, bytes, budget) in weights {
            progress.say(format!("{name:<15}{what:<8}{:>8} of {budget:>6} kB", bytes.div_ceil(KILOBYTE)));
            faults.extend(fault(name, what, bytes, budget));
        }
    }
    let left_out = Capability::ALL.len() - chosen.len();
    if left_out > 0 && !chosen.is_empty() {
        progress
            .say(format!("{left_out} functions were not weighed: `--all` weighs them, and so does the nightly run"));
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// The function with the largest budget, and those with changed files of their own. A change of shared code shows in
/// the largest.
fn sample(budgets: &BTreeMap<String, Size>, changed: &[String]) -> Vec<Capability> {
    let weight = |capability: &Capability| budgets.get(capability.name()).map_or(0, |size| size.binary);
    let largest = Capability::ALL.into_iter().max_by_key(weight);
    let is_changed = |capability: &Capability| {
        let folder = format!("functions/{capability}/");
        Some(*capability) != largest && changed.iter().any(|file| file.starts_with(&folder))
    };
    largest.into_iter().chain(Capability::ALL.into_iter().filter(is_changed).take(MAX_CHANGED)).collect()
}

/// Files changed since this branch left `main`, or on `main` since the previous commit.
fn changed_files(workspace: &Workspace) -> Vec<String> {
    let git = |arguments: &[&str]| answer_of(Command::new("git").current_dir(workspace.root()).args(arguments));
    let head = git(&["rev-parse", "HEAD"]);
    let left = git(&["merge-base", "HEAD", "origin/main"]).filter(|base| Some(base) != head.as_ref());
    let base = left.or_else(|| git(&["rev-parse", "HEAD^"]));
    let files = base.and_then(|base| git(&["diff", "--name-only", &base]));
    files.unwrap_or_default().lines().map(str::to_owned).collect()
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Bytes of the deployment package, without the archive's own headers.
fn packed(binary: &[u8]) -> Result<u64> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    packed.write_all(binary)?;
    Ok(length(&packed.finish()?))
}

/// What is wrong with a size, and how to mend it.
fn fault(name: &str, what: &str, bytes: u64, budget: u64) -> Option<String> {
    let allowed = budget * KILOBYTE;
    let weight = format!("the {what} of {name} has {bytes} bytes, and its budget is {budget} kB");
    if bytes > allowed {
        return Some(format!(
            "{weight}: find out what it links that it did not, or raise the budget in {FILE} and argue for it there"
        ));
    }
    let least = allowed - allowed * SLACK_PERCENT / 100;
    (bytes < least).then(|| format!("{weight}: well done; lower the budget in {FILE} to {}", bytes.div_ceil(KILOBYTE)))
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
    fn the_largest_is_always_weighed_and_so_is_what_changed() {
        let size = |binary| Size { binary, zip: 0 };
        let budgets =
            [("users", 3), ("catalog", 9), ("carts", 1)].map(|(name, binary)| (name.to_owned(), size(binary)));
        let sample = |files: &[&str]| {
            let files: Vec<_> = files.iter().map(|file| (*file).to_owned()).collect();
            sample(&BTreeMap::from(budgets.clone()), &files)
        };
        assert_eq!(sample(&["functions/chassis/src/lib.rs", "README.md"]), [Capability::Catalog]);
        let changed = ["functions/carts/src/http.rs", "functions/catalog/src/http.rs"];
        assert_eq!(sample(&changed), [Capability::Catalog, Capability::Carts]);
        assert_eq!(
            sample(&Capability::ALL.map(|one| format!("functions/{one}/README.md")).each_ref().map(String::as_str))
                .len(),
            1 + MAX_CHANGED
        );
    }

    #[test]
    fn every_function_has_a_budget() -> Result<()> {
        for (architecture, functions) in Budgets::read(&Workspace::find()?)?.sizes {
            let named: Vec<_> = functions.keys().map(|name| Capability::named(name)).collect();
            assert!(named.iter().all(Option::is_some) && named.len() == Capability::ALL.len(), "{architecture}");
        }
        Ok(())
    }
}
