//! What every route refuses before its handler is asked, tried field by field as the documents declare them: text that cannot be
//! seen, bodies of other media types. And what every answer has.

use super::benches::with_every_bench;
use chassis::Service;
use chassis::testing::{Bench, Request, Response};
use events::Capability;
use events::ids::UserId;
use events::users::{GrantRole, Role};
use serde_json::{Map, Value, json};
use system_tests::workspace;

/// Controls, bidirectional controls, what has no width, a heap of marks.
const ILLEGIBLE: [&str; 12] = [
    "a\0b",
    "a\u{1b}[31mb",
    "a\u{7f}b",
    "a\u{85}b",
    "a\u{200b}b",
    "a\u{200d}b",
    "a\u{2028}b",
    "a\u{202e}b",
    "a\u{2066}b",
    "\u{feff}ab",
    "\u{301}ab",
    "z\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}",
];

/// An operation of a capability's document.
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    description: Value,
    schemas: Value,
    multi_line: &'static [&'static str],
}

/// A value for a variable segment: most take any text.
fn example(segment: &'static str) -> &'static str {
    match segment {
        "{name}" => "terms",
        variable if variable.starts_with('{') => "7",
        fixed => fixed,
    }
}

pub(crate) fn operations<S: Service>() -> Vec<Operation> {
    let document = workspace::read(&format!("functions/{}/openapi.json", S::CAPABILITY));
    let document: Value = serde_json::from_str(&document).unwrap();
    let operation = |route: chassis::Route<S>| {
        let segments = route.path.split('/').map(example);
        Operation {
            method: route.method,
            target: segments.collect::<Vec<_>>().join("/"),
            description: document["paths"][route.path][route.method.to_lowercase()].clone(),
            schemas: document["components"]["schemas"].clone(),
            multi_line: route.multi_line,
        }
    };
    let mut operations: Vec<_> = S::routes().into_iter().map(operation).collect();
    // What may end the caller's session comes last.
    operations.sort_by_key(|operation| operation.method == "DELETE");
    operations
}

/// The access token of somebody who may do everything.
pub(crate) async fn token_for_everything<S: Service>(bench: &Bench<S>) -> String {
    if S::CAPABILITY != Capability::Users {
        return bench.token(UserId::from_bits(5), &[Role::Admin]);
    }
    // It looks at user and session where rights change, so both must be there.
    let email = "ada@example.com";
    let credentials = json!({"email": email, "password": "a long green kettle"});
    let mut account = credentials.clone();
    account["name"] = json!("Ada");
    let signed_up = bench.http(Request::post("/v1/users", account)).await;
    assert_eq!(signed_up.status, 201);
    let user_id: UserId = signed_up.body["id"].as_str().unwrap().parse().unwrap();
    verify(bench, user_id);
    bench.receive("grant", 1, &GrantRole { user_id, role: Role::Admin }).await;
    let session = bench.http(Request::post("/v1/sessions", credentials)).await.body;
    session["access_token"].as_str().unwrap().to_owned()
}

/// Makes the address of a user verified, as if the token of the mail had come back.
fn verify<S: Service>(bench: &Bench<S>, user: UserId) {
    let mut item = bench.dynamo.item(&user.to_string(), "profile").unwrap();
    item["email_verified_at"] = json!({"S": bench.world.now()});
    bench.dynamo.put(&item);
}

impl Operation {
    pub(crate) fn has_body(&self) -> bool {
        self.body_schema().is_some()
    }

    /// Whether it needs no sign-in.
    pub(crate) fn is_public(&self) -> bool {
        ["unauthenticated", "optional_auth"].contains(&self.description["x-access"].as_str().unwrap())
    }

    /// Whether a request without a query is refused for that.
    pub(crate) fn needs_a_parameter(&self) -> bool {
        let declared = self.description["parameters"].as_array();
        declared.into_iter().flatten().any(|parameter| parameter["in"] == "query" && parameter["required"] == true)
    }

    /// Whether it serves the document itself, whatever is asked.
    pub(crate) fn is_document(&self) -> bool {
        self.target.starts_with("/v1/openapi/")
    }

    /// A valid body.
    pub(crate) fn example(&self) -> Option<Value> {
        self.description["requestBody"]["content"]["application/json"].get("example").cloned()
    }

    pub(crate) fn request(&self, token: &str, query: &str) -> Request {
        let request = Request::new(self.method, &format!("{}?{query}", self.target));
        request.bearer(token).header("idempotency-key", "k")
    }

    fn body_schema(&self) -> Option<&Value> {
        self.description["requestBody"]["content"]["application/json"].get("schema")
    }

    /// The paths of all texts in a body, as `lines.0.sku`.
    fn texts(&self, schema: &Value) -> Vec<String> {
        let mut places = Vec::new();
        self.gather(schema, "", &mut places);
        places
    }

    fn gather(&self, schema: &Value, place: &str, places: &mut Vec<String>) {
        let inside = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/components/schemas/")) {
            self.gather(&self.schemas[name], place, places);
        }
        for choice in ["anyOf", "oneOf", "allOf"].iter().filter_map(|choice| schema[choice].as_array()).flatten() {
            self.gather(choice, place, places);
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            self.gather(field, &inside(name), places);
        }
        if schema["items"].is_object() {
            self.gather(&schema["items"], &inside("0"), places);
        }
        if schema["additionalProperties"].is_object() {
            self.gather(&schema["additionalProperties"], &inside("any"), places);
        }
        let is_text = schema["type"] == "string"
            || schema["type"].as_array().is_some_and(|types| types.contains(&json!("string")));
        if is_text && !places.iter().any(|known| known == place) {
            places.push(place.to_owned());
        }
    }
}

/// A body with this text at that place, and nothing else.
fn body_with(place: &str, text: &str) -> Value {
    place.rsplit('.').fold(json!(text), |inner, name| {
        if name == "0" { json!([inner]) } else { Value::Object(Map::from_iter([(name.to_owned(), inner)])) }
    })
}

fn is_hardened(answer: &Response, about: &str) {
    let header = |name: &str| answer.headers.get(name).and_then(Value::as_str).unwrap_or_default();
    assert_eq!(header("strict-transport-security"), "max-age=63072000; includeSubDomains", "{about}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{about}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{about}");
    assert!(header("content-security-policy").contains("default-src 'none'"), "{about}");
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{about}");
    let is_public = header("cache-control").starts_with("public, max-age=");
    assert!(is_public || header("cache-control") == "no-store", "{about}");
}

async fn texts_are_legible<S: Service>(bench: Bench<S>) -> usize {
    let token = token_for_everything(&bench).await;
    let before = bench.dynamo.items();
    let mut tried = 0;
    for operation in operations::<S>() {
        let Some(schema) = operation.body_schema() else { continue };
        for place in operation.texts(schema) {
            let field = place.rsplit('.').find(|name| *name != "0").unwrap_or_default();
            let broken = (!operation.multi_line.contains(&field)).then_some("a\nb");
            for text in ILLEGIBLE.into_iter().chain(broken) {
                let request = operation.request(&token, "").body(body_with(&place, text).to_string());
                let answer = bench.http(request).await;
                let about = format!("{} {} {place} {text:?}: {answer:?}", operation.method, operation.target);
                assert_eq!((answer.status, answer.problem()), (422, "invalid_field"), "{about}");
                assert_eq!(answer.body["field"], format!("/{}", place.replace('.', "/")), "{about}");
                is_hardened(&answer, &about);
            }
            tried += 1;
        }
    }
    assert_eq!(bench.dynamo.items(), before, "{} wrote something", S::CAPABILITY);
    tried
}

async fn parameters_are_legible<S: Service>(bench: Bench<S>) -> usize {
    let token = token_for_everything(&bench).await;
    let mut named = 0;
    for operation in operations::<S>() {
        let declared = operation.description["parameters"].as_array().into_iter().flatten();
        let names: Vec<_> = declared.filter(|parameter| parameter["in"] == "query").collect();
        for parameter in names.iter().filter(|parameter| operation.texts(&parameter["schema"]) == [""]) {
            let name = parameter["name"].as_str().unwrap();
            let others = names.iter().filter(|other| other["required"] == true && other["name"] != *name);
            let others: String = others.map(|other| format!("&{}=x", other["name"].as_str().unwrap())).collect();
            for hidden in ["%00", "%0A", "%1B", "%E2%80%8B", "%E2%80%AE", "%E2%81%A6", "%EF%BB%BF"] {
                let answer = bench.http(operation.request(&token, &format!("{name}=a{hidden}b{others}"))).await;
                let about = format!("{} {name}={hidden}: {answer:?}", operation.target);
                assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{about}");
                assert!(others.contains('=') || answer.body["parameter"] == name, "{about}");
                named += 1;
            }
        }
    }
    named
}

async fn bodies_are_json<S: Service>(bench: Bench<S>) -> usize {
    let token = token_for_everything(&bench).await;
    let mut tried = 0;
    for operation in operations::<S>() {
        let bodiless = bench.http(operation.request(&token, "").without_header("content-type")).await;
        assert_ne!(bodiless.status, 415, "{} {}: there is no body", operation.method, operation.target);
        is_hardened(&bodiless, &operation.target);
        if operation.body_schema().is_none() {
            continue;
        }
        let as_sent = |name: &str, value: &str| operation.request(&token, "").body("{}").header(name, value);
        for (request, header, served) in [
            (as_sent("content-type", "text/plain"), "accept", "application/json"),
            (as_sent("content-type", "application/x-www-form-urlencoded"), "accept", "application/json"),
            (as_sent("content-type", "multipart/form-data; boundary=x"), "accept", "application/json"),
            (as_sent("content-type", "application/octet-stream"), "accept", "application/json"),
            (as_sent("content-encoding", "gzip"), "accept-encoding", "identity"),
        ] {
            let answer = bench.http(request).await;
            let about = format!("{} {}: {answer:?}", operation.method, operation.target);
            assert_eq!((answer.status, answer.problem()), (415, "unsupported_media_type"), "{about}");
            assert_eq!(answer.headers[header], served, "{about}");
        }
        for request in [
            as_sent("content-type", "application/json; charset=utf-7"),
            as_sent("content-type", "Application/Problem+JSON"),
            as_sent("content-type", ""),
            as_sent("content-type", "").without_header("content-type"),
        ] {
            let answer = bench.http(request).await;
            assert_ne!(answer.status, 415, "{} {}: {answer:?}", operation.method, operation.target);
        }
        assert!(operation.description["responses"]["415"].is_object(), "{} says nothing of 415", operation.target);
        tried += 1;
    }
    tried
}

#[tokio::test]
async fn every_text_of_every_body_is_refused_if_it_cannot_be_seen_and_the_field_is_named() {
    let tried = with_every_bench!(texts_are_legible).iter().sum::<usize>();
    assert!(tried > 50, "{tried} fields");
}

#[tokio::test]
async fn every_text_of_every_query_is_refused_if_it_cannot_be_seen_and_the_parameter_is_named() {
    let named = with_every_bench!(parameters_are_legible).iter().sum::<usize>();
    assert!(named > 20, "{named} parameters");
}

#[tokio::test]
async fn every_route_with_a_body_takes_json_alone_and_every_answer_is_hardened() {
    let tried = with_every_bench!(bodies_are_json).iter().sum::<usize>();
    assert!(tried > 15, "{tried} routes");
}
