//! The shop's settings on one page: what each is, what it is for and where it is changed.

use crate::harness::*;
use chassis::testing::Request;
use serde_json::json;

const SETTINGS: &str = "/staff/catalog/settings";

#[tokio::test]
async fn staff_see_each_setting_with_its_value_and_where_it_is_changed() {
    let bench = furnished().await;
    let empty = staff_page(&bench, SETTINGS).await;
    assert!(empty.contains(">0 of 10,000</td>") && empty.contains(">None</td>"), "{empty}");
    stock(&bench, &product("mint", "Mint tea", &[variant("MINT", 100)])).await;
    let privacy = json!({"version": "1", "texts": {"en": "Nothing is kept."}});
    as_staff(&bench, Request::put("/v1/legal-pages/privacy", privacy)).await;
    let page = staff_page(&bench, SETTINGS).await;
    for wanted in [
        ">souk</td>",
        "Parameter ShopName in infra/*.yaml:",
        "<code>cargo souk deploy --stage test --set ShopName=…</code>",
        "<code>cargo souk deploy --stage test --set ShopLogo=…</code>",
        ">https://shop.example</td>",
        ">English, Deutsch</td>",
        ">EUR, USD</td>",
        ">49,950</td>",
        "Parameter UnitsPerOrder in infra/catalog.yaml, infra/carts.yaml:",
        ">999</td>",
        ">15 minutes</td>",
        ">1 of 10,000</td>",
        ">3 of 1,000</td>",
        ">Development</td>",
        ">test</td>",
        "Part of the program",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(page.contains(">Privacy</td>") && !page.contains(">Terms</td>"), "{page}");
}

#[tokio::test]
async fn settings_that_are_data_lead_to_their_forms_and_so_does_the_menu_to_the_settings() {
    let bench = furnished().await;
    let page = staff_page(&bench, SETTINGS).await;
    assert!(page.contains("href=\"/staff/catalog/settings\" aria-current=\"page\""), "{page}");
    for target in [
        "/staff/catalog",
        "/staff/catalog/categories",
        "/staff/catalog/tax-rates",
        "/staff/catalog/legal-pages",
        "/staff/shipping/zones",
        "/staff/inventory",
        "/staff/users",
    ] {
        assert!(page.contains(&format!("<a href=\"{target}\">")), "{target}: {page}");
    }
    let below = staff_page(&bench, "/staff/catalog/legal-pages/terms").await;
    assert!(below.contains("<li><a href=\"/staff/catalog/settings\">Settings</a></li>"), "{below}");
}

#[tokio::test]
async fn settings_are_shown_to_staff_alone_in_their_language() {
    let bench = furnished().await;
    let as_customer = Request::get(SETTINGS).header("cookie", &cookie(&customer(&bench)));
    assert_eq!(bench.http(as_customer).await.status, 403);
    assert_eq!(bench.http(Request::get(SETTINGS)).await.status, 303);
    let german = bench.http(by_staff(&bench, Request::get(SETTINGS)).header("accept-language", "de")).await;
    let page = text(&german);
    assert_eq!((german.status, german.header("cache-control")), (200, Some("no-store")), "{page}");
    for wanted in ["<h1>Einstellungen</h1>", ">0 von 10.000</td>", ">15 Minuten</td>", "<html lang=\"de\">"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
}
