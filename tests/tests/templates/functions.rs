//! The functions of a capability, and what is left of one that does not run.

use events::Capability;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
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
        assert_eq!(names, kinds.iter().map(|kind| format!("${{App}}-${{Stage}}-{capability}-{kind}")).collect());
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
                alarm["Condition"] == "IsWatched"
                    && alarm["Properties"]["MetricName"] == "Errors"
                    && alarm["Properties"]["Dimensions"][0]["Value"]["Ref"] == *name
            };
            let alarms = template.of_type("AWS::CloudWatch::Alarm");
            assert_eq!(alarms.iter().filter(|(_, alarm)| watches(alarm)).count(), 1, "{name}");
        }
        for (name, group) in template.of_type("AWS::Logs::LogGroup") {
            assert_eq!(group["Properties"]["RetentionInDays"]["Ref"], "LogRetentionDays", "{name} keeps logs for ever");
        }
    }
}

#[test]
fn a_relay_sees_only_what_http_caused_from_the_beginning_and_never_reports_part_of_a_failure() {
    let filter = json!({"dynamodb": {"NewImage": {"cause": {"M": {"via": {"S": ["http"]}}}}}});
    for (capability, template) in Template::of_capabilities().into_iter().filter(|(c, _)| RELAYED.contains(c)) {
        let functions = template.of_type("AWS::Serverless::Function");
        let (relay, _) = functions.iter().find(|(name, _)| name.ends_with("Relay")).unwrap();
        let sources = template.source_of(relay);
        let [(_, properties)] = sources.as_slice() else { panic!("{capability}: {sources:?}") };
        let table = template.table().0;
        assert_eq!(properties["EventSourceArn"]["Fn::GetAtt"], format!("{table}.StreamArn"), "{capability}");
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
    let cause = chassis::Cause::new(chassis::Via::Http, "r", 1);
    assert_eq!(serde_json::to_value(cause).unwrap()["via"], "http");
}

#[test]
fn the_sweeps_come_in_time() {
    for (name, worker, rate) in
        [("orders", "OrdersWorker", "rate(1 minute)"), ("payments", "PaymentsWorker", "rate(5 minutes)")]
    {
        let template = Template::named(name);
        let rates: Vec<_> =
            template.source_of(worker).into_iter().map(|(_, source)| &source["ScheduleExpression"]).collect();
        assert!(rates.contains(&&json!(rate)), "{name}: {rates:?}");
    }
}

#[test]
fn not_running_leaves_the_table_and_nothing_else() {
    for (capability, template) in Template::of_capabilities() {
        let conditions = &template.root["Conditions"];
        assert_eq!(conditions["IsRunning"]["Fn::Equals"], json!([{"Ref": "Running"}, "true"]));
        for (name, resource) in template.resources() {
            let is_table = resource["Type"] == "AWS::DynamoDB::Table";
            let stops = resource["Condition"].as_str().is_some_and(|condition| needs_running(conditions, condition));
            assert_ne!(is_table, stops, "{capability}: {name}");
        }
    }
}

fn needs_running(conditions: &Value, condition: &str) -> bool {
    let parts = conditions[condition]["Fn::And"].as_array().into_iter().flatten();
    let mut needed = parts.filter_map(|part| part["Condition"].as_str());
    condition == "IsRunning" || needed.any(|needed| needs_running(conditions, needed))
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
fn every_metric_of_ours_that_an_alarm_reads_is_written_by_its_capability_or_by_the_chassis() {
    for (capability, template) in Template::of_capabilities() {
        for (name, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
            let alarm = &alarm["Properties"];
            if alarm["Namespace"]["Ref"] != "App" {
                continue;
            }
            let metric = alarm["MetricName"].as_str().unwrap();
            assert_eq!(alarm["Dimensions"][0], json!({"Name": "stage", "Value": {"Ref": "Stage"}}), "{name}");
            assert_eq!(alarm["Dimensions"][1], json!({"Name": "capability", "Value": capability}), "{name}");
            let folders = [format!("functions/{capability}/src/"), "functions/chassis/src/".to_owned()];
            let own = sources(|file| folders.iter().any(|folder| file.starts_with(folder)));
            let written = own.iter().any(|source| source.text.contains(&format!("\"{metric}\"")));
            assert!(written, "{capability} never writes {metric}");
        }
    }
}

#[test]
fn lambda_stops_no_chain_of_messages_at_any_worker() {
    for (capability, template) in Template::of_capabilities() {
        for (name, function) in template.of_type("AWS::Serverless::Function") {
            // A stream breaks the chain, and so does a request.
            let expected = if name.ends_with("Worker") { json!("Allow") } else { Value::Null };
            assert_eq!(function["Properties"]["RecursiveLoop"], expected, "{capability}: {name}");
        }
    }
}

#[test]
fn requests_and_messages_reach_the_alias_which_serves_a_published_version() {
    for (capability, template) in Template::of_capabilities() {
        for (function, _) in template.of_type("AWS::Serverless::Function") {
            let (version, alias) = (format!("{function}Version"), format!("{function}Alias"));
            assert_eq!(template.properties(&version)["FunctionName"]["Ref"], *function, "{capability}");
            // Another description is another version: CloudFormation replaces it.
            assert_eq!(template.properties(&version)["Description"]["Ref"], "Release", "{capability}");
            let serves = &template.properties(&alias)["FunctionVersion"]["Fn::If"];
            let published = json!({ "Fn::GetAtt": format!("{version}.Version") });
            assert_eq!(serves, &json!(["HasVersions", published, "$LATEST"]), "{capability}");
            let is_api = function.ends_with("Api");
            assert_eq!(template.source_of(function).is_empty(), is_api, "{function}");
        }
        // A function whose release changed has changed, or Lambda would publish nothing.
        let variables = &template.root["Globals"]["Function"]["Environment"]["Variables"];
        assert_eq!(variables["RELEASE"]["Ref"], "Release", "{capability}");
        let (_, integration) = template.of_type("AWS::ApiGatewayV2::Integration")[0];
        assert!(integration["Properties"]["IntegrationUri"]["Ref"].as_str().unwrap().ends_with("ApiAlias"));
    }
}

#[test]
fn in_production_a_new_version_gets_traffic_gradually_and_loses_it_when_its_alarm_rings() {
    for (capability, template) in Template::of_capabilities() {
        let gradual = &template.root["Conditions"]["IsGradual"]["Fn::And"];
        for condition in ["HasVersions", "IsWatched", "IsProduction"] {
            assert!(
                gradual.as_array().unwrap().contains(&json!({ "Condition": condition })),
                "{capability}: {condition}"
            );
        }
        for (function, _) in template.of_type("AWS::Serverless::Function") {
            let policy = &template.resources()[&format!("{function}Alias")]["UpdatePolicy"]["Fn::If"];
            assert_eq!(policy[0], "IsGradual", "{function}");
            let group = policy[1]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"].as_str().unwrap();
            let properties = template.properties(group);
            let alarm = properties["AlarmConfiguration"]["Alarms"][0]["Name"]["Ref"].as_str().unwrap();
            let watched = &template.properties(alarm)["Dimensions"];
            // An alarm that the old version rings would keep its mend from being deployed.
            assert_eq!(watched[2]["Value"]["Fn::GetAtt"], format!("{function}Version.Version"), "{alarm}");
            assert_eq!(properties["AutoRollbackConfiguration"]["Enabled"], true, "{function}");
        }
    }
}

#[test]
fn a_record_that_never_relays_is_named_in_the_dead_letters_before_the_stream_forgets_it() {
    const DAY: u64 = 24 * 60 * 60;
    for (capability, template) in Template::of_capabilities().into_iter().filter(|(c, _)| RELAYED.contains(c)) {
        let functions = template.of_type("AWS::Serverless::Function");
        let (relay, _) = functions.iter().find(|(name, _)| name.ends_with("Relay")).unwrap();
        let properties = template.source_of(relay)[0].1;
        assert!(properties["MaximumRecordAgeInSeconds"].as_u64().unwrap() < DAY, "{capability}");
        let destination = &properties["DestinationConfig"]["OnFailure"]["Destination"]["Fn::ImportValue"]["Fn::Sub"];
        assert_eq!(destination, &json!(format!("${{App}}-${{Stage}}-{capability}-dlq-arn")));
    }
}

#[test]
fn a_frugal_stage_has_no_alarm_and_no_dashboard() {
    let templates = Template::of_capabilities().into_iter().map(|(_, template)| template).chain([Template::platform()]);
    for template in templates {
        for kind in ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"] {
            for (name, resource) in template.of_type(kind) {
                // Gradual deployments need it too.
                let condition = resource["Condition"].as_str().unwrap();
                assert!(["IsWatched", "IsGradual"].contains(&condition), "{}: {name}", template.name);
            }
        }
        let condition = template.root["Conditions"]["IsWatched"].to_string();
        assert!(condition.contains(r#"{"Fn::Equals":[{"Ref":"Monitoring"},"full"]}"#), "{condition}");
    }
}

#[test]
fn functions_log_json_and_the_retention_is_a_parameter() {
    for (capability, template) in Template::of_capabilities() {
        // Lambda's own filter by level would drop the metrics, which are lines of the level INFO: the function filters.
        assert_eq!(
            template.root["Globals"]["Function"]["LoggingConfig"],
            json!({ "LogFormat": "JSON" }),
            "{capability}"
        );
        assert!(template.root["Parameters"]["LogRetentionDays"]["Default"].is_u64(), "{capability}");
    }
}

/// The parameters of a template, but for what describes them.
fn parameters(template: &Template) -> BTreeMap<String, Value> {
    let mut parameters: BTreeMap<String, Value> = serde_json::from_value(template.root["Parameters"].clone()).unwrap();
    for parameter in parameters.values_mut() {
        parameter.as_object_mut().unwrap().remove("Description");
    }
    parameters
}

// A cart takes what a quote takes, since both know `UnitsPerOrder`.
#[test]
fn a_parameter_of_several_stacks_has_the_same_values_and_default_in_each() {
    let mut known: BTreeMap<String, (Capability, Value)> = BTreeMap::new();
    for (capability, template) in Template::of_capabilities() {
        for (name, parameter) in parameters(&template) {
            let (first, before) = known.entry(name.clone()).or_insert_with(|| (capability, parameter.clone()));
            assert_eq!(*before, parameter, "{name} of {first} and {capability}");
        }
    }
    assert!(known.contains_key("UnitsPerOrder"));
}
