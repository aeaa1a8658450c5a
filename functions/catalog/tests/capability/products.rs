//! Creating, reading, updating and archiving products.

use crate::harness::*;
use chassis::testing::Request;
use events::ids::UserId;
use events::users::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn a_product_made_by_staff_is_read_by_id_and_by_slug() {
    let bench = furnished().await;
    let body = product("mint-tea", "Mint tea", &[variant("TEA-1", 690)]);
    let made = as_staff(&bench, Request::post("/v1/products", &body)).await;
    assert_eq!(made.status, 201);
    let id = made.body["id"].as_str().unwrap();
    assert!(id.starts_with("prod_"));
    assert_eq!(made.body["variants"][0]["availability"], "unknown");
    for name in [id, "mint-tea"] {
        let read = bench.http(Request::get(&format!("/v1/products/{name}"))).await;
        assert_eq!((read.status, &read.body), (200, &made.body));
    }
}

#[tokio::test]
async fn a_repeated_post_is_told_which_product_has_the_slug_and_makes_nothing() {
    let bench = furnished().await;
    let body = product("mint-tea", "Mint tea", &[variant("TEA-1", 690)]);
    let id = stock(&bench, &body).await;
    let before = bench.dynamo.items();
    let again = as_staff(&bench, Request::post("/v1/products", &body)).await;
    assert_eq!((again.status, again.problem()), (409, "slug_taken"));
    assert_eq!(again.body["product_id"], id);
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_sku_belongs_to_one_product() {
    let bench = furnished().await;
    let id = stock(&bench, &product("mint-tea", "Mint tea", &[variant("TEA-1", 690)])).await;
    let other = product("black-tea", "Black tea", &[variant("TEA-2", 590), variant("TEA-1", 1)]);
    let refused = as_staff(&bench, Request::post("/v1/products", &other)).await;
    assert_eq!((refused.status, refused.problem()), (409, "sku_taken"));
    assert_eq!((&refused.body["sku"], &refused.body["product_id"]), (&json!("TEA-1"), &json!(id)));
    let gone = bench.http(Request::get("/v1/products/black-tea")).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn a_sku_is_one_however_it_is_typed() {
    let bench = furnished().await;
    let made = product("mint-tea", "Mint tea", &[variant(" tea-mint-100 ", 690)]);
    let made = as_staff(&bench, Request::post("/v1/products", &made)).await;
    assert_eq!((made.status, &made.body["variants"][0]["sku"]), (201, &json!("TEA-MINT-100")));
    let other = product("other-tea", "Other tea", &[variant("Tea-Mint-100", 1)]);
    let refused = as_staff(&bench, Request::post("/v1/products", &other)).await;
    assert_eq!((refused.status, refused.problem(), &refused.body["sku"]), (409, "sku_taken", &json!("TEA-MINT-100")));
    let twice = product("third-tea", "Third tea", &[variant("new", 1), variant("NEW", 2)]);
    let refused = as_staff(&bench, Request::post("/v1/products", &twice)).await;
    assert_eq!((refused.status, &refused.body["field"]), (422, &json!("/variants/1/sku")));
    let variants = bench.http(Request::get("/v1/variants?sku=tea-mint-100,TEA-mint-100,+TEA-MINT-100,none")).await;
    let found: Vec<_> = variants.body["items"].as_array().unwrap().iter().map(|v| v["sku"].clone()).collect();
    assert_eq!((found, &variants.body["unknown"]), (vec![json!("TEA-MINT-100")], &json!(["NONE"])));
}

#[tokio::test]
async fn an_option_that_is_named_twice_is_refused_and_not_lost() {
    let bench = furnished().await;
    let mut tea = variant("TEA", 690);
    tea["options"] = json!({"size": "100 g", " size": "250 g"});
    let refused = as_staff(&bench, Request::post("/v1/products", product("tea", "Tea", &[tea]))).await;
    assert_eq!((refused.status, &refused.body["field"]), (422, &json!("/variants/0/options")));
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_frees_the_skus_it_drops() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100), variant("B", 200)])).await;
    let change = json!({"title": "Fine tea", "category": "home", "variants": [variant("B", 250), variant("C", 300)]});
    let changed = as_staff(&bench, patch(&format!("/v1/products/{id}"), &change).header("if-match", "*")).await;
    assert_eq!(
        (changed.status, &changed.body["title"], &changed.body["slug"]),
        (200, &json!("Fine tea"), &json!("tea"))
    );
    let variants = bench.http(Request::get("/v1/variants?sku=A,B,C")).await;
    let found: Vec<_> = variants.body["items"].as_array().unwrap().iter().map(|v| v["sku"].as_str().unwrap()).collect();
    assert_eq!((found, &variants.body["unknown"]), (vec!["B", "C"], &json!(["A"])));
    assert_eq!(variants.body["items"][0]["prices"][0]["amount"], 250);
    assert_eq!(variants.body["items"][0]["product_id"], id);
    stock(&bench, &product("other", "Other", &[variant("A", 1)])).await;
}

#[tokio::test]
async fn a_change_cannot_take_the_sku_of_another_product() {
    let bench = furnished().await;
    stock(&bench, &product("one", "One", &[variant("A", 100)])).await;
    let id = stock(&bench, &product("two", "Two", &[variant("B", 100)])).await;
    let theft = json!({"variants": [variant("A", 1)]});
    let refused = as_staff(&bench, patch(&format!("/v1/products/{id}"), &theft).header("if-match", "*")).await;
    assert_eq!((refused.status, refused.problem()), (409, "sku_taken"));
    let still = bench.http(Request::get("/v1/variants?sku=B")).await;
    assert_eq!(still.body["items"][0]["prices"][0]["amount"], 100);
}

#[tokio::test]
async fn a_change_that_changes_nothing_writes_nothing() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    bench.dynamo.take_calls();
    for body in [json!({}), json!({"title": "Tea"})] {
        let same = as_staff(&bench, patch(&format!("/v1/products/{id}"), &body)).await;
        assert_eq!((same.status, &same.body["title"]), (200, &json!("Tea")));
    }
    assert!(bench.dynamo.take_calls().iter().all(|call| call.operation != "TransactWriteItems"));
}

#[tokio::test]
async fn a_change_to_null_is_refused_and_an_empty_description_takes_it_away() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    let change = |body: Value| as_staff(&bench, patch(&format!("/v1/products/{id}"), &body).header("if-match", "*"));
    for field in ["title", "description", "category", "tax_class", "variants"] {
        let refused = change(json!({field: null})).await;
        assert_eq!((refused.status, refused.problem()), (422, "invalid_field"), "{field}");
        assert_eq!(refused.body["field"], format!("/{field}"));
    }
    let read = async || bench.http(Request::get(&format!("/v1/products/{id}"))).await;
    assert_eq!(read().await.header("etag"), Some("\"1.u\""), "nothing changed");
    assert_eq!(change(json!({"description": ""})).await.body["description"], "");
}

#[tokio::test]
async fn an_archived_product_is_gone_everywhere_and_its_names_are_free() {
    let bench = furnished().await;
    let body = product("tea", "Tea", &[variant("A", 100)]);
    let id = stock(&bench, &body).await;
    for _ in 0..2 {
        let archived = as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{id}"))).await;
        assert_eq!((archived.status, archived.body), (204, Value::Null));
    }
    for name in [id.as_str(), "tea"] {
        assert_eq!(bench.http(Request::get(&format!("/v1/products/{name}"))).await.status, 404);
    }
    assert!(titles(&bench.http(Request::get("/v1/products?q=tea")).await).is_empty());
    let change = as_staff(&bench, patch(&format!("/v1/products/{id}"), &json!({"title": "Back"}))).await;
    assert_eq!(change.status, 404);
    assert_ne!(stock(&bench, &body).await, id);
}

#[tokio::test]
async fn the_largest_product_is_made_and_archived_within_one_transaction_each() {
    let bench = furnished().await;
    let variants: Vec<_> = (0..96).map(|n| variant(&format!("V-{n}"), 100)).collect();
    let id = stock(&bench, &product("many", "Many", &variants)).await;
    let archived = as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{id}"))).await;
    assert_eq!(archived.status, 204);
    stock(&bench, &product("one", "One", &[variant("V-95", 1)])).await;
}

#[tokio::test]
async fn only_staff_change_the_catalogue() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    let before = bench.dynamo.items();
    let requests = || {
        [
            Request::post("/v1/products", product("x", "X", &[variant("X", 1)])),
            patch(&format!("/v1/products/{id}"), &json!({"title": "Mine"})),
            Request::new("DELETE", &format!("/v1/products/{id}")),
            Request::put("/v1/categories/x", json!({"name": "X"})),
            Request::put("/v1/tax-rates/x", json!({"country": "DE", "tax_class": "zero", "rate_basis_points": 0})),
            Request::get("/v1/tax-rates"),
        ]
    };
    for request in requests() {
        assert_eq!(bench.http(request).await.status, 401);
    }
    for request in requests() {
        assert_eq!(bench.http(request.bearer(&customer(&bench))).await.status, 403);
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn bad_products_are_refused_and_change_nothing() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let good = || product("tea", "Tea", &[variant("A", 100)]);
    let with = |pointer: &str, value: Value| {
        let mut body = good();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let extra = json!({"title": "T", "slug": "t", "category": "tea", "tax_class": "zero", "variants": [], "price": 1});
    let cases = [
        (extra, 422, "invalid_field"),
        (with("/title", json!(7)), 422, "invalid_field"),
        (with("/tax_class", json!("luxury")), 422, "invalid_field"),
        (with("/variants/0/sku", json!("no blanks")), 422, "invalid_field"),
        (with("/variants/0/weight_grams", json!(-1)), 422, "invalid_field"),
        (with("/variants/0/prices/0/currency", json!("XXX")), 422, "invalid_field"),
        (with("/variants/0/prices/0/amount", json!(1e300)), 422, "invalid_field"),
        (with("/slug", json!("Mint Tea")), 422, "invalid_field"),
        (with("/category", json!("../tea")), 422, "invalid_field"),
        (with("/title", json!("a\u{0}b")), 422, "invalid_field"),
        (with("/variants", json!([])), 422, "invalid_field"),
        (with("/variants/0/prices/0/amount", json!(-1)), 422, "invalid_field"),
        (with("/variants/0/prices/0/amount", json!(10_000_000_001_i64)), 422, "invalid_field"),
        (with("/variants/0/weight_grams", json!(1_000_001)), 422, "invalid_field"),
        (with("/category", json!("attic")), 422, "unknown_category"),
    ];
    for (body, status, kind) in cases {
        let refused = as_staff(&bench, Request::post("/v1/products", &body)).await;
        assert_eq!((refused.status, refused.problem()), (status, kind), "{body}");
    }
    let malformed = Request::new("POST", "/v1/products").body("{\"title\": ");
    assert_eq!(as_staff(&bench, malformed).await.problem(), "malformed_json");
    for id in ["prod_0", "nothing", "No%20such", "%ff"] {
        assert_eq!(bench.http(Request::get(&format!("/v1/products/{id}"))).await.status, 404, "{id}");
        let change = as_staff(&bench, patch(&format!("/v1/products/{id}"), &json!({"title": "X"}))).await;
        assert_eq!(change.status, 404, "{id}");
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn too_many_or_malformed_skus_are_refused() {
    let bench = furnished().await;
    let many: Vec<_> = (0..51).map(|n| format!("S{n}")).collect();
    let asked = bench.http(Request::get(&format!("/v1/variants?sku={}", many.join(",")))).await;
    assert_eq!((asked.status, asked.problem()), (400, "invalid_parameter"));
    let fifty = bench.http(Request::get(&format!("/v1/variants?sku={}", many[..50].join(",")))).await;
    assert_eq!((fifty.status, fifty.body["unknown"].as_array().unwrap().len()), (200, 50));
    for query in ["sku=", "sku=a,,b", "sku=a%20b"] {
        assert_eq!(bench.http(Request::get(&format!("/v1/variants?{query}"))).await.status, 400, "{query}");
    }
    assert_eq!(bench.http(Request::get("/v1/variants")).await.status, 400);
}

#[tokio::test]
async fn the_audit_log_tells_old_and_new_prices_and_no_texts() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100), variant("B", 100)])).await;
    bench.world.pass_seconds(1);
    let change = json!({"title": "Ada's tea", "variants": [variant("A", 150), variant("C", 100)]});
    assert_eq!(
        as_staff(&bench, patch(&format!("/v1/products/{id}"), &change).header("if-match", "*")).await.status,
        200
    );
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let audit = bench.http(Request::get("/v1/catalog/audit?limit=1").bearer(&admin)).await;
    let newest = &audit.body["items"][0];
    assert_eq!((&newest["action"], &newest["resource"]), (&json!("updateProduct"), &json!(id)));
    assert_eq!(newest["actor"], json!(UserId::from_bits(99)));
    let what = "title, variants; A: 1.00 EUR, 3.00 USD -> 1.50 EUR, 3.50 USD; C: new -> 1.00 EUR, 3.00 USD; B: removed";
    assert_eq!(newest["what"], what);
}
