//! The first steps from a cart to an order: the address, and what the order costs.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::signing::verifier;
use chassis::testing::{Bench, Request, Response};
use chassis::tokens::Expected;
use events::ids::UserId;
use events::inventory::StockLevel;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims};

type Fields = Vec<(&'static str, &'static str)>;

async fn stocked() -> Bench<Catalog> {
    let bench = furnished().await;
    stock(&bench, &product("tea", "Mint tea", &[variant("TEA", 450)])).await;
    stock(&bench, &product("mug", "Mug", &[variant("MUG", 1999)])).await;
    bench
}

fn cart() -> Fields {
    vec![("cart_id", "cart_1"), ("lines", "TEA*3 MUG*1"), ("currency", "EUR")]
}

fn guest() -> Fields {
    let address = [
        ("email", "Ada@Example.com"),
        ("name", "Ada"),
        ("line1", "Hauptstr. 1"),
        ("postal_code", "10115"),
        ("city", "Berlin"),
        ("country", "DE"),
        ("phone", ""),
    ];
    cart().into_iter().chain(address).collect()
}

fn with(fields: &[(&'static str, &'static str)], name: &'static str, value: &'static str) -> Fields {
    let others = fields.iter().copied().filter(|(field, _)| *field != name);
    others.chain([(name, value)]).collect()
}

fn claims(page: &str) -> QuoteClaims {
    let expected = Expected { typ: QUOTE_TYP, issuer: "catalog", audience: QUOTE_AUDIENCE };
    verifier("catalog").verify(&hidden(page, "quote"), expected).unwrap()
}

async fn order(bench: &Bench<Catalog>, fields: &[(&str, &str)]) -> Response {
    bench.http(form("/checkout/order", fields)).await
}

#[tokio::test]
async fn the_cart_leads_to_the_address_form_with_its_lines() {
    let bench = stocked().await;
    let answer = bench.http(form("/checkout", &cart())).await;
    let page = text(&answer);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("private, no-cache")));
    for shown in [
        "name=\"email\"",
        "name=\"name\"",
        "<option value=\"DE\">Germany</option>",
        "€13.50",
        "€33.49",
        "aria-current=\"step\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("value=\"FR\""), "nothing is sold to there");
    assert_eq!((hidden(&page, "cart_id").as_str(), hidden(&page, "lines").as_str()), ("cart_1", "TEA*3 MUG*1"));
}

#[tokio::test]
async fn a_step_that_is_opened_again_or_has_no_lines_begins_at_the_cart() {
    let bench = stocked().await;
    for request in [
        Request::get("/checkout"),
        Request::get("/checkout/order"),
        form("/checkout", &[]),
        form("/checkout", &[("lines", "nonsense")]),
        form("/checkout/order", &[("lines", "TEA*0")]),
    ] {
        let answer = bench.http(request).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/cart")));
    }
}

#[tokio::test]
async fn a_guest_sees_what_the_order_costs_and_carries_the_quote_on() {
    let bench = stocked().await;
    let answer = order(&bench, &guest()).await;
    let page = text(&answer);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("private, no-cache")), "{page}");
    // 3 × 4.50 + 19.99 net; 7 % of each line: 0.945 and 1.3993.
    for shown in
        ["Mint tea, One size", "€33.49", "tax €0.94", "€2.34", "€35.83", "10115 Berlin", "Germany", "data-local"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let claims = claims(&page);
    assert_eq!((claims.sub, claims.lines.len(), claims.ship_to.postal_code.as_deref()), (None, 2, Some("10115")));
    let next = page.split_once("action=\"/checkout/delivery\"").unwrap().1;
    let carried =
        ["cart_id", "email", "name", "line1", "postal_code", "city", "country", "region", "line2", "company", "phone"];
    let values = carried.map(|name| hidden(next, name));
    assert_eq!(values, ["cart_1", "ada@example.com", "Ada", "Hauptstr. 1", "10115", "Berlin", "DE", "", "", "", ""]);
    assert!(page.len() < 30_000);
}

#[tokio::test]
async fn a_customers_quote_is_theirs_and_no_step_asks_for_an_email_or_carries_one() {
    let bench = stocked().await;
    let token = cookie(&customer(&bench));
    let asked = text(&bench.http(form("/checkout", &cart()).header("cookie", &token)).await);
    assert!(!asked.contains("name=\"email\"") && asked.contains("src=\"/fragments/addresses\""), "{asked}");
    let fields = with(&guest(), "email", "someone@else.example");
    let page = text(&bench.http(form("/checkout/order", &fields).header("cookie", &token)).await);
    assert_eq!(claims(&page).sub, Some(UserId::from_bits(7)));
    assert!(!page.contains("name=\"email\"") && !page.contains("someone@") && !page.contains("@example"), "{page}");
}

#[tokio::test]
async fn a_saved_address_takes_the_place_of_the_typed_one() {
    let bench = stocked().await;
    let saved = r#"{"name": "Grace", "line1": "Am Markt 2", "city": "Bonn", "postal_code": "53111", "country": "DE", "line2": null}"#;
    let page = text(&order(&bench, &with(&guest(), "saved_address", saved)).await);
    assert_eq!((hidden(&page, "name").as_str(), hidden(&page, "city").as_str()), ("Grace", "Bonn"), "{page}");
    let broken = text(&order(&bench, &with(&guest(), "saved_address", "{")).await);
    assert_eq!(hidden(&broken, "name"), "Ada");
}

#[tokio::test]
async fn every_fault_of_an_address_is_at_its_field_and_nothing_typed_is_lost() {
    let bench = stocked().await;
    for (field, value, said) in [
        ("email", "ada", "email address such as"),
        ("name", "", "name of the recipient"),
        ("line1", " ", "street and the number"),
        ("city", "", "city or town"),
        ("country", "", "choose a country"),
        ("country", "XX", "choose a country"),
        ("postal_code", "1", "such as"),
        ("phone", "call me", "telephone number"),
        ("company", "a\u{200b}b", "cannot be displayed"),
    ] {
        let answer = order(&bench, &with(&guest(), field, value)).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422, "{field}");
        let error =
            page.split_once(&format!("id=\"field-{field}-error\">")).unwrap_or_else(|| panic!("{field}: {page}")).1;
        assert!(error.split_once("</p>").unwrap().0.contains(said), "{field}: {error}");
        assert!(page.contains("Hauptstr. 1") == (field != "line1"), "{page}");
        let label = page.split_once(&format!("<label for=\"field-{field}\">")).unwrap().1.split('<').next().unwrap();
        let link = format!("href=\"#field-{field}\">{}: ", label.trim());
        assert!(page.contains(&link), "the summary names the field and leads to it: {page}");
    }
    let german = bench.http(form("/checkout/order", &with(&guest(), "name", "")).header("accept-language", "de")).await;
    assert!(text(&german).contains("Bitte geben Sie den Namen"), "{:?}", german.body);
    let all = text(&order(&bench, &cart()).await);
    let errors = all.matches("<p class=\"error\"").count();
    assert_eq!(errors, 5, "email, name, line1, city and country: {all}");
}

#[tokio::test]
async fn a_card_number_empties_its_field_and_leaves_what_else_was_typed() {
    let bench = stocked().await;
    for field in ["email", "name", "company", "phone"] {
        let answer = order(&bench, &with(&guest(), field, "my card is 4242 4242 4242 4242")).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422, "{field}");
        let error = page.split_once(&format!("id=\"field-{field}-error\">")).unwrap().1.split('<').next().unwrap();
        assert!(error.contains("never type a card number") && !page.contains("4242"), "{field}: {page}");
        assert_eq!(page.matches("<p class=\"error\"").count(), 1, "{page}");
        assert!(page.contains("value=\"Hauptstr. 1\"") && page.contains("value=\"Berlin\""), "{page}");
        assert_eq!(hidden(&page, "lines"), "TEA*3 MUG*1");
    }
}

#[tokio::test]
async fn a_postal_code_is_not_called_optional_before_a_country_says_so() {
    let bench = stocked().await;
    for (country, field, is_optional) in [
        ("", "postal_code", false),
        ("", "region", false),
        ("", "company", true),
        ("DE", "postal_code", false),
        ("DE", "region", true),
        ("US", "region", false),
        ("AE", "postal_code", true),
    ] {
        let page = text(&bench.http(form("/checkout", &with(&cart(), "country", country))).await);
        let label =
            page.split_once(&format!("<label for=\"field-{field}\">")).unwrap().1.split("</label>").next().unwrap();
        assert_eq!(label.contains("(optional)"), is_optional, "{field} in {country}: {label}");
    }
}

#[tokio::test]
async fn a_step_offers_no_language_that_would_lead_back_to_the_cart_and_speaks_the_chosen_one() {
    let bench = stocked().await;
    for (target, fields) in [("/checkout", cart()), ("/checkout/order", guest()), ("/checkout/order", cart())] {
        let german = bench.http(form(target, &fields).header("cookie", "__Host-souk_lang=de")).await;
        let page = text(&german);
        assert!(page.contains("<html lang=\"de\">") && !page.contains("hreflang"), "{target}: {page}");
    }
    assert!(read(&bench, "/").await.contains("hreflang=\"de\""), "other pages offer it");
}

#[tokio::test]
async fn lines_that_cannot_be_ordered_are_named_in_words() {
    let bench = stocked().await;
    let said = async |fields: Fields| {
        let answer = order(&bench, &fields).await;
        assert_eq!(answer.status, 422, "{:?}", answer.body);
        text(&answer)
    };
    let gone = said(with(&guest(), "lines", "TEA*1 NONE*1")).await;
    assert!(gone.contains("NONE is no longer available.") && gone.contains("href=\"/cart\""), "{gone}");
    let abroad = said(with(&with(&guest(), "country", "FR"), "postal_code", "75001")).await;
    assert!(abroad.contains("cannot deliver all of these items to France"), "{abroad}");
    level(&bench, "TEA", StockLevel::Out, 1).await;
    let out = said(guest()).await;
    assert!(out.contains("Mint tea, One size is sold out.") && out.contains("value=\"Ada\""), "{out}");
    let small = Bench::new(|parts| with_max_units(parts, 3));
    furnish(&small).await;
    stock(&small, &product("tea", "Tea", &[variant("TEA", 450)])).await;
    let many = text(&order(&small, &with(&guest(), "lines", "TEA*4")).await);
    assert!(many.contains("at most 3 units"), "{many}");
}

#[tokio::test]
async fn the_order_is_priced_in_the_currency_that_was_chosen() {
    let bench = stocked().await;
    let page = text(&order(&bench, &with(&guest(), "currency", "USD")).await);
    assert_eq!(claims(&page).currency.as_str(), "USD");
    let mut only = product("euro", "Only euros", &[variant("ONLY", 100)]);
    only["variants"][0]["prices"] = serde_json::json!([{"amount": 100, "currency": "EUR"}]);
    stock(&bench, &only).await;
    let fields = with(&with(&guest(), "lines", "ONLY*1"), "currency", "USD");
    let refused = order(&bench, &fields).await;
    assert!(refused.status == 422 && text(&refused).contains("Only euros is not sold in USD."), "{:?}", refused.body);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let bench = stocked().await;
    for target in ["/checkout", "/checkout/order"] {
        let foreign = bench.http(form(target, &guest()).header("sec-fetch-site", "cross-site")).await;
        assert_eq!(foreign.status, 403, "{target}");
        assert!(!text(&foreign).contains("name=\"quote\""));
    }
}
