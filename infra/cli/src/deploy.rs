//! Deploying stacks with the SAM CLI: the platform first, then the capabilities side by side.
//! Owns stack names, parameters and the fingerprints of deployed stacks. Refuses templates of its own: an emulator gets
//! the same templates as AWS.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::sync::PoisonError;

use anyhow::{Context, Result, bail};
use events::Capability;
use serde_json::Value;

use crate::build_functions::Architecture;
use crate::endpoint::Endpoint;
use crate::fingerprint::Fingerprint;
use crate::keys::{ISSUERS, KeyVersions};
use crate::process;
use crate::progress::Progress;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

/// The part that all others depend on.
pub const PLATFORM: &str = "platform";
/// Bucket for artifacts on an emulator.
pub const BUCKET: &str = "souk-artifacts";

const AT_ONCE: usize = 4;

pub struct Target<'a> {
    pub workspace: &'a Workspace,
    pub tools: &'a Tools,
    pub stage: &'a str,
    /// An endpoint that is not AWS; `None` for AWS with the machine's own credentials.
    pub endpoint: Option<&'a Endpoint>,
    /// Instruction set of the artifacts.
    pub architecture: Architecture,
    /// Whether the capabilities run, or only keep their tables.
    pub running: bool,
    /// More template parameters, as `Name=value`.
    pub parameters: &'a [String],
}

impl Target<'_> {
    /// Deploys the platform; `true` if anything changed.
    ///
    /// # Errors
    /// If SAM refuses.
    pub fn deploy_platform(&self, progress: &Progress, known: &mut BTreeMap<String, String>) -> Result<bool> {
        let stack = stack(self.stage, PLATFORM);
        let parameters = self.parameters(None);
        let fingerprint = self.fingerprint(PLATFORM, None, &parameters)?;
        let deployed = self.deploy_one(progress, PLATFORM, &parameters, &fingerprint, known.get(&stack))?;
        known.insert(stack, fingerprint);
        Ok(deployed)
    }

    /// The platform's API.
    ///
    /// # Errors
    /// If the platform is not deployed.
    pub fn api(&self) -> Result<Api> {
        let stack = stack(self.stage, PLATFORM);
        let mut command = self.sam();
        command.args(["list", "stack-outputs", "--output", "json", "--stack-name", &stack]);
        let answer = process::answer_of(&mut command).with_context(|| format!("there is no stack {stack}"))?;
        let outputs: Value = serde_json::from_str(&answer).context("cannot read the platform's outputs")?;
        match (output(&outputs, "ApiId"), output(&outputs, "ApiUrl")) {
            (Some(id), Some(url)) => Ok(Api { id, url }),
            _ => bail!("the stack {stack} has no outputs ApiId and ApiUrl"),
        }
    }

    /// Deploys capabilities side by side. A capability is skipped if its template, artifact and parameters are
    /// unchanged.
    ///
    /// # Errors
    /// The first failure. Earlier successes are recorded.
    pub fn deploy_capabilities(
        &self,
        progress: &Progress,
        capabilities: &[Capability],
        keys: KeyVersions,
        known: &mut BTreeMap<String, String>,
    ) -> Result<usize> {
        let parameters = self.parameters(Some(keys));
        let waiting = Mutex::new(capabilities.iter().rev().copied().collect::<Vec<_>>());
        let results = Mutex::new(Vec::new());
        // A closure of its own: the lock must not be held while the stack is deployed.
        let next = || lock(&waiting).pop();
        let before = &*known;
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(capability) = next() {
                        let result = self.deploy_capability(progress, capability, &parameters, before);
                        lock(&results).push((capability, result));
                    }
                });
            }
        });
        let mut changed = 0;
        let mut failure = Ok(());
        for (capability, result) in results.into_inner().unwrap_or_else(PoisonError::into_inner) {
            match result {
                Ok((fingerprint, deployed)) => {
                    changed += usize::from(deployed);
                    known.insert(stack(self.stage, capability.name()), fingerprint);
                }
                Err(error) if failure.is_ok() => failure = Err(error.context(format!("cannot deploy {capability}"))),
                Err(_) => {}
            }
        }
        failure.map(|()| changed)
    }

    fn deploy_capability(
        &self,
        progress: &Progress,
        capability: Capability,
        parameters: &[String],
        before: &BTreeMap<String, String>,
    ) -> Result<(String, bool)> {
        let name = capability.name();
        let fingerprint = self.fingerprint(name, Some(capability), parameters)?;
        let deployed =
            self.deploy_one(progress, name, parameters, &fingerprint, before.get(&stack(self.stage, name)))?;
        Ok((fingerprint, deployed))
    }

    fn deploy_one(
        &self,
        progress: &Progress,
        part: &str,
        parameters: &[String],
        fingerprint: &str,
        before: Option<&String>,
    ) -> Result<bool> {
        if before.map(String::as_str) == Some(fingerprint) {
            return Ok(false);
        }
        let stack = stack(self.stage, part);
        let task = progress.task(format!("deploying {stack}"));
        let mut command = self.sam();
        command
            .args(["deploy", "--template-file"])
            .arg(self.workspace.template(part))
            .args(["--stack-name", &stack, "--capabilities", "CAPABILITY_IAM"])
            .args(["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]);
        match self.endpoint {
            Some(_) => command.args(["--s3-bucket", BUCKET, "--s3-prefix", &stack]),
            None => command.arg("--resolve-s3").args(["--s3-prefix", &stack]),
        };
        command.arg("--parameter-overrides").args(parameters);
        process::run(&task, &mut command)?;
        task.done("");
        Ok(true)
    }

    fn sam(&self) -> Command {
        let mut command = self.tools.command(Environment::Sam, "sam");
        if let Some(endpoint) = self.endpoint {
            endpoint.apply(&mut command);
            // AWS throttles such eagerness; an emulator on this machine is done in a moment.
            command.env("SAM_CLI_POLL_DELAY", "0.2");
        }
        command
    }

    fn parameters(&self, keys: Option<KeyVersions>) -> Vec<String> {
        let mut parameters = vec![format!("Stage={}", self.stage)];
        if let Some(keys) = keys {
            parameters.push(format!("Architecture={}", self.architecture.parameter()));
            parameters.push(format!("Running={}", self.running));
            for (issuer, version) in ISSUERS.iter().zip(keys.jwks) {
                parameters.push(format!("{}JwksVersion={version}", capitalised(issuer)));
            }
        }
        parameters.extend(self.parameters.iter().cloned());
        parameters
    }

    fn fingerprint(&self, part: &str, capability: Option<Capability>, parameters: &[String]) -> Result<String> {
        let mut fingerprint = Fingerprint::default().file(&self.workspace.template(part))?;
        for parameter in parameters {
            fingerprint = fingerprint.text(parameter);
        }
        if let Some(capability) = capability {
            fingerprint = fingerprint.file(&self.workspace.built_function(capability.name()).join("bootstrap"))?;
        }
        Ok(fingerprint.finish())
    }
}

pub fn stack(stage: &str, part: &str) -> String {
    format!("souk-{stage}-{part}")
}

/// The HTTP API of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// API Gateway's id.
    pub id: String,
    /// The address customers use.
    pub url: String,
}

fn output(outputs: &Value, key: &str) -> Option<String> {
    let of_key = |output: &&Value| output.get("OutputKey").and_then(Value::as_str) == Some(key);
    let output = outputs.as_array()?.iter().find(of_key)?;
    output.get("OutputValue").and_then(Value::as_str).map(str::to_owned)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_output_is_found_by_its_key() {
        let outputs =
            json!([{"OutputKey": "ApiUrl", "OutputValue": "http://x"}, {"OutputKey": "ApiId", "OutputValue": "a1"}]);
        assert_eq!(output(&outputs, "ApiId").as_deref(), Some("a1"));
        assert_eq!(output(&outputs, "Other"), None);
        assert_eq!(output(&json!({}), "ApiId"), None);
    }

    #[test]
    fn issuers_become_parameter_names() {
        assert_eq!(capitalised("users"), "Users");
        assert_eq!(capitalised(""), "");
    }
}
