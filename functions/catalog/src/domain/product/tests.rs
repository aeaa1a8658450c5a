//! The bounds of products, and their updates.

use super::*;
use events::{Currency, Money};
use std::collections::BTreeMap;

fn variant(sku: &str) -> Variant {
    Variant {
        sku: sku.parse().unwrap(),
        title: "250 g".to_owned(),
        options: BTreeMap::from([("size".to_owned(), "250 g".to_owned())]),
        weight_grams: 290,
        prices: vec![Money::new(1490, Currency::EUR), Money::new(1690, Currency::USD)],
    }
}

fn request(variants: Vec<Variant>) -> CreateProduct {
    CreateProduct {
        title: "Mint tea".to_owned(),
        slug: "mint-tea".to_owned(),
        description: "Strong and sweet.".to_owned(),
        category: "tea".to_owned(),
        tax_class: TaxClass::Reduced,
        variants,
    }
}

fn skus(prefix: &str, count: usize) -> Vec<Variant> {
    (0..count).map(|n| variant(&format!("{prefix}-{n}"))).collect()
}

fn created(request: CreateProduct) -> Result<Product, FieldError> {
    Product::create(ProductId::from_bits(1), request, Timestamp::from_millis(0))
}

fn product(variants: Vec<Variant>) -> Product {
    created(request(variants)).unwrap()
}

fn invalid_field(request: CreateProduct) -> String {
    created(request).unwrap_err().field
}

#[test]
fn every_bound_names_the_field_that_breaks_it() {
    let long = |count| "x".repeat(count);
    assert_eq!(invalid_field(CreateProduct { title: long(201), ..request(skus("A", 1)) }), "title");
    assert_eq!(invalid_field(CreateProduct { title: " ".to_owned(), ..request(skus("A", 1)) }), "title");
    assert_eq!(invalid_field(CreateProduct { description: long(5_001), ..request(skus("A", 1)) }), "description");
    assert_eq!(invalid_field(request(vec![])), "variants");
    assert_eq!(invalid_field(request(skus("A", MAX_VARIANTS + 1))), "variants");
    assert_eq!(invalid_field(request(vec![variant("A"), variant("A")])), "variants[1].sku");
    let bad = |change: fn(&mut Variant)| {
        let mut broken = variant("B");
        change(&mut broken);
        invalid_field(request(vec![variant("A"), broken]))
    };
    assert_eq!(bad(|v| v.weight_grams = 1_000_001), "variants[1].weight_grams");
    assert_eq!(bad(|v| v.title = String::new()), "variants[1].title");
    assert_eq!(bad(|v| v.prices = vec![]), "variants[1].prices");
    assert_eq!(bad(|v| v.prices[0].amount = -1), "variants[1].prices[0].amount");
    assert_eq!(bad(|v| v.prices[1].amount = 10_000_000_001), "variants[1].prices[1].amount");
    assert_eq!(bad(|v| v.prices[1].currency = Currency::EUR), "variants[1].prices[1].currency");
    assert_eq!(
        bad(|v| v.options = ["size", "SIZE"].map(|name| (name.to_owned(), "1 kg".to_owned())).into()),
        "variants[1].options"
    );
    assert_eq!(bad(|v| v.options = (0..11).map(|n| (n.to_string(), "x".to_owned())).collect()), "variants[1].options");
}

#[test]
fn a_sample_may_cost_nothing() {
    let sample = Variant { prices: vec![Money::new(0, Currency::EUR)], ..variant("SAMPLE") };
    assert_eq!(product(vec![sample.clone()]).variants, [sample]);
}

#[test]
fn names_of_options_are_two_if_a_mark_makes_another_letter() {
    for names in [["ハンド", "バンド"], ["เสือ", "เสื้อ"], ["и", "й"]] {
        let options = names.map(|name| (name.to_owned(), "1".to_owned())).into();
        assert_eq!(product(vec![Variant { options, ..variant("A") }]).variants[0].options.len(), 2, "{names:?}");
    }
}

#[test]
fn the_largest_product_is_accepted() {
    assert!(created(request(skus("A", MAX_VARIANTS))).is_ok());
}

#[test]
fn an_edit_changes_what_it_names_and_nothing_else() {
    let before = product(skus("A", 2));
    let update = UpdateProduct { title: Some("Nana mint tea".to_owned()), ..UpdateProduct::default() };
    let after = before.update(&update, Timestamp::from_millis(5)).unwrap().unwrap();
    let expected =
        Product { title: "Nana mint tea".to_owned(), updated_at: Timestamp::from_millis(5), seq: 2, ..before.clone() };
    assert_eq!(after, expected);
    assert_eq!(before.sku_changes(&after), SkuChanges::default());
}

#[test]
fn an_edit_that_changes_nothing_is_no_change() {
    let before = product(skus("A", 1));
    let update = UpdateProduct { title: Some(before.title.clone()), ..UpdateProduct::default() };
    assert_eq!(before.update(&update, Timestamp::from_millis(5)), Ok(None));
}

#[test]
fn new_variants_take_their_skus_and_old_ones_give_theirs_back() {
    let before = product(vec![variant("A"), variant("B")]);
    let update = UpdateProduct { variants: Some(vec![variant("B"), variant("C")]), ..UpdateProduct::default() };
    let after = before.update(&update, Timestamp::from_millis(5)).unwrap().unwrap();
    let changes = before.sku_changes(&after);
    assert_eq!(changes, SkuChanges { added: vec!["C".parse().unwrap()], removed: vec!["A".parse().unwrap()] });
}

#[test]
fn more_skus_than_one_transaction_holds_are_refused() {
    let before = product(skus("OLD", 49));
    let update = |count| UpdateProduct { variants: Some(skus("NEW", count)), ..UpdateProduct::default() };
    assert!(before.update(&update(48), Timestamp::default()).is_ok());
    assert_eq!(before.update(&update(49), Timestamp::default()), Err(Rejection::TooManyChanges));
}

#[test]
fn an_archived_product_gives_every_sku_back() {
    let before = product(skus("A", MAX_VARIANTS));
    let changes = before.sku_changes(&before.archive(Timestamp::from_millis(5)));
    assert_eq!((changes.added.len(), changes.removed.len()), (0, MAX_VARIANTS));
}
