//! The document is made from the routes and says what they do.

use crate::probe::Probe;
use chassis::{Service, http};
use serde_json::{Value, json};

fn document() -> Value {
    http::document(Probe::CAPABILITY, &Probe::routes())
}

/// Every `$ref` in a document.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_route_is_described_once_with_who_may_call_it() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = 0;
    for route in Probe::routes() {
        let operation = &document["paths"][route.path][route.method.to_ascii_lowercase()];
        assert_eq!(operation["summary"], route.summary, "{route:?}");
        assert!(operation["responses"][route.status.to_string()].is_object(), "{route:?}");
        operations += 1;
    }
    let described: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(described, operations);
    let security = |path: &str| document["paths"][path]["get"]["security"].clone();
    assert_eq!(security("/v1/access/unauthenticated"), json!([]));
    assert_eq!(security("/v1/access/optional-auth"), json!([{}, {"access_token": []}]));
    assert_eq!(security("/v1/access/owner"), json!([{"access_token": []}, {"guest_token": []}]));
    assert_eq!(security("/v1/access/admin"), json!([{"access_token": []}]));
}

#[test]
fn bodies_answers_and_parameters_are_there_and_every_reference_resolves() {
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 3);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let store = &document["paths"]["/v1/things"]["post"];
    assert_eq!(store["requestBody"]["required"], true);
    assert!(document["paths"]["/v1/things"]["get"]["requestBody"].is_null());
    let thing = &document["components"]["schemas"]["Thing"];
    assert_eq!(thing["additionalProperties"], false);
    let names = |path: &str| -> Vec<Value> {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap().clone();
        parameters
            .into_iter()
            .map(|parameter| json!([parameter["name"], parameter["in"], parameter["required"]]))
            .collect()
    };
    assert_eq!(names("/v1/things"), [json!(["cursor", "query", false]), json!(["limit", "query", false])]);
    assert_eq!(names("/v1/things/{id}"), [json!(["id", "path", true])]);
}

#[test]
fn refusals_are_problem_documents_and_204_has_no_content() {
    let document = document();
    let forget = &document["paths"]["/v1/things/{id}"]["delete"];
    assert!(forget["responses"]["204"]["content"].is_null());
    let problem = &forget["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
    assert_eq!(problem, "#/components/schemas/Problem");
}

#[test]
fn no_two_operations_share_an_id() {
    let document = document();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let mut ids: Vec<_> = operations.map(|operation| operation["operationId"].to_string()).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}
