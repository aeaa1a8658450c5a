//! `souk logs`: the logs of the functions.
//! Owns the choice of log groups. Refuses a log store of its own: the lines come from CloudWatch Logs, on AWS as on an
//! emulator, through the SAM CLI.

use anyhow::{Context, Result};
use events::Capability;

use crate::chosen_shop::Choice;
use crate::names::Names;
use crate::process;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// One capability; all of them when left out
    #[arg(value_parser = capability)]
    capability: Option<Capability>,
    /// Keep following the logs
    #[arg(long, short)]
    follow: bool,
    /// Only lines with this text
    #[arg(long)]
    filter: Option<String>,
    /// How far back, as in `10min ago`
    #[arg(long, default_value = "10min ago")]
    since: String,
    #[command(flatten)]
    shop: Choice,
}

impl Options {
    /// Everything from now on, for all capabilities.
    pub fn everything() -> Self {
        let since = "1s ago".to_owned();
        Self { capability: None, follow: true, filter: None, since, shop: Choice::local() }
    }
}

/// # Errors
/// If there is no such capability.
pub fn capability(name: &str) -> Result<Capability> {
    let names = Capability::ALL.map(Capability::name).join(", ");
    Capability::named(name).with_context(|| format!("unknown capability; use one of {names}"))
}

/// # Errors
/// If there is no shop, or its logs cannot be read.
pub fn logs(workspace: &Workspace, options: &Options) -> Result<()> {
    let shop = options.shop.find(workspace)?;
    let mut command = Tools::new(workspace).command(Environment::Sam, "sam");
    command.arg("logs");
    for capability in Capability::ALL {
        if options.capability.is_none_or(|wanted| wanted == capability) {
            for group in groups(&shop.names, capability) {
                command.args(["--cw-log-group", &group]);
            }
        }
    }
    command.args(["--start-time", &options.since]);
    if options.follow {
        command.arg("--tail");
    }
    if let Some(filter) = &options.filter {
        command.args(["--filter", filter]);
    }
    if let Some(endpoint) = &shop.endpoint {
        endpoint.apply(&mut command);
    }
    process::run_in_view(&mut command)
}

/// Capabilities with HTTP routes that start work for a relay.
const RELAYED: [Capability; 5] =
    [Capability::Users, Capability::Inventory, Capability::Orders, Capability::Payments, Capability::Shipping];

/// The triggers that a capability is deployed with.
pub fn triggers(capability: Capability) -> &'static [&'static str] {
    if RELAYED.contains(&capability) { &["api", "worker", "relay"] } else { &["api", "worker"] }
}

fn groups(names: &Names, capability: Capability) -> impl Iterator<Item = String> {
    triggers(capability).iter().map(move |trigger| names.log_group(capability, trigger))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capability_has_a_log_group_for_each_trigger_it_is_deployed_with() {
        let groups: Vec<String> = groups(&Names::new("souk", "local").unwrap(), Capability::Carts).collect();
        assert_eq!(groups, ["/aws/lambda/souk-local-carts-api", "/aws/lambda/souk-local-carts-worker"]);
    }

    #[test]
    fn every_trigger_is_a_function_of_the_template_and_there_are_no_others() {
        let workspace = Workspace::find().unwrap();
        for capability in Capability::ALL {
            let template = std::fs::read_to_string(workspace.template(capability.name())).unwrap();
            for trigger in ["api", "worker", "relay"] {
                let name = format!("FunctionName: !Sub \"${{App}}-${{Stage}}-{capability}-{trigger}\"");
                assert_eq!(template.contains(&name), triggers(capability).contains(&trigger), "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_capability_is_answered_with_the_names_there_are() {
        assert!(capability("order").unwrap_err().to_string().contains("orders"));
    }
}
