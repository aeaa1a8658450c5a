//! The shop that a command works on: the one on this machine, or a stage on AWS.
//! Owns the options that say which. Refuses to open a shop: `up` and `deploy` do.

use anyhow::{Context, Result};

use crate::endpoint::Endpoint;
use crate::names::{APPLICATION, Names};
use crate::state::State;
use crate::workspace::Workspace;

/// The options that say which shop.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Choice {
    /// A stage on AWS; the local shop when left out
    #[arg(long)]
    stage: Option<String>,
    /// Name of the application on AWS
    #[arg(long, default_value = APPLICATION, requires = "stage")]
    app: String,
}

/// A shop that runs somewhere.
#[derive(Debug, PartialEq, Eq)]
pub struct ChosenShop {
    pub names: Names,
    /// Where AWS calls go; `None` for AWS itself.
    pub endpoint: Option<Endpoint>,
}

impl Choice {
    /// The shop on this machine.
    pub fn local() -> Self {
        Self { stage: None, app: APPLICATION.to_owned() }
    }

    /// # Errors
    /// If no stage is named and no shop runs here, or the stage's name is unusable.
    pub fn find(&self, workspace: &Workspace) -> Result<ChosenShop> {
        if let Some(stage) = &self.stage {
            return Ok(ChosenShop { names: Names::new(&self.app, stage)?, endpoint: Endpoint::from_environment() });
        }
        let state = State::load(&workspace.state_file())?;
        let names = state.names.context("no shop runs here; `cargo souk up` opens one, `--stage` names one on AWS")?;
        Ok(ChosenShop { names, endpoint: Some(Endpoint::known(&state.endpoint_url)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        choice: Choice,
    }

    fn parsed(arguments: &[&str]) -> Result<Choice, clap::Error> {
        Command::try_parse_from([&["command"], arguments].concat()).map(|command| command.choice)
    }

    #[test]
    fn without_a_stage_it_is_the_local_shop() {
        assert_eq!(parsed(&[]).unwrap(), Choice::local());
    }

    #[test]
    fn a_stage_is_one_of_the_application_that_is_named_beside_it() {
        let workspace = Workspace::find().unwrap();
        let prefix = |arguments: &[&str]| parsed(arguments).unwrap().find(&workspace).unwrap().names.prefix();
        assert_eq!(prefix(&["--stage", "dev"]), "souk-dev");
        assert_eq!(prefix(&["--stage", "dev", "--app", "bazaar"]), "bazaar-dev");
    }

    #[test]
    fn an_application_without_a_stage_is_refused_since_the_local_shop_has_its_own_name() {
        assert!(parsed(&["--app", "bazaar"]).is_err());
    }
}
