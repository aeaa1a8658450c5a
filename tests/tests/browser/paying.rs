//! Payments that do not go through at once: the bank asks, or declines.

use crate::browser::Browser;
use crate::mails::order_link_to;
use crate::shopping::{CONFIRMED_CARD, DECLINED_CARD, NOTEBOOK, PAYING_CARD, TEA};

#[test]
fn somebody_signs_up_buys_with_3d_secure_and_finds_the_order_in_the_list_and_by_a_mail() {
    let browser = Browser::at_the_shop();
    let email = browser.signs_up();
    browser.sees("Ada Lovelace");
    browser.puts_into_the_cart(&TEA, 1);
    browser.buys_the_cart(None, CONFIRMED_CARD);
    let order = browser.is_at_an_order();
    browser.watches_it_become("Your bank wants you to confirm");
    browser.follow("Confirm with your bank");
    browser.sees("Do you want to make this payment?");
    browser.press("Confirm");
    browser.is_at_an_order();
    browser.watches_it_become("Your order is confirmed");
    let title = browser.title();
    let number = title.split(" – ").next().unwrap();
    browser.follow("Orders");
    browser.sees("My orders");
    browser.sees(number);
    browser.follow(number);
    browser.sees("Your order is confirmed");
    let Some(link) = order_link_to(&email) else { return };
    let another = Browser::at_the_shop();
    another.open(&link);
    another.signs_in(&email);
    another.wait_for_path(&order);
    another.sees("Your order is confirmed");
}

#[test]
fn whoever_leaves_the_banks_page_pays_with_another_card() {
    let browser = Browser::at_the_shop();
    browser.buys(&TEA, 1, CONFIRMED_CARD);
    browser.watches_it_become("Your bank wants you to confirm");
    browser.follow("Confirm with your bank");
    browser.follow("Back to the order");
    browser.press("Pay with another method");
    browser.choose(PAYING_CARD);
    browser.press("Pay €…");
    browser.watches_it_become("Your order is confirmed");
    assert!(browser.region("What happened so far").contains("You chose another payment method."));
}

#[test]
fn a_declined_card_and_a_refusal_at_the_bank_are_explained_with_the_tries_left_until_a_card_pays() {
    let browser = Browser::at_the_shop();
    browser.buys(&NOTEBOOK, 1, DECLINED_CARD);
    browser.watches_it_become("Your payment was declined");
    browser.sees("the bank declined the card, and says no more.");
    browser.sees("You can try 4 more times.");
    browser.choose(CONFIRMED_CARD);
    browser.press("Pay €…");
    browser.watches_it_become("Your bank wants you to confirm");
    browser.follow("Confirm with your bank");
    browser.press("Refuse");
    browser.is_at_an_order();
    browser.watches_it_become("it was not confirmed with the bank.");
    browser.sees("You can try 3 more times.");
    browser.choose(PAYING_CARD);
    browser.press("Pay €…");
    browser.watches_it_become("Your order is confirmed");
}
