//! What an account is good for at the checkout.

use crate::browser::Browser;
use crate::people::PASSWORD;
use crate::shopping::{NOTEBOOK, PAYING_CARD};

#[test]
fn a_guest_who_signs_up_keeps_the_cart_and_has_it_sent_to_a_saved_address() {
    let browser = Browser::at_the_shop();
    browser.puts_into_the_cart(&NOTEBOOK, 2);
    browser.signs_up();
    browser.follow("Your addresses");
    browser.sees("You have not saved an address yet");
    browser.saves_an_address();
    browser.follow("Cart (2)");
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
fn an_order_goes_to_the_default_address_unless_another_one_is_typed() {
    let browser = Browser::at_the_shop();
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.signs_up();
    browser.follow("Your addresses");
    browser.saves_an_address();
    browser.press("Use the address Unter den Linden 6 as default");
    browser.sees("Your orders go here unless you choose another address.");
    browser.follow("Cart (1)");
    browser.press("To checkout");
    browser.sees("Your saved addresses");
    assert!(!browser.text().contains("Street and number"), "what is typed would not count");
    browser.choose("Another address …");
    browser.sees("Street and number");
    browser.press("Continue to the prices");
    browser.sees("Please check these fields");
    browser.expect_fault("422");
    assert!(browser.text().contains("Street and number"), "the form is shown as it was typed");
    browser.choose("Grace Hopper …");
    browser.press("Continue to the prices");
    browser.sees("Unter den Linden 6");
}

#[test]
fn a_customer_erases_the_account_and_looks_how_far_it_is_without_one() {
    let browser = Browser::at_the_shop();
    browser.signs_up();
    browser.follow("Erase account");
    browser.sees("Take your data along");
    let links = ["Download my account", "Download my orders", "Download my emails"];
    assert!(links.iter().all(|link| browser.offers(link)), "{}", browser.text());
    browser.fill("Current password", "not the password");
    browser.press("Erase my account for good");
    browser.sees("This cannot be taken back.");
    browser.expect_fault("422");
    browser.fill("Current password", PASSWORD);
    browser.press("Erase my account for good");
    browser.sees("Your account is being erased");
    assert!(browser.path().starts_with("/erasures/user_"), "{}", browser.path());
    browser.wait_until("everybody has said that it is erased", || {
        if !browser.text().contains("Everything is erased.") {
            browser.follow("Look again");
        }
        browser.text().contains("Everything is erased.").then_some(())
    });
    browser.assert_accessible();
    browser.open("/account");
    browser.sees("Sign in");
}
