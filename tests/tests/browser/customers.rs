//! What an account is good for at the checkout.

use crate::browser::Browser;
use crate::shopping::{NOTEBOOK, PAYING_CARD};

#[test]
fn a_saved_address_is_offered_at_the_checkout_and_the_order_goes_there() {
    let browser = Browser::at_the_shop();
    browser.signs_up();
    browser.follow("Your addresses");
    browser.sees("You have not saved an address yet");
    browser.fill("Name of the recipient", "Grace Hopper");
    browser.fill("Street and number", "Unter den Linden 6");
    browser.fill("Postal code (optional)", "10117");
    browser.fill("City", "Berlin");
    browser.select("Country", "Germany");
    browser.press("Save address");
    browser.sees("Orders that you have placed keep the address");
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.press("To checkout");
    browser.choose("Grace Hopper …");
    browser.press("Continue to the prices");
    browser.sees("Unter den Linden 6");
    browser.goes_on_to_the_payment();
    browser.fills_the_payment(PAYING_CARD);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    browser.sees("Grace Hopper");
    browser.sees("10117 Berlin");
}

#[test]
fn a_guest_who_signs_in_on_the_way_keeps_the_cart() {
    let browser = Browser::at_the_shop();
    browser.puts_into_the_cart(&NOTEBOOK, 2);
    browser.signs_up();
    browser.sees("Cart (2)");
    browser.follow("Cart (2)");
    assert!(browser.region("In your cart").contains(NOTEBOOK.product));
}
