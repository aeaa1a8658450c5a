//! Deploying stacks with the SAM CLI: the platform first, then the capabilities side by side.
//! Owns stack names, parameters and the fingerprints of deployed stacks. Refuses templates of its own: an emulator gets
//! the same templates as AWS.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use events::Capability;
use serde_json::Value;

use crate::build_functions::Architecture;
use crate::cloud::Cloud;
use crate::endpoint::Endpoint;
use crate::fingerprint::Fingerprint;
use crate::indexes::{self, Steps};
use crate::keys::{ISSUERS, KeyVersions, listed};
use crate::names::Names;
use crate::process;
use crate::progress::{Progress, Task};
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

/// The part that all others depend on.
pub const PLATFORM: &str = "platform";
/// Bucket for artifacts on an emulator.
pub const BUCKET: &str = "souk-artifacts";

/// Stacks that an emulator takes at once. On AWS it is one: API Gateway refuses concurrent changes of an API.
const AT_ONCE: usize = 4;
/// Another deployment, of another workflow, may change the same API.
const ATTEMPTS: u32 = 6;
const PAUSE: Duration = Duration::from_secs(20);

pub struct Target<'a> {
    pub workspace: &'a Workspace,
    pub tools: &'a Tools,
    pub names: &'a Names,
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
        let stack = self.names.stack(PLATFORM);
        let parameters = self.parameters(None);
        let fingerprint = self.fingerprint(PLATFORM, None, &parameters)?;
        let deployed = self.deploy_one(progress, PLATFORM, &parameters, &fingerprint, known.get(&stack))?;
        known.insert(stack, fingerprint);
        Ok(deployed)
    }

    /// The environment that the platform was deployed with; `None` before.
    pub fn environment(&self) -> Option<String> {
        output(&self.outputs()?, "Environment")
    }

    fn outputs(&self) -> Option<Value> {
        let mut command = self.sam();
        command.args(["list", "stack-outputs", "--output", "json", "--stack-name", &self.names.stack(PLATFORM)]);
        serde_json::from_str(&process::answer_of(&mut command)?).ok()
    }

    /// The platform's API.
    ///
    /// # Errors
    /// If the platform is not deployed.
    pub fn api(&self) -> Result<Api> {
        let stack = self.names.stack(PLATFORM);
        let outputs = self.outputs().with_context(|| format!("there is no stack {stack}"))?;
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
        keys: &KeyVersions,
        known: &mut BTreeMap<String, String>,
    ) -> Result<usize> {
        let waiting = Mutex::new(capabilities.iter().rev().copied().collect::<Vec<_>>());
        let results = Mutex::new(Vec::new());
        // A closure of its own: the lock must not be held while the stack is deployed.
        let next = || lock(&waiting).pop();
        let before = &*known;
        std::thread::scope(|scope| {
            for _ in 0..self.endpoint.map_or(1, |_| AT_ONCE) {
                scope.spawn(|| {
                    while let Some(capability) = next() {
                        let parameters = self.parameters(Some((capability, keys)));
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
                    known.insert(self.names.stack(capability.name()), fingerprint);
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
            self.deploy_one(progress, name, parameters, &fingerprint, before.get(&self.names.stack(name)))?;
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
        let task = progress.task(format!("deploying {}", self.names.stack(part)));
        let template = self.workspace.template(part);
        if part == PLATFORM {
            self.sam_deploy(&task, part, &template, parameters, None)?;
        } else {
            let steps = self.index_steps(part, &template)?;
            // Left out, the release stays as it was, and so does the code that serves.
            for step in &steps.before {
                self.sam_deploy(&task, part, &self.step(part, step)?, parameters, None)?;
            }
            for step in &steps.after {
                self.sam_deploy(&task, part, &self.step(part, step)?, parameters, Some(fingerprint))?;
            }
            self.sam_deploy(&task, part, &template, parameters, Some(fingerprint))?;
        }
        task.done("");
        Ok(true)
    }

    /// What must be deployed besides the template, since a table may change one index at a time.
    fn index_steps(&self, part: &str, template: &Path) -> Result<Steps> {
        let deployed = Cloud::connect(self.endpoint)?.indexes(&self.names.stack(part))?;
        let Some(deployed) = deployed else { return Ok(Steps::default()) };
        indexes::steps(&std::fs::read_to_string(template)?, &deployed)
    }

    /// Writes a template in between, as deep in the workspace as the others, whose paths are relative.
    fn step(&self, part: &str, template: &str) -> Result<PathBuf> {
        let file = self.workspace.root().join("target").join(format!("{}.yaml", self.names.stack(part)));
        std::fs::write(&file, template).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    /// A release is the fingerprint of what is deployed; without one the release before stays.
    fn sam_deploy(
        &self,
        task: &Task,
        part: &str,
        template: &Path,
        parameters: &[String],
        release: Option<&str>,
    ) -> Result<()> {
        let mut attempt = 1;
        while let Err(error) = process::run(task, &mut self.sam_command(part, template, parameters, release)) {
            let output = error.downcast_ref::<process::Failed>().map_or("", |failed| &failed.output);
            if attempt == ATTEMPTS || !is_concurrent_change(output) {
                return Err(error);
            }
            task.note(format!("somebody else changes the API; attempt {attempt} of {ATTEMPTS} failed"));
            process::pause(PAUSE * attempt)?;
            attempt += 1;
        }
        Ok(())
    }

    fn sam_command(&self, part: &str, template: &Path, parameters: &[String], release: Option<&str>) -> Command {
        let stack = self.names.stack(part);
        let mut command = self.sam();
        // The table of events breaks its lines at the width of the terminal, and with them the reasons of failures.
        command.env("COLUMNS", "1000");
        command
            .args(["deploy", "--template-file"])
            .arg(template)
            .args(["--stack-name", &stack, "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
            .arg("--language-extensions")
            .args(self.tags(part))
            .args(["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]);
        match self.endpoint {
            Some(_) => command.args(["--s3-bucket", BUCKET, "--s3-prefix", &stack]),
            None => command.arg("--resolve-s3").args(["--s3-prefix", &stack]),
        };
        command.arg("--parameter-overrides").args(parameters.iter().map(|parameter| override_of(parameter)));
        if let Some(fingerprint) = release {
            // Lambda publishes nothing for what it has published already, such as a version of a deployment that was rolled back.
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
            command.arg(format!("Release={}-{now}", fingerprint.get(..16).unwrap_or(fingerprint)));
        }
        command
    }

    /// Tags of a stack, which CloudFormation gives to everything in it.
    fn tags(&self, part: &str) -> Vec<String> {
        let (app, stage) = (self.names.app(), self.names.stage());
        ["--tags".to_owned(), format!("app={app}"), format!("stage={stage}"), format!("part={part}")].into()
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

    fn parameters(&self, of: Option<(Capability, &KeyVersions)>) -> Vec<String> {
        let mut parameters = vec![format!("App={}", self.names.app()), format!("Stage={}", self.names.stage())];
        if let Some((capability, keys)) = of {
            parameters.push(format!("Architecture={}", self.architecture.parameter()));
            parameters.push(format!("Running={}", self.running));
            for (issuer, version) in ISSUERS.iter().zip(keys.jwks) {
                parameters.push(format!("{}={version}", issuer.key_set_parameter()));
            }
            parameters.extend(key_parameter(capability, keys));
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

/// Whether a stack failed because API Gateway was changing the API for somebody else (its `ConflictException`).
fn is_concurrent_change(output: &str) -> bool {
    output.contains("due to concurrent modification") || output.contains("TooManyRequestsException")
}

/// A parameter as the SAM CLI takes it: it refuses `Name=`, and means by `Name=""` the empty value.
fn override_of(parameter: &str) -> String {
    match parameter.strip_suffix('=') {
        Some(name) if !name.contains('=') => format!("{name}=\"\""),
        _ => parameter.to_owned(),
    }
}

/// The parameter that names what a capability signs with.
fn key_parameter(capability: Capability, keys: &KeyVersions) -> Option<String> {
    if capability == Capability::Orders {
        return Some(format!("GuestKeys={}", listed(&keys.guest)));
    }
    let mut signing = ISSUERS.iter().zip(keys.signing);
    signing.find(|(issuer, _)| issuer.part() == capability.name()).map(|(_, number)| format!("SigningKey={number}"))
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
    fn only_a_concurrent_change_of_the_api_is_tried_again() {
        let refused = "Unable to complete operation due to concurrent modification. Please try again later. (Service: ApiGatewayV2)";
        assert!(is_concurrent_change(refused));
        assert!(!is_concurrent_change("Template format error: Unrecognized resource types"));
    }

    #[test]
    fn an_empty_parameter_reaches_the_sam_cli_as_one() {
        let workspace = Workspace::find().unwrap();
        let (tools, names) = (Tools::new(&workspace), Names::new("souk", "test").unwrap());
        let set = ["AllowedOrigins=", "EdgeSecretDigest2=\"\"", "PublicUrl=https://shop.example?a="].map(str::to_owned);
        let target = Target {
            workspace: &workspace,
            tools: &tools,
            names: &names,
            endpoint: None,
            architecture: Architecture::Arm64,
            running: true,
            parameters: &set,
        };
        let parameters = target.parameters(None);
        let command = target.sam_command(PLATFORM, Path::new("platform.yaml"), &parameters, Some("0123"));
        let overrides = command.get_args().skip_while(|argument| *argument != "--parameter-overrides").skip(1);
        let overrides: Vec<_> = overrides.map(|argument| argument.to_string_lossy()).collect();
        let (release, others) = overrides.split_last().unwrap();
        assert!(release.starts_with("Release=0123-"), "{release}");
        let quoted = ["AllowedOrigins=\"\"", "EdgeSecretDigest2=\"\"", "PublicUrl=https://shop.example?a="];
        assert_eq!(others[..2], ["App=souk", "Stage=test"]);
        assert_eq!(others[2..], quoted);
    }

    #[test]
    fn who_signs_is_told_the_number_of_its_own_key() {
        let keys = KeyVersions { signing: [4, 5, 6], guest: vec![2, 1], ..KeyVersions::default() };
        let told = |capability| key_parameter(capability, &keys);
        assert_eq!(told(Capability::Users).as_deref(), Some("SigningKey=4"));
        assert_eq!(told(Capability::Shipping).as_deref(), Some("SigningKey=6"));
        assert_eq!(told(Capability::Orders).as_deref(), Some("GuestKeys=2,1"));
        assert_eq!(told(Capability::Carts), None);
    }
}
