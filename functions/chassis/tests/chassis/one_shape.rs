//! One kind of fault has one answer: what does not fit is named by its place, in the words of the API's document. No answer has a word
//! of the code.

use crate::probe::bench;
use chassis::testing::{Request, Response, word_of_code};
use events::ids::UserId;
use events::users::Role;
use proptest::prelude::*;
use serde_json::{Value, json};

async fn store(body: &str) -> Response {
    bench().http(Request::new("POST", "/v1/things").body(body)).await
}

/// A valid body but for one field.
fn with(name: &str, value: &str) -> String {
    let mut fields = vec![r#""name": "a""#.to_owned(), r#""size": 1"#.to_owned()];
    fields.retain(|field| !field.starts_with(&format!("\"{name}\"")));
    fields.push(format!("\"{name}\": {value}"));
    format!("{{{}}}", fields.join(", "))
}

fn told(answer: &Response) -> (u16, &str, &str, &str) {
    let member = |name: &str| answer.body[name].as_str().unwrap_or("absent");
    (answer.status, answer.problem(), member("field"), member("detail"))
}

/// A place as a sentence names it.
fn in_words(pointer: &str) -> String {
    let names = pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"));
    let dotted = |name: String| if name.parse::<u32>().is_ok() { format!("[{name}]") } else { format!(".{name}") };
    names.map(dotted).collect::<String>().trim_start_matches('.').to_owned()
}

async fn mismatches(body: &str, field: &str, detail: &str) {
    let refused = store(body).await;
    assert_eq!(told(&refused), (422, "invalid_field", field, detail), "{body}");
}

#[tokio::test]
async fn what_does_not_fit_the_document_is_422_with_its_place_in_the_words_of_the_document() {
    for (name, value, pointer, requirement) in [
        ("size", "-1", "/size", "must be an integer from 1 to 999"),
        ("size", "null", "/size", "must be an integer from 1 to 999"),
        ("size", "\"2\"", "/size", "must be an integer from 1 to 999"),
        ("size", "true", "/size", "must be an integer from 1 to 999"),
        ("size", "2.5", "/size", "must be an integer from 1 to 999"),
        ("size", "[1]", "/size", "must be an integer from 1 to 999"),
        ("size", "18446744073709551616", "/size", "must be an integer from 1 to 999"),
        ("name", "7", "/name", "must be a text of 1 to 40 characters"),
        ("name", "null", "/name", "must be a text of 1 to 40 characters"),
        ("note", "{}", "/note", "must be a text of up to 500 characters"),
        ("names", "[]", "/names", "must be an object"),
        ("names", r#"{"a/b~c": 7}"#, "/names/a~1b~0c", "must be a text"),
        ("names", r#"{"en": "a", "en": "b"}"#, "/names/en", "must be there once"),
        ("names", r#"{"en": "\ud800"}"#, "/names/en", "must be Unicode text"),
        ("colour", "\"blue\"", "/colour", "must be one of red"),
        ("shade", "7", "/shade", "must be one of light, dark"),
        ("colour", r#"{"red": null}"#, "/colour", "must be one of red"),
        ("sides", "[1]", "/sides", "has another number of items than the document says"),
        ("sides", "[1, 2, 3]", "/sides", "must have 2 items"),
        ("sides", "[1, 9999999999999999999]", "/sides/1", "must be an integer of at most 18 digits"),
        ("parts", "{}", "/parts", "must be a list"),
        ("parts", r#"[["b", 1]]"#, "/parts/0", "must be an object"),
        ("parts", r#"[{"name": "b", "size": 0.5}]"#, "/parts/0/size", "must be an integer from 1 to 999"),
        ("parts", r#"[{"name": "b"}]"#, "/parts/0/size", "is required"),
        ("price", r#"{"amount": 1, "currency": "EUR", "extra": 1}"#, "/price/extra", "is not a field of this request"),
        ("price", r#"{"amount": 1}"#, "/price/currency", "is required"),
        ("price", r#"[1, "EUR"]"#, "/price", "must be an object"),
        ("extra", "true", "/extra", "is not a field of this request"),
        (
            "price",
            r#"{"amount": 100000000000000000000, "currency": "EUR"}"#,
            "/price/amount",
            "must be an integer of at most 18 digits",
        ),
    ] {
        mismatches(&with(name, value), pointer, &format!("{} {requirement}.", in_words(pointer))).await;
    }
    mismatches(r#"{"": 1}"#, "/", "\"\" is not a field of this request.").await;
    mismatches(r#"{"name": "a"}"#, "/size", "size is required.").await;
    mismatches(r#"{"name": "a", "name": "b", "size": 1}"#, "/name", "name must be there once.").await;
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused_as_any_other_part_is() {
    for body in ["null", "[]", "\"x\"", "7", "true", r#"["a", 1]"#] {
        mismatches(body, "", "The body must be an object.").await;
    }
    for body in ["", " \n"] {
        mismatches(body, "", "The body is required.").await;
    }
}

#[tokio::test]
async fn what_is_no_json_is_400_with_the_place() {
    for (body, detail) in [
        ("{", "The body is not JSON: it ends too early."),
        ("{\"name\": 01}", "The body is not JSON from line 1, column 11 on."),
        ("{\n  'name': 1}", "The body is not JSON from line 2, column 3 on."),
        (r#"{"name": "a", "size": 1} x"#, "The body is not JSON from line 1, column 26 on."),
        ("{\"name\": \"a\u{1}\"}", "The body is not JSON from line 1, column 11 on."),
    ] {
        assert_eq!(told(&store(body).await), (400, "malformed_json", "absent", detail), "{body}");
    }
}

#[tokio::test]
async fn an_integer_is_one_however_it_is_written() {
    for (written, size) in [("2.0", 2), ("2e0", 2), ("1e2", 100), ("20.0E-1", 2), ("-0", 0), ("-0.0", 0)] {
        let stored = store(&with("size", written)).await;
        assert_eq!((stored.status, &stored.body["size"]), (201, &json!(size)), "{written}");
    }
    let price = |amount: &str| with("price", &format!(r#"{{"amount": {amount}, "currency": "EUR"}}"#));
    assert_eq!(store(&price("9007199254740993.0")).await.status, 201);
    mismatches(&price("19.99"), "/price/amount", "price.amount must be an integer of at most 18 digits.").await;
}

#[tokio::test]
async fn a_body_where_none_is_due_is_refused_so_that_nobody_believes_it_was_read() {
    let bench = bench();
    for (method, path) in [("POST", "/v1/things/a/keyed"), ("GET", "/v1/things/a"), ("DELETE", "/v1/things/a")] {
        let send = |body: &str| {
            let request = Request::new(method, path).header("idempotency-key", "k").bearer(&bench.staff());
            bench.http(request.body(body))
        };
        for body in ["", "{}", " {\n} ", "\n"] {
            assert!(send(body).await.status < 300, "{method} {body:?}");
        }
        let refused = send(r#"{"lines": []}"#).await;
        assert_eq!(
            told(&refused),
            (422, "invalid_field", "/lines", "lines is not a field of this request."),
            "{method}"
        );
        for body in ["null", "[]", "7"] {
            assert_eq!(told(&send(body).await), (422, "invalid_field", "", "The body must be an object."), "{method}");
        }
        for body in ["{", "{{{", "a=b"] {
            let refused = send(body).await;
            assert_eq!((refused.status, refused.problem()), (400, "malformed_json"), "{method} {body}");
        }
    }
}

async fn list(query: &str) -> Response {
    bench().http(Request::get(&format!("/v1/things?{query}"))).await
}

#[tokio::test]
async fn a_parameter_that_does_not_fit_is_400_with_its_name_in_the_words_of_the_document() {
    for (query, parameter, detail) in [
        ("limit=x", "limit", "limit must be an integer from 1 to 100."),
        ("limit=-1", "limit", "limit must be an integer from 1 to 100."),
        ("limit=1.5", "limit", "limit must be an integer from 1 to 100."),
        ("limit=0", "limit", "limit must be an integer from 1 to 100."),
        ("limit=101", "limit", "limit must be an integer from 1 to 100."),
        ("limit=&limit=2", "limit", "limit must be sent once."),
        ("limit=1&limit=2", "limit", "limit must be sent once."),
        ("cursor=%FF", "cursor", "cursor must be UTF-8 text in percent-encoding."),
        ("cursor=%zz", "cursor", "cursor must be UTF-8 text in percent-encoding."),
        ("cursor=!", "cursor", "cursor must be the cursor of another page of this list."),
        ("cursor=_w", "cursor", "cursor must be the cursor of another page of this list."),
    ] {
        let refused = list(query).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{query}");
        assert_eq!(
            (&refused.body["parameter"], &refused.body["detail"]),
            (&json!(parameter), &json!(detail)),
            "{query}"
        );
    }
    for query in ["limit=100", "limit=1e1", "limit=%095%0A", "&", "&limit=2&"] {
        assert_eq!(list(query).await.status, 200, "{query}");
    }
}

#[tokio::test]
async fn an_empty_parameter_counts_as_absent_whatever_its_type() {
    for query in ["limit=", "limit", "limit=+", "limit=%0A", "cursor=", "cursor", "cursor=%20", "cursor=&limit="] {
        assert_eq!(list(query).await.status, 200, "{query}");
    }
    for query in ["q=", "q", "q=+%09"] {
        let refused = bench().http(Request::get(&format!("/v1/search?{query}"))).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{query}");
        assert_eq!(refused.body["detail"], "q is required.", "{query}");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_ignored_in_what_others_link_to_and_refused_elsewhere() {
    let bench = bench();
    for query in
        ["utm_source=mail", "utm_source=", "_", "_=1700000000", "fbclid=x&fbclid=y", "x=%FF", "%FF=x", "a%E2%80%AEb=c"]
    {
        assert_eq!(list(query).await.status, 200, "{query}");
        assert_eq!(bench.http(Request::get(&format!("/v1/things/a?{query}"))).await.status, 200, "{query}");
    }
    let body = json!({"name": "a", "size": 1});
    let whole = || Request::put("/v1/things/a/whole?force=1", body.clone());
    for request in [
        Request::post("/v1/things?force=1", body.clone()),
        Request::get("/v1/access/customer?force=1"),
        Request::get("/v1/audit?force=1"),
        Request::new("DELETE", "/v1/things/a?force=1"),
        Request::new("DELETE", "/v1/things/a?force="),
        Request::get("/v1/audit?force"),
        Request::new("POST", "/v1/things/a/keyed?force=1").header("idempotency-key", "k"),
        whole(),
    ] {
        let token = bench.token(UserId::from_bits(1), &[Role::Admin]);
        let refused = bench.http(request.clone().bearer(&token)).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{request:?}");
        let detail = "force must not be sent: this request has no such parameter.";
        assert_eq!((&refused.body["parameter"], &refused.body["detail"]), (&json!("force"), &json!(detail)));
    }
    let hidden = whole().bearer(&bench.staff());
    assert_eq!(bench.http(hidden).await.status, 400);
    for name in ["a%E2%80%AEb", "", "%FF", "%"] {
        let odd = Request::put(&format!("/v1/things/a/whole?{name}=1"), &body).bearer(&bench.staff());
        let refused = bench.http(odd).await;
        let detail = "? must not be sent: this request has no such parameter.";
        assert_eq!((&refused.body["parameter"], &refused.body["detail"]), (&json!("?"), &json!(detail)), "{name}");
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        // Longer ones may be card numbers.
        any::<i32>().prop_map(Value::from),
        prop_oneof![Just("0.5"), Just("-2.0"), Just("1e300"), Just("18446744073709551616")]
            .prop_map(|number| serde_json::from_str::<Value>(number).unwrap()),
        "[a-z]{0,3}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        "name",
        "size",
        "note",
        "price",
        "names",
        "colour",
        "sides",
        "parts",
        "amount",
        "currency",
        "[a-z/~]{1,3}"
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let members = prop::collection::btree_map(name.clone(), inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_answer_has_a_word_of_the_code_and_each_names_a_place_that_is_there_or_missing(body in anything()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(store(&body.to_string()));
        if answer.status != 201 {
            let (status, kind, field, detail) = told(&answer);
            prop_assert_eq!((status, kind), (422, "invalid_field"));
            let parent = field.rsplit_once('/').map_or("", |(parent, _)| parent);
            prop_assert!(body.pointer(field).is_some() || body.pointer(parent).is_some(), "{field} in {body}");
            let subject = if field.is_empty() { "The body".to_owned() } else { in_words(field) };
            let words = detail.strip_prefix(subject.as_str());
            prop_assert!(words.is_some(), "{detail}");
            let words = words.unwrap_or_default();
            prop_assert_eq!(word_of_code(words), None, "{}", detail);
        }
    }
}
