//! What the templates' policies allow, in the words of the simulation: which function, which action, on what.

use events::Capability;
use serde_json::Value;
use std::collections::BTreeSet;
use system_tests::sim::rights::{Resource, Right, Trigger};
use system_tests::template::{Template, list, texts};

/// An action on a resource that a function may do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowed {
    /// Of whom.
    pub of: Capability,
    /// The function in the template.
    pub function: String,
    /// As a policy names it.
    pub action: String,
    /// To what; nothing if functions call nothing like it.
    pub resource: Option<Resource>,
}

/// Everything that all policies allow.
pub fn everything_allowed() -> BTreeSet<Allowed> {
    Template::of_capabilities().iter().flat_map(|(of, template)| allowed(*of, template)).collect()
}

/// What a policy must allow for these rights.
pub fn needed(rights: &BTreeSet<Right>) -> BTreeSet<Allowed> {
    let templates: Vec<_> = Template::of_capabilities();
    let template = |of| &templates.iter().find(|(capability, _)| *capability == of).unwrap().1;
    let needed = rights.iter().map(|right| Allowed {
        of: right.of,
        function: function(template(right.of), right.trigger),
        action: right.action.to_owned(),
        resource: Some(right.resource.clone()),
    });
    needed.collect()
}

/// The function that something wakes.
fn function(template: &Template, trigger: Trigger) -> String {
    let kind = match trigger {
        Trigger::Http => {
            let (_, integration) = template.of_type("AWS::ApiGatewayV2::Integration")[0];
            let uri = integration["Properties"]["IntegrationUri"]["Fn::GetAtt"].as_str().unwrap();
            return uri.strip_suffix(".Arn").unwrap().to_owned();
        }
        Trigger::Queue => "SQS",
        Trigger::Stream => "DynamoDB",
        Trigger::Schedule => "Schedule",
    };
    let functions = template.of_type("AWS::Serverless::Function");
    let woken = |sources: &Value| sources.as_object().is_some_and(|all| all.values().any(|one| one["Type"] == kind));
    let found = functions.into_iter().find(|(_, function)| woken(&function["Properties"]["Events"]));
    found.unwrap_or_else(|| panic!("{}: nothing is woken by {kind}", template.name)).0.to_owned()
}

fn allowed(of: Capability, template: &Template) -> Vec<Allowed> {
    let mut allowed = Vec::new();
    for (function, resource) in template.of_type("AWS::Serverless::Function") {
        let role = resource["Properties"]["Role"]["Fn::GetAtt"].as_str().unwrap();
        let statements = template.statements().into_iter().filter(|(name, _)| role == format!("{name}.Arn"));
        for (_, statement) in statements {
            assert_eq!(statement["Effect"], "Allow");
            for resource in list(&statement["Resource"]).into_iter().map(|written| of_policy(template, written)) {
                allowed.extend(texts(&statement["Action"]).into_iter().map(|action| Allowed {
                    of,
                    function: function.to_owned(),
                    action: action.to_owned(),
                    resource: resource.clone(),
                }));
            }
        }
    }
    allowed
}

/// A resource as a policy writes it.
fn of_policy(template: &Template, written: &Value) -> Option<Resource> {
    let table = template.of_type("AWS::DynamoDB::Table")[0].0;
    if let Some(attribute) = written["Fn::GetAtt"].as_str() {
        return (attribute == format!("{table}.Arn")).then_some(Resource::Table);
    }
    if !written["Fn::If"].is_null() {
        return Some(Resource::MailIdentity);
    }
    if let Some(export) = written["Fn::ImportValue"]["Fn::Sub"].as_str() {
        return queue(export);
    }
    let written = written["Fn::Sub"].as_str()?;
    if let Some(index) = written.strip_prefix(&format!("${{{table}.Arn}}/index/")) {
        return Some(Resource::Index(index.to_owned()));
    }
    let environment = texts(&template.root["Globals"]["Function"]["Environment"]);
    let mut secrets = environment.into_iter().filter(|value| value.starts_with("/souk/${Stage}/keys/"));
    secrets.any(|secret| written.ends_with(&format!(":parameter{secret}"))).then_some(Resource::Parameter)
}

fn queue(export: &str) -> Option<Resource> {
    let (owner, kind) = export.strip_prefix("${Stage}-")?.strip_suffix("-arn")?.rsplit_once('-')?;
    let owner = Capability::named(owner)?;
    match kind {
        "inbox" => Some(Resource::Inbox(owner)),
        "dlq" => Some(Resource::DeadLetters(owner)),
        _ => None,
    }
}
