//! The OpenAPI 3.1 document of a capability, made from its routes. Only in tests and tools: functions serve the file.

use super::access::Access;
use super::problem::ProblemDocument;
use super::route::Route;
use events::Capability;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Makes the document of a capability's routes.
pub fn document<A>(capability: Capability, routes: &[Route<A>]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let problem = generator.subschema_for::<ProblemDocument>();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let operation = operation(route, &mut generator, &problem);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_ascii_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": format!("souk {capability}"), "version": "1"},
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "guest_token": {"type": "apiKey", "in": "header", "name": "X-Guest-Token"},
            },
        },
    })
}

fn operation<A>(route: &Route<A>, generator: &mut SchemaGenerator, problem: &Schema) -> Value {
    let mut success = json!({"description": "Success"});
    if route.status != 204 {
        success["content"] = json!({"application/json": {"schema": (route.shape.answer)(generator)}});
    }
    let mut operation = json!({
        "summary": route.summary,
        "operationId": operation_id(route),
        "x-access": route.access.name(),
        "security": security(route.access),
        "parameters": parameters(route, generator),
        "responses": {
            route.status.to_string(): success,
            "default": {
                "description": "A problem document (RFC 9457)",
                "content": {"application/problem+json": {"schema": problem}},
            },
        },
    });
    if let Some(schema) = (route.shape.body)(generator) {
        operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema}}});
    }
    operation
}

/// The declared name. The few routes without one use method and path in camel case.
fn operation_id<A>(route: &Route<A>) -> String {
    let derived = || {
        let words = route.path.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.filter(|word| !word.is_empty() && *word != "v1" && *word != "json");
        let capital = |word: &str| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default();
        route.method.to_ascii_lowercase() + &words.map(capital).collect::<String>()
    };
    route.operation.map_or_else(derived, str::to_owned)
}

fn security(access: Access) -> Value {
    match access {
        Access::Unauthenticated => json!([]),
        Access::OptionalAuth => json!([{}, {"access_token": []}]),
        Access::Owner => json!([{"access_token": []}, {"guest_token": []}]),
        Access::Customer | Access::Staff | Access::Admin => json!([{"access_token": []}]),
    }
}

fn parameters<A>(route: &Route<A>, generator: &mut SchemaGenerator) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<_> = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    let query = (route.shape.query)(generator).to_value();
    let required = query["required"].as_array().cloned().unwrap_or_default();
    for (name, schema) in query["properties"].as_object().into_iter().flatten() {
        let required = required.iter().any(|needed| needed == name);
        parameters.push(json!({"name": name, "in": "query", "required": required, "schema": schema}));
    }
    parameters
}
