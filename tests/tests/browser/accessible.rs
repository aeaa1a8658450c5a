//! Every kind of page, looked at by axe-core in the light and in the dark, and measured.

use crate::browser::Browser;
use crate::shopping::{AWAY, CONFIRMED_CARD, DECLINED_CARD, NOTEBOOK, PAYING_CARD, TEA};
use crate::staff;
use std::cell::RefCell;

/// A browser that looks at pages, and keeps what it finds until the end: so one run tells all.
struct Inspection {
    browser: Browser,
    found: RefCell<Vec<String>>,
}

impl Inspection {
    fn new() -> Self {
        Self { browser: Browser::at_the_shop(), found: RefCell::default() }
    }

    #[track_caller]
    fn looks_at(&self, kind: &str) {
        self.browser.assert_small(kind);
        assert!(!self.browser.text().contains(AWAY), "{kind}: a part is away");
        let look = |light: &str| {
            let found = self.browser.axe().into_iter().map(|violation| format!("{kind}, {light}: {violation}"));
            self.found.borrow_mut().extend(found);
        };
        look("in the light");
        self.browser.in_the_dark();
        look("in the dark");
        self.browser.in_the_light();
    }

    #[track_caller]
    fn ends(self) {
        let found = self.found.take();
        assert!(found.is_empty(), "not everybody can use these:\n{}", found.join("\n"));
    }
}

#[test]
fn everybody_can_use_the_pages_on_which_people_look_around() {
    let inspection = Inspection::new();
    let browser = &inspection.browser;
    browser.open("/");
    browser.sees("Sign in");
    inspection.looks_at("home");
    browser.in_the_dark();
    browser.picture("dark");
    browser.follow("Pantry");
    inspection.looks_at("category");
    browser.finds(&TEA);
    inspection.looks_at("product");
    browser.open("/search?q=tea");
    inspection.looks_at("search");
    browser.open("/search?q=nothingofthekind&min_price=x");
    browser.expect_fault("422");
    inspection.looks_at("search without a result");
    browser.open("/cart");
    inspection.looks_at("empty cart");
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.sees(NOTEBOOK.product);
    inspection.looks_at("cart");
    for legal in ["Imprint", "Terms", "Privacy"] {
        browser.follow(legal);
        inspection.looks_at(legal);
    }
    browser.open("/nowhere-at-all");
    browser.sees("We could not find this page");
    browser.expect_fault("404");
    inspection.looks_at("problem");
    inspection.ends();
}

#[test]
fn everybody_can_use_the_pages_on_the_way_to_an_order() {
    let inspection = Inspection::new();
    let browser = &inspection.browser;
    browser.puts_into_the_cart(&TEA, 1);
    browser.press("To checkout");
    inspection.looks_at("checkout: address");
    browser.press("Continue to the prices");
    browser.sees("Please check these fields:");
    browser.expect_fault("422");
    inspection.looks_at("checkout: refused address");
    browser.types_an_address(Some("guest@example.com"));
    browser.press("Continue to the prices");
    inspection.looks_at("checkout: prices");
    browser.press("Continue to delivery");
    inspection.looks_at("checkout: delivery");
    browser.press("Continue to payment");
    inspection.looks_at("checkout: payment");
    browser.fills_the_payment(DECLINED_CARD);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    browser.watches_it_become("Your payment was declined");
    browser.sees("Who told whom what");
    inspection.looks_at("order: declined");
    browser.press("Cancel this order");
    browser.watches_it_become("Your order is canceled");
    browser.sees("Who told whom what");
    inspection.looks_at("order: canceled");
    browser.follow("Orders");
    inspection.looks_at("orders of a guest");
    inspection.ends();
}

#[test]
fn everybody_can_use_the_pages_of_an_order_and_of_its_bank() {
    let inspection = Inspection::new();
    let browser = &inspection.browser;
    let order = browser.buys(&NOTEBOOK, 1, CONFIRMED_CARD);
    browser.watches_it_become("Your bank wants you to confirm");
    browser.press("Pay with another method");
    inspection.looks_at("order: to be confirmed");
    browser.follow("Confirm with your bank");
    inspection.looks_at("the bank's page");
    browser.press("Confirm");
    browser.is_at_an_order();
    browser.watches_it_become("Your order is confirmed");
    inspection.looks_at("order: confirmed");
    let shipment = staff::sends(order.id());
    staff::delivers(&shipment);
    browser.watches_it_become("Your parcel has arrived");
    browser.reload();
    browser.sees("Who told whom what");
    inspection.looks_at("order: delivered");
    inspection.ends();
}

#[test]
fn everybody_can_use_the_pages_of_an_account() {
    let inspection = Inspection::new();
    let browser = &inspection.browser;
    browser.open("/");
    browser.follow("Sign in");
    inspection.looks_at("sign-in");
    browser.signs_in("nobody@example.com");
    browser.sees("The email address or the password is wrong.");
    browser.expect_fault("422");
    inspection.looks_at("refused sign-in");
    browser.follow("Create an account");
    inspection.looks_at("sign-up");
    browser.fill("Your name", "Ada Lovelace");
    browser.fill("Email address", "ada@example.com");
    browser.fill("Password", "short");
    browser.press("Create account");
    browser.sees("Please check these fields:");
    browser.expect_fault("422");
    inspection.looks_at("refused sign-up");
    browser.signs_up();
    browser.sees("Ada Lovelace");
    inspection.looks_at("account");
    browser.follow("Your addresses");
    inspection.looks_at("addresses: none");
    browser.saves_an_address();
    inspection.looks_at("addresses");
    browser.follow("Edit the address Unter den Linden 6");
    inspection.looks_at("address");
    browser.follow("Orders");
    browser.sees("There are no orders here yet");
    inspection.looks_at("orders: none");
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.press("To checkout");
    browser.sees("Your saved addresses");
    inspection.looks_at("checkout: saved addresses");
    browser.choose("Grace Hopper …");
    browser.press("Continue to the prices");
    browser.goes_on_to_the_payment();
    browser.fills_the_payment(PAYING_CARD);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    browser.follow("Orders");
    browser.sees("My orders");
    inspection.looks_at("orders");
    inspection.ends();
}
