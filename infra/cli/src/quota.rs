//! How many functions may run at once: what a stage may want, beside what the account grants. An estimate: workers, relays and
//! sweeps are bounded, and of the API it counts `ThrottleBurst` once. That is a bucket of tokens for each route, so many routes
//! may take more together, slow answers overlap for longer than a burst, and functions of other stages and applications of
//! the account are not counted at all.
//! Owns the sum and the question to AWS. Refuses to ask for more: an operator does, in the account.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use events::Capability;
use serde_json::Value;
use yaml_serde::Value as Yaml;

use crate::endpoint::Endpoint;
use crate::process::answer_of;
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

/// Shards of a stream that one invocation each reads. A table on demand begins with four partitions, and each has a shard.
const SHARDS: u64 = 4;
/// AWS' name of the quota, for Service Quotas.
const QUOTA: &str = "L-B99A9384";

/// Invocations that a stage may have at once, as far as they can be told before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// `MaximumConcurrency` of all workers.
    workers: u64,
    /// One a shard of each stream.
    relays: u64,
    /// One a schedule.
    sweeps: u64,
    /// The burst of one route: what a busy API is taken to have under way. Nothing bounds that but the account.
    requests: u64,
}

impl Bounds {
    /// The bounds in the templates, with the parameters that the operator sets, or else those that the platform has now: one
    /// that is left out keeps its value.
    ///
    /// # Errors
    /// If a template cannot be read, or has a worker without a bound.
    pub fn of(workspace: &Workspace, set: &[String], platform: &BTreeMap<String, String>) -> Result<Self> {
        let read = |part: &str| -> Result<Yaml> {
            let file = workspace.template(part);
            let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            yaml_serde::from_str(&text).with_context(|| format!("{part}.yaml is no YAML"))
        };
        let mut bounds = Self { requests: burst(&read("platform")?, set, platform)?, ..Self::default() };
        for capability in Capability::ALL {
            bounds.add(&read(capability.name())?).with_context(|| format!("{capability}.yaml"))?;
        }
        Ok(bounds)
    }

    fn add(&mut self, template: &Yaml) -> Result<()> {
        let resources = template.get("Resources").and_then(Yaml::as_mapping).context("no resources")?;
        for (_, resource) in resources {
            let properties = |name: &str| resource.get("Properties").and_then(|properties| properties.get(name));
            match resource.get("Type").and_then(Yaml::as_str) {
                Some("AWS::Lambda::EventSourceMapping") if properties("StartingPosition").is_some() => {
                    self.relays += SHARDS;
                }
                Some("AWS::Lambda::EventSourceMapping") => {
                    let bound = properties("ScalingConfig").and_then(|scaling| scaling.get("MaximumConcurrency"));
                    self.workers += bound.and_then(Yaml::as_u64).context("a worker without MaximumConcurrency")?;
                }
                Some("AWS::Events::Rule") => self.sweeps += 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// All of them.
    pub const fn sum(&self) -> u64 {
        self.workers + self.relays + self.sweeps + self.requests
    }

    /// What an account lacks that grants so much; `None` if it is enough.
    pub fn lack(&self, granted: u64) -> Option<String> {
        let (needed, Self { workers, relays, sweeps, requests }) = (self.sum(), self);
        (granted < needed).then(|| {
            format!(
                "the account grants {granted} functions at once, and this stage may want {needed}: {workers} of workers, \
                 {relays} of relays, {sweeps} of sweeps, {requests} of requests. A flood of messages could starve the API. \
                 Ask AWS for more: aws service-quotas request-service-quota-increase --service-code lambda \
                 --quota-code {QUOTA} --desired-value 1000"
            )
        })
    }
}

/// `ThrottleBurst` of the platform: as set, as deployed, or as its template says.
fn burst(template: &Yaml, set: &[String], deployed: &BTreeMap<String, String>) -> Result<u64> {
    let set = set.iter().rev().find_map(|parameter| parameter.strip_prefix("ThrottleBurst="));
    if let Some(known) = set.or_else(|| deployed.get("ThrottleBurst").map(String::as_str)) {
        return known.parse().context("ThrottleBurst is no number");
    }
    let declared = template.get("Parameters").and_then(|all| all.get("ThrottleBurst")?.get("Default")?.as_u64());
    declared.context("the platform has no ThrottleBurst")
}

/// What AWS grants the account in this region and no function has reserved.
///
/// # Errors
/// If nobody answers, or the caller may not ask (`lambda:GetAccountSettings`).
pub fn granted(workspace: &Workspace, tools: &Tools, endpoint: Option<&Endpoint>) -> Result<u64> {
    let mut command = tools.command(Environment::Sam, "python");
    command.arg(workspace.root().join("infra/account_limits.py"));
    if let Some(endpoint) = endpoint {
        endpoint.apply(&mut command);
    }
    let answer = answer_of(&mut command);
    let answer = answer.context("AWS does not say how many functions may run at once (lambda:GetAccountSettings)")?;
    unreserved(&answer)
}

fn unreserved(answer: &str) -> Result<u64> {
    let limits: Value = serde_json::from_str(answer).context("cannot read the account's limits")?;
    match limits.get("UnreservedConcurrentExecutions").and_then(Value::as_u64) {
        Some(unreserved) => Ok(unreserved),
        None => bail!("the account's limits have no UnreservedConcurrentExecutions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_a_stage_are_those_of_its_templates() {
        let workspace = Workspace::find().unwrap();
        let bounds = Bounds::of(&workspace, &[], &BTreeMap::new()).unwrap();
        // Ten each of orders and payments, two of users and catalog, five of the other four; five relays, four schedules.
        assert_eq!(bounds, Bounds { workers: 44, relays: 20, sweeps: 4, requests: 250 });
    }

    #[test]
    fn the_burst_is_what_is_set_or_else_what_is_deployed() {
        let workspace = Workspace::find().unwrap();
        let deployed = BTreeMap::from([("ThrottleBurst".to_owned(), "1000".to_owned())]);
        let requests = |set: &[String], deployed| Bounds::of(&workspace, set, deployed).unwrap().requests;
        let set = ["ThrottleBurst=100".to_owned(), "ThrottleBurst=40".to_owned()];
        assert_eq!(requests(&set, &deployed), 40);
        assert_eq!(requests(&[], &deployed), 1000);
        assert_eq!(requests(&[], &BTreeMap::new()), 250);
    }

    #[test]
    fn an_account_that_grants_less_than_the_bounds_is_told_what_it_lacks() {
        let bounds = Bounds { workers: 44, relays: 20, sweeps: 2, requests: 250 };
        assert_eq!(bounds.lack(316), None);
        let lack = bounds.lack(10).unwrap();
        assert!(
            lack.contains("grants 10 functions") && lack.contains("may want 316") && lack.contains(QUOTA),
            "{lack}"
        );
    }

    #[test]
    fn what_other_functions_reserved_is_not_for_this_stage() {
        let answer = r#"{"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 900, "TotalCodeSize": 1}"#;
        assert_eq!(unreserved(answer).unwrap(), 900);
        assert!(unreserved("{}").is_err() && unreserved("").is_err());
    }

    #[test]
    fn a_worker_without_a_bound_is_no_sum() {
        let text = "Resources: {Inbox: {Type: AWS::Lambda::EventSourceMapping, Properties: {BatchSize: 10}}}";
        assert!(Bounds::default().add(&yaml_serde::from_str(text).unwrap()).is_err());
    }
}
