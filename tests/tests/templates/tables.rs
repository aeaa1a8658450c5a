//! One table per capability, and those beside it, protected on a production stage.

use events::flows::received_by;
use events::users::AccessChanged;
use events::{Capability, Message};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use system_tests::template::Template;

#[test]
fn every_capability_has_one_table_of_its_name_with_the_two_usual_keys() {
    for (capability, template) in Template::of_capabilities() {
        let tables = template.of_type("AWS::DynamoDB::Table");
        let keeps_erasures = [Capability::Users, Capability::Orders].contains(&capability);
        let beside = if keeps_erasures { vec!["-erasures"] } else { Vec::new() };
        let suffixes = [vec![""], beside].concat();
        let wanted: BTreeSet<_> =
            suffixes.iter().map(|suffix| format!("${{App}}-${{Stage}}-{capability}{suffix}")).collect();
        let named =
            |(_, table): &(&str, &Value)| table["Properties"]["TableName"]["Fn::Sub"].as_str().unwrap().to_owned();
        assert_eq!(tables.iter().map(named).collect::<BTreeSet<_>>(), wanted, "{capability}");
        for properties in tables.iter().map(|(_, table)| &table["Properties"]) {
            assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
            let keys = json!([{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]);
            assert_eq!(properties["KeySchema"], keys, "{capability}");
        }
    }
}

#[test]
fn a_production_table_is_encrypted_recoverable_and_protected() {
    for (capability, template) in Template::of_capabilities() {
        let on_production = json!({"Fn::If": ["IsProduction", true, false]});
        for (name, table) in template.of_type("AWS::DynamoDB::Table") {
            for pointer in [
                "/SSESpecification/SSEEnabled",
                "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled",
                "/DeletionProtectionEnabled",
            ] {
                assert_eq!(
                    table["Properties"].pointer(pointer),
                    Some(&on_production),
                    "{capability}: {name}: {pointer}"
                );
            }
        }
    }
}

#[test]
fn a_table_streams_both_images_if_and_only_if_there_is_a_relay() {
    for (capability, template) in Template::of_capabilities() {
        let (_, table) = template.table();
        let relays = template.of_type("AWS::Serverless::Function").iter().any(|(name, _)| name.ends_with("Relay"));
        let stream = table["Properties"]["StreamSpecification"]["StreamViewType"].as_str();
        assert_eq!(stream, relays.then_some("NEW_AND_OLD_IMAGES"), "{capability}");
    }
}

#[test]
fn every_table_has_two_sparse_indexes_for_what_comes_later() {
    for (capability, template) in Template::of_capabilities() {
        let (_, table) = template.table();
        let indexes = table["Properties"]["GlobalSecondaryIndexes"].as_array().unwrap();
        for name in ["index1", "index2"] {
            let index = indexes.iter().find(|index| index["IndexName"] == name).unwrap();
            let keys = json!([
                {"AttributeName": name, "KeyType": "HASH"}, {"AttributeName": format!("{name}_sort"), "KeyType": "RANGE"}
            ]);
            assert_eq!(index["KeySchema"], keys, "{capability}");
            assert_eq!(index["Projection"]["ProjectionType"], "KEYS_ONLY", "{capability}");
        }
    }
}

#[test]
fn indexes_are_named_after_their_partition_key_as_the_gateway_expects() {
    for (capability, template) in Template::of_capabilities() {
        let (_, table) = template.table();
        for index in table["Properties"]["GlobalSecondaryIndexes"].as_array().into_iter().flatten() {
            assert_eq!(index["KeySchema"][0]["AttributeName"], index["IndexName"], "{capability}");
        }
    }
}

#[test]
fn a_table_that_keeps_revocations_deletes_them_in_the_end() {
    for (capability, template) in Template::of_capabilities() {
        if received_by(capability).any(|flow| flow.kind == AccessChanged::TYPE) {
            let (_, table) = template.table();
            let ttl = json!({"AttributeName": "ttl", "Enabled": true});
            assert_eq!(table["Properties"]["TimeToLiveSpecification"], ttl, "{capability}");
        }
    }
}
