//! Every route refuses what does not fit its document in one shape: 422 with a JSON pointer in the body, 400 with a name elsewhere. The
//! valid example of each request is spoiled place by place.

use super::benches::with_every_bench;
use super::edge::{Operation, operations, token_for_everything};
use chassis::Service;
use chassis::testing::{Bench, Response, word_of_code};
use serde_json::{Value, json};

fn is_in_plain_words(answer: &Response, about: &str) {
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    assert_eq!(word_of_code(detail), None, "{about}");
    assert!(detail.ends_with('.'), "{about}");
}

/// The pointers of a value and of everything in it.
fn places(value: &Value) -> Vec<String> {
    let inside = |name: &str, inner: &Value| -> Vec<String> {
        places(inner).into_iter().map(|place| format!("/{name}{place}")).collect()
    };
    let inner: Vec<Vec<String>> = match value {
        Value::Object(members) => members.iter().map(|(name, inner)| inside(name, inner)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, inner)| inside(&index.to_string(), inner)).collect()
        }
        _ => Vec::new(),
    };
    [vec![String::new()], inner.concat()].concat()
}

/// The example with one place replaced, or taken away.
fn spoiled(example: &Value, place: &str, by: Option<Value>) -> Value {
    let mut body = example.clone();
    match by {
        Some(value) => *body.pointer_mut(place).unwrap() = value,
        None => {
            let (outer, name) = place.rsplit_once('/').unwrap();
            if let Some(object) = body.pointer_mut(outer).and_then(Value::as_object_mut) {
                object.remove(name);
            }
        }
    }
    body
}

/// Asserts that a refusal names a place of the body, or a member that is missing there.
fn names_a_place(answer: &Response, body: &Value, about: &str) -> String {
    assert_eq!((answer.status, answer.problem()), (422, "invalid_field"), "{about}");
    let field = answer.body["field"].as_str().unwrap_or_else(|| panic!("{about}"));
    let outer = field.rsplit_once('/').map_or("", |(outer, _)| outer);
    assert!(body.pointer(field).or_else(|| body.pointer(outer)).is_some(), "{about}");
    is_in_plain_words(answer, about);
    field.to_owned()
}

async fn bodies_are_spoiled<S: Service>(bench: Bench<S>) -> usize {
    let token = token_for_everything(&bench).await;
    let mut tried = 0;
    for operation in operations::<S>() {
        let Some(example) = operation.example() else { continue };
        let ask = |body: &Value| bench.http(operation.request(&token, "").body(body.to_string()));
        for place in places(&example) {
            // Nothing has this form, so it is always refused, there or within.
            let body = spoiled(&example, &place, Some(json!([[{"a": 1.5}]])));
            let (answer, about) = (ask(&body).await, format!("{} {} {place}", operation.method, operation.target));
            let field = names_a_place(&answer, &body, &format!("{about}: {answer:?}"));
            assert!(field.starts_with(&place), "{about}: {answer:?}");
            for value in [
                None,
                Some(json!(null)),
                Some(json!(true)),
                Some(json!(-1)),
                Some(json!(2.5)),
                Some(json!("x")),
                Some(json!([])),
                Some(json!({})),
            ] {
                if value.is_none() && place.is_empty() {
                    continue;
                }
                let body = spoiled(&example, &place, value.clone());
                let answer = ask(&body).await;
                if answer.problem() == "invalid_field" {
                    names_a_place(&answer, &body, &format!("{about} {value:?}: {answer:?}"));
                }
                assert_ne!(answer.status, 400, "{about} {value:?}: {answer:?}");
            }
            if example.pointer(&place).is_some_and(Value::is_object) {
                let mut body = example.clone();
                body.pointer_mut(&place).unwrap()["un/known"] = json!(1);
                let answer = ask(&body).await;
                let field = names_a_place(&answer, &body, &format!("{about}: {answer:?}"));
                assert_eq!(field, format!("{place}/un~1known"), "{about}: {answer:?}");
            }
            tried += 1;
        }
    }
    tried
}

async fn nothing_is_read_in_vain<S: Service>(bench: Bench<S>) -> usize {
    let token = token_for_everything(&bench).await;
    let mut tried = 0;
    for operation in operations::<S>() {
        let Operation { method, target, .. } = &operation;
        if operation.is_document() {
            continue;
        }
        if !operation.has_body() && !operation.needs_a_parameter() {
            let answer = bench.http(operation.request(&token, "").body(r#"{"lines": []}"#)).await;
            let about = format!("{method} {target}: {answer:?}");
            assert_eq!(names_a_place(&answer, &json!({"lines": []}), &about), "/lines", "{about}");
            let answer = bench.http(operation.request(&token, "").body("{{{")).await;
            assert_eq!((answer.status, answer.problem()), (400, "malformed_json"), "{method} {target}: {answer:?}");
        }
        let answer = bench.http(operation.request(&token, "no_such=1")).await;
        let about = format!("{method} {target}: {answer:?}");
        if *method == "GET" && operation.is_public() {
            assert_ne!(answer.body["parameter"], "no_such", "{about}");
        } else {
            assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{about}");
            assert_eq!(answer.body["parameter"], "no_such", "{about}");
            is_in_plain_words(&answer, &about);
        }
        tried += 1;
    }
    tried
}

#[tokio::test]
async fn whatever_is_spoiled_in_a_body_is_named_by_its_pointer_in_plain_words() {
    let tried = with_every_bench!(bodies_are_spoiled).iter().sum::<usize>();
    assert!(tried > 100, "{tried} places");
}

#[tokio::test]
async fn bodies_and_parameters_that_no_route_reads_are_refused_and_public_reads_ignore_parameters() {
    let tried = with_every_bench!(nothing_is_read_in_vain).iter().sum::<usize>();
    assert!(tried > 60, "{tried} routes");
}
