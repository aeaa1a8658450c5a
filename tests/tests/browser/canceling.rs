//! A guest changes their mind.

use crate::browser::Browser;
use crate::shopping::{PAYING_CARD, TEA};

#[test]
fn a_guest_cancels_an_order_on_its_page_and_the_money_is_free_again() {
    let browser = Browser::at_the_shop();
    browser.buys(&TEA, 1, PAYING_CARD);
    browser.watches_it_become("Your order is confirmed");
    browser.sees("As long as the goods have not left, this costs you nothing.");
    browser.press("Cancel this order");
    browser.watches_it_become("Your order is canceled");
    browser.sees("You canceled it.");
    browser.watches_it_become("The amount that was held for this order is free again.");
    assert!(!browser.offers("Cancel this order"));
}
