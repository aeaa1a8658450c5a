//! A purchase on a phone.

use crate::browser::Browser;
use crate::shopping::{PAYING_CARD, TEA};

#[test]
fn somebody_buys_on_a_phone_and_no_page_on_the_way_scrolls_sideways() {
    let browser = Browser::at_the_shop();
    browser.on_a_phone();
    browser.open("/");
    browser.sees("Sign in");
    browser.assert_no_sideways_scrolling("Welcome to souk");
    browser.picture_on_a_phone("phone");
    browser.fill("Search", TEA.words);
    browser.submit_from("Search");
    browser.assert_no_sideways_scrolling("Only what is in stock");
    browser.follow(TEA.product);
    browser.assert_no_sideways_scrolling("Choose a variant");
    browser.press("Add to cart");
    browser.wait_for_path("/cart");
    browser.sees(TEA.product);
    browser.assert_no_sideways_scrolling("Change what is in it");
    browser.press("To checkout");
    browser.assert_no_sideways_scrolling("Where should your order go?");
    browser.types_an_address(Some("guest@example.com"));
    browser.press("Continue to the prices");
    browser.assert_no_sideways_scrolling("Total including tax, plus shipping");
    browser.press("Continue to delivery");
    browser.assert_no_sideways_scrolling("How shall we deliver?");
    browser.press("Continue to payment");
    browser.assert_no_sideways_scrolling("How do you want to pay?");
    browser.fills_the_payment(PAYING_CARD);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    browser.watches_it_become("Your order is confirmed");
    browser.assert_no_sideways_scrolling("Who told whom what");
    browser.follow("Orders");
    browser.assert_no_sideways_scrolling("My orders");
}
