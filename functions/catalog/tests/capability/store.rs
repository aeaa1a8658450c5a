//! The table: what its items hold, and who wins a race.

use crate::harness::*;
use catalog::domain::product::{CreateProduct, UpdateProduct};
use catalog::domain::{Product, Rejection, TaxClass, Variant};
use catalog::store::{ProductOutcome, Store};
use chassis::testing::{Bench, TestWorld};
use chassis::{Cause, Key, StoreError, Table, Via};
use events::ids::ProductId;
use events::{Currency, Money, Timestamp};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn store_and_table() -> (Bench<catalog::Catalog>, Store, Table) {
    let mut table = None;
    let bench = Bench::new(|parts| {
        table = Some(parts.table.clone());
        build(parts)
    });
    let table = table.unwrap();
    (bench, Store::new(table.clone(), TestWorld::default().world()), table)
}

fn store() -> (Bench<catalog::Catalog>, Store) {
    let (bench, store, _) = store_and_table();
    (bench, store)
}

fn cause() -> Cause {
    Cause::new(Via::Http, "request", 0)
}

fn tea(id: u128, sku: &str) -> Product {
    let variant = Variant {
        sku: sku.parse().unwrap(),
        title: "250 g".to_owned(),
        options: BTreeMap::new(),
        weight_grams: 290,
        prices: vec![Money::new(1490, Currency::EUR)],
    };
    let request = CreateProduct {
        title: "Tea".to_owned(),
        slug: format!("tea-{id}"),
        description: String::new(),
        category: "tea".to_owned(),
        tax_class: TaxClass::Reduced,
        variants: vec![variant],
    };
    Product::create(ProductId::from_bits(id), request, Timestamp::from_millis(0)).unwrap()
}

fn named(product: &Product, title: &str) -> Product {
    let request = UpdateProduct { title: Some(title.to_owned()), ..UpdateProduct::default() };
    product.update(&request, Timestamp::from_millis(1)).unwrap().unwrap()
}

fn item<'a>(items: &'a [Value], pk: &str, sk: &str) -> &'a Value {
    items.iter().find(|item| item["pk"]["S"] == pk && item["sk"]["S"] == sk).unwrap()
}

fn names(item: &Value) -> BTreeSet<&str> {
    item.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_product_is_four_items_and_each_says_why_it_was_written() {
    let (bench, store) = store();
    let product = tea(1, "TEA-1");
    assert_eq!(store.create_product(&product, &cause()).await, Ok(ProductOutcome::Written));
    let items = bench.dynamo.items();
    assert_eq!(items.len(), 4);
    let whole = item(&items, "catalog", &format!("product#{}", product.id));
    let expected = [
        "pk",
        "sk",
        "cause",
        "id",
        "slug",
        "title",
        "description",
        "category",
        "tax_class",
        "variants",
        "created_at",
        "updated_at",
        "seq",
    ];
    assert_eq!(names(whole), BTreeSet::from(expected));
    assert_eq!(item(&items, "slug#tea-1", "claim")["owner"]["S"], product.id.to_string());
    assert_eq!(item(&items, "sku#TEA-1", "claim")["owner"]["S"], product.id.to_string());
    let revision = item(&items, "catalog", "revision");
    assert_eq!((&revision["revision"]["N"], &revision["variants"]["N"]), (&json!("1"), &json!("1")));
    assert!(items.iter().all(|item| item["cause"]["M"]["via"]["S"] == "http"));
}

#[tokio::test]
async fn of_two_changes_at_once_the_later_meets_the_earlier() {
    let (_bench, store) = store();
    let before = tea(1, "TEA-1");
    let _ = store.create_product(&before, &cause()).await.unwrap();
    let (mine, theirs) = (named(&before, "Mine"), named(&before, "Theirs"));
    assert_eq!(store.replace_product(&before, &theirs, &cause()).await, Ok(ProductOutcome::Written));
    let met = store.replace_product(&before, &mine, &cause()).await;
    assert_eq!(met, Ok(ProductOutcome::Changed(Some(Box::new(theirs.clone())))));
    assert_eq!(store.product(before.id).await, Ok(Some(theirs)));
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_met_by_itself() {
    let (_bench, store) = store();
    let product = tea(1, "TEA-1");
    let _ = store.create_product(&product, &cause()).await.unwrap();
    let again = store.create_product(&product, &cause()).await;
    assert_eq!(again, Ok(ProductOutcome::Changed(Some(Box::new(product)))));
}

#[tokio::test]
async fn every_change_of_the_catalogue_raises_the_revision_and_a_refused_one_does_not() {
    let (_bench, store) = store();
    assert_eq!(store.revision().await, Ok(0));
    let product = tea(1, "TEA-1");
    let _ = store.create_product(&product, &cause()).await.unwrap();
    assert_eq!(store.revision().await, Ok(1));
    let taken = store.create_product(&tea(2, "TEA-1"), &cause()).await;
    assert_eq!(taken, Ok(ProductOutcome::Rejected(Rejection::SkuTaken("TEA-1".parse().unwrap(), product.id))));
    assert_eq!(store.revision().await, Ok(1));
    let archived = product.archive(Timestamp::from_millis(1));
    assert_eq!(store.replace_product(&product, &archived, &cause()).await, Ok(ProductOutcome::Written));
    assert_eq!(store.revision().await, Ok(2));
}

#[tokio::test]
async fn a_full_catalogue_takes_no_more_variants_until_some_go() {
    let (_bench, store, table) = store_and_table();
    let of = |id: u128, count: usize| {
        let mut product = tea(id, "X");
        let one = product.variants.remove(0);
        let numbered = |n| Variant { sku: format!("S{id}-{n}").parse().unwrap(), ..one.clone() };
        product.variants = (0..count).map(numbered).collect();
        product
    };
    let first = of(1, 5);
    assert_eq!(store.create_product(&first, &cause()).await, Ok(ProductOutcome::Written));
    // As if 9,986 more variants were on sale: 9,991 leave room for 9.
    let nearly_full = json!({"revision": 1, "variants": 9_991});
    table.overwrite(&Key::new("catalog", "revision"), &nearly_full, &cause()).await.unwrap();
    assert_eq!(
        store.create_product(&of(2, 10), &cause()).await,
        Ok(ProductOutcome::Rejected(Rejection::CatalogueFull))
    );
    assert_eq!(store.create_product(&of(3, 9), &cause()).await, Ok(ProductOutcome::Written));
    assert_eq!(store.create_product(&of(4, 1), &cause()).await, Ok(ProductOutcome::Rejected(Rejection::CatalogueFull)));
    let archived = first.archive(Timestamp::from_millis(1));
    assert_eq!(store.replace_product(&first, &archived, &cause()).await, Ok(ProductOutcome::Written));
    assert_eq!(store.create_product(&of(5, 5), &cause()).await, Ok(ProductOutcome::Written));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_meets_others_tries_again_but_not_for_ever() {
    let (bench, store) = store();
    // The SDK itself tries three times: this outlasts one of our attempts.
    bench.dynamo.throttle_next(4);
    assert_eq!(store.create_product(&tea(1, "TEA-1"), &cause()).await, Ok(ProductOutcome::Written));
    bench.dynamo.throttle_next(1_000);
    let refused = store.create_product(&tea(2, "TEA-2"), &cause()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn a_catalogue_of_many_pages_is_read_whole() {
    let (_bench, store) = store();
    for id in 0..60 {
        let product = Product { description: "x".repeat(50_000), ..tea(id, &format!("S{id}")) };
        assert_eq!(store.create_product(&product, &cause()).await, Ok(ProductOutcome::Written));
    }
    let catalogue = store.catalogue(60).await.unwrap();
    assert_eq!(catalogue.search(None).len(), 60);
}
