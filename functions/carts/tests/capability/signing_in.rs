//! A guest with a cart who signs in: the cart moves along, once. What does not fit stays in sight.

use crate::browser::{Browser, CART, TO_THE_CART, ordered, sent_to, text};
use crate::harness::{bench, token};

#[tokio::test]
async fn a_guests_cart_moves_into_the_customers_on_whichever_page_comes_first() {
    for first in ["/cart", "/fragments/cart"] {
        for has_cart in [true, false] {
            let bench = bench();
            let token = token(&bench, 1);
            if has_cart {
                Browser::signed_in(&token).add(&bench, "A", "1").await;
            }
            let mut browser = Browser::default();
            browser.add(&bench, "A", "2").await;
            browser.add(&bench, "B", "3").await;
            browser.sign_in(&token);
            let page = text(&browser.get(&bench, first).await);
            let units = if has_cart { 6 } else { 5 };
            if first == "/fragments/cart" {
                assert!(page.contains(&format!("Cart ({units})")), "{page}");
            }
            assert!(!browser.cookies.contains_key(CART), "the cookie is forgotten");
            let expected = if has_cart { "A*3 B*3" } else { "A*2 B*3" };
            assert_eq!(ordered(&browser.cart(&bench).await), expected);
        }
    }
}

#[tokio::test]
async fn what_is_added_right_after_signing_in_joins_what_was_there() {
    let bench = bench();
    let mut browser = Browser::default();
    browser.add(&bench, "A", "2").await;
    browser.sign_in(&token(&bench, 1));
    assert_eq!(sent_to(&browser.add(&bench, "A", "1").await), TO_THE_CART);
    assert!(!browser.cookies.contains_key(CART));
    assert_eq!(ordered(&browser.cart(&bench).await), "A*3");
}

#[tokio::test]
async fn a_page_and_its_header_that_merge_at_once_add_nothing_twice() {
    let bench = bench();
    let token = token(&bench, 1);
    let mut browser = Browser::default();
    browser.add(&bench, "A", "2").await;
    browser.sign_in(&token);
    let (mut page, mut header) = (browser.clone(), browser.clone());
    let (shown, counted) = tokio::join!(page.get(&bench, "/cart"), header.get(&bench, "/fragments/cart"));
    assert_eq!((shown.status, counted.status), (200, 200));
    // A copy of the request that still has the cookie.
    assert_eq!(ordered(&browser.cart(&bench).await), "A*2");
    let mut elsewhere = Browser::signed_in(&token);
    assert_eq!(ordered(&elsewhere.cart(&bench).await), "A*2");
}

#[tokio::test]
async fn carts_that_do_not_fit_together_are_both_kept_and_join_once_there_is_room() {
    let bench = bench();
    let token = token(&bench, 1);
    Browser::signed_in(&token).add(&bench, "A", "60").await;
    let mut browser = Browser::default();
    browser.add(&bench, "B", "50").await;
    browser.add(&bench, "C", "1").await;
    let before = bench.dynamo.items();
    browser.sign_in(&token);
    let page = browser.cart(&bench).await;
    assert_eq!(ordered(&page), "A*60");
    let (_, left) = page.split_once("More from before you signed in").unwrap();
    assert!(left.contains("<details>") && left.contains("Quantity: 50") && left.contains("B*50%20C*1"), "{left}");
    assert!(text(&browser.get(&bench, "/fragments/cart").await).contains("Cart (60)"));
    assert_eq!(bench.dynamo.items(), before);
    assert!(browser.cookies.contains_key(CART));
    // Something that was left is removed: by the form beside it, not from the customer's cart.
    assert_eq!(sent_to(&browser.post(&bench, "/cart/lines/C", "quantity=0&left=1").await), TO_THE_CART);
    let page = browser.cart(&bench).await;
    assert!(ordered(&page) == "A*60" && page.contains("Quantity: 50") && !page.contains("Quantity: 1<"), "{page}");
    assert_eq!(sent_to(&browser.post(&bench, "/cart/lines/A", "quantity=50").await), TO_THE_CART);
    assert!(browser.cookies.contains_key(CART), "the customer's form keeps the guest's cookie");
    assert_eq!(ordered(&browser.cart(&bench).await), "A*50 B*50");
    assert!(!browser.cookies.contains_key(CART));
}

#[tokio::test]
async fn a_cookie_of_nobodys_or_an_others_cart_moves_nothing_and_is_forgotten() {
    let bench = bench();
    let (one, other) = (token(&bench, 1), token(&bench, 2));
    let mut guest = Browser::default();
    guest.add(&bench, "A", "2").await;
    let good = guest.cookies[CART].clone();
    let id = good.split_once('.').unwrap().0.to_owned();
    for forged in [format!("{id}.made-up"), format!("{id}.{id}"), "cart_00000000000000000000000009.x".to_owned()] {
        let mut thief = Browser::signed_in(&other);
        thief.cookies.insert(CART.to_owned(), forged);
        assert_eq!(ordered(&thief.cart(&bench).await), "");
        assert!(!thief.cookies.contains_key(CART));
    }
    let mut first = Browser::signed_in(&one);
    first.cookies.insert(CART.to_owned(), good.clone());
    assert_eq!(ordered(&first.cart(&bench).await), "A*2");
    let mut late = Browser::signed_in(&other);
    late.cookies.insert(CART.to_owned(), good.clone());
    assert_eq!(ordered(&late.cart(&bench).await), "", "it went to the other customer");
    let mut guest = Browser::default();
    guest.cookies.insert(CART.to_owned(), good);
    assert!(guest.cart(&bench).await.contains("Your cart is empty.") && guest.cookies.is_empty());
    assert_eq!(sent_to(&guest.add(&bench, "B", "1").await), TO_THE_CART);
    assert_eq!(ordered(&guest.cart(&bench).await), "B*1");
    assert_eq!(ordered(&Browser::signed_in(&one).cart(&bench).await), "A*2");
}

#[tokio::test]
async fn a_customers_own_cart_in_the_cookie_is_not_merged_with_itself() {
    let bench = bench();
    let mut browser = Browser::signed_in(&token(&bench, 1));
    browser.add(&bench, "A", "2").await;
    let id = bench.dynamo.items()[0]["pk"]["S"].as_str().unwrap().to_owned();
    browser.cookies.insert(CART.to_owned(), format!("{id}.{id}"));
    assert_eq!(ordered(&browser.cart(&bench).await), "A*2");
    assert!(!browser.cookies.contains_key(CART));
}
