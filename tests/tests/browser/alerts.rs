//! A guest who wants to hear when something that is sold out is back.

use crate::browser::Browser;
use crate::cloud::mails_to;
use crate::goods::{priced, receive};
use crate::people::unique;
use crate::waiting::until;
use serde_json::json;

#[test]
fn a_guest_asks_on_the_page_of_a_product_and_confirms_by_the_link_in_the_mail() {
    let (goods, email) = (priced(&json!([{"amount": 1250, "currency": "EUR"}])), format!("{}@example.com", unique()));
    receive(&goods, 1);
    receive(&goods, -1);
    let browser = Browser::at_the_shop();
    let product = format!("/products/kettle-{}", goods.word);
    browser.wait_until("the page says that it is sold out", || {
        browser.open(&product);
        browser.text().contains("Tell me when it is back").then_some(())
    });
    browser.follow("Tell me when it is back");
    browser.assert_accessible();
    browser.fill("Email address", &email);
    browser.press("Tell me when it is back");
    browser.sees("Look into your mailbox");
    if mails_to(&email).is_none() {
        return;
    }
    let link = until("the mail that asks whether it is meant", || {
        let mails = mails_to(&email).unwrap_or_default();
        mails.iter().find_map(|mail| {
            let text = mail.to_string();
            let (_, rest) = text.split_once("/stock-alerts/")?;
            let token: String =
                rest.chars().take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect();
            Some(format!("/stock-alerts/{token}"))
        })
    });
    browser.open(&link);
    browser.sees(&email);
    browser.assert_accessible();
    browser.press("Yes, tell me");
    browser.sees("We will write to you as soon as it is back.");
}
