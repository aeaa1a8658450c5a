//! Typed text: what cannot be seen is refused wherever it stands, and everything that is compared is in its normal form.

use crate::probe::bench;
use chassis::testing::{Request, Response};
use serde_json::{Value, json};

async fn store(body: Value) -> Response {
    bench().http(Request::post("/v1/things", body)).await
}

fn field(answer: &Response) -> (u16, &str, &str) {
    (answer.status, answer.problem(), answer.body["field"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn text_that_cannot_be_seen_is_refused_wherever_it_stands_and_not_repeated() {
    for hidden in ['\0', '\n', '\u{1b}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}'] {
        let text = format!("sec{hidden}ret");
        for (body, place) in [
            (json!({"name": text, "size": 1}), "/name"),
            (json!({"name": "a", "size": 1, "names": {"en": text}}), "/names/en"),
            (json!({"name": "a", "size": 1, "names": {text.clone(): "a"}}), "/names"),
            (json!({"name": "a", "size": 1, "parts": [{"name": text, "size": 1}]}), "/parts/0/name"),
            (json!({text.clone(): "a"}), ""),
            (json!(text), ""),
        ] {
            let refused = store(body).await;
            assert_eq!(field(&refused), (422, "invalid_field", place), "{text:?}");
            assert!(!refused.body.to_string().contains("ret\""), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn what_stands_for_bytes_that_were_no_text_is_refused_sent_as_it_is_or_escaped() {
    for (body, status, kind) in [
        ("{\"name\": \"Ren\u{fffd}\", \"size\": 1}", 400, "malformed_json"),
        ("{\"name\": \"a\", \"size\": 1, \"na\u{fffd}me\": 1}", 400, "malformed_json"),
        (r#"{"name": "Ren\ufffd", "size": 1}"#, 422, "invalid_field"),
        (r#"{"name": "a", "size": 1, "names": {"e\ufffd": "a"}}"#, 422, "invalid_field"),
    ] {
        let refused = bench().http(Request::new("POST", "/v1/things").body(body)).await;
        assert_eq!((refused.status, refused.problem()), (status, kind), "{body}");
        let is_said = refused.body["detail"] == "The body is not UTF-8 text.";
        assert_eq!(is_said, status == 400, "{body}");
    }
}

#[tokio::test]
async fn only_a_field_that_says_so_has_several_lines() {
    let body = |field: &str, text: &str| {
        let mut body = json!({"name": "a", "size": 1});
        body[field] = json!(text);
        body
    };
    assert_eq!(store(body("note", "one\r\n\ttwo")).await.status, 201);
    assert_eq!(field(&store(body("note", "one\u{202e}two")).await), (422, "invalid_field", "/note"));
    assert_eq!(field(&store(body("name", "one\ntwo")).await), (422, "invalid_field", "/name"));
}

#[tokio::test]
async fn what_stands_around_a_text_is_not_judged_and_what_stands_in_it_is() {
    let named =
        |name: &str| json!({"name": "a", "size": 1, "names": {name: "\n"}, "parts": [{"name": " b\t", "size": 1}]});
    assert_eq!(store(named("en")).await.status, 201);
    for name in ["a\n", "\r\na", "\ta \u{2028}", "\u{85}a"] {
        assert_eq!(store(json!({"name": name, "size": 1})).await.status, 201, "{name:?}");
    }
    for name in ["a\tb\n", "a\0", "\u{200b}a", "\u{feff}a\n", " \u{301}a"] {
        assert_eq!(field(&store(json!({"name": name, "size": 1})).await), (422, "invalid_field", "/name"), "{name:?}");
    }
    assert_eq!(field(&store(named("en\t")).await), (422, "invalid_field", "/names"), "nobody trims a name");
}

#[tokio::test]
async fn what_looks_the_same_is_the_same_thing() {
    let bench = bench();
    let store = |name: &str| bench.http(Request::post("/v1/things", json!({"name": name, "size": 1})));
    let (first, again) = (store("Zoe\u{308}").await, store("Zoë").await);
    assert_eq!((first.status, &first.body["name"]), (201, &json!("Zoë")));
    assert_eq!((again.status, again.problem()), (409, "thing_exists"));
    let twice = r#"{"name": "a", "size": 1, "names": {"é": "a", "é": "b"}}"#;
    let refused = bench.http(Request::new("POST", "/v1/things").body(twice)).await;
    assert_eq!(field(&refused), (422, "invalid_field", "/names/é"), "one name twice");
}

#[tokio::test]
async fn a_query_is_legible_and_in_its_normal_form_too() {
    let search = |query: &str| {
        let target = format!("/v1/search?{query}");
        async move { bench().http(Request::get(&target)).await }
    };
    for (query, found) in [
        ("q=tea", "tea"),
        ("q=Zoe%CC%88", "Zoë"),
        ("q=a+b%26c%3Dd", "a b&c=d"),
        ("q=Zo%C3%AB+e%CC%81", "Zoë é"),
        ("q=%0Atea%09", "tea"),
        ("q=\"mint tea\"", "\"mint tea\""),
        ("q=<Zoë>#1", "<Zoë>#1"),
    ] {
        assert_eq!(search(query).await.body, found, "{query}");
    }
    for hidden in ["%00", "%0A", "%1B", "%E2%80%AE", "%E2%80%8B", "%EF%BB%BF", "%E2%81%A6", "%EF%BF%BD", "\u{fffd}"] {
        let refused = search(&format!("q=a{hidden}b")).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{hidden}");
        assert_eq!(refused.body["parameter"], "q", "{hidden}");
    }
    assert_eq!(search("q%E2%80%AE=a").await.body["detail"], "q is required.", "no parameter has such a name");
}
