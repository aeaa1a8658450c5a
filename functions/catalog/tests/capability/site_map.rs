//! What search engines are told.

use crate::harness::*;
use chassis::testing::Request;

#[tokio::test]
async fn the_site_map_names_products_on_sale_and_categories() {
    let bench = furnished().await;
    stock(&bench, &product("tea", "Tea", &[variant("TEA", 100)])).await;
    let id = stock(&bench, &product("old", "Old", &[variant("OLD", 100)])).await;
    as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{id}"))).await;
    let answer = open(&bench, "/sitemap.xml").await;
    assert_eq!(answer.header("content-type"), Some("application/xml; charset=utf-8"));
    let map = text(&answer);
    let addresses: Vec<_> =
        map.split("<loc>").skip(1).map(|rest| rest.split_once("</loc>").unwrap().0.to_owned()).collect();
    let expected = ["/", "/categories/home", "/categories/pantry", "/categories/tea", "/products/tea"];
    assert_eq!(addresses, expected.map(|path| format!("https://shop.example{path}")));
    assert!(map.contains("<lastmod>2026-01-01</lastmod>"), "{map}");
}

#[tokio::test]
async fn search_engines_stay_away_from_what_is_a_visitors_own() {
    let bench = bench();
    let answer = open(&bench, "/robots.txt").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    let robots = text(&answer);
    for line in [
        "User-agent: *",
        "Disallow: /account",
        "Disallow: /cart",
        "Disallow: /checkout",
        "Disallow: /orders",
        "Disallow: /payments",
        "Disallow: /fragments",
        "Sitemap: https://shop.example/sitemap.xml",
    ] {
        assert!(robots.lines().any(|found| found == line), "{line}: {robots}");
    }
}
