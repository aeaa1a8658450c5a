//! The mail service's way into the inbox of notifications.

use serde_json::json;
use system_tests::template::Template;

#[test]
fn one_topic_alone_may_write_into_the_inbox_and_one_configuration_set_alone_into_the_topic() {
    let template = Template::named("notifications");
    let inbox = json!({"Fn::ImportValue": {"Fn::Sub": "${App}-${Stage}-notifications-inbox-arn"}});
    let policy = &template.properties("NotificationsInboxPolicy")["PolicyDocument"]["Statement"];
    assert_eq!(policy.as_array().unwrap().len(), 1);
    assert_eq!((&policy[0]["Action"], &policy[0]["Resource"]), (&json!("sqs:SendMessage"), &inbox));
    assert_eq!(policy[0]["Principal"], json!({"Service": "sns.amazonaws.com"}));
    assert_eq!(policy[0]["Condition"], json!({"ArnEquals": {"aws:SourceArn": {"Ref": "NotificationsFeedback"}}}));

    let policy = &template.properties("NotificationsFeedbackPolicy")["PolicyDocument"]["Statement"];
    assert_eq!(policy.as_array().unwrap().len(), 1);
    assert_eq!(policy[0]["Principal"], json!({"Service": "ses.amazonaws.com"}));
    let set = policy[0]["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"].as_str().unwrap();
    assert!(set.ends_with(":configuration-set/${App}-${Stage}"), "{set}");

    let subscription = template.properties("NotificationsFeedbackSubscription");
    assert_eq!((&subscription["Protocol"], &subscription["RawMessageDelivery"]), (&json!("sqs"), &json!(false)));
    assert_eq!(
        (&subscription["Endpoint"], &subscription["TopicArn"]["Ref"]),
        (&inbox, &json!("NotificationsFeedback"))
    );
}

#[test]
fn the_function_believes_the_topic_that_the_mail_service_tells() {
    let template = Template::named("notifications");
    let variables = &template.root["Globals"]["Function"]["Environment"]["Variables"];
    let topic = variables["MAIL_FEEDBACK_TOPIC"]["Fn::Sub"].as_str().unwrap();
    let named = &template.properties("NotificationsFeedback")["TopicName"]["Fn::Sub"];
    assert_eq!(topic.rsplit(':').next(), named.as_str());
    let destination = &template.properties("NotificationsFeedbackDestination")["EventDestination"];
    assert_eq!(destination["SnsDestination"]["TopicARN"]["Ref"], "NotificationsFeedback");
    assert_eq!(destination["MatchingEventTypes"], json!(["bounce", "complaint", "reject"]));
    assert_eq!(variables["MAIL_CONFIGURATION_SET"], template.properties("NotificationsConfigurationSet")["Name"]);
}
