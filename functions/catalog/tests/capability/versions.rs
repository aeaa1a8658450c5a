//! Edits of a product by several people: nobody's change is lost without a word.

use crate::harness::*;
use chassis::testing::{Request, Response};
use events::inventory::{StockLevel, StockLevelChanged};
use serde_json::{Value, json};

async fn read(bench: &chassis::testing::Bench<catalog::Catalog>, id: &str) -> Response {
    bench.http(Request::get(&format!("/v1/products/{id}"))).await
}

/// The variants of a product as staff would send them back, with one more.
fn with_one_more(read: &Response, sku: &str) -> Value {
    let mut variants = read.body["variants"].as_array().unwrap().clone();
    for variant in &mut variants {
        variant.as_object_mut().unwrap().remove("availability");
    }
    variants.push(variant(sku, 100));
    json!({"variants": variants})
}

fn skus(answer: &Response) -> Vec<&str> {
    answer.body["variants"].as_array().unwrap().iter().map(|variant| variant["sku"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn of_two_who_replace_the_variants_that_they_read_the_second_is_told_and_nothing_is_lost() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    let path = format!("/v1/products/{id}");
    let both = read(&bench, &id).await;
    let known = both.header("etag").unwrap().to_owned();
    let first = as_staff(&bench, patch(&path, &with_one_more(&both, "B")).header("if-match", &known)).await;
    assert_eq!((first.status, skus(&first)), (200, vec!["A", "B"]));
    let late = patch(&path, &with_one_more(&both, "C"));
    let second = as_staff(&bench, late.header("if-match", &known)).await;
    assert_eq!((second.status, second.problem()), (412, "precondition_failed"));
    let present = read(&bench, &id).await;
    assert_eq!(skus(&present), ["A", "B"]);
    for answer in [&first, &second] {
        assert_eq!(answer.header("etag"), present.header("etag"), "the answer says what is there now");
    }
    let again = patch(&path, &with_one_more(&present, "C")).header("if-match", present.header("etag").unwrap());
    assert_eq!(skus(&as_staff(&bench, again).await), ["A", "B", "C"]);
}

#[tokio::test]
async fn variants_are_never_replaced_blindly_and_other_fields_may_be() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    let path = format!("/v1/products/{id}");
    let send = |body: &Value, known: Option<&str>| {
        let request = patch(&path, body);
        as_staff(&bench, known.iter().fold(request, |request, known| request.header("if-match", known)))
    };
    let blind = send(&json!({"variants": [variant("B", 1)]}), None).await;
    assert_eq!((blind.status, blind.problem()), (428, "precondition_required"));
    assert_eq!(send(&json!({"variants": [variant("A", 100)]}), None).await.status, 200, "they are the same");
    assert_eq!(send(&json!({"title": "Tea again"}), None).await.status, 200);
    for (known, status) in [("\"nonsense\"", 412), ("nonsense", 400), ("\"1\"", 412), ("*", 200), ("W/\"3.u\"", 200)] {
        let title = json!({"title": format!("Tea for {known}")});
        assert_eq!(send(&title, Some(known)).await.status, status, "{known}");
    }
    let archive = |known| as_staff(&bench, Request::new("DELETE", &path).header("if-match", known));
    assert_eq!(archive("\"3\"").await.status, 412);
    assert_eq!(archive("\"4\"").await.status, 204);
}

#[tokio::test]
async fn an_edit_that_excludes_what_is_there_is_told_so_with_the_tag_under_which_it_is_read() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    let before = read(&bench, &id).await;
    let known = before.header("etag").unwrap();
    let edit = patch(&format!("/v1/products/{id}"), &json!({"title": "Teas"})).header("if-none-match", known);
    let refused = as_staff(&bench, edit).await;
    assert_eq!((refused.status, refused.problem()), (412, "precondition_failed"));
    assert_eq!(refused.header("etag"), Some(known));
    assert!(refused.body["detail"].as_str().unwrap().starts_with("There is one already"), "{refused:?}");
    assert_eq!(read(&bench, &id).await.body, before.body);
}

#[tokio::test(start_paused = true)]
async fn eight_edits_at_once_are_all_made() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    let edit = |number: u32| {
        let title = json!({"title": format!("Tea {number}")});
        as_staff(&bench, patch(&format!("/v1/products/{id}"), &title))
    };
    let answers: [Response; 8] =
        tokio::join!(edit(0), edit(1), edit(2), edit(3), edit(4), edit(5), edit(6), edit(7)).into();
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(read(&bench, &id).await.header("etag"), Some("\"9.u\""), "each was a change of its own");
}

#[tokio::test]
async fn the_tag_of_a_product_tells_its_availability_too() {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100), variant("B", 100)])).await;
    let first = read(&bench, &id).await.header("etag").unwrap().to_owned();
    assert_eq!(first, "\"1.uu\"");
    let known = |etag: &str| Request::get(&format!("/v1/products/{id}")).header("if-none-match", etag);
    assert_eq!(bench.http(known(&first)).await.status, 304);
    let level = StockLevelChanged { sku: "B".parse().unwrap(), level: StockLevel::Low, seq: 1 };
    bench.receive("B", 1, &level).await;
    bench.world.pass_seconds(5);
    let changed = bench.http(known(&first)).await;
    assert_eq!((changed.status, changed.header("etag")), (200, Some("\"1.ul\"")));
}

#[tokio::test]
async fn whoever_takes_a_sku_that_was_given_back_is_told_that_there_are_units_of_it() {
    let bench = furnished().await;
    let level = StockLevelChanged { sku: "OLD".parse().unwrap(), level: StockLevel::InStock, seq: 1 };
    bench.receive("OLD", 1, &level).await;
    let made = as_staff(&bench, Request::post("/v1/products", product("tea", "Tea", &[variant("OLD", 100)]))).await;
    assert_eq!(made.body["variants"][0]["availability"], "in_stock");
    let id = stock(&bench, &product("other", "Other", &[variant("A", 100)])).await;
    as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{}", made.body["id"].as_str().unwrap()))).await;
    let more = with_one_more(&read(&bench, &id).await, "OLD");
    let edited = as_staff(&bench, patch(&format!("/v1/products/{id}"), &more).header("if-match", "*")).await;
    assert_eq!(edited.body["variants"][1]["availability"], "in_stock");
}
