//! `souk`, the developer's and operator's command: from a clone to a running shop, its tests and its deployment.
//!
//! Owns the command line and the exit code. Refuses business: what a shop does is in the functions; this command only
//! starts, fills, watches and asks it, through the same interfaces as everybody else.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use events::users::Role;

mod accounts;
mod bench;
mod build_functions;
mod chaos;
mod cloud;
mod contract;
mod cost;
mod demo;
mod deploy;
mod deploy_stage;
mod doctor;
mod down;
mod emulator;
mod endpoint;
mod fingerprint;
mod house;
mod keys;
mod logs;
mod process;
mod progress;
mod prove;
mod python;
mod seed;
mod seed_data;
mod shop;
mod site;
mod sizes;
mod state;
mod status;
mod test;
mod tools;
mod up;
mod watch;

use cloud::Cloud;
use endpoint::Endpoint;
use house::House;
use progress::Progress;
use state::State;

/// Runs, tests, watches and deploys the shop
#[derive(Parser)]
#[command(name = "souk", bin_name = "cargo souk", version)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Open a shop here: install the tools, build, deploy to an emulator, bring goods in, buy something
    Up(up::Options),
    /// Close the shop that `up` opened; nothing keeps running
    Down,
    /// Buy something and see it delivered
    Demo,
    /// Run every check, the journeys against a fresh shop included
    Test(test::Options),
    /// Simulate the whole shop with everything going wrong, seed after seed
    Prove(prove::Options),
    /// Measure the functions beside three that do next to nothing: starts, requests, messages, memory, size
    Bench,
    /// Tell what an order costs on AWS, part by part
    Cost,
    /// Kill, take away and redeploy each capability while people shop: nobody else may feel it
    Chaos(chaos::Options),
    /// Serve hot-reloaded functions over the running shop's tables and queues
    Watch,
    /// Build and deploy a stage to AWS, or to what AWS_ENDPOINT_URL names
    Deploy(deploy_stage::Options),
    /// Tell what runs, where, and what waits in the queues
    Status,
    /// Show what the functions say
    Logs(logs::Options),
    /// Tell what this machine lacks, and the cure
    Doctor,
    /// Give an account a role; how the first admin comes to be
    GrantRole {
        /// The account's e-mail address
        email: String,
        /// `customer`, `staff` or `admin`
        #[arg(value_parser = role)]
        role: Role,
        /// A stage on AWS; the local shop when left out
        #[arg(long)]
        stage: Option<String>,
    },
    /// How `watch` starts a function
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

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Task::FunctionProcess { folder, program, arguments } = &cli.command {
        return conclude(watch::become_function(folder, program, arguments));
    }
    let (progress, ticker) = Progress::start();
    let result = process::watch_for_interrupts().and_then(|()| run(cli.command, &progress));
    drop(ticker);
    conclude(result)
}

fn run(command: Task, progress: &Progress) -> Result<()> {
    let house = House::find()?;
    match command {
        Task::Up(options) => up::up(&house, progress, options),
        Task::Down => down::down(&house, progress),
        Task::Demo => buy_again(&house, progress),
        Task::Test(options) => test::test(&house, progress, options),
        Task::Prove(options) => prove::prove(&house, &options),
        Task::Bench => bench::bench(&house, progress),
        Task::Cost => cost::cost(&house),
        Task::Chaos(options) => chaos::chaos(&house, progress, options),
        Task::Watch => watch::watch(&house, progress),
        Task::Deploy(options) => deploy_stage::deploy(&house, progress, &options),
        Task::Status => status::status(&house, progress),
        Task::Logs(options) => logs::logs(&house, &options),
        Task::Doctor => doctor::doctor(&house, progress),
        Task::GrantRole { email, role, stage } => grant_role(&house, progress, &email, role, stage),
        Task::FunctionProcess { .. } => bail!("only cargo calls this"),
    }
}

fn buy_again(house: &House, progress: &Progress) -> Result<()> {
    let file = house.state_file();
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

fn grant_role(house: &House, progress: &Progress, email: &str, role: Role, stage: Option<String>) -> Result<()> {
    let state = State::load(&house.state_file())?;
    let (stage, endpoint) = match stage {
        Some(stage) => (stage, Endpoint::from_environment()),
        None if state.endpoint_url.is_empty() => bail!("no shop runs here; name a stage with --stage"),
        None => (state.stage, Some(Endpoint::known(&state.endpoint_url))),
    };
    accounts::grant_role(&Cloud::connect(endpoint.as_ref())?, &stage, email, role)?;
    progress.print(format!("{email} will be {role:?} on {stage} in a moment; it takes effect with the next sign-in"));
    Ok(())
}

fn role(name: &str) -> Result<Role> {
    serde_json::from_value(name.into()).context("there are customer, staff, admin")
}

fn conclude(result: Result<()>) -> ExitCode {
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

    #[test]
    fn roles_are_named_as_in_the_published_language() {
        assert_eq!(role("admin").unwrap(), Role::Admin);
        assert!(role("Admin").is_err());
    }
}
