//! The document is made from the routes and says what they do.

use crate::probe::{self, Probe};
use chassis::Service;
use chassis::http::{self, Described};
use chassis::testing::Request;
use serde_json::{Value, json};

fn document() -> Value {
    let examples = json!({
        "storeThing": {"parameters": {}, "request": {"name": "a", "size": 1}, "status": 201, "response": {"name": "a", "size": 1, "seq": 1}},
        "seeThing": {"parameters": {"id": "a"}, "status": 200},
    });
    let about = Described { capability: Probe::CAPABILITY, description: "Things.", examples: &examples };
    http::document(about, &Probe::routes())
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

fn types(document: &Value, path: &str, method: &str, status: &str) -> Value {
    let response = document["paths"][path][method]["responses"][status]["$ref"].as_str().unwrap_or_default();
    let response = document.pointer(response.strip_prefix('#').unwrap_or("/none")).unwrap_or(&Value::Null);
    let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
    assert!(response.is_null() || schema == "#/components/schemas/Problem", "{response}");
    response["x-problem-types"].clone()
}

fn urns(kinds: &[&str]) -> Value {
    kinds.iter().map(|kind| format!("urn:souk:problem:{kind}")).collect()
}

#[test]
fn every_refusal_is_a_problem_document_under_its_status_and_204_has_no_content() {
    let document = document();
    let of = |path, method, status| types(&document, path, method, status);
    assert!(document["paths"]["/v1/things/{id}"]["delete"]["responses"]["204"]["content"].is_null());
    // The route's own, and what its body, access, query and path bring.
    assert_eq!(of("/v1/things", "post", "409"), urns(&["thing_exists"]));
    assert_eq!(of("/v1/things", "post", "400"), urns(&["invalid_parameter", "malformed_json"]));
    assert_eq!(of("/v1/things", "post", "401"), urns(&["unauthenticated"]));
    assert_eq!(of("/v1/things", "post", "412"), urns(&["precondition_failed"]));
    assert_eq!(of("/v1/things", "get", "412"), Value::Null);
    assert_eq!(of("/v1/things", "get", "400"), urns(&["invalid_parameter", "malformed_json"]));
    assert_eq!(of("/v1/things", "get", "401"), Value::Null);
    assert_eq!(of("/v1/things/{id}", "delete", "403"), urns(&["forbidden"]));
    assert_eq!(of("/v1/things/{id}", "delete", "404"), urns(&["not_found"]));
    assert_eq!(
        of("/v1/things/{id}/keyed", "post", "400"),
        urns(&["idempotency_key_required", "invalid_parameter", "malformed_json"])
    );
}

#[tokio::test]
async fn a_problem_that_a_route_does_not_declare_is_a_fault_in_every_test_that_meets_it() {
    let answer = probe::bench().http(Request::get("/v1/things/teapot")).await;
    let detail = answer.body["detail"].as_str().unwrap();
    assert_eq!((answer.status, answer.problem()), (500, "internal"));
    assert!(detail.starts_with("GET /v1/things/{id} Unauthenticated does not declare 418 teapot"), "{detail}");
}

#[test]
fn headers_are_parameters_and_a_guests_token_too() {
    let document = document();
    let headers = |path: &str, method: &str| -> Vec<Value> {
        let parameters = document["paths"][path][method]["parameters"].as_array().unwrap().clone();
        let headers = parameters.into_iter().filter(|parameter| parameter["in"] == "header");
        headers.map(|header| json!([header["name"], header["required"]])).collect()
    };
    assert_eq!(headers("/v1/things/{id}/keyed", "post"), [json!(["Idempotency-Key", true])]);
    assert_eq!(headers("/v1/access/owner", "get"), [json!(["X-Guest-Token", false])]);
    assert_eq!(headers("/v1/things", "get"), [] as [Value; 0]);
    assert_eq!(headers("/v1/versions/{id}", "get"), [json!(["If-None-Match", false])]);
    assert_eq!(headers("/v1/versions/{id}", "put"), [json!(["If-Match", false])]);
    let answers = |method: &str| document["paths"]["/v1/versions/{id}"][method]["responses"].clone();
    for tagged in [&answers("get")["200"], &answers("get")["304"], &answers("put")["200"]] {
        assert_eq!(tagged["headers"]["ETag"]["$ref"], "#/components/headers/ETag");
    }
    assert_eq!(types(&document, "/v1/versions/{id}", "put", "412"), urns(&["precondition_failed"]));
    assert_eq!(types(&document, "/v1/versions/{id}", "put", "428"), urns(&["precondition_required"]));
}

#[test]
fn an_example_stands_where_its_value_is_sent() {
    let document = document();
    let store = &document["paths"]["/v1/things"]["post"];
    assert_eq!(store["requestBody"]["content"]["application/json"]["example"]["name"], "a");
    assert_eq!(store["responses"]["201"]["content"]["application/json"]["example"]["seq"], 1);
    assert_eq!(document["paths"]["/v1/things/{id}"]["get"]["parameters"][0]["example"], "a");
}

#[test]
fn generators_find_no_null_as_a_default_no_null_in_a_query_and_enumerations_as_lists() {
    let document = document();
    let text = document.to_string();
    assert!(!text.contains("\"default\":null"));
    let cursor = &document["paths"]["/v1/things"]["get"]["parameters"][0];
    assert_eq!(cursor["schema"], json!({"type": "string"}));
    let shade = &document["components"]["schemas"]["Shade"];
    assert_eq!((&shade["type"], &shade["enum"]), (&json!("string"), &json!(["light", "dark"])));
    assert!(shade["description"].as_str().unwrap().contains("* `dark`: Hardly any light."));
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
