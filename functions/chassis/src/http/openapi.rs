//! The OpenAPI 3.1 document of a capability, made from its routes. Only in tests and tools: functions serve the file.

use super::access::Access;
use super::problem::{ProblemDocument, TYPE_PREFIX};
use super::route::Route;
use super::statement::Sent;
use super::tidy::tidied;
use events::Capability;
use lambda_http::http::StatusCode;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What a document needs besides the routes.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// Whose routes they are.
    pub capability: Capability,
    /// What the capability owns, in a sentence.
    pub description: &'a str,
    /// By operation id: `parameters` by name, `request` body, `status` and `response` body.
    pub examples: &'a Value,
}

const CONVENTIONS: &str = "JSON in snake_case; money in minor units; times in UTC. A refusal is a problem document (RFC 9457) \
    whose `type` is stable, and `x-problem-types` of a response names those that its status may have; others may be added. Text is \
    kept and compared in Unicode's Normalization Form C; control, bidirectional and invisible characters are refused with 422 \
    `invalid_field`, unless they stand around it and are trimmed off. A body's media type is `application/json`, one that ends in \
    `+json`, or not said; its `charset` says nothing, as JSON is UTF-8. An integer may be written `2`, `2.0` or `2e0`. What does not \
    fit the document is 422 `invalid_field` in the body, with the JSON pointer `field`, and 400 `invalid_parameter` elsewhere, with \
    the name `parameter`; an empty parameter counts as absent, and one that is not declared is \
    ignored where a GET needs no sign-in, and refused elsewhere, as is a body that is not declared. A change that \
    declares no `If-Match` answers 412 `precondition_failed` to one with a tag, and to any `If-None-Match`: what is changed there has \
    no `ETag`. Other changes answer 412 to an `If-None-Match` that names what is there. A request that is no valid HTTP is \
    answered 400 `malformed_request`, a path and query of more than 8,000 bytes 414 \
    `uri_too_long`, an unknown path 404, another method of a known path 405 `method_not_allowed`, and what comes past the \
    shop's edge, if it has one, 403 `forbidden`. Gateway and edge have answers of their own, as to too many requests (429), which are no problem documents. Every \
    answer of a function has `X-Trace-Id`.";

/// How people and machines come to an access token, and where a machine's is of no use.
const ACCESS_TOKEN: &str = "A token for 15 minutes. People get one by signing in (`POST /v1/sessions`). A machine exchanges the secret of its \
    key for one (`POST /v1/api-keys/tokens`), as often as it needs one; its `sub` begins with `key_`. It may do what its permissions \
    name, and nothing that is for signed-in users or guests (403 `forbidden`).";

/// Makes the document of a capability's routes.
pub fn document<A>(about: Described<'_>, routes: &[Route<A>]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let problem = generator.subschema_for::<ProblemDocument>();
    let (mut paths, mut refusals) = (Map::new(), Map::new());
    for route in routes {
        for (status, kinds) in route.refusals() {
            refusals.entry(refusal_name(status, &kinds)).or_insert_with(|| refusal(status, &kinds, &problem));
        }
        let operation = operation(about, route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_ascii_lowercase()] = operation;
    }
    tidied(json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("souk {}", about.capability),
            "version": "1",
            "description": CONVENTIONS,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "souk", "url": env!("CARGO_PKG_REPOSITORY")},
        },
        "servers": [{"url": "/", "description": "The shop that serves this document"}],
        "tags": [{"name": about.capability, "description": about.description}],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": refusals,
            "headers": {
                "Accept": {"description": "The media type that the route takes, if the body was of another one", "schema": {"type": "string"}},
                "Accept-Encoding": {"description": "`identity`, if the body had a content coding", "schema": {"type": "string"}},
                "ETag": {"description": "The version of what is shown, for `If-Match`", "schema": {"type": "string"}},
                "Cache-Control": {"description": "How long caches may keep the answer; `no-store` if not at all", "schema": {"type": "string"}},
                "Retry-After": {"description": "Seconds to wait before another attempt", "schema": {"type": "integer", "minimum": 1}},
                "WWW-Authenticate": {"description": "The scheme of credentials", "schema": {"type": "string"}},
                "X-Trace-Id": {"description": "The request's trace, for support", "schema": {"type": "string"}},
            },
            "securitySchemes": {
                "access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": ACCESS_TOKEN},
                "guest_token": {"type": "apiKey", "in": "header", "name": "X-Guest-Token"},
            },
        },
    }))
}

fn operation<A>(about: Described<'_>, route: &Route<A>, generator: &mut SchemaGenerator) -> Value {
    let id = operation_id(route);
    let example = &about.examples[&id];
    let created = route.shape.is_creating.then_some(201);
    let successes = created.into_iter().chain([route.status]);
    let mut responses: Map<String, Value> =
        successes.map(|status| (status.to_string(), success(route, status, generator, example))).collect();
    if route.shape.is_tagged && route.method == "GET" {
        let unchanged = json!({"description": reason(304), "headers": headers(&["ETag", "X-Trace-Id"])});
        responses.insert("304".to_owned(), unchanged);
    }
    for (status, kinds) in route.refusals() {
        let name = format!("#/components/responses/{}", refusal_name(status, &kinds));
        responses.insert(status.to_string(), json!({"$ref": name}));
    }
    let mut operation = json!({
        "tags": [about.capability],
        "summary": route.summary,
        "description": description(route),
        "operationId": id,
        "x-access": route.access.name(),
        "x-rechecked": route.rechecked,
        "security": security(route.access),
        "parameters": parameters(route, generator, &example["parameters"]),
        "responses": responses,
    });
    if let Some(schema) = (route.shape.body)(generator) {
        let content = with_example(json!({"schema": schema}), &example["request"]);
        operation["requestBody"] = json!({"required": true, "content": {"application/json": content}});
    }
    operation
}

fn with_example(mut described: Value, example: &Value) -> Value {
    if !example.is_null() {
        described["example"] = example.clone();
    }
    described
}

fn success<A>(route: &Route<A>, status: u16, generator: &mut SchemaGenerator, example: &Value) -> Value {
    let always = ["Cache-Control", "X-Trace-Id"];
    let sent: Vec<_> = route.shape.is_tagged.then_some("ETag").into_iter().chain(always).collect();
    let mut success = json!({"description": reason(status), "headers": headers(&sent)});
    if status != 204 {
        let content = match route.statement.media_type {
            Some(media_type) => (media_type, json!({"schema": {"type": "string"}})),
            None => {
                let schema = json!({"schema": (route.shape.answer)(generator)});
                ("application/json", with_example(schema, &example["response"]))
            }
        };
        success["content"] = Value::Object(Map::from_iter([(content.0.to_owned(), content.1)]));
    }
    success
}

fn refusal_name(status: u16, kinds: &BTreeSet<&str>) -> String {
    kinds.iter().fold(status.to_string(), |name, kind| format!("{name}.{kind}"))
}

fn refusal(status: u16, kinds: &BTreeSet<&str>, problem: &Schema) -> Value {
    let names: Vec<_> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
    let types: Vec<_> = kinds.iter().map(|kind| format!("{TYPE_PREFIX}{kind}")).collect();
    let sent: &[&str] = match status {
        409 if kinds.contains("refresh_superseded") => &["Retry-After", "X-Trace-Id"],
        412 => &["ETag", "X-Trace-Id"],
        401 => &["WWW-Authenticate", "X-Trace-Id"],
        415 => &["Accept", "Accept-Encoding", "X-Trace-Id"],
        429 | 503 => &["Retry-After", "X-Trace-Id"],
        _ => &["X-Trace-Id"],
    };
    json!({
        "description": format!("{}: {}", reason(status), names.join(", ")),
        "headers": headers(sent),
        "content": {"application/problem+json": {"schema": problem}},
        "x-problem-types": types,
    })
}

fn headers(names: &[&str]) -> Map<String, Value> {
    let reference = |name: &&str| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")}));
    names.iter().map(reference).collect()
}

fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Refused")
}

fn description<A>(route: &Route<A>) -> String {
    let callers = match route.access {
        Access::Unauthenticated => "For everybody.".to_owned(),
        Access::OptionalAuth => "For guests and signed-in users. A token that is sent must be valid.".to_owned(),
        Access::Customer => "For signed-in users.".to_owned(),
        Access::CustomerOr(permission) => {
            format!("For signed-in users about their own, and with the permission `{permission}` about all.")
        }
        Access::Owner(permission) => {
            format!(
                "For the owner, who is signed in or sends the guest's token, and with the permission `{permission}`."
            )
        }
        Access::Needs(permission) => format!("With the permission `{permission}`."),
        Access::AnyStaff => "For staff, with any permission.".to_owned(),
    };
    let rechecked = if route.rechecked {
        "Refuses staff within seconds after their session ended or a role was taken from them."
    } else {
        ""
    };
    let cached = match route.cache_seconds {
        0 => String::new(),
        seconds => format!("Any cache may keep the answer for {seconds} seconds."),
    };
    let sentences = [route.statement.words, &callers, rechecked, &cached];
    sentences.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The declared name. A route without one uses method and path in camel case.
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
        Access::Owner(_) => json!([{"access_token": []}, {"guest_token": []}]),
        // The permission is in `x-access`: linters know scopes of OAuth's schemes alone.
        Access::Customer | Access::CustomerOr(_) | Access::AnyStaff | Access::Needs(_) => json!([{"access_token": []}]),
    }
}

fn parameters<A>(route: &Route<A>, generator: &mut SchemaGenerator, examples: &Value) -> Vec<Value> {
    let of_path = |generator: &mut SchemaGenerator, name: &str| {
        let typed = route.statement.variables.iter().find(|(variable, _)| *variable == name);
        let schema = typed.map_or_else(|| json!({"type": "string"}), |(_, schema)| schema(generator).to_value());
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    };
    let variables = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<_> = variables.map(|name| of_path(generator, name)).collect();
    let query = (route.shape.query)(generator).to_value();
    let required = query["required"].as_array().cloned().unwrap_or_default();
    for (name, schema) in query["properties"].as_object().into_iter().flatten() {
        let (mut schema, required) = (schema.clone(), required.iter().any(|needed| needed == name));
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        // Whatever its schema says, an empty one counts as absent.
        let mut parameter =
            json!({"name": name, "in": "query", "required": required, "allowEmptyValue": !required, "schema": schema});
        if let Some(description) = description {
            parameter["description"] = description;
        }
        parameters.push(parameter);
    }
    parameters.extend(in_headers(route));
    let example = |mut parameter: Value| {
        let example = &examples[parameter["name"].as_str().unwrap_or_default()];
        parameter = with_example(parameter, example);
        parameter
    };
    parameters.into_iter().map(example).collect()
}

fn in_headers<A>(route: &Route<A>) -> Vec<Value> {
    let key = route.statement.idempotency_key.map(|sent| {
        let rule = if sent == Sent::IfWanted { " One that is sent must be usable." } else { "" };
        json!({"name": "Idempotency-Key", "in": "header", "required": sent == Sent::Always,
            "description": format!("Names the request: a repeat with the same key finds what the first one did.{rule}"),
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}, "example": "0b1c8d5e-5a0e-4f0c-9d3f-1f6f3a1f7e11"})
    });
    let guest = matches!(route.access, Access::Owner(_)).then(|| {
        json!({"name": "X-Guest-Token", "in": "header", "required": false,
            "description": "The token that a guest got with the resource, in place of an access token.",
            "schema": {"type": "string"}})
    });
    let tags = |name: &str, description: &str| json!({"name": name, "in": "header", "required": false, "description": description, "schema": {"type": "string"}});
    let if_match = route.statement.if_match.map(|sent| {
        let needed = if sent == Sent::IfNeeded {
            " A request that replaces a list of something that exists, or takes away or moves what is there, needs it."
        } else {
            ""
        };
        let words = "The `ETag` of what the change was made from: if it is another by now, nothing is changed.";
        tags("If-Match", &format!("{words} `*` takes whatever is there.{needed}"))
    });
    let if_none_match = (route.shape.is_tagged && route.method == "GET").then(|| {
        tags("If-None-Match", "The `ETag` of what the caller has: if it is the same still, the answer is 304.")
    });
    let only_new = route
        .shape
        .is_creating
        .then(|| tags("If-None-Match", "`*` creates and never replaces: if there is one already, nothing is changed."));
    key.into_iter().chain(guest).chain(if_match).chain(if_none_match).chain(only_new).collect()
}
