//! The screens of stock, as members of staff and others meet them in a browser.

use crate::harness::{adjust, bench, count, deliver, order, reserve, restock, stock, stocked};
use chassis::testing::{Bench, Request, Response};
use events::ids::{SessionId, UserId};
use events::users::{Role, SessionEnded};
use inventory::Inventory;
use serde_json::json;

const LIST: &str = "/staff/inventory";
const FORM: &str = "/staff/inventory/A/adjustments";

pub fn as_user(request: Request, token: &str) -> Request {
    request.header("cookie", &format!("__Host-souk_access={token}"))
}

pub async fn shown(bench: &Bench<Inventory>, target: &str) -> String {
    let answer = bench.http(as_user(Request::get(target), &bench.staff())).await;
    assert_eq!(answer.status, 200, "{target}: {answer:?}");
    text(&answer)
}

pub fn text(answer: &Response) -> String {
    answer.body.as_str().unwrap_or_default().to_owned()
}

async fn post(bench: &Bench<Inventory>, fields: &[(&str, &str)]) -> Response {
    bench.http(as_user(Request::form(FORM, fields), &bench.staff())).await
}

/// What stands in the page's SKUs, in their order.
fn skus(page: &str) -> Vec<String> {
    let rows = page.split("<th scope=\"row\"><a href=\"/staff/inventory/").skip(1);
    rows.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// The value of the first input with this name.
fn value(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\"");
    let (_, rest) = page.split_once(&start).unwrap();
    rest.split_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// What is wrong with a field; empty if nothing is.
fn error(page: &str, name: &str) -> String {
    let start = format!("id=\"field-{name}-error\">");
    page.split_once(&start).map_or("", |(_, rest)| rest.split('<').next().unwrap()).to_owned()
}

#[tokio::test]
async fn all_stock_is_listed_with_its_level_and_a_way_to_what_is_short() {
    let bench = stocked(&[("C", 10), ("B", 3), ("A", 7)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 7)])).await;
    let page = shown(&bench, LIST).await;
    assert_eq!(skus(&page), ["A", "B", "C"]);
    for part in [
        "badge-bad\">Out of stock<",
        "badge-attention\">Low<",
        "badge-good\">In stock<",
        "href=\"/staff/inventory?level=low\"",
        "href=\"/staff/inventory?level=out\"",
        "data-label=\"Available\">10<",
        "data-label=\"Low at or below\">5<",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
    assert_eq!(skus(&shown(&bench, "/staff/inventory?level=low").await), ["A", "B"]);
    let out = shown(&bench, "/staff/inventory?level=out").await;
    assert_eq!(skus(&out), ["A"]);
    assert!(out.contains("href=\"/staff/inventory?level=out\" aria-current=\"page\""), "{out}");
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page_without_a_gap_or_a_repeat() {
    let bench = bench();
    for n in 0..53 {
        adjust(&bench, &format!("SKU-{n:02}"), 1, "in").await;
    }
    for list in [LIST, "/staff/inventory?level=low"] {
        let first = shown(&bench, list).await;
        let (before, _) = first.split_once("\" rel=\"next\"").unwrap();
        let next = before.rsplit("href=\"").next().unwrap().replace("&#38;", "&");
        assert!(next.starts_with(list), "{next}");
        let second = shown(&bench, &next).await;
        let seen = [skus(&first), skus(&second)].concat();
        assert_eq!(seen, (0..53).map(|n| format!("SKU-{n:02}")).collect::<Vec<_>>(), "{list}");
        assert!(!second.contains("rel=\"next\""), "{second}");
    }
}

#[tokio::test]
async fn an_empty_list_says_what_to_do() {
    let bench = bench();
    assert!(shown(&bench, LIST).await.contains("Type the SKU of a product above"));
    assert!(shown(&bench, "/staff/inventory?level=out").await.contains("Nothing is short"));
    let odd = bench.http(as_user(Request::get("/staff/inventory?level=plenty"), &bench.staff())).await;
    assert_eq!(odd.status, 400);
}

#[tokio::test]
async fn the_field_leads_to_the_page_of_a_sku_however_it_is_typed() {
    let bench = bench();
    let typed = |sku: &str| as_user(Request::get(&format!("/staff/inventory?sku={sku}")), &bench.staff());
    for sku in ["tea-mint", "TEA-MINT", "+Tea-Mint+"] {
        let answer = bench.http(typed(sku)).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/staff/inventory/TEA-MINT")), "{sku}");
    }
    let refused = bench.http(typed("tea%20%3Cb%3E")).await;
    let page = text(&refused);
    assert_eq!(refused.status, 422);
    assert!(error(&page, "sku").contains("1 to 64 letters"), "{page}");
    assert!(value(&page, "sku").contains("tea &#60;b&#62;") && !page.contains("<b>"), "{page}");
}

#[tokio::test]
async fn the_page_of_a_sku_says_how_much_there_is_and_what_came_and_went_by_whom() {
    let bench = stocked(&[("A", 10)]).await;
    bench.world.pass_seconds(1);
    let body = json!({"delta": -2, "reason": "broken <b>jars</b>"});
    let request = Request::post("/v1/stock/A/adjustments", body).bearer(&bench.staff());
    assert_eq!(bench.http(request.header("idempotency-key", "k")).await.status, 201);
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    bench.world.pass_seconds(1);
    deliver(&bench, &restock(&bench, 1, 7, &[("A", 1)])).await;
    let page = shown(&bench, "/staff/inventory/a").await;
    for (term, number) in [("Available", 5), ("Held or sold", 3), ("Received", 8), ("Low at or below", 5)] {
        assert!(page.contains(&format!("<dt>{term}</dt><dd>{number}</dd>")), "{term}: {page}");
    }
    let moved = page.split("data-label=\"Units\">").skip(1).map(|rest| rest.split('<').next().unwrap());
    assert_eq!(moved.collect::<Vec<_>>(), ["+1", "\u{2212}2", "+10"], "newest first");
    assert!(page.contains("broken &#60;b&#62;jars") && !page.contains("<b>"), "{page}");
    let staff = UserId::from_bits(99);
    assert!(page.contains(&format!("src=\"/staff/users/{staff}/name\"")), "{page}");
    assert!(page.contains(&format!("<a href=\"/staff/users/{staff}\">")), "{page}");
    assert!(page.contains(&format!("<a href=\"/staff/orders/{}\">", order(1))), "{page}");
    assert!(page.contains("Sent back by a customer") && page.contains("<a href=\"/staff/inventory\">Stock</a>"));
}

#[tokio::test]
async fn units_are_received_by_a_form_and_the_page_says_so() {
    let bench = bench();
    let page = shown(&bench, "/staff/inventory/A").await;
    assert!(page.contains("Never stocked") && page.contains("No movements"), "{page}");
    let key = value(&page, "key");
    assert_ne!(key, value(&shown(&bench, "/staff/inventory/A").await, "key"), "each form is another adjustment");
    let fields = [("delta", "+20"), ("reason", " delivery 7 "), ("key", &*key)];
    let answer = post(&bench, &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/staff/inventory/A?adjusted=20")));
    let done = shown(&bench, "/staff/inventory/A?adjusted=20").await;
    assert!(done.contains("alert-success") && done.contains("The stock has been changed: +20 units."), "{done}");
    assert!(done.contains("delivery 7"), "{done}");
    let again = post(&bench, &fields).await;
    assert_eq!((again.status, again.header("location")), (303, Some("/staff/inventory/A?adjusted=20")));
    assert_eq!((stock(&bench, "A"), count(&bench, "mov#")), ((20, 20), 1), "a second click is the same one");
}

#[tokio::test]
async fn a_form_that_was_used_for_another_adjustment_books_nothing_and_has_a_new_key() {
    let bench = bench();
    assert_eq!(post(&bench, &[("delta", "20"), ("reason", "in"), ("key", "k")]).await.status, 303);
    for key in ["k", ""] {
        let answer = post(&bench, &[("delta", "21"), ("reason", "more"), ("key", key)]).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422);
        assert!(key.is_empty() || page.contains("Nothing has been booked now"), "{page}");
        assert_eq!((value(&page, "delta"), value(&page, "reason")), ("21".to_owned(), "more".to_owned()));
        assert!(value(&page, "key").len() > 10, "{page}");
    }
    assert_eq!((stock(&bench, "A"), count(&bench, "mov#")), ((20, 20), 1));
}

#[tokio::test]
async fn a_loss_is_booked_once_it_is_confirmed() {
    let bench = stocked(&[("A", 10)]).await;
    for delta in ["-3", "\u{2212}3"] {
        let answer = post(&bench, &[("delta", delta), ("reason", "broken"), ("key", "k")]).await;
        assert_eq!(answer.status, 422);
        assert_eq!(error(&text(&answer), "confirmed"), "Confirm that these units are gone.");
        assert_eq!(value(&text(&answer), "key"), "k", "a refused form leaves its key free");
    }
    assert_eq!(stock(&bench, "A"), (10, 10));
    let confirmed = [("delta", "\u{2212}3"), ("reason", "broken"), ("confirmed", "yes"), ("key", "k")];
    let answer = post(&bench, &confirmed).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/staff/inventory/A?adjusted=-3")));
    assert!(shown(&bench, "/staff/inventory/A?adjusted=-3").await.contains("changed: \u{2212}3 units."));
    assert_eq!(stock(&bench, "A"), (7, 7));
}

#[tokio::test]
async fn what_cannot_be_booked_is_said_at_its_field_and_what_was_typed_stays() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 8)])).await;
    let long = "x".repeat(201);
    for (field, typed, told) in [
        ("delta", "", "whole number of at most 1000000"),
        ("delta", "0", "whole number"),
        ("delta", "1.5", "whole number"),
        ("delta", "a dozen <b>", "whole number"),
        ("delta", "1000001", "whole number"),
        ("delta", "-3", "No more can be lost than is available: 2."),
        ("delta", "4111 1111 1111 1111", "card number"),
        ("reason", "", "at most 200 characters"),
        ("reason", &long, "at most 200 characters"),
        ("reason", "a\u{202e}b", "at most 200 characters"),
        ("reason", "4111 1111 1111 1111", "card number"),
    ] {
        let other = if field == "delta" { ("reason", "count") } else { ("delta", "5") };
        let answer = post(&bench, &[(field, typed), other, ("confirmed", "yes"), ("key", "k")]).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422, "{field} {typed}");
        assert!(error(&page, field).contains(told), "{field} {typed}: {page}");
        assert!(page.contains(&format!("href=\"#field-{field}\"")) && error(&page, other.0).is_empty(), "{page}");
        assert_eq!(value(&page, other.0), other.1);
        let kept = if told == "card number" { "" } else { typed };
        assert_eq!(value(&page, field), kept.replace('<', "&#60;").replace('>', "&#62;"));
        assert!(page.contains("hreflang") && page.contains("href=\"/staff/inventory/A?lang=de\""), "{page}");
    }
    let both = text(&post(&bench, &[]).await);
    assert!(!error(&both, "delta").is_empty() && !error(&both, "reason").is_empty(), "all at once: {both}");
    assert_eq!((stock(&bench, "A"), count(&bench, "mov#")), ((2, 10), 1));
}

#[tokio::test]
async fn all_of_it_is_german_for_those_who_read_german() {
    let bench = stocked(&[("A", 3)]).await;
    let german = |request: Request| as_user(request.header("accept-language", "de"), &bench.staff());
    for (target, words) in [
        (LIST, &["Knapp oder ausverkauft", "Knapp bis"][..]),
        ("/staff/inventory/A?adjusted=3", &["Zugang oder Verlust buchen", "geändert: +3 Stück", "Reserviert oder"]),
        ("/staff/inventory/summary", &["Knapp: 1", "Gesamter Bestand"]),
    ] {
        let page = text(&bench.http(german(Request::get(target))).await);
        for word in words {
            assert!(page.contains(word), "{target} lacks {word}: {page}");
        }
    }
    let refused = bench.http(german(Request::form(FORM, &[("delta", "-4"), ("reason", "count"), ("key", "k")]))).await;
    assert!(error(&text(&refused), "confirmed").contains("Bitte bestätigen"), "{}", text(&refused));
}

#[tokio::test]
async fn only_staff_see_the_screens_and_nothing_keeps_them() {
    let bench = stocked(&[("A", 3)]).await;
    let customer = bench.token(UserId::from_bits(5), &[Role::Customer]);
    for target in [LIST, "/staff/inventory/A", "/staff/inventory/summary"] {
        let guest = bench.http(Request::get(target)).await;
        let expected = if target.ends_with("summary") { 401 } else { 303 };
        assert_eq!(guest.status, expected, "{target}");
        let customers = bench.http(as_user(Request::get(target), &customer)).await;
        assert_eq!(customers.status, 403, "{target}");
        assert!(!text(&customers).contains("badge"), "{target}");
        let staff = bench.http(as_user(Request::get(target), &bench.staff())).await;
        assert_eq!((staff.status, staff.header("cache-control")), (200, Some("no-store")), "{target}");
    }
    let fields = [("delta", "5"), ("reason", "count"), ("key", "k")];
    assert_eq!(bench.http(as_user(Request::form(FORM, &fields), &customer)).await.status, 403);
    let guest = bench.http(Request::form(FORM, &fields)).await;
    assert_eq!((guest.status, guest.header("location")), (303, Some("/account/sign-in")));
    let foreign = Request::form(FORM, &fields).header("sec-fetch-site", "cross-site");
    assert_eq!(bench.http(as_user(foreign, &bench.staff())).await.status, 403);
    assert_eq!(stock(&bench, "A"), (3, 3));
}

#[tokio::test]
async fn staff_whose_session_ended_book_nothing() {
    let bench = stocked(&[("A", 3)]).await;
    let session_id = SessionId::from_bits(99);
    let ended = SessionEnded { user_id: UserId::from_bits(99), session_id };
    bench.receive(&session_id.to_string(), 1, &ended).await;
    let answer = post(&bench, &[("delta", "5"), ("reason", "count"), ("key", "k")]).await;
    assert_eq!(answer.status, 307);
    assert!(answer.header("location").unwrap().starts_with("/account/session?ended=1&then="), "{answer:?}");
    assert_eq!(stock(&bench, "A"), (3, 3));
}

#[tokio::test]
async fn a_form_leaves_the_entry_in_the_audit_log_that_the_api_leaves() {
    let bench = bench();
    adjust(&bench, "A", 5, "api").await;
    post(&bench, &[("delta", "5"), ("reason", "count"), ("key", "form")]).await;
    let admin = bench.token(UserId::from_bits(1), &[Role::Admin]);
    let log = bench.http(Request::get("/v1/inventory/audit").bearer(&admin)).await;
    let entries = log.body["items"].as_array().unwrap();
    let of = |name: &str| entries.iter().map(|entry| entry[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("action"), ["adjustStock", "adjustStock"], "{log:?}");
    assert_eq!((of("resource"), of("what")), (vec![json!("A"); 2], vec![json!("+5 units"); 2]));
}
