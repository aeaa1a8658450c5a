//! The search page: its filters, and what it keeps of what was sent.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::{Bench, Request};
use events::inventory::StockLevel;
use serde_json::json;

async fn stocked() -> Bench<Catalog> {
    let bench = furnished().await;
    stock(&bench, &product("mint-tea", "Mint tea", &[variant("MINT", 690)])).await;
    stock(&bench, &product("black-tea", "Black tea", &[variant("BLACK", 990)])).await;
    let mut lamp = product("lamp", "Tea light lamp", &[variant("LAMP", 8900)]);
    lamp["category"] = json!("home");
    stock(&bench, &lamp).await;
    bench
}

fn slugs(page: &str) -> Vec<&str> {
    let results = page.split_once("<h2>").unwrap().1;
    let links = results.split("href=\"/products/").skip(1);
    links.map(|rest| rest.split(['"', '?']).next().unwrap()).collect()
}

#[tokio::test]
async fn every_filter_leaves_what_fits_and_stays_in_its_field() {
    let bench = stocked().await;
    level(&bench, "MINT", StockLevel::InStock, 1).await;
    for (query, found) in [
        ("", vec!["black-tea", "mint-tea", "lamp"]),
        ("q=tea&sort=price_desc", vec!["lamp", "black-tea", "mint-tea"]),
        ("q=tea&sort=price_asc", vec!["mint-tea", "black-tea", "lamp"]),
        ("q=mint", vec!["mint-tea"]),
        ("category=home", vec!["lamp"]),
        ("min_price=7&max_price=9,90", vec!["black-tea"]),
        ("in_stock=yes", vec!["mint-tea"]),
        ("currency=USD&max_price=8.90", vec!["mint-tea"]),
        ("q=&category=&min_price=&max_price=&sort=&in_stock=&currency=", vec!["black-tea", "mint-tea", "lamp"]),
        ("q=nothing", vec![]),
    ] {
        let page = read(&bench, &format!("/search?{query}")).await;
        assert_eq!(slugs(&page), found, "{query}: {page}");
    }
    let page = read(&bench, "/search?q=tea&category=pantry&min_price=1,5&max_price=99&in_stock=yes&sort=newest").await;
    for kept in [
        "value=\"1,5\"",
        "value=\"99\"",
        "<option value=\"pantry\" selected>",
        "<option value=\"newest\" selected>",
        "value=\"yes\" checked",
        "value=\"tea\"",
    ] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    assert!(page.contains("noindex"));
}

#[tokio::test]
async fn a_price_that_cannot_be_read_is_said_at_its_field_in_the_readers_language() {
    let bench = stocked().await;
    let request = Request::get("/search?q=tea&min_price=cheap").header("accept-language", "de");
    let answer = bench.http(request).await;
    let page = text(&answer);
    assert_eq!(answer.status, 422);
    for shown in
        ["id=\"filter-min_price-error\"", "Bitte geben Sie einen Preis", "value=\"cheap\"", "#filter-min_price"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}

#[tokio::test]
async fn the_chosen_currency_is_kept_from_page_to_page_and_by_every_search() {
    let bench = stocked().await;
    for number in 0..30 {
        let slug = format!("tea-{number:02}");
        stock(&bench, &product(&slug, &format!("Tea {number:02}"), &[variant(&format!("T{number}"), 100)])).await;
    }
    let mut only = product("euros", "Only euros", &[variant("ONLY", 100)]);
    only["variants"][0]["prices"] = json!([{"amount": 100, "currency": "EUR"}]);
    stock(&bench, &only).await;
    for target in ["/", "/categories/tea", "/search?q=tea", "/products/lamp", "/products/euros"] {
        let with = if target.contains('?') { '&' } else { '?' };
        let page = read(&bench, &format!("{target}{with}currency=USD")).await;
        let header = page.split_once("role=\"search\"").unwrap().1.split("</form>").next().unwrap();
        assert!(header.contains("name=\"currency\" value=\"USD\""), "{target}: {header}");
        assert!(page.contains("class=\"shop-name\" href=\"/?currency=USD\""), "{target}: {page}");
        let links = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let shown = ["/?", "/categories/", "/products/", "/search"];
        for link in links.filter(|link| *link == "/" || shown.iter().any(|start| link.starts_with(start))) {
            assert!(link.contains("currency=USD") || link.contains("currency=EUR"), "{target} loses it by {link}");
        }
        let plain = read(&bench, target).await;
        assert!(!plain.contains("type=\"hidden\" name=\"currency\""), "{target}: nothing was chosen");
    }
}

#[tokio::test]
async fn further_pages_keep_the_filters() {
    let bench = furnished().await;
    for number in 0..30 {
        let slug = format!("tea-{number:02}");
        stock(&bench, &product(&slug, &format!("Tea {number:02}"), &[variant(&format!("T{number}"), 100)])).await;
    }
    let first = read(&bench, "/search?q=tea&sort=title&max_price=5").await;
    let next = first.split_once("rel=\"next\"").unwrap().0.rsplit_once("href=\"").unwrap().1;
    let next = next.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&");
    assert!(next.contains("q=tea") && next.contains("max_price=5") && next.contains("sort=title"), "{next}");
    let second = read(&bench, &next).await;
    assert_eq!(slugs(&second).len(), 6, "{second}");
    assert!(second.contains("Back to the first page"));
    assert_eq!(open(&bench, &next.replace("max_price=5", "max_price=6")).await.status, 400, "it is another list");
}
