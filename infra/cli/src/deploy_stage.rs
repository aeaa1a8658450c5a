//! `souk deploy`: one stage, on AWS or on the endpoint in `AWS_ENDPOINT_URL`.
//! Owns the choice of linker, instruction set and stacks. Refuses the demo catalogue: a real stage starts empty.

use anyhow::Result;
use events::Capability;

use crate::build_functions::{self, Architecture, Build, Destination};
use crate::cloud::Cloud;
use crate::deploy::{self, Target};
use crate::emulator;
use crate::endpoint::Endpoint;
use crate::keys;
use crate::logs::capability;
use crate::progress::Progress;
use crate::state::State;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Stage, for example `prod`: prefixes every name
    #[arg(long)]
    stage: String,
    /// Only this capability's stack; the platform is left as it is
    #[arg(long, value_parser = capability)]
    only: Option<Capability>,
    /// `false` removes everything except the tables
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    running: bool,
    /// Instruction set; arm64 on AWS, this machine's own on an emulator
    #[arg(long)]
    architecture: Option<Architecture>,
    /// Optimized and small, or quick to build
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    release: bool,
    /// A template parameter, as in `MailFrom=orders@shop.example`; repeatable
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    parameters: Vec<String>,
}

/// Builds and deploys.
///
/// # Errors
/// The first step that failed.
pub fn deploy(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let tools = Tools::new(workspace);
    tools.install(progress, Environment::Emulator)?;
    tools.install(progress, Environment::Sam)?;
    let endpoint = Endpoint::from_environment();
    let file = workspace.state_file();
    let mut state = State::load(&file)?;
    let ours = endpoint.as_ref().is_some_and(|endpoint| endpoint.url() == state.endpoint_url);
    let architecture = match (options.architecture, &endpoint) {
        (Some(architecture), _) => architecture,
        (None, Some(_)) => Architecture::of_this_machine()?,
        (None, None) => Architecture::Arm64,
    };
    let capabilities = options.only.map_or(Capability::ALL.to_vec(), |only| vec![only]);
    progress.say(format!(
        "stage {} on {}",
        options.stage,
        endpoint.as_ref().map_or("AWS, with this machine's credentials", Endpoint::url)
    ));
    // On the emulator that `souk up` started, functions are processes of this machine.
    let here = ours && state.emulator.is_some();
    let destination = if here { Destination::ThisMachine } else { Destination::Lambda(architecture) };
    build_functions::build(
        workspace,
        &tools,
        progress,
        &capabilities,
        Build { destination, release: options.release },
    )?;
    let keys = keys::ensure(&Cloud::connect(endpoint.as_ref())?, &options.stage)?;
    let target = Target {
        workspace,
        tools: &tools,
        stage: &options.stage,
        endpoint: endpoint.as_ref(),
        architecture,
        running: options.running,
        parameters: &options.parameters,
    };
    // What was deployed elsewhere before says nothing about this stage: SAM compares for itself.
    let mut known = if ours { std::mem::take(&mut state.deployed) } else { Default::default() };
    if let Some(endpoint) = &endpoint {
        emulator::create_bucket(endpoint, deploy::BUCKET)?;
    }
    if options.only.is_none() {
        target.deploy_platform(progress, &mut known)?;
    }
    let result = target.deploy_capabilities(progress, &capabilities, keys, &mut known);
    if ours {
        state.deployed = known;
        state.save(&file)?;
    }
    result?;
    let api = target.api()?;
    progress.print(format!("{} is deployed; its API: {}", options.stage, api.url));
    if endpoint.is_none() && !options.parameters.iter().any(|parameter| parameter.starts_with("MailFrom=")) {
        progress.print(
            "Mails are not sent yet: verify a sender in SES, then deploy with \
             --set MailFrom=orders@your.example --set MailIdentity=your.example",
        );
    }
    Ok(())
}

fn assignment(text: &str) -> Result<String> {
    match text.split_once('=') {
        Some((name, _)) if name.chars().all(char::is_alphanumeric) && !name.is_empty() => Ok(text.to_owned()),
        _ => anyhow::bail!("write NAME=VALUE"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_needs_a_name_and_a_value() {
        assert!(assignment("MailFrom=a@b.example").is_ok());
        assert!(assignment("MailFrom").is_err());
        assert!(assignment("=x").is_err());
    }
}
