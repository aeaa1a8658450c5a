//! The parameters of deployed stacks, and their change: template and artifact stay as they are.
//! Refuses to create or to delete a stack, which the SAM CLI does.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{Capability, Parameter, Stack, StackStatus};

use super::Cloud;
use crate::process;

/// Between two looks at an update.
const PAUSE: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 500 });

impl Cloud {
    /// The parameters of a stack; `None` if there is no such stack.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn stack_parameters(&self, stack: &str) -> Result<Option<BTreeMap<String, String>>> {
        let Some(described) = self.stack(stack)? else { return Ok(None) };
        let pair = |parameter: &Parameter| Some((parameter.parameter_key.clone()?, parameter.parameter_value.clone()?));
        Ok(Some(described.parameters().iter().filter_map(pair).collect()))
    }

    /// The parameters that are in force: while a stack changes, it already names those that it is to have, and keeps them only
    /// if the change succeeds. So this waits for the end of a change, whoever made it.
    ///
    /// # Errors
    /// If the service refuses or cannot be reached.
    pub fn settled_parameters(&self, stack: &str) -> Result<Option<BTreeMap<String, String>>> {
        while let Some(described) = self.stack(stack)? {
            // A stack in review is none yet: nothing was made of it.
            match described.stack_status() {
                Some(StackStatus::ReviewInProgress) => return Ok(None),
                Some(status) if status.as_str().ends_with("_IN_PROGRESS") => process::pause(PAUSE)?,
                _ => return self.stack_parameters(stack),
            }
        }
        Ok(None)
    }

    /// Gives a stack these parameters, leaves all others as they are, and waits until it has them.
    ///
    /// # Errors
    /// If the update is refused or rolled back.
    pub fn update_stack(&self, stack: &str, changed: &[(String, String)]) -> Result<()> {
        let known = self.stack_parameters(stack)?.with_context(|| format!("there is no stack {stack}"))?;
        if let Some((name, _)) = changed.iter().find(|(name, _)| !known.contains_key(name)) {
            bail!("{stack} has no parameter {name}; deploy it first");
        }
        let kept = known.keys().filter(|name| changed.iter().all(|(other, _)| other != *name));
        let kept = kept.map(|name| Parameter::builder().parameter_key(name).use_previous_value(true).build());
        let given =
            changed.iter().map(|(name, value)| Parameter::builder().parameter_key(name).parameter_value(value).build());
        let request = self
            .stacks
            .update_stack()
            .stack_name(stack)
            .use_previous_template(true)
            .capabilities(Capability::CapabilityIam)
            .capabilities(Capability::CapabilityAutoExpand)
            .set_parameters(Some(kept.chain(given).collect()));
        match self.runtime.block_on(request.send()) {
            Ok(_) => self.await_update(stack),
            Err(error) if error.message().is_some_and(|why| why.contains("No updates are to be performed")) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("cannot update {stack}")),
        }
    }

    fn await_update(&self, stack: &str) -> Result<()> {
        loop {
            let described = self.stack(stack)?.with_context(|| format!("{stack} is gone"))?;
            let status = described.stack_status.map(|status| status.as_str().to_owned()).unwrap_or_default();
            match status.as_str() {
                "UPDATE_COMPLETE" => return Ok(()),
                "UPDATE_IN_PROGRESS" | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => process::pause(PAUSE)?,
                _ => bail!("{stack} is {status}: {}", described.stack_status_reason.unwrap_or_default()),
            }
        }
    }

    fn stack(&self, name: &str) -> Result<Option<Stack>> {
        match self.runtime.block_on(self.stacks.describe_stacks().stack_name(name).send()) {
            Ok(answer) => Ok(answer.stacks.unwrap_or_default().into_iter().next()),
            Err(error) if error.message().is_some_and(|why| why.contains("does not exist")) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot look at {name}")),
        }
    }
}
