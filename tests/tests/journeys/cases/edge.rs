//! One kind of fault has one answer, edits lose nothing without a word, and the gateway's answers are problem documents too.

use crate::buying::ask_quote;
use crate::goods::{priced, receive, stocked};
use crate::people::{Customer, staff, unique};
use crate::shop::{Answer, Caller};
use chassis::testing::word_of_code;
use serde_json::{Value, json};

/// A quote for this body, as it is written.
fn quote(body: &str) -> Answer {
    Caller::anyone().send("POST", "/v1/quotes", Some(body.as_bytes()))
}

fn quote_of(quantity: &str, sku: &str) -> Answer {
    let line = format!(r#"{{"sku": "{sku}", "quantity": {quantity}}}"#);
    quote(&format!(r#"{{"currency": "EUR", "ship_to": {{"country": "DE"}}, "lines": [{line}]}}"#))
}

#[track_caller]
fn refused_at(answer: &Answer, field: &str, words: &str) {
    answer.refused(422, "invalid_field");
    assert_eq!(answer.body["field"], field, "{answer}");
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains(words), "{answer}");
    assert_eq!(word_of_code(detail), None, "{answer}");
}

#[test]
fn what_does_not_fit_is_422_with_a_pointer_in_the_words_of_the_document() {
    let goods = stocked(200);
    for quantity in ["0", "-1", "1000"] {
        refused_at(&quote_of(quantity, &goods.sku), "/lines/0/quantity", "1 to 999");
    }
    for quantity in ["null", "\"2\"", "2.5", "18446744073709551616", "true"] {
        refused_at(&quote_of(quantity, &goods.sku), "/lines/0/quantity", "must be an integer from 1 to 999");
    }
    for quantity in ["2.0", "2e0", "1e2"] {
        quote_of(quantity, &goods.sku).expect(201);
    }
    refused_at(&quote_of("-0", &goods.sku), "/lines/0/quantity", "1 to 999");
    let with = |currency: &str, country: &str| {
        quote(&json!({"currency": currency, "ship_to": {"country": country}, "lines": [{"sku": goods.sku, "quantity": 1}]}).to_string())
    };
    refused_at(&with("EURO", "DE"), "/currency", "must be the ISO 4217 code");
    refused_at(&with("EUR", "Germany"), "/ship_to/country", "must be");
    with(" eur ", "de").expect(201);
    for body in ["null", "[]", "\"x\""] {
        refused_at(&quote(body), "", "The body must be an object.");
    }
    refused_at(&quote("{}"), "/currency", "is required");
    quote("{").refused(400, "malformed_json");
}

#[test]
fn parameters_that_others_add_to_links_are_ignored_and_elsewhere_refused() {
    let anyone = Caller::anyone();
    for path in ["/v1/products?utm_source=mail", "/v1/products?_=1700000000", "/v1/categories?fbclid=x"] {
        anyone.get(path).expect(200);
    }
    let slug = anyone.get("/v1/products?limit=1").expect(200)["items"][0]["slug"].as_str().unwrap().to_owned();
    anyone.get(&format!("/v1/products/{slug}?fbclid=x")).expect(200);
    for refused in [
        anyone.post("/v1/quotes?dry_run=true", &json!({})),
        anyone.post("/v1/carts?dry_run=true", &json!({})),
        staff().get("/v1/shipping-zones?dry_run=true"),
    ] {
        refused.refused(400, "invalid_parameter");
        assert_eq!(refused.body["parameter"], "dry_run", "{refused}");
    }
    let repeated = anyone.get("/v1/products?limit=1&limit=2");
    repeated.refused(400, "invalid_parameter");
    assert_eq!(repeated.body["detail"], "limit must be sent once.");
}

#[test]
fn a_body_where_none_is_due_is_refused() {
    let anyone = Caller::anyone();
    anyone.send("POST", "/v1/carts", Some(b"{{{")).refused(400, "malformed_json");
    refused_at(&anyone.post("/v1/carts", &json!({"lines": [{"sku": "A", "quantity": 1}]})), "/lines", "is not a field");
    anyone.post("/v1/carts", &json!({})).expect(201);
    anyone.send("POST", "/v1/carts", None).expect(201);
    let canceled = "/v1/orders/order_01h2xcejqtf2nbrexx3vqjhp41/cancellation";
    refused_at(&Customer::new().caller.post(canceled, &json!({"reason": "too late"})), "/reason", "is not a field");
}

#[test]
fn other_media_types_and_codings_are_415() {
    let anyone = Caller::anyone();
    let good =
        json!({"currency": "EUR", "ship_to": {"country": "DE"}, "lines": [{"sku": stocked(1).sku, "quantity": 1}]});
    for media_type in ["text/plain", "image/png", "application/xml", "application/x-www-form-urlencoded"] {
        anyone.with("content-type", media_type).post("/v1/quotes", &good).refused(415, "unsupported_media_type");
    }
    anyone.with("content-encoding", "gzip").post("/v1/quotes", &good).refused(415, "unsupported_media_type");
    anyone.with("content-type", "application/json; charset=utf-8").post("/v1/quotes", &good).expect(201);
}

#[test]
fn what_no_route_matches_is_answered_as_the_document_says() {
    let anyone = Caller::anyone();
    for path in ["/v1/products/", "/v1//products", "/v1"] {
        anyone.get(path).refused(404, "not_found");
    }
    // No program has an address there.
    for path in ["/V1/products", "/v2/products", "/nowhere"] {
        let page = anyone.get(path);
        assert_eq!((page.status, page.header("content-type")), (404, Some("text/html; charset=utf-8")), "{path}");
    }
    for (method, path, allowed) in [
        ("DELETE", "/v1/products", "GET, HEAD, POST"),
        ("PUT", "/v1/quotes", "POST"),
        ("POST", "/.well-known/jwks.json", "GET, HEAD"),
    ] {
        let answer = anyone.send(method, path, None);
        answer.refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
    for path in ["/v1/products", "/.well-known/jwks.json", "/v1/categories"] {
        let head = anyone.send("HEAD", path, None);
        assert_eq!((head.status, &head.body), (200, &Value::Null), "{path}");
    }
}

/// A product with one variant, and its path.
fn product() -> (String, String) {
    let word = unique();
    staff().put("/v1/categories/journeys", &json!({"name": "Journeys"})).expect_put();
    let made = staff().post("/v1/products", &product_of(&word, &[format!("E-{word}")])).expect(201);
    (format!("/v1/products/{}", made["id"].as_str().unwrap()), word)
}

fn variants_of(skus: &[String]) -> Value {
    let variant = |sku: &String| json!({"sku": sku, "title": sku, "weight_grams": 1, "prices": [{"amount": 1, "currency": "EUR"}]});
    skus.iter().map(variant).collect()
}

fn product_of(word: &str, skus: &[String]) -> Value {
    json!({"title": word, "slug": format!("edge-{word}"), "category": "journeys", "tax_class": "standard",
        "variants": variants_of(skus)})
}

#[test]
fn of_two_editors_the_second_is_told_and_nothing_is_lost() {
    let (path, word) = product();
    let known = staff().get(&path).header("etag").unwrap().to_owned();
    let add = |suffix: &str| json!({"variants": variants_of(&[format!("E-{word}"), format!("E-{word}-{suffix}")])});
    staff().patch(&path, &add("a")).refused(428, "precondition_required");
    staff().with("if-match", &known).patch(&path, &add("a")).expect(200);
    let second = staff().with("if-match", &known).patch(&path, &add("b"));
    second.refused(412, "precondition_failed");
    let present = staff().get(&path);
    assert_eq!(second.header("etag"), present.header("etag"));
    assert_eq!(present.body["variants"][1]["sku"], format!("E-{word}-a").to_uppercase());
    let titled = json!({"title": format!("Other {word}")});
    staff().with("if-match", "\"nonsense\"").patch(&path, &titled).refused(412, "precondition_failed");
    staff().with("if-match", "nonsense").patch(&path, &titled).refused(400, "invalid_parameter");
    let has = Caller::anyone().with("if-none-match", present.header("etag").unwrap()).get(&path);
    assert_eq!((has.status, has.body), (304, Value::Null));
}

#[test]
fn eight_edits_at_once_are_all_made() {
    let (path, word) = product();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (path, title) = (&path, json!({"title": format!("{word} {number}")}));
            scope.spawn(move || staff().patch(path, &title).expect(200));
        }
    });
    let version = staff().get(&path).header("etag").unwrap().to_owned();
    assert!(version.starts_with("\"9."), "{version}");
}

#[test]
fn whoever_takes_a_sku_that_was_given_back_is_told_of_its_stock() {
    let goods = priced(&json!([{"amount": 1250, "currency": "EUR"}]));
    receive(&goods, 7);
    let slug = format!("/v1/products/kettle-{}", goods.word);
    let listed = || Caller::anyone().get(&slug).expect(200);
    crate::waiting::until("the level is known", || {
        (listed()["variants"][0]["availability"] == "in_stock").then_some(())
    });
    staff().delete(&format!("/v1/products/{}", listed()["id"].as_str().unwrap())).expect(204);
    let made = staff().post("/v1/products", &product_of(&unique(), std::slice::from_ref(&goods.sku))).expect(201);
    // Each function keeps levels for some seconds, so another one may still show what it knew before the goods came.
    crate::waiting::until("the level is known of the new product", || {
        let shown = Caller::anyone().get(&format!("/v1/products/{}", made["id"].as_str().unwrap())).expect(200);
        (shown["variants"][0]["availability"] == "in_stock").then_some(())
    });
    ask_quote(&Caller::anyone(), &[(&goods, 1)], "EUR").expect(201);
}
