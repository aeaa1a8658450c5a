//! What a form becomes as a request of the API.

use super::*;
use serde_json::{Value, json};

fn request(fields: &[(&str, &str)]) -> Value {
    let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    serde_json::to_value(ProductDraft::of(&fields).without_blanks()).unwrap()
}

#[test]
fn a_form_becomes_the_request_that_a_program_would_send() {
    let request = request(&[
        ("title", "Mint tea"),
        ("slug", "mint-tea"),
        ("description", "Fresh.\r\n\r\nGreen."),
        ("category", "tea"),
        ("tax_class", "reduced"),
        ("variants.0.sku", "TEA-1"),
        ("variants.0.title", "Small"),
        ("variants.0.weight_grams", "250"),
        ("variants.0.prices.0.currency", "EUR"),
        ("variants.0.prices.0.amount", "6,9"),
        ("variants.0.prices.1.currency", "jpy"),
        ("variants.0.prices.1.amount", "1200"),
        ("variants.0.options.0.name", "size"),
        ("variants.0.options.0.value", "250 g"),
        ("version", "7"),
        ("unknown", "x"),
    ]);
    let variant = json!({"sku": "TEA-1", "title": "Small", "options": {"size": "250 g"}, "weight_grams": 250,
        "prices": [{"amount": 690, "currency": "EUR"}, {"amount": 1200, "currency": "jpy"}]});
    let expected = json!({"title": "Mint tea", "slug": "mint-tea", "description": "Fresh.\n\nGreen.", "category": "tea",
        "tax_class": "reduced", "variants": [variant]});
    assert_eq!(request, expected);
}

#[test]
fn rows_that_are_empty_or_to_be_removed_are_left_out_and_the_others_keep_their_order() {
    let request = request(&[
        ("variants.0.sku", ""),
        ("variants.0.prices.0.currency", "EUR"),
        ("variants.0.prices.0.amount", ""),
        ("variants.10.sku", "LAST"),
        ("variants.2.sku", "FIRST"),
        ("variants.2.prices.0.amount", ""),
        ("variants.2.prices.1.currency", "USD"),
        ("variants.2.prices.1.amount", "1"),
        ("variants.3.sku", "GONE"),
        ("variants.3.removed", "yes"),
        ("variants.x.sku", "NONE"),
        ("variants.65535.sku", "NONE"),
        ("variants.4.options.0.name", ""),
        ("variants.5.options.0.name", "size"),
    ]);
    let skus: Vec<_> = request["variants"].as_array().unwrap().iter().map(|variant| &variant["sku"]).collect();
    assert_eq!(skus, ["FIRST", "", "LAST"]);
    assert_eq!(request["variants"][0]["prices"], json!([{"amount": 100, "currency": "USD"}]));
    assert_eq!(request["variants"][1]["options"], json!({"size": ""}), "what was typed is not lost");
    assert!(request.get("slug").is_none(), "a product on sale keeps its slug");
}

#[test]
fn what_is_no_number_stays_as_it_was_typed_for_the_api_to_refuse() {
    let request = request(&[
        ("variants.0.weight_grams", "2,5"),
        ("variants.0.prices.0.currency", "EUR"),
        ("variants.0.prices.0.amount", "12.345"),
        ("variants.0.prices.1.currency", "DUCATS"),
        ("variants.0.prices.1.amount", "many"),
    ]);
    let variant = &request["variants"][0];
    assert_eq!((&variant["weight_grams"], &variant["prices"][0]["amount"]), (&json!("2,5"), &json!("12.345")));
    assert_eq!(variant["prices"][1], json!({"amount": 0, "currency": "DUCATS"}), "its currency is refused");
}

#[test]
fn an_option_that_is_named_twice_is_sent_twice() {
    let fields = ["0", "1"].map(|row| (format!("variants.0.options.{row}.name"), "size".to_owned()));
    let text = serde_json::to_string(&ProductDraft::of(&fields).without_blanks()).unwrap();
    assert_eq!(text.matches("\"size\":").count(), 2, "{text}");
}

#[test]
fn what_the_form_shows_of_a_product_is_what_it_sends() {
    let variant: Variant = serde_json::from_value(json!({"sku": "TEA-1", "title": "Small", "weight_grams": 250,
        "options": {"size": "250 g"}, "prices": [{"amount": 690, "currency": "USD"}, {"amount": 5, "currency": "EUR"}]}))
    .unwrap();
    for locale in Locale::ALL {
        let shown = VariantDraft::showing(&variant, locale);
        assert_eq!(serde_json::to_value(&shown).unwrap(), serde_json::to_value(&variant).unwrap(), "{locale}");
    }
}
