//! A session that ends in the middle of the checkout.

use crate::browser::Browser;
use crate::shopping::{NOTEBOOK, PAYING_CARD};

const ACCESS: &str = "souk_access";
const REFRESH: &str = "souk_refresh";

/// No token any more: as good as one whose time is over.
const WORTHLESS: &str = "e30.e30.e30";

fn at_the_address_form() -> (Browser, String) {
    let browser = Browser::at_the_shop();
    let email = browser.signs_up();
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.press("To checkout");
    browser.types_an_address(None);
    (browser, email)
}

#[test]
fn a_session_that_expires_at_the_checkout_is_renewed_on_the_way_and_the_form_survives() {
    let (browser, _) = at_the_address_form();
    browser.spoil_cookie(ACCESS, WORTHLESS);
    browser.press("Continue to the prices");
    browser.sees("Total including tax, plus shipping");
    browser.sees("Invalidenstraße 116");
    assert_ne!(browser.cookie(ACCESS).unwrap().value, WORTHLESS);
    browser.goes_on_to_the_payment();
    browser.fills_the_payment(PAYING_CARD);
    browser.spoil_cookie(ACCESS, WORTHLESS);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    let title = browser.title();
    browser.follow("Orders");
    browser.sees("My orders");
    browser.sees(title.split(" – ").next().unwrap());
    assert!(!browser.text().contains("placed as a guest"), "the order is the customer's");
}

#[test]
fn whoever_has_no_session_any_more_signs_in_and_sends_the_same_form_again() {
    let (browser, email) = at_the_address_form();
    browser.spoil_cookie(ACCESS, WORTHLESS);
    browser.forget_cookie(REFRESH);
    browser.press("Continue to the prices");
    browser.sees("Nothing you typed is lost");
    browser.expect_fault("403");
    browser.signs_in(&email);
    browser.press("Send it now");
    browser.sees("Total including tax, plus shipping");
    browser.sees("Invalidenstraße 116");
}
