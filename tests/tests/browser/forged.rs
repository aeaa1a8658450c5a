//! A page of somebody else sends forms to the shop, with the visitor's browser.

use crate::address;
use crate::browser::Browser;
use crate::shopping::{NOTEBOOK, PAYING_CARD, TEA};
use crate::site::{Page, serve};

/// A site with a button that cancels an order, and one that puts a hundred units into the cart.
fn evil_site(order: &str) -> String {
    let (shop, sku) = (address::shop(), TEA.sku);
    let page = format!(
        "<!doctype html><title>Prizes</title><link rel=\"icon\" href=\"data:,\">\
         <form method=\"post\" action=\"{shop}{order}/cancellation\"><button>Win a prize</button></form>\
         <form method=\"post\" action=\"{shop}/cart/lines\"><input type=\"hidden\" name=\"sku\" value=\"{sku}\">\
         <input type=\"hidden\" name=\"quantity\" value=\"100\"><button>Win another</button></form>"
    );
    serve(move |_| Page::html(&*page))
}

#[test]
fn a_form_of_another_site_is_refused_and_changes_nothing() {
    let browser = Browser::at_the_shop();
    let order = browser.buys(&NOTEBOOK, 1, PAYING_CARD);
    browser.watches_it_become("Your order is confirmed");
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    let stranger = evil_site(&order.path);
    // To a neighbor of the same domain, the browser gives the shop's cookies.
    let neighbor = stranger.replace("127.0.0.1", "prizes.execute-api.localhost");
    for site in [stranger, neighbor] {
        for prize in ["Win a prize", "Win another"] {
            browser.open(&format!("{site}/"));
            browser.press(prize);
            browser.sees("Go to the start page");
            browser.expect_fault("403");
        }
    }
    browser.open("/");
    browser.follow("Cart (1)");
    assert!(!browser.text().contains(TEA.sku), "{}", browser.text());
    browser.open(&order.path);
    browser.sees("Your order is confirmed");
    assert!(browser.offers("Cancel this order"));
}
