//! The links of emails. Only an emulator shows what it sent: elsewhere, mails are in somebody's inbox.

use crate::browser::Browser;
use crate::cloud::mails_to;
use crate::shopping::{PAYING_CARD, TEA};
use crate::waiting::until;

/// The link to an order in the first mail to an address that has one.
fn mailed_link(email: &str) -> Option<String> {
    mails_to(email)?;
    Some(until(&format!("a mail to {email} with a link to the order"), || {
        let mails = mails_to(email).unwrap_or_default();
        mails.iter().find_map(|mail| order_link(&mail.to_string()))
    }))
}

fn order_link(mail: &str) -> Option<String> {
    let is_end = |sign: char| sign.is_whitespace() || matches!(sign, '"' | '\\' | '<' | '>');
    mail.split(is_end).find(|word| word.starts_with("http") && word.contains("/orders/order_")).map(str::to_owned)
}

#[test]
fn the_link_of_a_guests_mail_opens_the_order_in_another_browser() {
    let browser = Browser::at_the_shop();
    let order = browser.buys(&TEA, 1, PAYING_CARD);
    let Some(link) = mailed_link(&order.email) else { return };
    let another = Browser::at_the_shop();
    another.open(&order.path);
    another.sees("Sign in");
    another.open(&link);
    another.wait_for_path(&order.path);
    another.watches_it_become("Your order is confirmed");
    another.follow("Orders");
    another.sees("These are the last orders placed as a guest in this browser.");
}

#[test]
fn the_link_of_a_customers_mail_asks_to_sign_in_and_leads_to_the_order() {
    let browser = Browser::at_the_shop();
    let email = browser.signs_up();
    browser.puts_into_the_cart(&TEA, 1);
    browser.buys_the_cart(None, PAYING_CARD);
    let order = browser.is_at_an_order();
    let Some(link) = mailed_link(&email) else { return };
    let another = Browser::at_the_shop();
    another.open(&link);
    another.signs_in(&email);
    another.wait_for_path(&order);
    another.watches_it_become("Your order is confirmed");
}
