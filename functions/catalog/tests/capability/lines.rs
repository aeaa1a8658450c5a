//! What a cart's lines are, for the cart's page.

use crate::harness::*;
use chassis::testing::Request;
use events::inventory::StockLevel;

#[tokio::test]
async fn lines_are_shown_with_titles_prices_and_their_sum_before_tax() {
    let bench = furnished().await;
    stock(&bench, &product("tea", "Mint tea", &[variant("TEA", 450)])).await;
    let id = stock(&bench, &product("old", "Old tea", &[variant("OLD", 100)])).await;
    as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{id}"))).await;
    let part = read(&bench, "/fragments/lines?lines=tea*3+OLD*1+NONE*2").await;
    for shown in
        ["href=\"/products/tea\"", "Mint tea", "One size · size: one", "€4.50", "€13.50", "plus tax and shipping"]
    {
        assert!(part.contains(shown), "{shown}: {part}");
    }
    assert_eq!(part.matches("No longer available").count(), 2, "{part}");
    assert!(!part.contains("<html"), "it is a part of a page");
    let dollars = read(&bench, "/fragments/lines?lines=TEA*1&currency=USD").await;
    assert!(dollars.contains("$6.50") && dollars.contains("/products/tea?currency=USD"), "{dollars}");
    level(&bench, "TEA", StockLevel::Out, 1).await;
    assert!(read(&bench, "/fragments/lines?lines=TEA*1").await.contains("Sold out"));
}

#[tokio::test]
async fn a_text_that_is_no_lines_is_refused_in_a_line() {
    let bench = furnished().await;
    for lines in ["TEA", "TEA*0", "TEA*1000", &"A*1+".repeat(51), "%3Cscript%3E*1"] {
        let refused = open(&bench, &format!("/fragments/lines?lines={lines}")).await;
        assert_eq!(refused.status, 400, "{lines}");
        assert!(text(&refused).contains("class=\"away\""), "{:?}", refused.body);
    }
    assert_eq!(open(&bench, "/fragments/lines").await.status, 200, "an empty cart has no lines");
}
