//! Law 8: retries, retention and alarms of every queue.

use chassis::messaging::back_off_seconds;
use events::Capability;
use serde_json::{Value, json};
use system_tests::template::Template;
use system_tests::workspace;

const DAY: u64 = 24 * 60 * 60;
/// SQS's limit; a reminder is that old when it is received.
const MAX_DELAY: u64 = 900;

fn title(capability: Capability) -> String {
    let name = capability.name();
    name[..1].to_uppercase() + &name[1..]
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The mapping from a capability's inbox to its worker.
fn inbox_of(template: &Template, capability: Capability) -> &Value {
    let sources = template.source_of(&format!("{}Worker", title(capability)));
    sources.into_iter().find(|(name, _)| name.ends_with("Inbox")).unwrap().1
}

#[test]
fn every_capability_has_an_inbox_whose_dead_letters_are_kept_apart_and_longer() {
    let platform = Template::platform();
    for capability in Capability::ALL {
        let (inbox, dlq) = (format!("{}Inbox", title(capability)), format!("{}Dlq", title(capability)));
        let (properties, dead) = (platform.properties(&inbox), platform.properties(&dlq));
        assert_eq!(properties["QueueName"]["Fn::Sub"], format!("${{App}}-${{Stage}}-{capability}-inbox"));
        assert_eq!(dead["QueueName"]["Fn::Sub"], format!("${{App}}-${{Stage}}-{capability}-dlq"));
        assert_eq!(number(&properties["MessageRetentionPeriod"]), 4 * DAY, "{inbox}");
        assert_eq!(number(&dead["MessageRetentionPeriod"]), 14 * DAY, "{dlq}");
        let redrive = &properties["RedrivePolicy"];
        assert_eq!(redrive["deadLetterTargetArn"]["Fn::GetAtt"], format!("{dlq}.Arn"));
        for queue in [properties, dead] {
            assert_eq!(queue["SqsManagedSseEnabled"], true, "{capability}");
        }
    }
    assert_eq!(platform.of_type("AWS::SQS::Queue").len(), 2 * Capability::ALL.len(), "no queue without an owner");
}

#[test]
fn the_asyncapi_document_has_the_queues_as_the_platform_makes_them() {
    let platform = Template::platform();
    let document: Value = serde_json::from_str(&workspace::read("events/asyncapi.json")).unwrap();
    for capability in Capability::ALL {
        let inbox = platform.properties(&format!("{}Inbox", title(capability)));
        let dlq = platform.properties(&format!("{}Dlq", title(capability)));
        let bound = &document["channels"][format!("{capability}Inbox")]["bindings"]["sqs"];
        let (queue, dead) = (&bound["queue"], &bound["deadLetterQueue"]);
        assert_eq!(queue["name"], format!("{{app}}-{{stage}}-{capability}-inbox"));
        assert_eq!(dead["name"], format!("{{app}}-{{stage}}-{capability}-dlq"));
        assert_eq!(queue["visibilityTimeout"], inbox["VisibilityTimeout"]);
        assert_eq!(queue["messageRetentionPeriod"], inbox["MessageRetentionPeriod"]);
        assert_eq!(queue["redrivePolicy"]["maxReceiveCount"], inbox["RedrivePolicy"]["maxReceiveCount"]);
        assert_eq!(dead["messageRetentionPeriod"], dlq["MessageRetentionPeriod"]);
    }
}

#[test]
fn receives_outlast_an_outage_of_an_hour() {
    let platform = Template::platform();
    for capability in Capability::ALL {
        let inbox = platform.properties(&format!("{}Inbox", title(capability)));
        let receives = u32::try_from(number(&inbox["RedrivePolicy"]["maxReceiveCount"])).unwrap();
        let waited: u32 = (1..receives).map(back_off_seconds).sum();
        assert!(waited >= 60 * 60, "{capability}: dead after {waited} s");
        assert!(u64::from(waited) < 4 * DAY, "{capability}: retention ends first");
    }
}

#[test]
fn workers_take_tens_report_each_failure_and_are_bounded() {
    for (capability, template) in Template::of_capabilities() {
        let properties = inbox_of(&template, capability);
        assert_eq!(
            properties["EventSourceArn"]["Fn::ImportValue"]["Fn::Sub"],
            format!("${{App}}-${{Stage}}-{capability}-inbox-arn")
        );
        assert_eq!(properties["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{capability}");
        assert_eq!(properties["BatchSize"], 10, "{capability}");
        assert!(
            number(&properties["ScalingConfig"]["MaximumConcurrency"]) >= 2,
            "{capability}: AWS takes no less than 2"
        );
    }
}

#[test]
fn the_first_dead_letter_and_a_message_that_waits_raise_an_alarm() {
    let platform = Template::platform();
    for capability in Capability::ALL {
        let dead = platform.properties(&format!("{}DlqAlarm", title(capability)));
        assert_eq!(
            (&dead["MetricName"], &dead["Threshold"]),
            (&json!("ApproximateNumberOfMessagesVisible"), &json!(0))
        );
        let age = platform.properties(&format!("{}InboxAgeAlarm", title(capability)));
        assert_eq!(age["MetricName"], "ApproximateAgeOfOldestMessage");
        assert!(number(&age["Threshold"]) > MAX_DELAY, "{capability}: its reminders would alarm");
        for alarm in [dead, age] {
            assert_eq!(alarm["AlarmActions"][0]["Ref"], "Alarms");
        }
    }
}

#[test]
fn every_queue_can_be_found_by_other_stacks() {
    let platform = Template::platform();
    for capability in Capability::ALL {
        for kind in ["inbox", "dlq"] {
            let name = format!("${{App}}-${{Stage}}-{capability}-{kind}-arn");
            let outputs = platform.root["Outputs"].as_object().unwrap().values();
            assert_eq!(outputs.filter(|output| output["Export"]["Name"]["Fn::Sub"] == name).count(), 1, "{name}");
        }
    }
}
