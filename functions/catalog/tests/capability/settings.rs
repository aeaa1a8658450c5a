//! Categories and tax rates.

use crate::harness::*;
use chassis::testing::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn categories_are_listed_to_anyone_as_a_whole_or_in_pages() {
    let bench = furnished().await;
    let all = bench.http(Request::get("/v1/categories")).await;
    let expected = json!({"items": [{"id": "home", "name": "Home"}, {"id": "pantry", "name": "Pantry"},
        {"id": "tea", "name": "Tea", "parent": "pantry"}]});
    assert_eq!(all.body, expected);
    let first = bench.http(Request::get("/v1/categories?limit=2")).await;
    assert_eq!(first.body["items"].as_array().unwrap().len(), 2);
    let cursor = first.body["cursor"].as_str().unwrap();
    let rest = bench.http(Request::get(&format!("/v1/categories?limit=2&cursor={cursor}"))).await;
    assert_eq!(rest.body, json!({"items": [{"id": "tea", "name": "Tea", "parent": "pantry"}]}));
    let of_another_list = as_staff(&bench, Request::get(&format!("/v1/tax-rates?limit=2&cursor={cursor}"))).await;
    assert_eq!((of_another_list.status, of_another_list.problem()), (400, "invalid_parameter"));
}

#[tokio::test]
async fn a_category_is_put_anew_and_the_same_again_writes_nothing() {
    let bench = furnished().await;
    let put = || Request::put("/v1/categories/tea", json!({"name": "Teas", "parent": "home"}));
    let teas = json!({"id": "tea", "name": "Teas", "parent": "home"});
    assert_eq!(as_staff(&bench, put()).await.body, teas);
    let before = bench.dynamo.items();
    assert_eq!(as_staff(&bench, put()).await.status, 200);
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_category_has_a_place_in_the_tree() {
    let bench = furnished().await;
    let cases = [
        ("tea", json!({"name": "Tea", "parent": "attic"}), 422, "unknown_category"),
        ("pantry", json!({"name": "Pantry", "parent": "tea"}), 422, "category_cycle"),
        ("tea", json!({"name": "Tea", "parent": "Pantry!"}), 422, "invalid_field"),
        ("tea", json!({"name": " "}), 422, "invalid_field"),
        ("Tea", json!({"name": "Tea"}), 400, "invalid_parameter"),
        ("tea", json!({"title": "Tea"}), 422, "invalid_field"),
    ];
    for (id, body, status, kind) in cases {
        let refused = as_staff(&bench, Request::put(&format!("/v1/categories/{id}"), &body)).await;
        assert_eq!((refused.status, refused.problem()), (status, kind), "{body}");
    }
}

#[tokio::test]
async fn a_country_has_one_rate_for_each_class() {
    let bench = furnished().await;
    let rate = |class: &str, points: u32| json!({"country": "DE", "tax_class": class, "rate_basis_points": points});
    let put = |id: &str, body| Request::put(&format!("/v1/tax-rates/{id}"), body);
    let second = as_staff(&bench, put("german", rate("standard", 1600))).await;
    assert_eq!((second.status, second.problem()), (409, "tax_rate_exists"));
    assert_eq!(second.body["tax_rate_id"], "de-standard");
    assert_eq!(as_staff(&bench, put("de-standard", rate("standard", 1600))).await.body["rate_basis_points"], 1600);
    // A rate that covers something else gives up what it covered.
    assert_eq!(as_staff(&bench, put("de-standard", rate("zero", 0))).await.status, 200);
    assert_eq!(as_staff(&bench, put("german", rate("standard", 1900))).await.status, 201);
    let ids = |body: &serde_json::Value| {
        let items = body["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(&as_staff(&bench, Request::get("/v1/tax-rates")).await.body),
        ["de-reduced", "de-standard", "german"]
    );
}

#[tokio::test]
async fn the_same_rate_again_writes_nothing_and_an_impossible_one_neither() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let rate = |points: i64| json!({"country": "DE", "tax_class": "reduced", "rate_basis_points": points});
    let put = |body| Request::put("/v1/tax-rates/de-reduced", body);
    assert_eq!(as_staff(&bench, put(rate(700))).await.status, 200);
    assert_eq!(as_staff(&bench, put(rate(10_001))).await.status, 422);
    assert_eq!(as_staff(&bench, put(rate(-1))).await.status, 422);
    for country in ["XX", "UK", "Germany"] {
        let refused =
            as_staff(&bench, put(json!({"country": country, "tax_class": "reduced", "rate_basis_points": 700}))).await;
        assert_eq!(
            (refused.status, refused.problem(), &refused.body["field"]),
            (422, "invalid_field", &json!("/country"))
        );
    }
    let lower = json!({"country": "de", "tax_class": "reduced", "rate_basis_points": 700});
    assert_eq!(as_staff(&bench, put(lower)).await.body["country"], "DE");
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn categories_and_rates_are_edited_from_the_version_that_was_read_if_the_editor_says_which() {
    let bench = furnished().await;
    let rate = |points: u32| json!({"country": "DE", "tax_class": "reduced", "rate_basis_points": points});
    for (path, mine, theirs) in [
        ("/v1/categories/tea", json!({"name": "Teas"}), json!({"name": "Herbs"})),
        ("/v1/tax-rates/de-reduced", rate(500), rate(600)),
    ] {
        let read = as_staff(&bench, Request::get(path)).await;
        let known = read.header("etag").unwrap();
        assert_eq!(known, "\"1\"", "{path}");
        let put = |body| as_staff(&bench, Request::put(path, body).header("if-match", known));
        assert_eq!(put(mine).await.header("etag"), Some("\"2\""), "{path}");
        let late = put(theirs.clone()).await;
        assert_eq!((late.status, late.problem(), late.header("etag")), (412, "precondition_failed", Some("\"2\"")));
        assert_eq!(
            as_staff(&bench, Request::put(path, theirs)).await.status,
            200,
            "{path}: nothing says from which version"
        );
        let missing = as_staff(&bench, Request::get(&format!("{path}x"))).await;
        assert_eq!((missing.status, missing.problem()), (404, "not_found"));
    }
    let new = Request::put("/v1/categories/coffee", json!({"name": "Coffee"})).header("if-match", "*");
    assert_eq!(as_staff(&bench, new).await.status, 412, "there is nothing to replace");
}

#[tokio::test]
async fn a_category_from_before_its_changes_were_counted_is_edited_once() {
    let bench = furnished().await;
    let text = |text: &str| json!({"S": text});
    let former = json!({"pk": text("catalog"), "sk": text("category#tea"), "id": text("tea"), "name": text("Tea")});
    bench.dynamo.put(&former);
    let known = as_staff(&bench, Request::get("/v1/categories/tea")).await;
    assert_eq!(known.header("etag"), Some("\"0\""));
    let edit = Request::put("/v1/categories/tea", json!({"name": "Teas"})).header("if-match", "\"0\"");
    assert_eq!(as_staff(&bench, edit).await.header("etag"), Some("\"1\""));
}

#[tokio::test]
async fn a_put_says_whether_it_created_or_replaced() {
    let bench = furnished().await;
    let rate = |points: u32| json!({"country": "FR", "tax_class": "standard", "rate_basis_points": points});
    for (path, one, other) in [
        ("/v1/categories/coffee", json!({"name": "Coffee"}), json!({"name": "Coffees"})),
        ("/v1/tax-rates/fr", rate(2000), rate(2100)),
    ] {
        for (body, status, etag) in [(&one, 201, "\"1\""), (&one, 200, "\"1\""), (&other, 200, "\"2\"")] {
            let put = as_staff(&bench, Request::put(path, body)).await;
            assert_eq!((put.status, put.header("etag")), (status, Some(etag)), "{path}");
        }
    }
}

#[tokio::test]
async fn whoever_wants_to_create_alone_replaces_nothing() {
    let bench = furnished().await;
    let rate = |points: u32| json!({"country": "FR", "tax_class": "standard", "rate_basis_points": points});
    for (path, one, other) in [
        ("/v1/categories/coffee", json!({"name": "Coffee"}), json!({"name": "Coffees"})),
        ("/v1/tax-rates/fr", rate(2000), rate(2100)),
    ] {
        let new = |body: &Value| as_staff(&bench, Request::put(path, body).header("if-none-match", "*"));
        assert_eq!(new(&one).await.status, 201, "{path}");
        let before = bench.dynamo.items();
        for body in [&one, &other] {
            let late = new(body).await;
            assert_eq!((late.status, late.problem(), late.header("etag")), (412, "precondition_failed", Some("\"1\"")));
        }
        assert_eq!(bench.dynamo.items(), before, "{path}");
    }
}

#[tokio::test]
async fn nothing_is_taken_away_blindly_from_a_category_or_a_rate() {
    let bench = furnished().await;
    let french = json!({"country": "FR", "tax_class": "reduced", "rate_basis_points": 700});
    for (path, body) in [("/v1/categories/tea", json!({"name": "Teas"})), ("/v1/tax-rates/de-reduced", french)] {
        let before = bench.dynamo.items();
        let blind = as_staff(&bench, Request::put(path, &body)).await;
        assert_eq!((blind.status, blind.problem()), (428, "precondition_required"), "{path}");
        assert_eq!(bench.dynamo.items(), before, "{path}");
        let known = as_staff(&bench, Request::put(path, &body).header("if-match", "\"1\"")).await;
        assert_eq!((known.status, known.header("etag")), (200, Some("\"2\"")), "{path}");
    }
    let moved = json!({"name": "Home", "parent": "pantry"});
    assert_eq!(as_staff(&bench, Request::put("/v1/categories/home", moved)).await.status, 200, "it had no parent");
    let moved = json!({"name": "Home", "parent": "tea"});
    assert_eq!(as_staff(&bench, Request::put("/v1/categories/home", moved)).await.status, 200, "it says where to");
}
