//! Browsers in which no script runs, and people who use the keyboard alone.

use crate::browser::{Browser, Key};
use crate::shopping::{NOTEBOOK, PAYING_CARD, TEA};

#[test]
fn a_guest_buys_without_any_script_and_looks_again_by_a_link() {
    let browser = Browser::at_the_shop();
    browser.without_scripts();
    browser.buys(&TEA, 1, PAYING_CARD);
    browser.wait_until("the order is confirmed when it is looked at again", || {
        browser.follow("Refresh");
        browser.text().contains("Your order is confirmed").then_some(())
    });
    browser.follow("How this order moved through the shop");
    browser.sees("Who told whom what");
    browser.go_back();
    browser.follow("Cart");
    browser.sees("Your cart is empty.");
    browser.follow("Account");
    browser.sees("New here?");
}

#[test]
fn the_focus_is_where_the_keyboard_needs_it() {
    let browser = Browser::at_the_shop();
    browser.open("/");
    browser.press_key(Key::Tab);
    assert_eq!(browser.focused(), "Skip to content");
    browser.press_key(Key::Enter);
    browser.wait_until("the focus is on the content", || {
        (browser.value_of("document.activeElement.id") == "content").then_some(())
    });
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.press("To checkout");
    browser.fill("Name", "Ada Lovelace");
    browser.press("Continue to the prices");
    browser.sees("Please check these fields:");
    assert!(browser.focused().starts_with("Please check these fields:"), "{}", browser.focused());
    browser.expect_fault("422");
    browser.press_key(Key::Tab);
    assert_eq!(browser.focused(), "Email address: Please enter an email address such as ada@example.com.");
    browser.press_key(Key::Enter);
    browser.wait_until("the focus is on the field", || {
        (browser.value_of("document.activeElement.name") == "email").then_some(())
    });
    assert_eq!(browser.field("Name"), "Ada Lovelace", "nothing that was typed is lost");
}
