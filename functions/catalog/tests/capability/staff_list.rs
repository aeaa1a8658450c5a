//! The list of products for staff, and the catalogue's part of their start page.

use crate::harness::*;
use chassis::testing::Request;
use events::inventory::StockLevel;

#[tokio::test]
async fn staff_find_products_by_words_sku_and_category_and_the_address_keeps_what_they_looked_for() {
    let bench = furnished().await;
    let tea =
        stock(&bench, &product("tea", "Mint <i>tea</i>", &[variant("MINT-1", 450), variant("MINT-2", 900)])).await;
    let mut mug = product("mug", "Mug", &[variant("MUG", 1999)]);
    mug["category"] = "home".into();
    let mug = stock(&bench, &mug).await;
    let link = |id: &str| format!("href=\"/staff/catalog/products/{id}\"");
    for (query, finds_tea, finds_mug) in [
        ("", true, true),
        ("?q=&category=", true, true),
        ("?q=mint", true, false),
        ("?q=mug", false, true),
        ("?category=pantry", true, false),
        ("?q=mint&category=home", false, false),
    ] {
        let page = staff_page(&bench, &format!("/staff/catalog{query}")).await;
        assert_eq!((page.contains(&link(&tea)), page.contains(&link(&mug))), (finds_tea, finds_mug), "{query}: {page}");
    }
    let page = staff_page(&bench, "/staff/catalog?q=mint&category=tea").await;
    for wanted in [
        "value=\"mint\"",
        "<option value=\"tea\" selected>Pantry › Tea</option>",
        "Mint &#60;i&#62;tea&#60;/i&#62;",
        "href=\"/staff/inventory/MINT-2\">MINT-2</a>",
        "from €4.50",
        "href=\"/staff/catalog/products/new\"",
        "href=\"/staff/catalog/categories\"",
        "href=\"/staff/catalog/tax-rates\"",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(staff_page(&bench, "/staff/catalog?q=carpet").await.contains("No such products"));
    let archived = Request::new("DELETE", &format!("/v1/products/{mug}"));
    assert_eq!(as_staff(&bench, archived).await.status, 204);
    assert!(!staff_page(&bench, "/staff/catalog").await.contains(&link(&mug)), "it is archived");
}

#[tokio::test]
async fn the_pages_of_the_list_follow_each_other_without_gap_or_repeat() {
    let bench = furnished().await;
    for number in 0..60 {
        let name = format!("tea-{number:02}");
        stock(&bench, &product(&name, &format!("Tea {number:02}"), &[variant(&format!("SKU-{number}"), 100)])).await;
    }
    let (mut target, mut titles) = ("/staff/catalog?q=&category=tea".to_owned(), Vec::new());
    loop {
        let page = staff_page(&bench, &target).await;
        let rows = page.split("<th scope=\"row\"><a href=\"/staff/catalog/products/").skip(1);
        titles.extend(rows.map(|row| row.split(['>', '<']).nth(1).unwrap().to_owned()));
        let Some((before, _)) = page.split_once("\" rel=\"next\"") else { break };
        target = before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&");
        assert!(target.contains("category=tea"), "{target}");
    }
    let expected: Vec<_> = (0..60).map(|number| format!("Tea {number:02}")).collect();
    assert_eq!(titles, expected);
    let foreign = by_staff(&bench, Request::get(&target.replace("category=tea", "category=home")));
    assert_eq!(bench.http(foreign).await.status, 400, "a cursor is of one list");
}

#[tokio::test]
async fn a_list_costs_the_same_whatever_was_archived_before() {
    let bench = furnished().await;
    stock(&bench, &product("tea", "Tea", &[variant("TEA", 100)])).await;
    let calls = async |target: &str| {
        staff_page(&bench, target).await;
        bench.dynamo.take_calls();
        staff_page(&bench, target).await;
        bench.dynamo.take_calls().into_iter().map(|call| (call.operation, call.tenths_of_units)).collect::<Vec<_>>()
    };
    let few = calls("/staff/catalog").await;
    assert_eq!(few.len(), 1, "the revision: {few:?}");
    for number in 0..30 {
        let id = stock(&bench, &product(&format!("old-{number}"), "Old", &[variant("OLD", 100)])).await;
        assert_eq!(as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{id}"))).await.status, 204);
    }
    for target in ["/staff/catalog", "/staff/catalog?q=tea", "/staff/catalog/summary", "/staff/catalog/categories"] {
        assert_eq!(calls(target).await, few, "{target}");
    }
}

#[tokio::test]
async fn the_start_pages_part_counts_products_and_names_those_that_are_sold_out() {
    let bench = furnished().await;
    let tea = stock(&bench, &product("tea", "<Tea>", &[variant("TEA-1", 450), variant("TEA-2", 900)])).await;
    stock(&bench, &product("mug", "Mug", &[variant("MUG", 1999)])).await;
    level(&bench, "TEA-1", StockLevel::Out, 1).await;
    let part = staff_page(&bench, "/staff/catalog/summary").await;
    assert!(part.contains("href=\"/staff/catalog\">2</a>") && part.contains("<dd>0</dd>"), "{part}");
    level(&bench, "TEA-2", StockLevel::Out, 1).await;
    let part = staff_page(&bench, "/staff/catalog/summary").await;
    let link = format!("<dd>1: <a href=\"/staff/catalog/products/{tea}\">&#60;Tea&#62;</a></dd>");
    assert!(part.contains(&link) && !part.contains("<html"), "{part}");
    assert!(part.contains("href=\"/staff/catalog/categories\">3</a>"), "{part}");
    assert!(staff_page(&bench, "/staff/catalog").await.contains("Sold out"), "the list says so too");
}

#[tokio::test]
async fn nobody_but_staff_sees_the_list_and_german_staff_read_german() {
    let bench = furnished().await;
    for target in ["/staff/catalog", "/staff/catalog/summary"] {
        let as_customer = Request::get(target).header("cookie", &cookie(&customer(&bench)));
        assert_eq!(bench.http(as_customer).await.status, 403, "{target}");
        assert!([303, 401].contains(&bench.http(Request::get(target)).await.status), "{target}");
        let german = bench.http(by_staff(&bench, Request::get(target)).header("accept-language", "de")).await;
        assert_eq!((german.status, german.header("cache-control")), (200, Some("no-store")), "{target}");
        assert!(text(&german).contains("Steuersätze"), "{target}: {}", text(&german));
    }
}
