//! Least privilege: the rights of each role, compared with what it needs.

use events::Capability;
use events::flows::FLOWS;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use system_tests::template::{Template, list, texts};

/// Sent by an operator's command, not by a function.
const BY_OPERATORS: [&str; 1] = ["users.grant_role.v2"];

/// What a function that is traced may do besides.
const TRACES: [&str; 2] = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];

fn actions(statement: &Value) -> Vec<&str> {
    texts(&statement["Action"])
}

fn sends(statement: &Value) -> bool {
    actions(statement).contains(&"sqs:SendMessage")
}

#[test]
fn no_statement_has_a_wildcard_action_or_denies_nothing() {
    for (_, template) in Template::of_capabilities() {
        for (role, statement) in template.statements() {
            assert!(!actions(statement).is_empty(), "{role}");
            assert!(actions(statement).iter().all(|action| !action.contains('*')), "{role}: {statement}");
            assert!(statement["NotAction"].is_null() && statement["NotResource"].is_null(), "{role}");
        }
    }
}

#[test]
fn every_resource_is_named_except_of_traces_alarms_numbered_keys_and_mail_identities_outside_production() {
    for (capability, template) in Template::of_capabilities() {
        for (role, statement) in template.statements() {
            for resource in list(&statement["Resource"]) {
                let named = texts(resource).iter().all(|text| !text.contains('*'));
                let mail = actions(statement) == ["ses:SendEmail"] && resource["Fn::If"][0] == "HasMailIdentity";
                // X-Ray knows no resources for its actions.
                let traces = actions(statement) == TRACES && *resource == "*";
                // Whoever asks for alarms by the beginning of their names asks about all, as CloudWatch sees it.
                let alarms = actions(statement) == ["cloudwatch:DescribeAlarms"] && *resource == "*";
                let key = actions(statement) == ["ssm:GetParameter"] && is_numbered_key(capability, resource);
                assert!(named || mail || traces || alarms || key, "{role}: {resource}");
            }
        }
    }
}

/// Every number of a capability's own key, and nothing else: while one is replaced, versions that read either run.
fn is_numbered_key(capability: Capability, resource: &Value) -> bool {
    let below = |folder: &str| format!(":parameter/${{App}}/${{Stage}}/keys/{folder}/*");
    let own = [below(capability.name()), below(&format!("{capability}-guest"))];
    texts(resource).iter().all(|text| text.matches('*').count() == 1 && own.iter().any(|own| text.ends_with(own)))
}

#[test]
fn functions_are_traced_and_may_send_traces_only_where_it_is_asked_for() {
    for (capability, template) in Template::of_capabilities() {
        assert_eq!(template.root["Parameters"]["Tracing"]["Default"], "off", "{capability}");
        let condition = json!([{"Condition": "IsRunning"}, {"Fn::Equals": [{"Ref": "Tracing"}, "on"]}]);
        assert_eq!(template.root["Conditions"]["IsTraced"]["Fn::And"], condition, "{capability}");
        let mode = &template.root["Globals"]["Function"]["Tracing"];
        assert_eq!(mode, &json!({"Fn::If": ["IsTraced", "Active", "PassThrough"]}), "{capability}");
        // In the role itself: Lambda refuses to trace a function whose role does not have the right yet.
        for (function, _) in template.of_type("AWS::Serverless::Function") {
            let policies = template.properties(&format!("{function}Role"))["Policies"].as_array().unwrap();
            let conditional: Vec<_> = policies.iter().filter(|policy| !policy["Fn::If"].is_null()).collect();
            let [policy] = conditional.as_slice() else { panic!("{function}: {conditional:?}") };
            let [condition, policy, otherwise] = policy["Fn::If"].as_array().unwrap().as_slice() else { panic!() };
            assert_eq!((condition, otherwise), (&json!("IsTraced"), &json!({"Ref": "AWS::NoValue"})), "{function}");
            let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
            assert_eq!((statements.len(), actions(&statements[0])), (1, TRACES.to_vec()), "{function}");
        }
    }
}

/// The inboxes and dead-letter queues that a role may send to.
fn targets(template: &Template, role_ends_with: &str) -> BTreeSet<String> {
    let statements = template.statements().into_iter().filter(|(role, s)| role.ends_with(role_ends_with) && sends(s));
    statements
        .flat_map(|(_, statement)| list(&statement["Resource"]))
        .map(|resource| resource["Fn::ImportValue"]["Fn::Sub"].as_str().unwrap().to_owned())
        .collect()
}

fn arn(capability: Capability, kind: &str) -> String {
    format!("${{App}}-${{Stage}}-{capability}-{kind}-arn")
}

/// The inboxes that a capability's messages go to.
fn receivers(sender: Capability) -> BTreeSet<String> {
    let sent = FLOWS.iter().filter(|flow| flow.from == sender && !BY_OPERATORS.contains(&flow.kind));
    sent.flat_map(|flow| flow.to).map(|to| arn(*to, "inbox")).collect()
}

#[test]
fn a_capability_may_send_exactly_to_the_receivers_of_its_messages_and_to_its_dead_letters() {
    for (capability, template) in Template::of_capabilities() {
        let may = targets(&template, "Role");
        let mut needs = receivers(capability);
        needs.insert(arn(capability, "dlq"));
        assert_eq!(may, needs, "{capability}");
    }
}

#[test]
fn worker_and_relay_may_dead_letter_what_they_cannot_read_and_the_api_sends_nothing() {
    for (capability, template) in Template::of_capabilities() {
        assert!(targets(&template, "WorkerRole").contains(&arn(capability, "dlq")), "{capability}");
        let relays = template.of_type("AWS::Serverless::Function").iter().any(|(name, _)| name.ends_with("Relay"));
        assert_eq!(targets(&template, "RelayRole").contains(&arn(capability, "dlq")), relays, "{capability}");
        assert!(targets(&template, "ApiRole").is_empty(), "{capability}");
    }
}

#[test]
fn an_api_that_may_read_its_table_does_so_before_it_asks_for_work() {
    for (capability, template) in Template::of_capabilities() {
        let statements = template.statements();
        let mut of_api = statements.iter().filter(|(role, _)| role.ends_with("ApiRole"));
        let may_read = of_api.any(|(_, statement)| actions(statement).contains(&"dynamodb:GetItem"));
        let functions = template.of_type("AWS::Serverless::Function");
        let (_, api) = functions.iter().find(|(name, _)| name.ends_with("Api")).unwrap();
        let is_primed = !api["Properties"]["Environment"]["Variables"]["PRIME_TABLE"].is_null();
        assert_eq!(is_primed, may_read, "{capability}");
    }
}

#[test]
fn only_a_worker_takes_from_its_own_inbox() {
    for (capability, template) in Template::of_capabilities() {
        for (role, statement) in template.statements() {
            if actions(statement).contains(&"sqs:ReceiveMessage") {
                assert!(role.ends_with("WorkerRole"), "{role}");
                assert_eq!(texts(&statement["Resource"]), [arn(capability, "inbox")], "{role}");
            }
        }
    }
}

#[test]
fn a_relay_cannot_read_the_table_so_it_cannot_depend_on_a_fresh_read() {
    for (_, template) in Template::of_capabilities() {
        for (role, statement) in template.statements().into_iter().filter(|(role, _)| role.ends_with("RelayRole")) {
            let stream =
                ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
            let reads = actions(statement).into_iter().filter(|action| action.starts_with("dynamodb:"));
            assert!(reads.into_iter().all(|action| stream.contains(&action)), "{role}");
        }
    }
}

#[test]
fn nobody_touches_the_table_or_the_key_of_another_capability() {
    for (capability, template) in Template::of_capabilities() {
        let own_table = format!("{}Table", capability.name()[..1].to_uppercase() + &capability.name()[1..]);
        for (role, statement) in template.statements() {
            for text in texts(&statement["Resource"]) {
                if actions(statement).iter().any(|action| action.starts_with("dynamodb:")) {
                    let is_erasures = text == "ErasuresTable.Arn";
                    assert!(is_erasures || text.contains(&own_table), "{role}: {text}");
                }
                if actions(statement).contains(&"ssm:GetParameter") {
                    // Users and orders know a guest's mailbox by the same pseudonym.
                    let knows_guests = [Capability::Users, Capability::Orders].contains(&capability);
                    let shared = knows_guests && text.ends_with("/keys/guests");
                    assert!(shared || text.contains(&format!("/keys/{capability}")), "{role}: {text}");
                }
            }
        }
    }
}

#[test]
fn one_permission_lets_the_gateway_call_the_api_function_on_every_route() {
    for (capability, template) in Template::of_capabilities() {
        let of_gateway =
            |(_, permission): &(&str, &Value)| permission["Properties"]["Principal"] == "apigateway.amazonaws.com";
        let permissions: Vec<_> = template.of_type("AWS::Lambda::Permission").into_iter().filter(of_gateway).collect();
        assert_eq!(permissions.len(), 1, "{capability}");
        let properties = &permissions[0].1["Properties"];
        assert!(properties["SourceArn"]["Fn::Sub"][0].as_str().unwrap().ends_with(":${Api}/*/*"), "{capability}");
        assert!(properties["FunctionName"]["Ref"].as_str().unwrap().ends_with("ApiAlias"), "{capability}");
    }
}
