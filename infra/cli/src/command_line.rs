//! The command line of `souk`.
//! Owns the options and the exit code. Refuses to do anything itself: each command has a module.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

use crate::endpoint::Endpoint;
use crate::progress::{self, Progress};
use crate::state::State;
use crate::workspace::Workspace;
use crate::{
    bench, chaos, cost, demo, deploy_stage, doctor, down, erasures, keys, logs, process, prove, shop, status, test, trace, up,
    users, watch,
};

/// Runs, tests, watches and deploys the shop
#[derive(Parser)]
#[command(name = "souk", bin_name = "cargo souk", version)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Open a shop on this machine: install the tools, build, deploy to an emulator, add goods, place an order
    Up(up::Options),
    /// Close the shop that `up` opened, and stop every process of it
    Down,
    /// Place an order and follow it until it is delivered
    Demo,
    /// Run every check, including the journeys against a newly deployed shop
    Test(test::Options),
    /// Simulate the whole shop under faults, seed after seed
    Prove(prove::Options),
    /// Measure the functions and three minimal ones: cold starts, requests, messages, memory, size
    Bench,
    /// Show what an order costs on AWS, part by part
    Cost,
    /// Kill, remove and redeploy each capability while customers shop, and check that no other capability is affected
    Chaos(chaos::Options),
    /// Serve the functions with hot reload, over the tables and queues of the running shop
    Watch(watch::Options),
    /// Build and deploy a stage to AWS, or to the endpoint in AWS_ENDPOINT_URL
    Deploy(deploy_stage::Options),
    /// Show what runs where, and how many messages wait in the queues
    Status,
    /// Show the functions' logs
    Logs(logs::Options),
    /// Show an order's way from its request to its emails, with times
    Trace(trace::Options),
    /// Check that this machine, and the account of a stage, have what souk needs
    Doctor(doctor::Options),
    /// Show, replace and retire the keys that sign tokens and quotes
    Keys(keys::command::Options),
    /// Grant a role to a user; this is how the first admin is made
    GrantRole(users::Options),
    /// After a restore of any table: erase again whoever was erased before
    EraseAgain(erasures::Options),
    /// Start a function for `watch`
    #[command(hide = true)]
    FunctionProcess {
        /// Folder with the functions' environments
        folder: PathBuf,
        /// The function's program
        program: PathBuf,
        /// Its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Task::FunctionProcess { folder, program, arguments } = &cli.command {
        return conclude(watch::become_function(folder, program, arguments));
    }
    conclude(process::watch_for_interrupts().and_then(|()| run(cli.command, &Progress::start())))
}

fn run(command: Task, progress: &Progress) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Task::Up(options) => up::up(&workspace, progress, options),
        Task::Down => down::down(&workspace, progress),
        Task::Demo => buy_again(&workspace, progress),
        Task::Test(options) => test::test(&workspace, progress, options),
        Task::Prove(options) => prove::prove(&workspace, &options),
        Task::Bench => bench::bench(&workspace, progress),
        Task::Cost => cost::cost(&workspace),
        Task::Chaos(options) => chaos::chaos(&workspace, &options),
        Task::Watch(options) => watch::watch(&workspace, progress, &options),
        Task::Deploy(options) => deploy_stage::deploy(&workspace, progress, &options),
        Task::Status => status::status(&workspace, progress),
        Task::Logs(options) => logs::logs(&workspace, &options),
        Task::Trace(options) => trace::trace(&workspace, progress, &options),
        Task::Doctor(options) => doctor::doctor(&workspace, progress, &options),
        Task::Keys(options) => keys::command::keys(&workspace, progress, &options),
        Task::GrantRole(options) => users::grant(&workspace, progress, &options),
        Task::EraseAgain(options) => erasures::erase_again(&workspace, progress, &options),
        Task::FunctionProcess { .. } => bail!("only cargo calls this"),
    }
}

fn buy_again(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let file = workspace.state_file();
    let mut state = State::load(&file)?;
    if state.seeded.is_none() {
        bail!("no shop runs; `cargo souk up --detach` opens one");
    }
    let endpoint = Endpoint::known(&state.endpoint_url);
    let purchase = demo::buy(progress, &shop::Shop::at(&state.api_url), &endpoint, &state.demo)?;
    progress.print(format!(
        "{} is delivered; confirmed {} after it was placed",
        purchase.order_id,
        progress::seconds(purchase.to_confirmed)
    ));
    state.demo_order = Some(purchase.order_id);
    state.save(&file)
}

/// Prints an error, and chooses the exit code.
pub fn conclude(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            if process::interrupted() { ExitCode::from(130) } else { ExitCode::FAILURE }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
