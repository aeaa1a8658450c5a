//! The functions of a capability, and what is left of one that does not run.

use events::Capability;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use system_tests::source::sources;
use system_tests::template::Template;

/// Capabilities with a relay.
const RELAYED: [Capability; 5] =
    [Capability::Users, Capability::Inventory, Capability::Orders, Capability::Payments, Capability::Shipping];

#[test]
fn one_artifact_becomes_an_api_a_worker_and_where_http_starts_work_a_relay() {
    for (capability, template) in Template::of_capabilities() {
        let globals = &template.root["Globals"]["Function"];
        assert_eq!(globals["CodeUri"], format!("../target/lambda/{capability}/"));
        assert_eq!(globals["Runtime"], "provided.al2023");
        assert_eq!(globals["Architectures"][0]["Ref"], "Architecture");
        let functions = template.of_type("AWS::Serverless::Function");
        let names: BTreeSet<_> = functions
            .iter()
            .map(|(_, f)| f["Properties"]["FunctionName"]["Fn::Sub"].as_str().unwrap().to_owned())
            .collect();
        let mut kinds = vec!["api", "worker"];
        kinds.extend(RELAYED.contains(&capability).then_some("relay"));
        assert_eq!(names, kinds.iter().map(|kind| format!("${{Stage}}-{capability}-{kind}")).collect());
        for (name, function) in functions {
            assert!(function["Properties"]["CodeUri"].is_null(), "{name} has code of its own");
            assert!(
                function["Properties"]["Timeout"].is_u64() && function["Properties"]["MemorySize"].is_u64(),
                "{name}"
            );
        }
    }
}

#[test]
fn each_function_has_its_own_role_log_and_alarm() {
    for (_, template) in Template::of_capabilities() {
        let functions = template.of_type("AWS::Serverless::Function");
        let used = |property: &str| -> BTreeSet<String> {
            functions
                .iter()
                .map(|(_, function)| function["Properties"].pointer(property).unwrap().to_string())
                .collect()
        };
        assert_eq!(used("/Role").len(), functions.len(), "{}", template.name);
        assert_eq!(used("/LoggingConfig/LogGroup").len(), functions.len(), "{}", template.name);
        for (name, _) in &functions {
            let watches = |alarm: &Value| {
                alarm["Properties"]["MetricName"] == "Errors"
                    && alarm["Properties"]["Dimensions"][0]["Value"]["Ref"] == *name
            };
            let alarms = template.of_type("AWS::CloudWatch::Alarm");
            assert_eq!(alarms.iter().filter(|(_, alarm)| watches(alarm)).count(), 1, "{name}");
        }
        for (name, group) in template.of_type("AWS::Logs::LogGroup") {
            assert!(group["Properties"]["RetentionInDays"].is_u64(), "{name} keeps logs for ever");
        }
    }
}

#[test]
fn a_relay_sees_only_what_http_caused_from_the_beginning_and_never_reports_part_of_a_failure() {
    let filter = json!({"dynamodb": {"NewImage": {"cause": {"M": {"via": {"S": ["http"]}}}}}});
    for (capability, template) in Template::of_capabilities().into_iter().filter(|(c, _)| RELAYED.contains(c)) {
        let functions = template.of_type("AWS::Serverless::Function");
        let (_, relay) = functions.iter().find(|(name, _)| name.ends_with("Relay")).unwrap();
        let stream = &relay["Properties"]["Events"]["Stream"];
        assert_eq!(stream["Type"], "DynamoDB", "{capability}");
        let properties = &stream["Properties"];
        assert_eq!(properties["StartingPosition"], "TRIM_HORIZON", "{capability}");
        assert_eq!(properties["BisectBatchOnFunctionError"], true, "{capability}");
        assert!(properties["FunctionResponseTypes"].is_null(), "{capability}");
        let filters = properties["FilterCriteria"]["Filters"].as_array().unwrap();
        assert_eq!(filters.len(), 1, "{capability}: several filters are joined by OR");
        let pattern: Value = serde_json::from_str(filters[0]["Pattern"].as_str().unwrap()).unwrap();
        assert_eq!(pattern, filter, "{capability}");
    }
}

#[test]
fn the_filter_is_what_a_write_over_http_leaves_on_the_item() {
    let cause = chassis::Cause { via: chassis::Via::Http, id: "r".to_owned(), seq: 1 };
    assert_eq!(serde_json::to_value(cause).unwrap()["via"], "http");
}

#[test]
fn the_sweeps_come_in_time() {
    for (name, worker, rate) in
        [("orders", "OrdersWorker", "rate(1 minute)"), ("payments", "PaymentsWorker", "rate(5 minutes)")]
    {
        let template = Template::named(name);
        let sweep = &template.properties(worker)["Events"]["Sweep"];
        assert_eq!((&sweep["Type"], &sweep["Properties"]["Schedule"]), (&json!("Schedule"), &json!(rate)), "{name}");
    }
}

#[test]
fn not_running_leaves_the_table_and_nothing_else() {
    for (capability, template) in Template::of_capabilities() {
        let conditions = &template.root["Conditions"];
        assert_eq!(conditions["IsRunning"]["Fn::Equals"], json!([{"Ref": "Running"}, "true"]));
        let needs_running = |condition: &str| {
            let parts = conditions[condition]["Fn::And"].as_array();
            condition == "IsRunning" || parts.is_some_and(|parts| parts.contains(&json!({"Condition": "IsRunning"})))
        };
        for (name, resource) in template.resources() {
            let is_table = resource["Type"] == "AWS::DynamoDB::Table";
            let stops = resource["Condition"].as_str().is_some_and(needs_running);
            assert_ne!(is_table, stops, "{capability}: {name}");
        }
    }
}

#[test]
fn stacks_are_flat_and_import_from_the_platform_alone() {
    let platform = Template::platform();
    let outputs = platform.root["Outputs"].as_object().unwrap();
    let exported: BTreeSet<&str> = outputs.values().filter_map(|o| o["Export"]["Name"]["Fn::Sub"].as_str()).collect();
    for (capability, template) in Template::of_capabilities() {
        assert!(
            template.of_type("AWS::CloudFormation::Stack").is_empty()
                && template.of_type("AWS::Serverless::Application").is_empty()
        );
        let mut imports = Vec::new();
        collect_imports(&template.root, &mut imports);
        assert!(!imports.is_empty());
        for import in imports {
            assert!(exported.contains(import.as_str()), "{capability} imports {import}");
        }
    }
}

fn collect_imports(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) = members.get("Fn::ImportValue") {
                found.push(name["Fn::Sub"].as_str().unwrap().to_owned());
            }
            members.values().for_each(|member| collect_imports(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_imports(item, found)),
        _ => {}
    }
}

#[test]
fn a_failed_capture_void_refund_or_mail_raises_an_alarm() {
    let mut alarms = BTreeSet::new();
    for (capability, template) in Template::of_capabilities() {
        for (_, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
            let alarm = &alarm["Properties"];
            let Some(metric) = alarm["MetricName"].as_str().filter(|_| alarm["Namespace"] == "souk") else { continue };
            assert_eq!((&alarm["Threshold"], &alarm["Statistic"]), (&json!(0), &json!("Sum")), "{metric}");
            assert_eq!(alarm["Dimensions"][1], json!({"Name": "capability", "Value": capability}), "{metric}");
            let own = sources(|file| file.starts_with(&format!("functions/{capability}/src/")));
            let counted = own.iter().any(|source| source.text.contains(&format!("\"{metric}\"")));
            assert!(counted, "{capability} never counts {metric}");
            alarms.insert(metric.to_owned());
        }
    }
    assert_eq!(
        alarms.into_iter().collect::<Vec<_>>(),
        ["capture_failed", "emails_failed", "refund_failed", "void_failed"]
    );
}
