//! The lines of an order, put into the cart by the button of its page.

use crate::browser::{Browser, TO_THE_CART, form_of, ordered, sent_to, text};
use crate::harness::{bench, token};
use chassis::testing::{Request, Response};

#[tokio::test]
async fn the_lines_of_an_order_come_beside_what_the_cart_has_and_once_more_at_each_click() {
    let bench = bench();
    for mut browser in [Browser::default(), Browser::signed_in(&token(&bench, 1))] {
        let again = "lines=TEA*2%20mug.red-1*1";
        assert_eq!(sent_to(&browser.post(&bench, "/cart/lines", again).await), (303, Some("/cart?added=3")));
        assert_eq!(ordered(&browser.cart(&bench).await), "MUG.RED-1*1 TEA*2", "a cart is opened for them");
        browser.add(&bench, "LAMP", "1").await;
        bench.dynamo.take_calls();
        assert_eq!(sent_to(&browser.post(&bench, "/cart/lines", again).await), (303, Some("/cart?added=3")));
        let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
        assert_eq!(calls, ["GetItem", "PutItem"]);
        let page = text(&browser.get(&bench, "/cart?added=3").await);
        assert_eq!(ordered(&page), "LAMP*1 MUG.RED-1*2 TEA*4");
        assert!(page.contains("3 added to your cart") && page.contains("they are added again"), "{page}");
        browser.language = Some("de");
        assert!(text(&browser.get(&bench, "/cart?added=3").await).contains("3 Stück in den Warenkorb gelegt"));
    }
}

#[tokio::test]
async fn lines_that_do_not_all_fit_are_refused_in_words_and_none_is_added() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "60").await;
    for n in 0..30 {
        guest.add(&bench, &format!("SKU-{n:02}"), "1").await;
    }
    let before = bench.dynamo.items();
    let many: Vec<_> = (30..51).map(|n| format!("SKU-{n}*1")).collect();
    for (lines, status, told) in [
        ("A*5%20B*6", 409, "A cart takes up to 100 units in total."),
        ("A*999", 409, "A cart takes up to 100 units in total."),
        (many.join("%20").as_str(), 409, "A cart takes up to 50 different items."),
        ("A*1%20B", 422, "We could not tell which items you meant."),
        ("A*0", 422, "We could not tell which items you meant."),
        ("A*1000", 422, "We could not tell which items you meant."),
        ("%3Cscript%3E*1", 422, "We could not tell which items you meant."),
    ] {
        let refused = guest.post(&bench, "/cart/lines", &format!("lines={lines}")).await;
        let page = text(&refused);
        assert_eq!(refused.status, status, "{lines}");
        assert!(page.contains("This was not added") && page.contains(told), "{lines}: {page}");
        assert!(!page.contains("field-again") && !page.contains("<script>"), "{lines}: {page}");
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn more_of_one_than_a_cart_takes_is_refused_by_an_empty_cart_too() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "1").await;
    guest.post(&bench, "/cart/lines/A", "remove=yes").await;
    let mut item = bench.dynamo.items().remove(0);
    item["units_at_most"]["N"] = "0".into();
    bench.dynamo.put(&item);
    let refused = guest.post(&bench, "/cart/lines", "lines=A*999").await;
    assert_eq!(refused.status, 409, "{}", text(&refused));
    assert_eq!(bench.dynamo.items(), [item]);
}

#[tokio::test]
async fn the_cart_says_that_units_were_added_only_if_it_has_them() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "2").await;
    assert!(text(&guest.get(&bench, "/cart?added=2").await).contains("2 added to your cart"));
    for said in ["3", "4000000000", "-1", "%3Cb%3E"] {
        let page = text(&guest.get(&bench, &format!("/cart?added={said}")).await);
        assert!(!page.contains("added to your cart"), "{said}: {page}");
    }
}

#[tokio::test]
async fn another_site_puts_no_order_into_the_cart() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "1").await;
    let before = bench.dynamo.items();
    let form = form_of("/cart/lines", "lines=B*2%20C*1").header("sec-fetch-site", "cross-site");
    assert_eq!(guest.send(&bench, form).await.status, 403);
    assert_eq!(bench.dynamo.items(), before);
}

/// The same event again, as it comes when a write is done and its answer is lost.
#[tokio::test]
async fn a_write_of_lines_that_is_made_again_adds_nothing_more() {
    let bench = bench();
    let mut customer = Browser::signed_in(&token(&bench, 1));
    customer.add(&bench, "A", "1").await;
    let event = customer.event("/cart/lines", "lines=A*2%20B*1");
    for _ in 0..2 {
        let answer = Response::from_answer(&bench.invoke(&event).await.unwrap());
        assert_eq!(sent_to(&answer), (303, Some("/cart?added=3")));
        assert_eq!(ordered(&customer.cart(&bench).await), "A*3 B*1");
    }
}

#[tokio::test]
async fn the_currency_that_was_chosen_stays_from_the_product_to_the_checkout() {
    let bench = bench();
    let mut guest = Browser::default();
    let in_dollars = (303, Some("/cart?currency=USD"));
    let added = guest.post(&bench, "/cart/lines", "sku=A&quantity=2&currency=usd").await;
    assert_eq!(sent_to(&added), in_dollars);
    let page = text(&guest.get(&bench, "/cart?currency=USD").await);
    let field = r#"<input type="hidden" name="currency" value="USD">"#;
    let (_, checkout) = page.split_once(r#"action="/checkout""#).unwrap();
    assert!(checkout.split("</form>").next().unwrap().contains(field), "{page}");
    let (_, change) = page.split_once(r#"action="/cart/lines/A""#).unwrap();
    assert!(change.split("</form>").next().unwrap().contains(field), "{page}");
    assert!(page.contains(r#"src="/fragments/lines?lines=A*2&#38;currency=USD""#), "{page}");
    assert!(page.contains(r#"href="/?currency=USD""#), "shopping goes on in it: {page}");
    assert_eq!(sent_to(&guest.post(&bench, "/cart/lines/A", "quantity=1&currency=USD").await), in_dollars);
    let refused = guest.post(&bench, "/cart/lines/A", "quantity=x&currency=USD").await;
    assert!(refused.status == 422 && text(&refused).contains(field), "{refused:?}");
}

#[tokio::test]
async fn without_a_currency_or_with_none_that_exists_the_catalog_chooses() {
    let bench = bench();
    let mut guest = Browser::default();
    for form in ["sku=A&quantity=1", "sku=A&quantity=1&currency=", "sku=A&quantity=1&currency=%22%3E"] {
        assert_eq!(sent_to(&guest.post(&bench, "/cart/lines", form).await), TO_THE_CART, "{form}");
    }
    let page = text(&guest.send(&bench, Request::get("/cart?currency=%22%3E&added=%3Cb%3E")).await);
    assert!(!page.contains("added to your cart") && page.contains(r#"href="/""#), "{page}");
    assert!(page.contains(r#"src="/fragments/lines?lines=A*3""#), "{page}");
    assert!(!page.contains(r#"name="currency""#), "{page}");
}
