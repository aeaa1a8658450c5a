//! A guest buys, and watches the order and its saga to the end; another one's shop has parts that are away.

use crate::browser::Browser;
use crate::shopping::{AWAY, NOTEBOOK, PAYING_CARD, TEA};
use crate::staff;

#[test]
fn a_guest_buys_two_and_watches_the_order_arrive_and_its_saga_drawn_without_a_reload() {
    let browser = Browser::at_the_shop();
    browser.open("/");
    browser.sees("Sign in");
    browser.picture("home");
    browser.finds(&TEA);
    browser.sees("plus tax and shipping");
    browser.picture("product");
    browser.choose("250 g …");
    browser.choose(TEA.variant);
    browser.fill("Quantity", "2");
    browser.press("Add to cart");
    browser.sees("Cart (2)");
    browser.sees("Ceylon breakfast tea");
    assert!(browser.region("In your cart").contains("Ceylon breakfast tea"));
    browser.asks_for_prices(Some("guest@example.com"));
    browser.goes_on_to_the_payment();
    browser.fills_the_payment(PAYING_CARD);
    browser.value_of("document.querySelector('main fieldset').scrollIntoView()");
    browser.picture("payment");
    browser.press("Order and pay …");
    let path = browser.is_at_an_order();
    browser.marks_the_page();
    browser.watches_it_become("Your order is confirmed");
    let shipment = staff::sends(path.rsplit('/').next().unwrap());
    browser.watches_it_become("Your parcel is on its way");
    browser.sees("00340434161094042557");
    browser.picture("order");
    staff::delivers(&shipment);
    browser.watches_it_become("Your parcel has arrived");
    the_saga_is_drawn_to_its_end(&browser);
    browser.assert_accessible();
    assert!(browser.is_still_the_marked_page(), "nobody loaded the page anew");
    assert!(browser.region("What happened so far").contains("Your payment was approved"));
    browser.follow("Orders");
    browser.follow("Cart");
    browser.sees("Your cart is empty.");
    browser.follow("Orders");
    browser.sees("These are the last orders placed as a guest in this browser.");
}

/// The path is highlighted, the state in which the order ended is marked, and all who took part are there.
#[track_caller]
fn the_saga_is_drawn_to_its_end(browser: &Browser) {
    let the_end = "document.querySelector('.saga-states .saga-now')?.textContent.trim()";
    browser.wait_until("the drawing has the end", || (browser.value_of(the_end) == "completed").then_some(()));
    let count = |css: &str| browser.value_of(&format!("document.querySelectorAll('{css}').length")).as_i64().unwrap();
    assert_eq!((count("svg.saga-states"), count("svg.saga-sequence")), (1, 1));
    assert!(count(".saga-states .saga-taken") >= 3, "{} transitions", count(".saga-states .saga-taken"));
    assert_eq!(count(".saga-states .saga-now"), 1);
    let told = browser.value_of("document.querySelector('svg.saga-sequence').textContent");
    for capability in ["orders", "inventory", "payments", "shipping"] {
        assert!(told.as_str().unwrap().contains(capability), "{capability}: {told}");
    }
    browser.value_of("document.querySelector('.saga').scrollIntoView()");
    browser.picture("saga");
}

#[test]
fn parts_whose_owner_is_away_say_so_in_their_place_and_the_rest_of_the_page_works() {
    let browser = Browser::at_the_shop();
    browser.without_answers_from(&["*/fragments/*"]);
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.wait_until("name, cart and lines say so", || (browser.text().matches(AWAY).count() == 3).then_some(()));
    assert!(browser.region("In your cart").contains("STA-NOTE-LINED – Quantity: 1"), "{}", browser.text());
    browser.buys_the_cart(Some("guest@example.com"), PAYING_CARD);
    browser.is_at_an_order();
    browser.sees("The drawing of this order is not available at the moment.");
    browser.wait_until("the order is confirmed when it is looked at again", || {
        browser.follow("Refresh");
        browser.text().contains("Your order is confirmed").then_some(())
    });
}
