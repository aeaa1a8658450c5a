//! `souk deploy`: one stage, on AWS or on the endpoint in `AWS_ENDPOINT_URL`.
//! Owns the choice of linker, instruction set and stacks. Refuses the demo catalogue: a real stage starts empty.

use anyhow::{Result, bail};
use events::Capability;

use crate::build_functions::{self, Architecture, Build, Destination};
use crate::cloud::Cloud;
use crate::deploy::{self, Target};
use crate::emulator;
use crate::endpoint::Endpoint;
use crate::keys;
use crate::logs::capability;
use crate::names::{APPLICATION, Names};
use crate::progress::Progress;
use crate::quota::{self, Bounds};
use crate::state::State;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Stage, for example `prod`: follows the application in every name
    #[arg(long)]
    stage: String,
    /// Name of the application, which begins every name
    #[arg(long, default_value = APPLICATION)]
    app: String,
    /// Only the stack of a capability, or of the `platform`; the others are left as they are
    #[arg(long, value_parser = part)]
    only: Option<Part>,
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

/// What has a stack of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Platform,
    Capability(Capability),
}

fn part(name: &str) -> Result<Part> {
    if name == deploy::PLATFORM { Ok(Part::Platform) } else { capability(name).map(Part::Capability) }
}

/// Builds and deploys.
///
/// # Errors
/// The first step that failed.
pub fn deploy(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let names = Names::new(&options.app, &options.stage)?;
    let tools = Tools::new(workspace);
    tools.install(progress, Environment::Emulator)?;
    tools.install(progress, Environment::Sam)?;
    let endpoint = Endpoint::from_environment();
    let file = workspace.state_file();
    let mut state = State::load(&file)?;
    let ours = endpoint.as_ref().is_some_and(|endpoint| endpoint.url() == state.endpoint_url);
    let architecture = architecture(options, endpoint.as_ref())?;
    let capabilities = match options.only {
        None => Capability::ALL.to_vec(),
        Some(Part::Capability(only)) => vec![only],
        Some(Part::Platform) => Vec::new(),
    };
    progress.say(format!(
        "{} on {}",
        names.prefix(),
        endpoint.as_ref().map_or("AWS, with this machine's credentials", Endpoint::url)
    ));
    // On the emulator that `souk up` started, functions are processes of this machine.
    let here = ours && state.emulator.is_some();
    let destination = if here { Destination::ThisMachine } else { Destination::Lambda(architecture) };
    if !capabilities.is_empty() {
        let build = Build { destination, release: options.release };
        build_functions::build(workspace, &tools, progress, &capabilities, build)?;
    }
    let cloud = Cloud::connect(endpoint.as_ref())?;
    let keys = keys::ensure(&cloud, &names)?;
    let target = Target {
        workspace,
        tools: &tools,
        names: &names,
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
    check_quota(&target, &cloud, progress, options)?;
    if matches!(options.only, None | Some(Part::Platform)) {
        target.deploy_platform(progress, &mut known)?;
    }
    let result = target.deploy_capabilities(progress, &capabilities, &keys, &mut known);
    if ours {
        state.deployed = known;
        state.save(&file)?;
    }
    result?;
    let api = target.api()?;
    progress.print(format!("{} is deployed; its API: {}", names.prefix(), api.url));
    if endpoint.is_none() && !options.parameters.iter().any(|parameter| parameter.starts_with("MailFrom=")) {
        progress.print(
            "Mails are not sent yet: verify a sender in SES, then deploy with \
             --set MailFrom=orders@your.example --set MailIdentity=your.example",
        );
    }
    Ok(())
}

/// Compares the account's concurrency with what the stage may want. A production that runs is refused with too little: its API
/// would starve under a flood of messages.
fn check_quota(target: &Target<'_>, cloud: &Cloud, progress: &Progress, options: &Options) -> Result<()> {
    let platform = cloud.stack_parameters(&target.names.stack(deploy::PLATFORM))?.unwrap_or_default();
    let bounds = Bounds::of(target.workspace, &options.parameters, &platform)?;
    let said = quota::granted(target.workspace, target.tools, target.endpoint).map(|granted| bounds.lack(granted));
    let lack = match said {
        Ok(None) => return Ok(()),
        Ok(Some(lack)) => lack,
        Err(error) => format!("{error:#}"),
    };
    let warning = warning(lack, options.running, || is_production(&options.parameters, || target.environment()))?;
    progress.print(warning);
    Ok(())
}

/// What is said of a lack. Nothing starts in a stage that does not run, so it is not refused: to stop must always be possible.
fn warning(lack: String, running: bool, is_production: impl FnOnce() -> bool) -> Result<String> {
    if running && is_production() {
        bail!("production does not start on a guess: {lack}");
    }
    Ok(format!("warning: {lack}"))
}

/// `Environment` is said once; later deployments keep it.
fn is_production(parameters: &[String], deployed: impl FnOnce() -> Option<String>) -> bool {
    let set = parameters.iter().rev().find_map(|parameter| parameter.strip_prefix("Environment="));
    set.map(str::to_owned).or_else(deployed).as_deref() == Some("production")
}

/// Arm is cheaper on AWS; an emulator runs what its machine runs.
fn architecture(options: &Options, endpoint: Option<&Endpoint>) -> Result<Architecture> {
    match (options.architecture, endpoint) {
        (Some(architecture), _) => Ok(architecture),
        (None, Some(_)) => Architecture::of_this_machine(),
        (None, None) => Ok(Architecture::Arm64),
    }
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
    fn a_part_is_the_platform_or_a_capability() {
        assert_eq!(part("platform").unwrap(), Part::Platform);
        assert_eq!(part("orders").unwrap(), Part::Capability(Capability::Orders));
        assert!(part("order").is_err());
    }

    #[test]
    fn production_is_what_is_set_or_else_what_was_deployed() {
        let set = |value: &str| vec![format!("Environment={value}")];
        assert!(is_production(&set("production"), || None));
        assert!(is_production(&[], || Some("production".to_owned())));
        assert!(!is_production(&set("development"), || Some("production".to_owned())));
        assert!(!is_production(&[], || None));
    }

    #[test]
    fn only_a_production_that_runs_is_refused() {
        let warned = |running, production| warning("10 are too few".to_owned(), running, || production).is_ok();
        assert!(!warned(true, true));
        assert!(warned(false, true), "stopping is not refused");
        assert!(warned(true, false) && warned(false, false));
    }

    #[test]
    fn a_parameter_needs_a_name_and_a_value() {
        assert!(assignment("MailFrom=a@b.example").is_ok());
        assert!(assignment("AllowedOrigins=").is_ok(), "also an empty one");
        assert!(assignment("MailFrom").is_err());
        assert!(assignment("=x").is_err());
    }
}
