//! Two of the staff with the same product: the second is shown what the first saved, and decides.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::{Bench, Request};
use serde_json::json;

const FIELDS: [(&str, &str); 8] = [
    ("title", "Mine"),
    ("description", "From the souk."),
    ("category", "home"),
    ("tax_class", "reduced"),
    ("variants.0.sku", "A"),
    ("variants.0.title", "One size"),
    ("variants.0.weight_grams", "250"),
    ("version", "1"),
];

const PRICES: [(&str, &str); 4] = [
    ("variants.0.prices.0.currency", "EUR"),
    ("variants.0.prices.0.amount", "2"),
    ("variants.0.options.0.name", "size"),
    ("variants.0.options.0.value", "one"),
];

/// A product that a colleague changed after the page with its first version was opened.
async fn overtaken() -> (Bench<Catalog>, String) {
    let bench = furnished().await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100), variant("B", 200)])).await;
    let by_colleague = patch(&format!("/v1/products/{id}"), &json!({"title": "<Theirs>"}));
    assert_eq!(as_staff(&bench, by_colleague).await.status, 200);
    (bench, format!("/staff/catalog/products/{id}"))
}

fn row<'a>(page: &'a str, what: &str) -> &'a str {
    let (_, rest) =
        page.split_once(&format!("<th scope=\"row\">{what}</th>")).unwrap_or_else(|| panic!("{what}: {page}"));
    rest.split("</tr>").next().unwrap()
}

#[tokio::test]
async fn whoever_was_slower_sees_both_versions_and_may_save_theirs_over_the_new_one() {
    let (bench, page) = overtaken().await;
    let fields = [&FIELDS[..], &PRICES[..]].concat();
    let before = bench.dynamo.items();
    let slower = sent(&bench, &page, &fields).await;
    let shown = text(&slower);
    assert_eq!((slower.status, bench.dynamo.items() == before), (412, true), "{shown}");
    let title = row(&shown, "Title");
    assert!(title.contains(">Mine</td>") && title.contains(">&#60;Theirs&#62;</td>"), "{title}");
    assert!(row(&shown, "Category").contains(">Home</td>") && row(&shown, "Category").contains(">Tea</td>"), "{shown}");
    let variant = row(&shown, "A");
    assert!(variant.contains("size: one · 250 g · €2.00") && variant.contains("€1.00 · $3.00"), "{variant}");
    assert!(row(&shown, "B").contains(">–</td>"), "one that would be removed: {shown}");
    assert!(!shown.contains("<th scope=\"row\">Description</th>"), "the same is not compared");
    assert!(shown.contains("name=\"title\" type=\"text\" value=\"Mine\""), "{shown}");
    let version = hidden(&shown, "version");
    let over = sent(&bench, &page, &with_fields(&fields, &[("version", &*version)])).await;
    assert_eq!(over.status, 303, "{}", text(&over));
    let now = bench.http(Request::get("/v1/products/tea")).await.body;
    assert_eq!((&now["title"], &now["variants"].as_array().unwrap().len()), (&json!("Mine"), &1));
}

#[tokio::test]
async fn a_form_with_a_fault_is_still_made_from_the_version_that_was_opened() {
    let (bench, page) = overtaken().await;
    let fields = with_fields(&[&FIELDS[..], &PRICES[..]].concat(), &[("title", "")]);
    let faulty = sent(&bench, &page, &fields).await;
    assert_eq!((faulty.status, hidden(&text(&faulty), "version")), (422, "1".to_owned()));
    let rows = sent(&bench, &page, &with_fields(&fields, &[("more", "yes")])).await;
    assert_eq!((rows.status, hidden(&text(&rows), "version")), (200, "1".to_owned()));
}

#[tokio::test]
async fn a_form_without_its_version_or_of_a_product_that_is_gone_changes_nothing() {
    let (bench, page) = overtaken().await;
    let fields = [&FIELDS[..], &PRICES[..]].concat();
    let before = bench.dynamo.items();
    for version in ["", "x", "\"2\""] {
        assert_eq!(sent(&bench, &page, &with_fields(&fields, &[("version", version)])).await.status, 400, "{version}");
    }
    assert_eq!(bench.dynamo.items(), before);
    let api = page.replace("/staff/catalog/", "/v1/");
    assert_eq!(as_staff(&bench, Request::new("DELETE", &api)).await.status, 204);
    assert_eq!(sent(&bench, &page, &fields).await.status, 404);
}
