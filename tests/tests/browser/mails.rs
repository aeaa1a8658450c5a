//! The links of emails. Only an emulator shows what it sent: elsewhere, mails are in somebody's inbox.

use crate::cloud::mails_to;
use crate::waiting::until;

/// The link to an order in the first mail to an address that has one.
pub fn order_link_to(email: &str) -> Option<String> {
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
fn a_link_ends_where_the_text_around_it_begins() {
    let link = "http://shop.example/orders/order_1?token=1.2.a-b_c";
    for mail in [format!("See your order: {link}\\n\\nBye"), format!("<a href=\\\"{link}\\\">Your order</a>")] {
        assert_eq!(order_link(&mail).as_deref(), Some(link));
    }
    assert_eq!(order_link("http://shop.example/terms order_1"), None);
}
