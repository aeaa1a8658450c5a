//! Names of what a stage consists of: stacks, queues, functions, log groups, parameters.
//! Owns the prefix `<application>-<stage>`, as the templates build it. Refuses names that the templates would refuse.

use anyhow::{Result, bail};
use events::Capability;
use serde::{Deserialize, Serialize};

/// The application's name unless somebody chose another.
pub const APPLICATION: &str = "souk";

/// One stage of one application: two shops share an account if either differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    app: String,
    stage: String,
}

impl Names {
    /// # Errors
    /// If the templates would refuse one of them.
    pub fn new(app: &str, stage: &str) -> Result<Self> {
        let lower = |text: &str, more: &str| {
            let mut letters = text.chars();
            letters.next().is_some_and(|first| first.is_ascii_lowercase())
                && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c))
                && (2..=16).contains(&text.len())
        };
        if !lower(app, "-") {
            bail!(
                "the application's name has 2 to 16 characters: a letter, then letters, digits or dashes, all in lower case"
            );
        }
        if !lower(stage, "") {
            bail!("a stage's name has 2 to 16 characters: a letter, then letters or digits, all in lower case");
        }
        Ok(Self { app: app.to_owned(), stage: stage.to_owned() })
    }

    pub fn app(&self) -> &str {
        &self.app
    }

    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// What every name begins with, for example `souk-prod`.
    pub fn prefix(&self) -> String {
        format!("{}-{}", self.app, self.stage)
    }

    /// A part is `platform` or a capability.
    pub fn stack(&self, part: &str) -> String {
        format!("{}-{part}", self.prefix())
    }

    pub fn inbox(&self, of: Capability) -> String {
        format!("{}-{of}-inbox", self.prefix())
    }

    pub fn dead_letters(&self, of: Capability) -> String {
        format!("{}-{of}-dlq", self.prefix())
    }

    /// The trigger is `api`, `worker` or `relay`.
    pub fn function(&self, of: Capability, trigger: &str) -> String {
        format!("{}-{of}-{trigger}", self.prefix())
    }

    pub fn log_group(&self, of: Capability, trigger: &str) -> String {
        format!("/aws/lambda/{}", self.function(of, trigger))
    }

    /// A parameter of the stage in SSM, for example `keys/users`.
    pub fn parameter(&self, path: &str) -> String {
        format!("/{}/{}/{path}", self.app, self.stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_begins_with_the_application_and_the_stage() {
        let names = Names::new("shop-one", "dev").unwrap();
        assert_eq!(names.stack("platform"), "shop-one-dev-platform");
        assert_eq!(names.inbox(Capability::Orders), "shop-one-dev-orders-inbox");
        assert_eq!(names.dead_letters(Capability::Orders), "shop-one-dev-orders-dlq");
        assert_eq!(names.log_group(Capability::Carts, "api"), "/aws/lambda/shop-one-dev-carts-api");
        assert_eq!(names.parameter("keys/users"), "/shop-one/dev/keys/users");
    }

    #[test]
    fn names_that_a_template_would_refuse_are_refused_before_anything_is_built() {
        for (app, stage) in [
            ("", "dev"),
            ("Shop", "dev"),
            ("1shop", "dev"),
            ("shop", "de-v"),
            ("shop", "d"),
            ("a".repeat(17).as_str(), "dev"),
        ] {
            assert!(Names::new(app, stage).is_err(), "{app} {stage}");
        }
    }
}
