//! The forms of categories and tax rates: what `PUT` does over the API, with its versions.

use crate::harness::*;
use chassis::testing::Request;
use serde_json::json;

const CATEGORIES: &str = "/staff/catalog/categories";
const TAX_RATES: &str = "/staff/catalog/tax-rates";

#[tokio::test]
async fn staff_add_a_category_and_find_it_in_the_tree_with_its_products() {
    let bench = furnished().await;
    stock(&bench, &product("mint", "Mint tea", &[variant("MINT", 100)])).await;
    let fields = [("name", "Green tea"), ("id", "green-tea"), ("parent", "tea")];
    let made = sent(&bench, CATEGORIES, &fields).await;
    assert_eq!((made.status, made.header("location")), (303, Some("/staff/catalog/categories?done=created")));
    let list = staff_page(&bench, "/staff/catalog/categories?done=created").await;
    assert!(list.contains("It is created.") && list.contains("Pantry › Tea</td>"), "{list}");
    assert!(list.contains("href=\"/staff/catalog/categories/green-tea\">Green tea</a>"), "{list}");
    for (id, products) in [("pantry", 1), ("tea", 1), ("green-tea", 0)] {
        let link = format!("href=\"/staff/catalog?category={id}\">{products}</a>");
        assert!(list.contains(&link), "{link}: {list}");
    }
    let again = sent(&bench, CATEGORIES, &[("name", "Other"), ("id", "green-tea"), ("parent", "")]).await;
    let shown = text(&again);
    assert!(again.status == 412 && shown.contains("href=\"/staff/catalog/categories/green-tea\">Open it"), "{shown}");
    let kept = bench.http(Request::get("/v1/categories/green-tea")).await;
    assert_eq!(kept.body, json!({"id": "green-tea", "name": "Green tea", "parent": "tea"}));
}

#[tokio::test]
async fn faults_of_a_category_are_at_their_fields() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let new = [("name", "Green tea"), ("id", "green-tea"), ("parent", "tea")];
    for (field, typed, said) in [
        ("name", "", "1 to 100"),
        ("name", "a\u{200b}b", "displayed"),
        ("id", "Green Tea", "small letters"),
        ("id", "", "small letters"),
        ("parent", "attic", "no such category"),
        ("parent", "A B", "choose another category"),
    ] {
        let answer = sent(&bench, CATEGORIES, &with_fields(&new, &[(field, typed)])).await;
        let page = text(&answer);
        let error = error_at(&page, field).unwrap_or_else(|| panic!("{field}={typed}: {page}"));
        assert!(answer.status == 422 && error.contains(said), "{field}={typed}: {error}");
        assert!(field == "name" || page.contains("value=\"Green tea\""), "{page}");
    }
    let circle = [("version", "1"), ("name", "Pantry"), ("parent", "tea")];
    let circle = sent(&bench, "/staff/catalog/categories/pantry", &circle).await;
    assert_eq!(circle.status, 422);
    assert_eq!(error_at(&text(&circle), "parent").as_deref(), Some("A category cannot be below itself."));
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_category_is_renamed_and_moved_from_the_version_that_was_opened() {
    let bench = furnished().await;
    let page = "/staff/catalog/categories/tea";
    let shown = staff_page(&bench, page).await;
    assert!(
        shown.contains("<option value=\"pantry\" selected>") && !shown.contains("<option value=\"tea\""),
        "{shown}"
    );
    let version = hidden(&shown, "version");
    let mine = [("version", &*version), ("name", "Teas"), ("parent", "")];
    let saved = sent(&bench, page, &mine).await;
    assert_eq!((saved.status, saved.header("location")), (303, Some("/staff/catalog/categories/tea?done=saved")));
    assert_eq!(bench.http(Request::get("/v1/categories/tea")).await.body, json!({"id": "tea", "name": "Teas"}));
    let slower = sent(&bench, page, &with_fields(&mine, &[("name", "<Brews>"), ("parent", "home")])).await;
    let both = text(&slower);
    assert_eq!(slower.status, 412, "{both}");
    for wanted in [">&#60;Brews&#62;</td>", ">Teas</td>", ">Home</td>", "Save mine over the new version"] {
        assert!(both.contains(wanted), "{wanted}: {both}");
    }
    let version = hidden(&both, "version");
    let over = [("version", &*version), ("name", "Brews"), ("parent", "home")];
    assert_eq!(sent(&bench, page, &over).await.status, 303);
    assert_eq!(bench.http(Request::get("/v1/categories/tea")).await.body["name"], "Brews");
    let unknown = sent(&bench, "/staff/catalog/categories/attic", &over).await;
    assert_eq!(unknown.status, 404, "{}", text(&unknown));
    assert_eq!(bench.http(Request::get("/v1/categories/attic")).await.status, 404);
}

#[tokio::test]
async fn staff_add_a_tax_rate_in_percent_under_the_name_of_its_country_and_class() {
    let bench = furnished().await;
    let fields = [("country", "AT"), ("tax_class", "reduced"), ("rate_basis_points", "5,5")];
    let made = sent(&bench, TAX_RATES, &fields).await;
    assert_eq!((made.status, made.header("location")), (303, Some("/staff/catalog/tax-rates?done=created")));
    let rate = as_staff(&bench, Request::get("/v1/tax-rates/at-reduced")).await;
    assert_eq!(rate.body["rate_basis_points"], 550);
    let list = staff_page(&bench, TAX_RATES).await;
    assert!(
        list.contains("href=\"/staff/catalog/tax-rates/at-reduced\">Austria</a>") && list.contains(">5.5</td>"),
        "{list}"
    );
    let again = text(&sent(&bench, TAX_RATES, &fields).await);
    assert!(again.contains("href=\"/staff/catalog/tax-rates/at-reduced\">Open it"), "{again}");
    let before = bench.dynamo.items();
    for (field, typed, said) in [
        ("country", "", "choose a country"),
        ("country", "XX", "choose a country"),
        ("tax_class", "", "choose a tax class"),
        ("rate_basis_points", "", "0 to 100"),
        ("rate_basis_points", "100.01", "0 to 100"),
        ("rate_basis_points", "-1", "0 to 100"),
        ("rate_basis_points", "5.555", "0 to 100"),
    ] {
        let answer = sent(&bench, TAX_RATES, &with_fields(&fields, &[(field, typed)])).await;
        let page = text(&answer);
        let error = error_at(&page, field).unwrap_or_else(|| panic!("{field}={typed}: {page}"));
        assert!(answer.status == 422 && error.contains(said), "{field}={typed}: {error}");
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_tax_rate_is_changed_from_the_version_that_was_opened_and_never_takes_the_place_of_another() {
    let bench = furnished().await;
    let page = "/staff/catalog/tax-rates/de-standard";
    let shown = staff_page(&bench, page).await;
    assert!(shown.contains("<h1>Germany, Standard</h1>") && shown.contains("value=\"19\""), "{shown}");
    let mine = [("version", "1"), ("country", "DE"), ("tax_class", "standard"), ("rate_basis_points", "16")];
    let saved = sent(&bench, page, &mine).await;
    assert_eq!(
        (saved.status, saved.header("location")),
        (303, Some("/staff/catalog/tax-rates/de-standard?done=saved"))
    );
    let slower = sent(&bench, page, &with_fields(&mine, &[("rate_basis_points", "7.25")])).await;
    let both = text(&slower);
    assert!(slower.status == 412 && both.contains(">7.25</td>") && both.contains(">16</td>"), "{both}");
    assert_eq!(hidden(&both, "version"), "2");
    let other = sent(&bench, page, &with_fields(&mine, &[("version", "2"), ("tax_class", "reduced")])).await;
    let refused = text(&other);
    assert!(other.status == 409 && refused.contains("href=\"/staff/catalog/tax-rates/de-reduced\">"), "{refused}");
    let rate = as_staff(&bench, Request::get("/v1/tax-rates/de-standard")).await;
    assert_eq!(rate.body["rate_basis_points"], 1600);
    assert!(audited(&bench).await.contains(&"replaceTaxRate".to_owned()));
}

#[tokio::test]
async fn settings_are_staffs_alone_and_read_in_german_too() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let targets = [CATEGORIES, "/staff/catalog/categories/tea", TAX_RATES, "/staff/catalog/tax-rates/de-standard"];
    for target in targets {
        let as_customer = |request: Request| request.header("cookie", &cookie(&customer(&bench)));
        assert_eq!(bench.http(as_customer(Request::get(target))).await.status, 403, "{target}");
        assert_eq!(bench.http(as_customer(form(target, &[("version", "1")]))).await.status, 403, "{target}");
        assert_eq!(bench.http(Request::get(target)).await.status, 303, "{target}");
        let german = bench.http(by_staff(&bench, Request::get(target)).header("accept-language", "de")).await;
        let page = text(&german);
        assert_eq!((german.status, german.header("cache-control")), (200, Some("no-store")), "{target}");
        assert!(page.contains("Speichern") && page.contains("Verwaltung"), "{target}: {page}");
    }
    assert_eq!(bench.dynamo.items(), before);
}
