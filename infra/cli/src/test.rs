//! `souk test`: everything a change must pass, in one command.
//! Owns the order of the checks and the fresh emulator for the journeys. Refuses to call a run green when any step failed.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::contract;
use crate::house::House;
use crate::process::{self, answer_of, run_in_view};
use crate::progress::{Progress, seconds};
use crate::site::Site;
use crate::sizes;
use crate::tools::{Environment, Tools};

/// The test target that needs a deployed shop; its manifest keeps it out of every plain test run.
const JOURNEYS: &str = "journeys";

/// Which checks to run.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Leave out what needs an emulator or optimised functions
    #[arg(long, conflicts_with = "only")]
    fast: bool,
    /// Only one part
    #[arg(long)]
    only: Option<Part>,
}

/// A part of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Formatting, lints, documentation, templates, workflows.
    Lint,
    /// Everything that needs neither an emulator nor optimised functions.
    Unit,
    /// What the functions weigh, optimised.
    Sizes,
    /// The journeys against a freshly deployed shop, and its API against its document.
    Journeys,
}

/// Runs the checks; each is tried even if one before it failed.
///
/// # Errors
/// When any check failed.
pub fn test(house: &House, progress: &Progress, options: Options) -> Result<()> {
    let wants = |part| options.only.is_none_or(|only| only == part);
    let mut run = Run { progress, results: Vec::new() };
    let tools = Tools::new(house);
    if wants(Part::Lint) {
        run.step("format", || run_in_view(cargo(&tools).args(["fmt", "--all", "--check"])));
        run.step("lint", || lint(&tools));
        run.step("documentation", || documentation(&tools));
        run.step("templates", || templates(house, &tools, progress));
        run.step("workflows", || workflows(house, &tools, progress));
    }
    if wants(Part::Unit) {
        run.step("tests", || unit_tests(&tools));
    }
    if wants(Part::Sizes) && !options.fast {
        run.step("sizes", || sizes::check(house, &tools, progress));
    }
    if wants(Part::Journeys) && !options.fast {
        run.step("journeys", || journeys(house, &tools, progress));
    }
    run.conclude()
}

struct Run<'a> {
    progress: &'a Progress,
    results: Vec<(&'static str, Duration, Result<()>)>,
}

impl Run<'_> {
    fn step(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) {
        if process::interrupted() {
            return;
        }
        self.progress.say(format!("── {name}"));
        let began = Instant::now();
        let result = check();
        if let Err(error) = &result {
            self.progress.say(format!("✗ {name}: {error:#}"));
        }
        self.results.push((name, began.elapsed(), result));
    }

    fn conclude(self) -> Result<()> {
        self.progress.print("");
        for (name, took, result) in &self.results {
            let mark = if result.is_ok() { "✓" } else { "✗" };
            self.progress.print(format!("{mark} {name:<15}{:>10}", seconds(*took)));
        }
        self.progress.print(format!("  {:<15}{:>10}", "total", seconds(self.progress.elapsed())));
        process::check_interrupted()?;
        let failed: Vec<&str> = self.results.iter().filter(|(.., result)| result.is_err()).map(|step| step.0).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

fn cargo(tools: &Tools) -> Command {
    let mut command = tools.cargo();
    // Tests bring their own stand-ins; none may reach a real account or a shop that happens to run.
    for name in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        command.env_remove(name);
    }
    command
}

fn lint(tools: &Tools) -> Result<()> {
    run_in_view(cargo(tools).args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    // No plain selection of targets includes the journeys.
    run_in_view(cargo(tools).args(["clippy", "--workspace", "--test", JOURNEYS, "--", "--deny", "warnings"]))
}

fn documentation(tools: &Tools) -> Result<()> {
    let mut command = cargo(tools);
    command.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    run_in_view(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn templates(house: &House, tools: &Tools, progress: &Progress) -> Result<()> {
    tools.install(progress, Environment::Emulator)?;
    let folder = house.root().join("infra");
    let mut command = tools.command(Environment::Emulator, "cfn-lint");
    command.args(files(&folder, "yaml")?);
    run_in_view(&mut command)
}

fn workflows(house: &House, tools: &Tools, progress: &Progress) -> Result<()> {
    let mut command = tools.on_path("actionlint");
    // It has no wheel on PyPI to pin, so a machine without it still gets all other checks.
    if answer_of(tools.on_path("actionlint").arg("-version")).is_none() {
        progress.say("actionlint is not installed: workflows not checked");
        return Ok(());
    }
    command.args(files(&house.root().join(".github/workflows"), "yml")?);
    run_in_view(&mut command)
}

fn files(folder: &Path, ending: &str) -> Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    files.sort();
    Ok(files)
}

fn unit_tests(tools: &Tools) -> Result<()> {
    let mut command = cargo(tools);
    if has_nextest(tools) {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        return run_in_view(&mut command);
    }
    command.args(["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]);
    for target in test_targets(tools)? {
        command.args(["--test", &target]);
    }
    run_in_view(&mut command)
}

fn journeys(house: &House, tools: &Tools, progress: &Progress) -> Result<()> {
    let mut site = Site::fresh(house, progress, house.notes().join("test"))?;
    // Or a journey would wait half an hour for an order to expire.
    site.furnish(progress, false, &["PayWithinMinutes=2"])?;
    site.stock_shelves(progress)?;
    // The same selection as for the other tests, so that nothing is compiled a second time.
    let mut command = cargo(tools);
    if has_nextest(tools) {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast", "--test", JOURNEYS]);
    } else {
        command.args(["test", "--workspace", "--no-fail-fast", "--test", JOURNEYS]);
    }
    site.endpoint.apply(&mut command);
    command.env("SOUK_STATE", site.file()).env("API_URL", &site.state.api_url);
    let journeys = run_in_view(&mut command);
    // After the journeys: nonsense in their lists would be in their way.
    let result = journeys.and(contract::check(house, &site, tools, progress));
    if result.is_err()
        && let Some(running) = &site.state.emulator
    {
        progress.say(format!("the functions' and the emulator's log: {}", running.log));
    }
    result
}

fn has_nextest(tools: &Tools) -> bool {
    answer_of(cargo(tools).args(["nextest", "--version"])).is_some()
}

/// Every integration-test target of the workspace but the journeys.
fn test_targets(tools: &Tools) -> Result<Vec<String>> {
    let answer = answer_of(cargo(tools).args(["metadata", "--no-deps", "--format-version", "1"]));
    let metadata: Value = serde_json::from_str(&answer.context("cargo metadata failed")?)?;
    let packages = metadata.get("packages").and_then(Value::as_array).cloned().unwrap_or_default();
    let targets = packages.iter().filter_map(|package| package.get("targets")?.as_array()).flatten();
    let is_test = |target: &&Value| target.pointer("/kind/0").and_then(Value::as_str) == Some("test");
    let names = targets.filter(is_test).filter_map(|target| target.get("name")?.as_str());
    Ok(names.filter(|name| *name != JOURNEYS).map(str::to_owned).collect())
}
