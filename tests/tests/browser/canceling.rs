//! A guest changes their mind.

use crate::browser::Browser;
use crate::mails::order_link_to;
use crate::shopping::{PAYING_CARD, TEA};

#[test]
fn a_guest_cancels_an_order_on_its_page_and_another_browser_shows_it_by_the_link_of_the_mail() {
    let browser = Browser::at_the_shop();
    let order = browser.buys(&TEA, 1, PAYING_CARD);
    browser.watches_it_become("Your order is confirmed");
    browser.sees("As long as the goods have not left, this costs you nothing.");
    browser.press("Cancel this order");
    browser.watches_it_become("Your order is canceled");
    browser.sees("You canceled it.");
    browser.watches_it_become("The amount that was held for this order is free again.");
    assert!(!browser.offers("Cancel this order"));
    let Some(link) = order_link_to(&order.email) else { return };
    let another = Browser::at_the_shop();
    another.open(&order.path);
    another.sees("New here?");
    another.open(&link);
    another.wait_for_path(&order.path);
    another.sees("Your order is canceled");
    another.follow("Orders");
    another.sees("These are the last orders placed as a guest in this browser.");
}
