//! A run of the tests, part by part: time, result and budget of each.
//! Owns the summary at the end. Refuses to call a run green when any part failed. A part over its budget is a warning,
//! since machines differ by a factor of three. With `SOUK_STRICT_TIME=1`, on an idle machine with two cores, it is a
//! failure.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::budgets::{Budgets, FILE};
use crate::process;
use crate::progress::{Progress, seconds};

/// A part of the run that is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `cargo fmt`.
    Format,
    /// Clippy.
    Lint,
    /// Rustdoc.
    Documentation,
    /// `cfn-lint`.
    Templates,
    /// `actionlint` and `zizmor`.
    Workflows,
    /// `typos`.
    Spelling,
    /// `redocly`, `spectral` and AsyncAPI's parser.
    Documents,
    /// Compiling and linking all tests and the functions.
    Compile,
    /// Running what needs no shop.
    Tests,
    /// Deploying a shop with goods.
    Shop,
    /// Deploying it once more with the plain SAM CLI.
    PlainSam,
    /// Journeys over HTTP.
    Journeys,
    /// Journeys in a browser.
    Browser,
    /// Whether everybody can use each kind of page, and every page that links lead to.
    AllPages,
    /// Lighthouse's scores of pages.
    Lighthouse,
    /// A purchase with the Python client, a check of an access token, and the reference page.
    Clients,
    /// Purchases with the clients in all languages.
    AllClients,
    /// The journey that replaces every key.
    Rotation,
    /// The API against a sample of the cases that its document gives.
    Contract,
    /// The API against all of them.
    AllContract,
    /// Another application's shop beside this one.
    SecondShop,
    /// The largest function and one that changed.
    Sizes,
    /// Every function.
    AllSizes,
}

impl Part {
    /// In the order in which they run.
    pub const ALL: [Self; 23] = [
        Self::Format,
        Self::Lint,
        Self::Documentation,
        Self::Workflows,
        Self::Spelling,
        Self::Documents,
        Self::Templates,
        Self::Compile,
        Self::Tests,
        Self::Shop,
        Self::PlainSam,
        Self::Journeys,
        Self::Browser,
        Self::Clients,
        Self::AllClients,
        Self::AllPages,
        Self::Rotation,
        Self::AllSizes,
        Self::Lighthouse,
        Self::Contract,
        Self::AllContract,
        Self::SecondShop,
        Self::Sizes,
    ];

    /// Name in the summary and in the budgets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Lint => "lint",
            Self::Documentation => "documentation",
            Self::Templates => "templates",
            Self::Workflows => "workflows",
            Self::Spelling => "spelling",
            Self::Documents => "documents",
            Self::Compile => "compile",
            Self::Tests => "tests",
            Self::Shop => "shop",
            Self::PlainSam => "plain sam",
            Self::Journeys => "journeys",
            Self::Browser => "browser",
            Self::AllPages => "all pages",
            Self::Lighthouse => "lighthouse",
            Self::Clients => "clients",
            Self::AllClients => "all clients",
            Self::Rotation => "rotation",
            Self::Contract => "contract",
            Self::AllContract => "all contract",
            Self::SecondShop => "second shop",
            Self::Sizes => "sizes",
            Self::AllSizes => "all sizes",
        }
    }
}

struct Outcome {
    part: Part,
    took: Duration,
    budget: Duration,
    passed: bool,
}

pub struct Run<'a> {
    progress: &'a Progress,
    budgets: Budgets,
    fresh: bool,
    outcomes: Vec<Outcome>,
}

impl<'a> Run<'a> {
    /// `fresh` chooses the budgets of a clone that has built nothing yet.
    pub fn begin(progress: &'a Progress, budgets: Budgets, fresh: bool) -> Self {
        Self { progress, budgets, fresh, outcomes: Vec::new() }
    }

    /// Runs a part, unless the run was interrupted; `true` if it passed.
    pub fn part(&mut self, part: Part, check: impl FnOnce() -> Result<()>) -> bool {
        if process::interrupted() {
            return false;
        }
        let name = part.name();
        self.progress.say(format!("── {name}"));
        let began = Instant::now();
        let result = check();
        if let Err(error) = &result {
            self.progress.say(format!("✗ {name}: {error:#}"));
        }
        let (took, passed) = (began.elapsed(), result.is_ok());
        let budget = self.budgets.time.get(name).map_or(Duration::MAX, |time| time.of(self.fresh));
        self.outcomes.push(Outcome { part, took, budget, passed });
        passed
    }

    /// Prints the summary.
    ///
    /// # Errors
    /// If a part failed, or with `SOUK_STRICT_TIME=1` when one took longer than it may.
    pub fn conclude(self) -> Result<()> {
        let from = if self.fresh { "a fresh clone" } else { "built dependencies" };
        self.progress
            .print(format!("\n  {:<15}{:>10}{:>10}  seconds from {from}, on two idle cores", "", "took", "budget"));
        for Outcome { part, took, budget, passed } in &self.outcomes {
            let mark = if *passed { "✓" } else { "✗" };
            let over = if took > budget { "  over its budget" } else { "" };
            self.progress.print(format!(
                "{mark} {:<15}{:>10}{:>8} s{over}",
                part.name(),
                seconds(*took),
                budget.as_secs()
            ));
        }
        let budget: Duration = self.outcomes.iter().map(|outcome| outcome.budget).sum();
        let took = self.progress.elapsed();
        self.progress.print(format!("  {:<15}{:>10}{:>8} s", "total", seconds(took), budget.as_secs()));
        process::check_interrupted()?;
        let names = |wanted: fn(&Outcome) -> bool| -> Vec<&str> {
            self.outcomes.iter().filter(|outcome| wanted(outcome)).map(|outcome| outcome.part.name()).collect()
        };
        let (failed, slow) = (names(|outcome| !outcome.passed), names(|outcome| outcome.took > outcome.budget));
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        if !slow.is_empty() {
            let warning = format!("over the budget in {FILE}: {}", slow.join(", "));
            if std::env::var_os("SOUK_STRICT_TIME").is_some_and(|value| value == "1") {
                bail!("{warning}");
            }
            self.progress.print(format!("\nwarning: {warning}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    /// Seconds that a whole run may take on two idle cores.
    const WHOLE: [(bool, u64); 2] = [(false, 12 * 60), (true, 28 * 60)];
    /// Seconds to download all crates and to compile this command, before it can measure anything.
    const COMMAND: u64 = 225;
    /// By how much machines differ.
    const SLOWER: u64 = 3;

    #[test]
    fn every_part_has_a_budget_and_together_they_keep_to_the_whole() -> Result<()> {
        let time = Budgets::read(&Workspace::find()?)?.time;
        let mut names = Part::ALL.map(Part::name);
        names.sort_unstable();
        assert_eq!(time.keys().collect::<Vec<_>>(), names);
        for (fresh, whole) in WHOLE {
            let nightly = [
                Part::PlainSam,
                Part::AllClients,
                Part::AllPages,
                Part::Lighthouse,
                Part::Rotation,
                Part::AllContract,
                Part::SecondShop,
                Part::AllSizes,
            ];
            let parts = Part::ALL.into_iter().filter(|part| !nightly.contains(part));
            let sum: Duration = parts.map(|part| time[part.name()].of(fresh)).sum();
            let own = if fresh { COMMAND } else { 0 };
            assert!(sum.as_secs() + own <= whole, "{} s of {whole}", sum.as_secs() + own);
        }
        Ok(())
    }

    #[test]
    fn the_nightly_check_may_take_what_its_parts_take_on_a_machine_three_times_slower() -> Result<()> {
        let workspace = Workspace::find()?;
        let time = Budgets::read(&workspace)?.time;
        // At night the whole of each runs in its place.
        let by_day = [Part::Clients, Part::Contract, Part::Sizes];
        let parts = Part::ALL.into_iter().filter(|part| !by_day.contains(part));
        let sum: Duration = parts.map(|part| time[part.name()].of(true)).sum();
        let file = std::fs::read_to_string(workspace.root().join(".github/workflows/nightly.yml"))?;
        let nightly: yaml_serde::Value = yaml_serde::from_str(&file)?;
        let minutes = nightly["jobs"]["check"]["timeout-minutes"].as_u64().unwrap_or_default();
        let needed = SLOWER * (sum.as_secs() + COMMAND);
        assert!(minutes * 60 >= needed, "{minutes} minutes are less than {needed} s");
        Ok(())
    }
}
