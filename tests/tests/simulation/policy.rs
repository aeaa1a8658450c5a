//! The rights that the templates' policies allow and those that the functions need, as comparable text: function, action,
//! resource. Refuses unknown resources.

use events::Capability;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Display;
use system_tests::sim::invocation::Trigger;
use system_tests::sim::rights::{Resource, Right};
use system_tests::template::{Template, list, texts};

fn words(function: &str, action: &str, resource: impl Display) -> String {
    format!("{function}: {action} on {resource}")
}

/// Every right that a policy allows.
pub fn allowed() -> BTreeSet<String> {
    Template::of_capabilities().iter().flat_map(|(_, template)| allowed_in(template)).collect()
}

fn allowed_in(template: &Template) -> Vec<String> {
    let mut allowed = Vec::new();
    for (name, function) in template.of_type("AWS::Serverless::Function") {
        let role = function["Properties"]["Role"]["Fn::GetAtt"].as_str().unwrap();
        for (_, statement) in template.statements().into_iter().filter(|(owner, _)| role == format!("{owner}.Arn")) {
            assert_eq!(statement["Effect"], "Allow");
            for resource in list(&statement["Resource"]).into_iter().map(|written| named(template, function, written)) {
                allowed.extend(texts(&statement["Action"]).into_iter().map(|action| words(name, action, &resource)));
            }
        }
    }
    allowed
}

/// The rights that Lambda itself needs: to write logs and traces and to poll event sources.
pub fn needed_by_lambda() -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    for (of, template) in Template::of_capabilities() {
        for (name, _) in template.of_type("AWS::Serverless::Function") {
            let mut needs = |actions: &[&str], resource: &str| {
                needed.extend(actions.iter().map(|action| words(name, action, resource)));
            };
            needs(&["logs:CreateLogStream", "logs:PutLogEvents"], "its log");
            needs(&["xray:PutTelemetryRecords", "xray:PutTraceSegments"], &Resource::Nameless.to_string());
            if is_woken_by(&template, name, "SQS") {
                let polls = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
                needs(&polls, &Resource::Inbox(of).to_string());
            }
            if is_woken_by(&template, name, "DynamoDB") {
                let polls = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
                needs(&polls.map(|action| format!("dynamodb:{action}")).each_ref().map(String::as_str), "its stream");
            }
        }
    }
    needed
}

/// The rights as text.
pub fn needed(rights: &BTreeSet<Right>) -> BTreeSet<String> {
    let templates = Template::of_capabilities();
    let template = |of| &templates.iter().find(|(capability, _)| *capability == of).unwrap().1;
    let needed =
        rights.iter().map(|right| words(woken(template(right.of), right.trigger), right.action, &right.resource));
    needed.collect()
}

/// The function with this trigger.
fn woken(template: &Template, trigger: Trigger) -> &str {
    let kind = match trigger {
        Trigger::Http => {
            let (_, integration) = template.of_type("AWS::ApiGatewayV2::Integration")[0];
            let uri = integration["Properties"]["IntegrationUri"]["Ref"].as_str().unwrap();
            return uri.strip_suffix("Alias").unwrap();
        }
        Trigger::Queue => "SQS",
        Trigger::Stream => "DynamoDB",
        Trigger::Schedule => "Schedule",
    };
    let functions = template.of_type("AWS::Serverless::Function");
    let found = functions.into_iter().find(|(name, _)| is_woken_by(template, name, kind));
    found.unwrap_or_else(|| panic!("{}: no function has the trigger {kind}", template.name)).0
}

fn is_woken_by(template: &Template, function: &str, kind: &str) -> bool {
    let is_kind = |source: &Value| match kind {
        "SQS" => !source["EventSourceArn"]["Fn::ImportValue"].is_null(),
        "DynamoDB" => !source["EventSourceArn"]["Fn::GetAtt"].is_null(),
        _ => !source["ScheduleExpression"].is_null(),
    };
    template.source_of(function).into_iter().any(|(_, source)| is_kind(source))
}

/// A policy's resource as text.
fn named(template: &Template, function: &Value, written: &Value) -> String {
    let table = template.table().0;
    let log = function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"].as_str().unwrap();
    let attribute = written["Fn::GetAtt"].as_str().and_then(|attribute| attribute.split_once('.'));
    let substituted = written["Fn::Sub"].as_str().unwrap_or_default();
    let index = substituted.strip_prefix(&format!("${{{table}.Arn}}/index/"));
    let exported = written["Fn::ImportValue"]["Fn::Sub"].as_str().and_then(queue);
    let resource = match (attribute, index, exported) {
        (Some((owner, "Arn")), ..) if owner == log => return "its log".to_owned(),
        (Some((owner, "StreamArn")), ..) if owner == table => return "its stream".to_owned(),
        // Those beside it are met by the same calls.
        (Some((owner, "Arn")), ..) if owner == table || is_table(template, owner) => Resource::Table,
        (_, Some(name), _) => Resource::Index(name.to_owned()),
        (_, _, Some(queue)) => queue,
        _ if written["Fn::If"][0] == "HasMailIdentity" => Resource::MailIdentity,
        _ if written == "*" => Resource::Nameless,
        _ if is_its_secret(template, substituted) => Resource::Parameter,
        _ => panic!("{}: unknown resource {written}", template.name),
    };
    resource.to_string()
}

fn is_table(template: &Template, name: &str) -> bool {
    template.of_type("AWS::DynamoDB::Table").iter().any(|(table, _)| *table == name)
}

fn queue(export: &str) -> Option<Resource> {
    let (owner, kind) = export.strip_prefix("${App}-${Stage}-")?.strip_suffix("-arn")?.rsplit_once('-')?;
    let owner = Capability::named(owner)?;
    match kind {
        "inbox" => Some(Resource::Inbox(owner)),
        "dlq" => Some(Resource::DeadLetters(owner)),
        _ => None,
    }
}

fn is_its_secret(template: &Template, arn: &str) -> bool {
    let environment = template.root["Globals"]["Function"]["Environment"]["Variables"].as_object().unwrap();
    environment.iter().flat_map(|(name, value)| texts(value).into_iter().map(move |text| (name, text))).any(
        |(name, secret)| {
            // A signing key is replaced by another of the next number, and a plural names the folder of several.
            let numbered = secret.strip_suffix("/${SigningKey}").or(name.ends_with("_PARAMETERS").then_some(secret));
            let resource = numbered.map_or_else(|| secret.to_owned(), |folder| format!("{folder}/*"));
            secret.starts_with("/${App}/${Stage}/keys/") && arn.ends_with(&format!(":parameter{resource}"))
        },
    )
}
