//! The form by which staff create and change a product: a request of the API in the clothes of a page.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::users::AccessChanged;
use serde_json::{Value, json};

const NEW: &str = "/staff/catalog/products/new";

type Fields = Vec<(&'static str, &'static str)>;

fn tea() -> Fields {
    vec![
        ("title", "Mint tea"),
        ("slug", "mint-tea"),
        ("description", "Fresh.\r\n\r\nGreen."),
        ("category", "tea"),
        ("tax_class", "reduced"),
        ("variants.0.sku", "tea-1"),
        ("variants.0.title", "Small"),
        ("variants.0.weight_grams", "250"),
        ("variants.0.prices.0.currency", "EUR"),
        ("variants.0.prices.0.amount", "6,90"),
        ("variants.0.prices.1.currency", "JPY"),
        ("variants.0.prices.1.amount", "1200"),
        ("variants.0.prices.2.currency", "USD"),
        ("variants.0.prices.2.amount", ""),
        ("variants.0.options.0.name", "size"),
        ("variants.0.options.0.value", "250 g"),
        ("variants.0.options.1.name", ""),
        ("variants.1.sku", ""),
        ("variants.1.prices.0.currency", "EUR"),
    ]
}

async fn api(bench: &Bench<Catalog>, name: &str) -> Value {
    bench.http(Request::get(&format!("/v1/products/{name}"))).await.body
}

/// Sends the form of a new product, which is taken. Returns the page that it leads to.
async fn created(bench: &Bench<Catalog>, fields: &[(&str, &str)]) -> String {
    let answer = sent(bench, NEW, fields).await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    answer.header("location").unwrap().split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_product_made_by_the_form_is_the_one_that_the_api_would_make() {
    let bench = furnished().await;
    let blank = staff_page(&bench, NEW).await;
    assert!(
        blank.contains("name=\"variants.2.sku\"") && !blank.contains("name=\"variants.3.sku\""),
        "three empty rows"
    );
    let page = created(&bench, &tea()).await;
    let made = api(&bench, "mint-tea").await;
    let prices = json!([{"amount": 690, "currency": "EUR"}, {"amount": 1200, "currency": "JPY"}]);
    assert_eq!(page, format!("/staff/catalog/products/{}", made["id"].as_str().unwrap()));
    assert_eq!((&made["title"], &made["description"]), (&json!("Mint tea"), &json!("Fresh.\n\nGreen.")));
    assert_eq!((&made["category"], &made["tax_class"]), (&json!("tea"), &json!("reduced")));
    assert_eq!(made["variants"].as_array().unwrap().len(), 1, "empty rows do not count");
    let variant = &made["variants"][0];
    assert_eq!((&variant["sku"], &variant["weight_grams"]), (&json!("TEA-1"), &json!(250)));
    assert_eq!((&variant["prices"], &variant["options"]), (&prices, &json!({"size": "250 g"})));

    let shown = staff_page(&bench, &format!("{page}?done=created")).await;
    for wanted in [
        "It is created.",
        "value=\"Mint tea\"",
        "<option value=\"tea\" selected>Pantry › Tea</option>",
        "name=\"variants.0.prices.0.amount\" type=\"text\" value=\"6.90\"",
        "name=\"variants.0.prices.1.amount\" type=\"text\" value=\"1200\"",
        "href=\"/staff/inventory/TEA-1\"",
        "href=\"/products/mint-tea\"",
        "name=\"variants.3.sku\"",
        "href=\"/staff/catalog\"",
    ] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    assert!(!shown.contains("name=\"slug\""), "a slug never changes");
}

#[tokio::test]
async fn the_form_as_it_is_shown_changes_nothing_and_each_change_is_made_and_audited_as_the_apis() {
    let bench = furnished().await;
    let page = created(&bench, &tea()).await;
    let version = hidden(&staff_page(&bench, &page).await, "version");
    let fields: Fields = tea().into_iter().filter(|(name, _)| *name != "slug").collect();
    let same = with_fields(&fields, &[("version", &*version)]);
    let before = bench.dynamo.items();
    assert_eq!(sent(&bench, &page, &same).await.status, 303);
    assert_eq!(bench.dynamo.items(), before, "nothing was changed");

    let more = [
        ("title", "Fine tea"),
        ("variants.0.prices.0.amount", "7.5"),
        ("variants.1.sku", "TEA-2"),
        ("variants.1.title", "Large"),
        ("variants.1.weight_grams", "500"),
        ("variants.1.prices.0.amount", "12"),
    ];
    let done = sent(&bench, &page, &with_fields(&same, &more)).await;
    assert_eq!((done.status, done.header("location")), (303, Some(&*format!("{page}?done=saved"))), "{}", text(&done));
    let changed = api(&bench, "mint-tea").await;
    assert_eq!((&changed["title"], &changed["variants"][0]["prices"][0]["amount"]), (&json!("Fine tea"), &json!(750)));
    assert_eq!(changed["variants"][1]["prices"], json!([{"amount": 1200, "currency": "EUR"}]));
    assert_eq!(audited(&bench).await.iter().filter(|action| *action == "updateProduct").count(), 1);

    let version = hidden(&staff_page(&bench, &page).await, "version");
    let removal = [("version", &*version), ("variants.0.removed", "yes")];
    let removed = sent(&bench, &page, &with_fields(&with_fields(&same, &more), &removal)).await;
    assert_eq!(removed.status, 303, "{}", text(&removed));
    let left = api(&bench, "mint-tea").await;
    let skus: Vec<_> = left["variants"].as_array().unwrap().iter().map(|variant| &variant["sku"]).collect();
    assert_eq!(skus, ["TEA-2"]);
}

#[tokio::test]
async fn every_refusal_is_at_its_field_and_nothing_typed_is_lost() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    for (field, typed, at, said) in [
        ("title", "", "title", "1 to 200"),
        ("title", "a\u{200b}b", "title", "displayed"),
        ("slug", "Mint Tea", "slug", "small letters"),
        ("category", "", "category", "choose a category"),
        ("category", "attic", "category", "no such category"),
        ("tax_class", "", "tax_class", "choose a tax class"),
        ("tax_class", "luxury", "tax_class", "choose a tax class"),
        ("variants.0.sku", "a b", "variants.0.sku", "64 letters"),
        ("variants.0.title", "", "variants.0.title", "1 to 200"),
        ("variants.0.weight_grams", "2,5", "variants.0.weight_grams", "whole number"),
        ("variants.0.weight_grams", "", "variants.0.weight_grams", "whole number"),
        ("variants.0.weight_grams", "-1", "variants.0.weight_grams", "whole number"),
        ("variants.0.prices.0.amount", "6.905", "variants.0.prices.0.amount", "12.50"),
        ("variants.0.prices.0.amount", "-1", "variants.0.prices.0.amount", "12.50"),
        ("variants.0.prices.0.amount", "free", "variants.0.prices.0.amount", "12.50"),
        ("variants.0.prices.1.amount", "12.0", "variants.0.prices.1.amount", "12.50"),
        ("variants.0.prices.1.currency", "DUCATS", "variants.0.prices.1.currency", "such as EUR"),
        ("variants.0.prices.1.currency", "EUR", "variants.0.prices.1.currency", "at most once"),
        ("variants.0.options.0.value", "", "variants.0.options", "a value"),
    ] {
        let answer = sent(&bench, NEW, &with_fields(&tea(), &[(field, typed)])).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422, "{field}={typed}: {page}");
        let error = error_at(&page, at).unwrap_or_else(|| panic!("{field}={typed} has no error at {at}: {page}"));
        assert!(error.contains(said), "{field}={typed}: {error}");
        assert!(page.contains(&format!("href=\"#field-{at}\">")), "the summary leads to it: {page}");
        assert_eq!(page.matches("<p class=\"error\"").count(), 1, "{field}={typed}: {page}");
        let kept = [("title", "Mint tea"), ("variants.0.sku", "tea-1"), ("variants.0.prices.0.amount", "6,90")];
        for (name, value) in kept.into_iter().filter(|(name, _)| *name != field) {
            assert!(page.contains(&format!("name=\"{name}\" type=\"text\" value=\"{value}\"")), "{name}: {page}");
        }
    }
    let none = with_fields(&tea(), &[("variants.0.removed", "yes")]);
    assert!(text(&sent(&bench, NEW, &none).await).contains("1 to 96 variants"));
    let unpriced = [("variants.0.prices.0.amount", ""), ("variants.0.prices.1.amount", "")];
    let unpriced = text(&sent(&bench, NEW, &with_fields(&tea(), &unpriced)).await);
    assert_eq!(error_at(&unpriced, "variants.0.prices").as_deref(), Some("Please enter at least one price."));
    assert_eq!(bench.dynamo.items(), before, "nothing was made");
}

#[tokio::test]
async fn what_another_product_has_is_said_at_its_field_with_the_way_to_that_product() {
    let bench = furnished().await;
    let page = created(&bench, &tea()).await;
    let same = sent(&bench, NEW, &tea()).await;
    let shown = text(&same);
    assert_eq!((same.status, error_at(&shown, "slug").as_deref()), (409, Some("Another product has this name.")));
    assert!(shown.contains(&format!("href=\"{page}\">Open that product")), "{shown}");
    let other = [
        ("slug", "other-tea"),
        ("variants.0.sku", "OTHER"),
        ("variants.3.sku", "Tea-1"),
        ("variants.3.title", "Small"),
        ("variants.3.weight_grams", "1"),
        ("variants.3.prices.0.currency", "EUR"),
        ("variants.3.prices.0.amount", "1"),
    ];
    let taken = sent(&bench, NEW, &with_fields(&tea(), &other)).await;
    let shown = text(&taken);
    assert_eq!(taken.status, 409, "{shown}");
    let error = error_at(&shown, "variants.1.sku").unwrap_or_else(|| panic!("{shown}"));
    assert_eq!(error, "Another product has the SKU TEA-1.");
    assert!(shown.contains(&format!("href=\"{page}\">Open that product")), "{shown}");
}

#[tokio::test]
async fn a_button_shows_three_more_rows_and_keeps_all_that_was_typed() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let typed = with_fields(&tea(), &[("title", ""), ("variants.2.sku", "THIRD"), ("more", "yes")]);
    let answer = sent(&bench, NEW, &typed).await;
    let page = text(&answer);
    assert_eq!(answer.status, 200, "{page}");
    assert!(page.contains("name=\"variants.5.sku\"") && !page.contains("name=\"variants.6.sku\""), "{page}");
    assert!(page.contains("name=\"variants.2.sku\" type=\"text\" value=\"THIRD\""), "{page}");
    assert!(page.contains("value=\"6,90\"") && page.contains("name=\"slug\""), "{page}");
    assert!(!page.contains("class=\"error\"") && bench.dynamo.items() == before, "nobody asked to save: {page}");
}

#[tokio::test]
async fn a_card_number_empties_its_field_and_leaves_what_else_was_typed() {
    let bench = furnished().await;
    for (field, at) in [
        ("title", "title"),
        ("variants.0.title", "variants.0.title"),
        ("variants.0.options.0.value", "variants.0.options"),
    ] {
        let answer = sent(&bench, NEW, &with_fields(&tea(), &[(field, "4242 4242 4242 4242")])).await;
        let page = text(&answer);
        let error = error_at(&page, at).unwrap_or_else(|| panic!("{field}: {page}"));
        assert!(answer.status == 422 && error.contains("never type a card number"), "{field}: {page}");
        assert!(!page.contains("4242") && page.contains("value=\"6,90\""), "{field}: {page}");
    }
}

#[tokio::test]
async fn what_staff_type_stays_text_and_german_staff_read_german() {
    let bench = furnished().await;
    let page =
        created(&bench, &with_fields(&tea(), &[("title", "<b>Tea</b>"), ("variants.0.options.0.value", "\"><i>")]))
            .await;
    let shown = staff_page(&bench, &page).await;
    assert!(!shown.contains("<b>Tea") && !shown.contains("<i>") && shown.contains("&#60;b&#62;Tea"), "{shown}");
    let german = |request: Request| by_staff(&bench, request).header("accept-language", "de");
    let shown = text(&bench.http(german(Request::get(&page))).await);
    for wanted in ["Steuerklasse", "Nettopreise", "value=\"6,90\"", "Produkt archivieren", "<html lang=\"de\">"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    let wrong = with_fields(&tea(), &[("variants.0.prices.0.amount", "1.234,50")]);
    let refused = text(&bench.http(german(form(NEW, &wrong))).await);
    assert!(error_at(&refused, "variants.0.prices.0.amount").unwrap().contains("12,50"), "{refused}");
}

#[tokio::test]
async fn a_product_of_96_variants_fits_into_the_form() {
    let bench = furnished().await;
    let variants: Vec<Value> = (0..96).map(|number| variant(&format!("SKU-{number}"), 100)).collect();
    let id = stock(&bench, &product("many", "Many", &variants)).await;
    let page = format!("/staff/catalog/products/{id}");
    let shown = staff_page(&bench, &page).await;
    assert!(shown.contains("name=\"variants.98.sku\"") && shown.len() < 1_000_000, "{}", shown.len());
    let description = "ß\n".repeat(2_000);
    let mut fields: Vec<(String, String)> = [("version", "1"), ("title", "Many"), ("category", "tea")]
        .into_iter()
        .chain([("tax_class", "reduced"), ("description", &*description)])
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for (number, variant) in variants.iter().enumerate() {
        let row = [
            ("sku", variant["sku"].as_str().unwrap()),
            ("title", "One size"),
            ("weight_grams", "250"),
            ("prices.0.currency", "EUR"),
            ("prices.0.amount", "1.00"),
            ("prices.1.currency", "USD"),
            ("prices.1.amount", "3.00"),
            ("options.0.name", "size"),
            ("options.0.value", "one"),
        ];
        fields.extend(row.map(|(name, value)| (format!("variants.{number}.{name}"), value.to_owned())));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = sent(&bench, &page, &fields).await;
    assert_eq!(saved.status, 303, "{}", text(&saved));
    assert_eq!(api(&bench, "many").await["description"], description.trim());
}

#[tokio::test]
async fn a_product_is_archived_once_the_box_is_ticked() {
    let bench = furnished().await;
    let page = created(&bench, &tea()).await;
    let target = format!("{page}/archiving");
    let before = bench.dynamo.items();
    let unsure = sent(&bench, &target, &[("version", "1")]).await;
    assert_eq!((unsure.status, error_at(&text(&unsure), "confirmed").is_some()), (422, true), "{}", text(&unsure));
    let stale = sent(&bench, &target, &[("version", "7"), ("confirmed", "yes")]).await;
    assert!(stale.status == 412 && text(&stale).contains("colleague changed this product"), "{}", text(&stale));
    assert_eq!(sent(&bench, &target, &[("confirmed", "yes")]).await.status, 400, "a form names its version");
    assert_eq!(bench.dynamo.items(), before);
    let done = sent(&bench, &target, &[("version", "1"), ("confirmed", "yes")]).await;
    assert_eq!((done.status, done.header("location")), (303, Some("/staff/catalog?done=archived")));
    assert_eq!(bench.http(Request::get("/v1/products/mint-tea")).await.status, 404);
    assert!(staff_page(&bench, "/staff/catalog?done=archived").await.contains("The product is archived"));
    assert_eq!(bench.http(by_staff(&bench, Request::get(&page))).await.status, 404);
}

#[tokio::test]
async fn nobody_but_staff_opens_or_sends_a_form_and_staff_who_lost_their_access_change_nothing() {
    let bench = furnished().await;
    let page = created(&bench, &tea()).await;
    let archiving = format!("{page}/archiving");
    let before = bench.dynamo.items();
    let as_customer = |request: Request| request.header("cookie", &cookie(&customer(&bench)));
    for target in [NEW, &*page] {
        assert_eq!(bench.http(as_customer(Request::get(target))).await.status, 403, "{target}");
        assert_eq!(bench.http(Request::get(target)).await.status, 303, "{target}");
        let own = bench.http(by_staff(&bench, Request::get(target))).await;
        assert_eq!((own.status, own.header("cache-control")), (200, Some("no-store")), "{target}");
    }
    let fields = with_fields(&tea(), &[("version", "1"), ("confirmed", "yes"), ("title", "Stolen")]);
    for target in [NEW, &*page, &*archiving] {
        assert_eq!(bench.http(as_customer(form(target, &fields))).await.status, 403, "{target}");
        let foreign = by_staff(&bench, form(target, &fields)).header("sec-fetch-site", "cross-site");
        assert_eq!(bench.http(foreign).await.status, 403, "{target}");
    }
    assert_eq!(bench.dynamo.items(), before);
    let (user_id, user_version) = (UserId::from_bits(99), 2);
    bench.receive(&user_id.to_string(), 2, &AccessChanged { user_id, user_version }).await;
    let before = bench.dynamo.items();
    for target in [NEW, &*page, &*archiving] {
        let refused = sent(&bench, target, &fields).await;
        assert_eq!(refused.status, 307, "{target}");
        assert!(refused.header("location").unwrap().starts_with("/account/session?ended=1&then="), "{refused:?}");
    }
    assert_eq!(bench.dynamo.items(), before);
}
