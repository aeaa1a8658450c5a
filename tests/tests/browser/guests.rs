//! A guest buys, and watches the order arrive; another one's shop has parts that are away.

use crate::browser::Browser;
use crate::shopping::{AWAY, NOTEBOOK, PAYING_CARD, TEA};
use crate::staff;

#[test]
fn a_guest_finds_a_product_buys_two_and_watches_the_order_arrive_by_itself() {
    let browser = Browser::at_the_shop();
    browser.open("/");
    browser.picture("home");
    browser.finds(&TEA);
    browser.sees("plus tax and shipping");
    browser.picture("product");
    browser.choose("250 g …");
    browser.choose(TEA.variant);
    browser.fill("Quantity", "2");
    browser.press("Add to cart");
    browser.sees("Cart (2)");
    assert!(browser.region("In your cart").contains("Ceylon breakfast tea"));
    browser.asks_for_prices(Some("guest@example.com"));
    browser.goes_on_to_the_payment();
    browser.fills_the_payment(PAYING_CARD);
    browser.picture("payment");
    browser.press("Order and pay …");
    let path = browser.is_at_an_order();
    browser.marks_the_page();
    browser.watches_it_become("Your order is confirmed");
    browser.picture("order");
    let shipment = staff::sends(path.rsplit('/').next().unwrap());
    browser.watches_it_become("Your parcel is on its way");
    browser.sees("00340434161094042557");
    staff::delivers(&shipment);
    browser.watches_it_become("Your parcel has arrived");
    assert!(browser.is_still_the_marked_page(), "nobody loaded the page anew");
    assert!(browser.region("What happened so far").contains("Your payment was approved"));
    browser.sees("Cart");
    browser.follow("Cart");
    browser.sees("Your cart is empty.");
    browser.follow("Orders");
    browser.sees("These are the last orders placed as a guest in this browser.");
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
    browser.expect_fault("ERR_BLOCKED_BY_CLIENT");
}

#[test]
fn the_saga_is_drawn_with_the_path_and_the_state_in_which_the_order_ended() {
    let browser = Browser::at_the_shop();
    let order = browser.buys(&TEA, 1, PAYING_CARD);
    browser.watches_it_become("Your order is confirmed");
    let shipment = staff::sends(order.id());
    staff::delivers(&shipment);
    browser.watches_it_become("Your parcel has arrived");
    browser.reload();
    browser.sees("Who told whom what");
    let count = |css: &str| browser.value_of(&format!("document.querySelectorAll('{css}').length")).as_i64().unwrap();
    assert_eq!((count("svg.saga-states"), count("svg.saga-sequence")), (1, 1));
    assert!(count(".saga-states .saga-taken") >= 3, "{} transitions", count(".saga-states .saga-taken"));
    assert_eq!(count(".saga-states .saga-now"), 1);
    assert_eq!(browser.value_of("document.querySelector('.saga-states .saga-now').textContent.trim()"), "completed");
    for capability in ["orders", "inventory", "payments", "shipping"] {
        let lanes = browser.value_of("document.querySelector('svg.saga-sequence').textContent");
        assert!(lanes.as_str().unwrap().contains(capability), "{capability}: {lanes}");
    }
    browser.value_of("document.querySelector('.saga').scrollIntoView()");
    browser.picture("saga");
}
