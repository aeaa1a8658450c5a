//! The cart's page: what it shows to whom, and what its forms do.

use crate::browser::{Browser, CART, TO_THE_CART, form_of, ordered, sent_to, text};
use crate::harness::{bench, token};
use chassis::testing::Request;

#[tokio::test]
async fn a_visitor_without_a_cart_sees_that_it_is_empty_and_a_way_to_the_shop() {
    let bench = bench();
    let mut browser = Browser::default();
    let page = browser.cart(&bench).await;
    assert!(page.contains("Your cart is empty.") && page.contains(r#"href="/""#), "{page}");
    assert!(!page.contains(r#"action="/checkout""#));
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(bench.dynamo.take_calls().is_empty() && browser.cookies.is_empty());
}

#[tokio::test]
async fn a_guest_fills_a_cart_changes_it_and_empties_it() {
    let bench = bench();
    let mut guest = Browser::default();
    assert_eq!(sent_to(&guest.add(&bench, "mug.red-1", "2").await), TO_THE_CART);
    assert_eq!(sent_to(&guest.add(&bench, "TEE_L", "3").await), TO_THE_CART);
    let page = guest.cart(&bench).await;
    assert_eq!(ordered(&page), "MUG.RED-1*2 TEE_L*3");
    assert!(page.contains(r#"action="/cart/lines/TEE_L""#) && page.contains(r#"value="3""#), "{page}");
    let id = guest.cookies[CART].split_once('.').unwrap().0.to_owned();
    assert!(page.contains(&format!(r#"name="cart_id" value="{id}""#)) && page.contains(r#"action="/checkout""#));
    assert_eq!(sent_to(&guest.post(&bench, "/cart/lines/TEE_L", "quantity=7").await), TO_THE_CART);
    assert_eq!(ordered(&guest.cart(&bench).await), "MUG.RED-1*2 TEE_L*7");
    assert_eq!(sent_to(&guest.post(&bench, "/cart/lines/TEE_L", "quantity=0").await), TO_THE_CART);
    assert_eq!(ordered(&guest.cart(&bench).await), "MUG.RED-1*2");
    guest.post(&bench, "/cart/lines/MUG.RED-1", "quantity=half-typed&remove=yes").await;
    assert!(guest.cart(&bench).await.contains("Your cart is empty."));
}

#[tokio::test]
async fn without_the_catalog_the_page_shows_skus_and_units_and_asks_it_for_all_lines_at_once() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "MUG.RED-1", "2").await;
    guest.add(&bench, "TEE_L", "3").await;
    let page = guest.cart(&bench).await;
    let (_, rest) = page.split_once(r#"<souk-fragment src="/fragments/lines?lines="#).unwrap();
    let (asked, rest) = rest.split_once('"').unwrap();
    assert_eq!(asked, "MUG.RED-1*2%20TEE_L*3");
    let (fallback, _) = rest.split_once("</souk-fragment>").unwrap();
    let says = r#" data-away="This part of the shop is not available at the moment." keep>"#;
    assert!(fallback.starts_with(says), "{fallback}");
    for told in ["MUG.RED-1", "Quantity: 2", "TEE_L", "Quantity: 3"] {
        assert!(fallback.contains(told), "{told}: {fallback}");
    }
}

#[tokio::test]
async fn a_customer_has_the_same_cart_in_every_browser_and_needs_no_cookie_of_it() {
    let bench = bench();
    let token = token(&bench, 1);
    let mut phone = Browser::signed_in(&token);
    assert_eq!(sent_to(&phone.add(&bench, "A", "2").await), TO_THE_CART);
    assert!(!phone.cookies.contains_key(CART));
    let mut desk = Browser::signed_in(&token);
    assert_eq!(ordered(&desk.cart(&bench).await), "A*2");
    assert_eq!(ordered(&Browser::signed_in(&crate::harness::token(&bench, 2)).cart(&bench).await), "");
    let mut staff = Browser::signed_in(&bench.staff());
    assert_eq!(ordered(&staff.cart(&bench).await), "", "staff have a cart of their own");
}

#[tokio::test]
async fn the_page_costs_a_read_and_a_form_a_write() {
    let bench = bench();
    let mut guest = Browser::default();
    let mut customer = Browser::signed_in(&token(&bench, 1));
    customer.add(&bench, "A", "1").await;
    let operations = || bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect::<Vec<_>>();
    operations();
    guest.add(&bench, "A", "1").await;
    assert_eq!(operations(), ["PutItem"], "a cart is opened with its first line");
    for browser in [&mut guest, &mut customer] {
        browser.add(&bench, "A", "1").await;
        browser.post(&bench, "/cart/lines/A", "quantity=5").await;
        browser.cart(&bench).await;
        browser.get(&bench, "/fragments/cart").await;
        assert_eq!(operations(), ["UpdateItem", "UpdateItem", "GetItem", "GetItem"]);
    }
}

#[tokio::test]
async fn the_header_counts_units_and_reads_nothing_for_a_visitor_without_a_cart() {
    let bench = bench();
    let mut browser = Browser::default();
    let empty = browser.get(&bench, "/fragments/cart").await;
    assert!(text(&empty).contains(">Cart</a>"), "{empty:?}");
    assert_eq!(empty.header("cache-control"), Some("no-store"));
    browser.cookies.insert(CART.to_owned(), "nonsense".to_owned());
    browser.get(&bench, "/fragments/cart").await;
    assert!(bench.dynamo.take_calls().is_empty());
    browser.add(&bench, "A", "2").await;
    browser.add(&bench, "B", "1").await;
    let full = text(&browser.get(&bench, "/fragments/cart").await);
    assert!(full.contains(r#"href="/cart""#) && full.contains("Cart (3)"), "{full}");
    browser.language = Some("de");
    assert!(text(&browser.get(&bench, "/fragments/cart").await).contains("Warenkorb (3)"));
}

#[tokio::test]
async fn the_page_speaks_german_to_those_who_read_it() {
    let bench = bench();
    let mut guest = Browser { language: Some("de-AT,de;q=0.9"), ..Browser::default() };
    assert!(guest.cart(&bench).await.contains("Ihr Warenkorb ist leer."));
    guest.add(&bench, "A", "2").await;
    let page = guest.cart(&bench).await;
    assert!(page.contains(r#"<html lang="de""#) && page.contains("Zur Kasse") && page.contains("Menge: 2"), "{page}");
    let refused = text(&guest.add(&bench, "A", "99").await);
    assert!(refused.contains("Ein Warenkorb fasst insgesamt höchstens 100 Stück."), "{refused}");
}

#[tokio::test]
async fn a_number_that_is_none_is_refused_at_its_field_and_stays_there() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "2").await;
    guest.add(&bench, "B", "2").await;
    let before = bench.dynamo.items();
    for (typed, shown) in [
        ("", ""),
        ("-1", "-1"),
        ("+1", "+1"),
        ("1.5", "1.5"),
        ("101", "101"),
        ("99999999999999999999", "99999999999999999999"),
        ("two", "two"),
        ("%22%3E%3Cscript%3E", "&#34;&#62;&#60;script&#62;"),
    ] {
        let typed = typed.replace('+', "%2B");
        let refused = guest.post(&bench, "/cart/lines/B", &format!("quantity={typed}")).await;
        let page = text(&refused);
        assert_eq!(refused.status, 422, "{typed}");
        assert!(page.contains("Enter a whole number from 0 to 100."), "{typed}: {page}");
        assert!(
            page.contains(&format!(r#"required value="{shown}" aria-label="Quantity" aria-invalid="true""#)),
            "{typed}: {page}"
        );
        assert!(page.contains(r##"href="#units-2""##) && page.contains(r#"id="units-2-error""#));
        assert_eq!(ordered(&page), "A*2 B*2", "the rest of the page is the cart as it is");
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn what_cannot_be_added_is_said_beside_the_cart() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "60").await;
    let before = bench.dynamo.items();
    for (sku, quantity, status, told) in [
        ("B", "41", 409, "A cart takes up to 100 units in total."),
        ("A", "41", 409, "A cart takes up to 100 units in total."),
        ("B", "0", 422, "Enter a whole number from 1 to 100."),
        ("B", "101", 422, "Enter a whole number from 1 to 100."),
        ("B", "", 422, "Enter a whole number from 1 to 100."),
        ("B%2FC", "1", 422, "We do not know this item."),
        ("", "1", 422, "We do not know this item."),
    ] {
        let refused = guest.add(&bench, sku, quantity).await;
        let page = text(&refused);
        assert_eq!(refused.status, status, "{sku} {quantity}");
        assert!(page.contains("This was not added") && page.contains(told), "{sku} {quantity}: {page}");
        assert_eq!(ordered(&page), "A*60");
        let again = page.contains(&format!(r#"name="sku" value="{sku}""#));
        assert_eq!(again, ["A", "B"].contains(&sku), "another number may be tried: {page}");
    }
    assert_eq!(bench.dynamo.items(), before);
    let refused = guest.post(&bench, "/cart/lines/A", "quantity=100").await;
    assert_eq!(sent_to(&refused), TO_THE_CART);
    let refused = guest.post(&bench, "/cart/lines/B", "quantity=1").await;
    assert!(refused.status == 409 && text(&refused).contains("Your cart was not changed"), "{refused:?}");
    assert!(text(&refused).contains(r#"href="/cart?lang=de""#), "another language is a page: {refused:?}");
}

#[tokio::test]
async fn a_cart_with_fifty_lines_says_so_and_its_page_stays_small() {
    let bench = bench();
    let mut guest = Browser::default();
    for n in 0..50 {
        guest.add(&bench, &format!("A-SKU-OF-20-SIGNS-{n:02}"), "1").await;
    }
    let page = guest.cart(&bench).await;
    assert!(page.len() <= 30_000, "{} bytes", page.len());
    let refused = guest.add(&bench, "ONE-MORE", "1").await;
    assert!(refused.status == 409 && text(&refused).contains("A cart takes up to 50 different items."), "{refused:?}");
    assert_eq!(sent_to(&guest.add(&bench, "A-SKU-OF-20-SIGNS-49", "1").await), TO_THE_CART);
}

#[tokio::test]
async fn what_people_type_is_text_and_no_markup() {
    let bench = bench();
    let mut guest = Browser::default();
    let hostile = "%3Cscript%3E%22%27%26%E2%80%AE";
    for form in [format!("sku={hostile}&quantity=1"), format!("sku=A&quantity={hostile}")] {
        let page = text(&guest.post(&bench, "/cart/lines", &form).await);
        assert!(!page.contains("<script>") && !page.contains("\"'&\u{202e}"), "{page}");
    }
    let long = guest.post(&bench, "/cart/lines", &format!("sku={}&quantity=1", "A".repeat(64 * 1024 - 20))).await;
    assert_eq!(long.status, 422);
    assert!(text(&long).len() < 10_000, "what is no SKU is not shown again");
    assert_eq!(guest.post(&bench, "/cart/lines", &"A".repeat(64 * 1024 + 1)).await.status, 413);
    assert_eq!(guest.post(&bench, "/cart/lines/%3Cscript%3E", "quantity=1").await.status, 400);
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "1").await;
    let before = bench.dynamo.items();
    for (target, form) in [("/cart/lines", "sku=A&quantity=1"), ("/cart/lines/A", "quantity=9")] {
        for request in [
            form_of(target, form),
            form_of(target, form).header("sec-fetch-site", "cross-site"),
            form_of(target, form).header("origin", "https://evil.example"),
        ] {
            let refused = guest.send(&bench, request).await;
            assert_eq!(refused.status, 403);
            assert!(text(&refused).contains("<h1>"));
        }
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_cookie_that_opens_nothing_is_forgotten_and_its_visitor_starts_anew() {
    let bench = bench();
    let (mut guest, mut customer) = (Browser::default(), Browser::signed_in(&token(&bench, 1)));
    guest.add(&bench, "A", "1").await;
    customer.add(&bench, "C", "1").await;
    let good = guest.cookies[CART].clone();
    let id = good.split_once('.').unwrap().0;
    let own = bench.dynamo.items().iter().map(|item| item["pk"]["S"].as_str().unwrap().to_owned()).find(|pk| pk != id);
    let own = own.unwrap();
    for forged in
        [format!("{id}.made-up"), format!("{id}."), format!("{id}.{id}"), format!("{own}.{own}"), "x.y".into()]
    {
        let mut thief = Browser::default();
        thief.cookies.insert(CART.to_owned(), forged.clone());
        assert!(thief.cart(&bench).await.contains("Your cart is empty."), "{forged}");
        thief.cookies.insert(CART.to_owned(), forged.clone());
        assert_eq!(sent_to(&thief.post(&bench, "/cart/lines/A", "quantity=9").await), TO_THE_CART);
        thief.cookies.insert(CART.to_owned(), forged.clone());
        assert_eq!(sent_to(&thief.add(&bench, "B", "2").await), TO_THE_CART);
        assert_ne!(thief.cookies[CART], forged);
        assert_eq!(ordered(&thief.cart(&bench).await), "B*2");
    }
    assert_eq!(ordered(&guest.cart(&bench).await), "A*1");
    assert_eq!(ordered(&customer.cart(&bench).await), "C*1");
}

#[tokio::test]
async fn an_expired_session_is_renewed_and_a_form_keeps_its_body() {
    let bench = bench();
    let mut customer = Browser::signed_in(&token(&bench, 1));
    bench.world.pass_seconds(1_000);
    let page = customer.get(&bench, "/cart").await;
    assert_eq!(sent_to(&page), (303, Some("/account/session?then=%2Fcart")));
    let form = customer.add(&bench, "A", "1").await;
    assert_eq!(sent_to(&form), (307, Some("/account/session?then=%2Fcart%2Flines")));
    assert_eq!(customer.get(&bench, "/fragments/cart").await.status, 401);
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn the_language_is_kept_and_the_page_is_served_to_head_too() {
    let bench = bench();
    let mut guest = Browser::default();
    let answer = guest.get(&bench, "/cart?lang=de").await;
    assert_eq!(sent_to(&answer), TO_THE_CART);
    assert!(guest.cart(&bench).await.contains("Ihr Warenkorb"));
    let head = guest.send(&bench, Request::new("HEAD", "/cart")).await;
    assert_eq!((head.status, head.body.as_str().unwrap_or_default()), (200, ""));
}
