//! The same order, however often its form is sent: a double click, a reload, the back button.

use crate::browser::Browser;
use crate::shopping::{DECLINED_CARD, NOTEBOOK, PAYING_CARD};

#[test]
fn a_double_click_a_reload_and_the_back_button_find_the_same_order() {
    let browser = Browser::at_the_shop();
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.asks_for_prices(Some("guest@example.com"));
    browser.goes_on_to_the_payment();
    browser.fills_the_payment(PAYING_CARD);
    browser.press_twice("Order and pay …");
    let order = browser.is_at_an_order();
    browser.reload();
    assert_eq!(browser.path(), order);
    browser.go_back();
    browser.fills_the_payment(DECLINED_CARD);
    browser.press("Order and pay …");
    assert_eq!(browser.is_at_an_order(), order);
    browser.watches_it_become("Your order is confirmed");
    browser.follow("Orders");
    browser.sees("These are the last orders placed as a guest in this browser.");
    assert_eq!(browser.text().matches("Order ").count(), 1, "{}", browser.text());
}
