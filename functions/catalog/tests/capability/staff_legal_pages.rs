//! The forms of imprint, terms and privacy policy: what `PUT` does over the API, with its versions.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::users::AccessChanged;
use serde_json::{Value, json};

const LIST: &str = "/staff/catalog/legal-pages";
const TERMS: &str = "/staff/catalog/legal-pages/terms";
const SAVED: Option<&str> = Some("/staff/catalog/legal-pages/terms?done=saved");

const FIRST: [(&str, &str); 3] =
    [("texts_version", "2026-01"), ("texts.en", "# Contract\r\n\r\nBy your order."), ("texts.de", "")];

async fn terms(bench: &Bench<Catalog>) -> Value {
    bench.http(Request::get("/v1/legal-pages/terms")).await.body
}

/// A form that changes the version that is there.
fn edit<'a>(version: &'a str, named: &'a str, en: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("version", version), ("texts_version", named), ("texts.en", en), ("texts.de", "")]
}

#[tokio::test]
async fn staff_publish_the_terms_by_their_form_and_everybody_reads_them() {
    let bench = furnished().await;
    let list = staff_page(&bench, LIST).await;
    assert_eq!(list.matches("Not published").count(), 3, "{list}");
    let blank = staff_page(&bench, TERMS).await;
    for wanted in
        ["<h1>Terms", "makes a new version", "<a href=\"/terms\">The page that customers see", "name=\"texts.de\""]
    {
        assert!(blank.contains(wanted), "{wanted}: {blank}");
    }
    assert!(!blank.contains("name=\"version\""), "there is no version yet: {blank}");
    let made = sent(&bench, TERMS, &FIRST).await;
    assert_eq!((made.status, made.header("location")), (303, SAVED), "{}", text(&made));
    let expected = json!({"name": "terms", "version": "2026-01", "texts": {"en": "# Contract\n\nBy your order."}});
    assert_eq!(terms(&bench).await, expected);
    assert!(read(&bench, "/terms").await.contains("<h2>Contract</h2>"));
    assert!(audited(&bench).await.contains(&"replaceLegalPage".to_owned()));
    let shown = staff_page(&bench, "/staff/catalog/legal-pages/terms?done=saved").await;
    assert!(shown.contains("Your changes are saved.") && hidden(&shown, "version") == "1", "{shown}");
    let list = staff_page(&bench, LIST).await;
    assert!(list.contains(">2026-01</td>") && list.contains(">English</td>"), "{list}");
    assert_eq!(list.matches("Not published").count(), 2, "{list}");
    let imprint = staff_page(&bench, "/staff/catalog/legal-pages/imprint").await;
    assert!(!imprint.contains("makes a new version"), "orders accept the terms alone: {imprint}");
    let unknown = bench.http(by_staff(&bench, Request::get("/staff/catalog/legal-pages/agb"))).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn faults_of_a_legal_page_are_at_their_fields_and_nothing_typed_is_lost() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let long = "v".repeat(41);
    for (field, typed, at, said) in [
        ("texts_version", "", "texts_version", "1 to 40"),
        ("texts_version", &*long, "texts_version", "1 to 40"),
        ("texts.en", "", "texts.en", "at least one language"),
        ("texts.de", "a\u{200b}b", "texts.de", "displayed"),
        ("texts.de", "Card 4111 1111 1111 1111", "texts.de", "card number"),
    ] {
        let answer = sent(&bench, TERMS, &with_fields(&FIRST, &[(field, typed)])).await;
        let page = text(&answer);
        let error = error_at(&page, at).unwrap_or_else(|| panic!("{field}={typed}: {page}"));
        assert!(answer.status == 422 && error.contains(said), "{field}={typed}: {error}");
        assert!(field == "texts.en" || page.contains("By your order."), "{page}");
        assert!(field == "texts_version" || page.contains("value=\"2026-01\""), "{page}");
    }
    let long = with_fields(&FIRST, &[("texts.en", "# Payment\r\nNever send 4111 1111 1111 1111.\r\nBy your order.")]);
    let card = text(&sent(&bench, TERMS, &long).await);
    assert!(error_at(&card, "texts.en").unwrap().contains("card number"), "{card}");
    assert!(card.contains("# Payment\n\nBy your order.</textarea>") && !card.contains("4111"), "{card}");
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn other_texts_come_under_another_version_and_whoever_is_slower_sees_both() {
    let bench = furnished().await;
    assert_eq!(sent(&bench, TERMS, &FIRST).await.header("location"), SAVED);
    let same_version = sent(&bench, TERMS, &edit("1", "2026-01", "Other")).await;
    let refused = text(&same_version);
    assert!(same_version.status == 422 && hidden(&refused, "version") == "1", "{refused}");
    assert!(error_at(&refused, "texts_version").unwrap().contains("another version"), "{refused}");
    let saved = sent(&bench, TERMS, &edit("1", "2026-02", "Second")).await;
    assert_eq!((saved.status, saved.header("location")), (303, SAVED), "{}", text(&saved));
    let slower = sent(&bench, TERMS, &edit("1", "2026-03", "<b>Third</b>")).await;
    let both = text(&slower);
    assert_eq!(slower.status, 412, "{both}");
    for wanted in [">&#60;b&#62;Third&#60;/b&#62;</td>", ">Second</td>", ">2026-02</td>", "Save mine over"] {
        assert!(both.contains(wanted), "{wanted}: {both}");
    }
    assert_eq!(terms(&bench).await["version"], "2026-02");
    let version = hidden(&both, "version");
    assert_eq!(sent(&bench, TERMS, &edit(&version, "2026-03", "Third")).await.header("location"), SAVED);
    assert_eq!(terms(&bench).await["texts"]["en"], "Third");
}

#[tokio::test]
async fn a_form_of_a_legal_page_that_comes_twice_changes_nothing_more() {
    let bench = furnished().await;
    for form in [FIRST.to_vec(), edit("1", "2026-02", "Second")] {
        assert_eq!(sent(&bench, TERMS, &form).await.header("location"), SAVED);
        let before = bench.dynamo.items();
        let again = sent(&bench, TERMS, &form).await;
        assert_eq!((again.status, again.header("location")), (303, SAVED), "{}", text(&again));
        assert_eq!(bench.dynamo.items(), before);
    }
    let late = sent(&bench, TERMS, &with_fields(&FIRST, &[("texts.en", "Mine")])).await;
    let both = text(&late);
    assert!(late.status == 412 && both.contains(">Mine</td>") && both.contains(">Second</td>"), "{both}");
    assert_eq!(terms(&bench).await["version"], "2026-02");
}

#[tokio::test]
async fn an_old_copy_of_the_catalogue_does_not_pass_for_what_is_saved() {
    let bench = furnished().await;
    sent(&bench, TERMS, &FIRST).await;
    read(&bench, "/terms").await;
    let body = json!({"version": "2026-02", "texts": {"en": "Second"}});
    let by_colleague = Request::put("/v1/legal-pages/terms", body).bearer(&bench.staff()).header("if-match", "\"1\"");
    assert_eq!(bench.http(by_colleague).await.status, 200);
    // The session's mark and the page, and then the table is throttled.
    bench.dynamo.throttle_after(2);
    let slower = sent(&bench, TERMS, &with_fields(&FIRST, &[("version", "1")])).await;
    bench.dynamo.throttle_after(u32::MAX);
    assert_eq!(slower.status, 412, "{}", text(&slower));
    assert_eq!(terms(&bench).await["version"], "2026-02");
}

#[tokio::test]
async fn the_longest_texts_in_both_languages_fit_into_the_form() {
    let bench = furnished().await;
    let long = "ü".repeat(30_000);
    let saved = sent(&bench, TERMS, &[("texts_version", "1"), ("texts.en", &*long), ("texts.de", &*long)]).await;
    assert_eq!(saved.status, 303, "{}", text(&saved));
    assert_eq!(terms(&bench).await["texts"]["de"], long);
}

#[tokio::test]
async fn legal_pages_are_staffs_alone_to_change_and_a_forged_form_changes_nothing() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let as_customer = |request: Request| request.header("cookie", &cookie(&customer(&bench)));
    for target in [LIST, TERMS] {
        assert_eq!(bench.http(as_customer(Request::get(target))).await.status, 403, "{target}");
        assert_eq!(bench.http(Request::get(target)).await.status, 303, "{target}");
        let german = bench.http(by_staff(&bench, Request::get(target)).header("accept-language", "de")).await;
        let page = text(&german);
        assert_eq!((german.status, german.header("cache-control")), (200, Some("no-store")), "{target}");
        assert!(page.contains("<html lang=\"de\">") && page.contains("AGB"), "{target}: {page}");
    }
    assert_eq!(bench.http(as_customer(form(TERMS, &FIRST))).await.status, 403);
    let foreign = by_staff(&bench, form(TERMS, &FIRST)).header("sec-fetch-site", "cross-site");
    assert_eq!(bench.http(foreign).await.status, 403);
    assert_eq!(bench.dynamo.items(), before);
    let (user_id, user_version) = (UserId::from_bits(99), 2);
    bench.receive(&user_id.to_string(), 2, &AccessChanged { user_id, user_version }).await;
    let before = bench.dynamo.items();
    let refused = sent(&bench, TERMS, &FIRST).await;
    assert_eq!(refused.status, 307, "{}", text(&refused));
    assert_eq!(bench.dynamo.items(), before);
}
