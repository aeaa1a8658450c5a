//! The pages that shoppers browse: home, categories and products.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::{Bench, Request};
use events::inventory::StockLevel;
use serde_json::json;

async fn stocked() -> Bench<Catalog> {
    let bench = furnished().await;
    stock(&bench, &product("mint-tea", "Mint tea", &[variant("TEA-MINT", 690), variant("TEA-MINT-L", 1490)])).await;
    bench.world.pass_seconds(1);
    let mut lamp = product("lamp", "Mosaic lamp", &[variant("LAMP", 8900)]);
    lamp["category"] = json!("home");
    stock(&bench, &lamp).await;
    bench
}

#[tokio::test]
async fn the_home_page_shows_categories_and_the_newest_products_first() {
    let bench = stocked().await;
    let page = read(&bench, "/").await;
    for shown in ["Welcome to souk", "/categories/pantry", "/categories/home", "/products/mint-tea", "plus tax"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("/categories/tea"), "it is below another");
    assert!(page.find("/products/lamp") < page.find("/products/mint-tea"));
    assert!(page.contains("from €6.90") && page.contains("€89.00"), "{page}");
    assert_eq!(page.matches("<h1").count(), 1);
}

#[tokio::test]
async fn a_shop_without_products_says_so() {
    let bench = bench();
    assert!(read(&bench, "/").await.contains("Nothing here yet"));
    assert!(read(&bench, "/search").await.contains("We found nothing"));
}

#[tokio::test]
async fn pages_that_nobody_is_known_on_may_be_kept_and_are_not_sent_twice() {
    let bench = stocked().await;
    for target in [
        "/",
        "/categories/tea",
        "/products/lamp",
        "/search?q=lamp",
        "/sitemap.xml",
        "/robots.txt",
        "/terms",
        "/fragments/lines?lines=LAMP*1",
    ] {
        let first = open(&bench, target).await;
        assert_eq!(first.header("cache-control"), Some("public, max-age=5, stale-while-revalidate=60"), "{target}");
        let tag = first.header("etag").unwrap();
        let with_cookie = Request::get(target).header("if-none-match", tag).header("cookie", &cookie("no.valid.token"));
        let again = bench.http(with_cookie).await;
        assert_eq!(again.status, 304, "{target}");
        // A browser takes the headers of this answer in place of those that it kept.
        let policy = "content-security-policy";
        assert_eq!(again.header(policy), first.header(policy), "{target}");
    }
}

#[tokio::test]
async fn pages_are_in_the_readers_language() {
    let bench = stocked().await;
    let german = bench.http(Request::get("/products/mint-tea").header("accept-language", "de-AT,de;q=0.9")).await;
    let page = text(&german);
    for shown in ["<html lang=\"de\">", "zzgl. Steuern und Versand", "In den Warenkorb", "6,90"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}

#[tokio::test]
async fn a_category_shows_what_is_above_and_below_it_and_pages_of_products() {
    let bench = furnished().await;
    for number in 0..30 {
        let slug = format!("tea-{number:02}");
        stock(&bench, &product(&slug, &format!("Tea {number:02}"), &[variant(&format!("T{number}"), 100)])).await;
    }
    let pantry = read(&bench, "/categories/pantry").await;
    assert!(pantry.contains("/categories/tea") && pantry.contains("30 products"), "{pantry}");
    assert!(pantry.contains("/products/tea-23") && !pantry.contains("/products/tea-24"));
    let tea = read(&bench, "/categories/tea").await;
    assert!(tea.contains("BreadcrumbList") && tea.contains("href=\"/categories/pantry\""), "{tea}");
    let next = tea.split_once("rel=\"next\"").unwrap().0.rsplit_once("href=\"").unwrap().1;
    let next = next.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&");
    let second = read(&bench, &next).await;
    assert!(second.contains("/products/tea-29") && !second.contains("/products/tea-23"), "{second}");
    assert!(second.contains("noindex"), "the first page stands for the category");
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so_and_so_is_a_foreign_cursor() {
    let bench = stocked().await;
    for target in ["/products/nothing", "/products/prod_01kdvdnaa9fp7tjg5symg8f4sd", "/categories/nothing", "/nowhere"]
    {
        let answer = open(&bench, target).await;
        assert_eq!(answer.status, 404, "{target}");
        assert!(text(&answer).contains("We could not find this page"), "{target}: {:?}", answer.body);
    }
    for target in ["/categories/tea?cursor=abc", "/search?cursor=abc"] {
        let answer = open(&bench, target).await;
        assert_eq!(answer.status, 400, "{target}");
        assert!(text(&answer).contains("<h1"), "{target}");
    }
    assert_eq!(open(&bench, "/products/lamp?utm_source=mail&x=%ff").await.status, 200, "others add what they like");
}

#[tokio::test]
async fn a_product_shows_its_variants_their_levels_and_what_programs_read() {
    let bench = stocked().await;
    level(&bench, "TEA-MINT", StockLevel::Low, 1).await;
    level(&bench, "TEA-MINT-L", StockLevel::Out, 1).await;
    let page = read(&bench, "/products/mint-tea").await;
    for shown in [
        "value=\"TEA-MINT\" checked",
        "value=\"TEA-MINT-L\" disabled",
        "Only a few left",
        "Sold out",
        "https://schema.org/LimitedAvailability",
        "https://schema.org/OutOfStock",
        "itemprop=\"price\" content=\"6.90\"",
        "itemprop=\"priceCurrency\" content=\"EUR\"",
        "itemprop=\"valueAddedTaxIncluded\" content=\"false\"",
        "action=\"/cart/lines\"",
        "size: one",
        "rel=\"canonical\" href=\"https://shop.example/products/mint-tea\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let by_sku = bench.http(Request::get("/products/TEA-MINT")).await;
    assert_eq!((by_sku.status, by_sku.header("location")), (302, Some("/products/mint-tea")), "as emails link");
    level(&bench, "TEA-MINT", StockLevel::Out, 2).await;
    let page = read(&bench, "/products/mint-tea").await;
    assert!(page.contains("cannot be bought at the moment") && !page.contains("Add to cart"), "{page}");
    assert!(page.contains(r#"href="/stock-alerts?sku="#) && page.contains("Tell me when it is back"), "{page}");
}

#[tokio::test]
async fn a_product_is_found_by_its_id_and_its_canonical_address_has_the_slug() {
    let bench = furnished().await;
    let id = stock(&bench, &product("lamp", "Lamp", &[variant("LAMP", 8900)])).await;
    let page = read(&bench, &format!("/products/{id}")).await;
    assert!(page.contains("https://shop.example/products/lamp\""), "{page}");
}

#[tokio::test]
async fn prices_are_in_the_currency_that_a_link_names_if_there_are_any() {
    let bench = stocked().await;
    let page = read(&bench, "/products/lamp?currency=USD").await;
    assert!(page.contains("$91.00") && !page.contains("€89.00"), "{page}");
    assert!(page.contains("?currency=EUR"), "{page}");
    let kept = "<input type=\"hidden\" name=\"currency\" value=\"USD\">";
    assert!(page.contains(kept), "the cart goes on in it: {page}");
    assert!(!read(&bench, "/products/lamp").await.contains("name=\"currency\""));
    assert!(read(&bench, "/products/lamp?currency=CHF").await.contains("€89.00"));
    assert!(read(&bench, "/?currency=usd").await.contains("/products/lamp?currency=USD"));
    let mut only = product("dollars", "Only dollars", &[variant("ONLY", 100)]);
    only["variants"][0]["prices"] = json!([{"amount": 100, "currency": "USD"}]);
    stock(&bench, &only).await;
    let page = read(&bench, "/products/dollars").await;
    assert!(
        page.contains("$1.00") && page.contains(kept),
        "a product is shown, and ordered, in what it is sold in: {page}"
    );
    assert!(read(&bench, "/").await.contains("not sold in EUR"));
}

#[tokio::test]
async fn what_staff_write_is_text_and_never_code() {
    let bench = furnished().await;
    let title = "<script>alert(1)</script>\"'&";
    let mut odd = product("odd", title, &[variant("ODD", 100)]);
    odd["description"] = json!(format!("{title}\n{}", "x".repeat(4_900)));
    odd["variants"][0]["title"] = json!("<b>\u{5d0}");
    odd["variants"][0]["options"] = json!({"<i>": "\"onclick=x"});
    stock(&bench, &odd).await;
    for target in ["/", "/categories/tea", "/products/odd", "/search", "/fragments/lines?lines=ODD*2", "/sitemap.xml"] {
        let page = read(&bench, target).await;
        for code in ["<script>alert", "<b>", "<i>", "\"onclick"] {
            assert!(!page.contains(code), "{target}: {code}");
        }
    }
    let long = format!("/search?q={}", "%3Cscript%3E%22'%26".repeat(300));
    assert!(!read(&bench, &long).await.contains("<script>\""));
    let words = "<script>".to_owned() + &"x".repeat(64 * 1024);
    let sent = form("/checkout", &[("cart_id", &words[..60_000]), ("lines", "ODD*1"), ("name", "<script>\"'&")]);
    let page = text(&bench.http(sent).await);
    assert!(page.contains("&#60;script") && !page.contains("value=\"<script"), "it is kept as it was typed");
}

#[tokio::test]
async fn a_page_of_a_warm_function_costs_one_read() {
    let bench = stocked().await;
    read(&bench, "/").await;
    for target in ["/", "/products/lamp", "/categories/tea", "/search?q=tea", "/terms", "/fragments/lines?lines=LAMP*1"]
    {
        bench.dynamo.take_calls();
        read(&bench, target).await;
        let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
        assert_eq!(calls, ["GetItem"], "{target}");
    }
}
