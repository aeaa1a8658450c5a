//! A purchase on a phone.

use crate::browser::Browser;
use crate::shopping::{PAYING_CARD, TEA};

#[test]
fn somebody_buys_on_a_phone_and_no_page_on_the_way_scrolls_sideways() {
    let browser = Browser::at_the_shop();
    browser.on_a_phone();
    browser.open("/");
    browser.assert_no_sideways_scrolling();
    browser.picture_on_a_phone("phone");
    browser.fill("Search", TEA.words);
    browser.submit_from("Search");
    browser.assert_no_sideways_scrolling();
    browser.follow(TEA.product);
    browser.assert_no_sideways_scrolling();
    browser.press("Add to cart");
    browser.wait_for_path("/cart");
    browser.sees(TEA.product);
    browser.assert_no_sideways_scrolling();
    browser.press("To checkout");
    browser.assert_no_sideways_scrolling();
    browser.types_an_address(Some("guest@example.com"));
    browser.press("Continue to the prices");
    browser.assert_no_sideways_scrolling();
    browser.press("Continue to delivery");
    browser.assert_no_sideways_scrolling();
    browser.press("Continue to payment");
    browser.assert_no_sideways_scrolling();
    browser.fills_the_payment(PAYING_CARD);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    browser.watches_it_become("Your order is confirmed");
    browser.sees("Who told whom what");
    browser.assert_no_sideways_scrolling();
    browser.follow("Orders");
    browser.sees("My orders");
    browser.assert_no_sideways_scrolling();
}
