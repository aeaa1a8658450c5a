//! Every kind of page, looked at by axe-core in the light and in the dark, and measured. Run every night.

use crate::browser::{Browser, Violation};
use crate::shopping::{AWAY, CONFIRMED_CARD, DECLINED_CARD, NOTEBOOK, PAYING_CARD, TEA};
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

    /// Looks at the page that shows this text.
    #[track_caller]
    fn looks_at(&self, kind: &str, text: &str) {
        self.browser.sees(text);
        self.browser.assert_small(kind);
        // Nobody knows beforehand how many addresses somebody has saved.
        let grows = kind.starts_with("order: ") || kind == "checkout: saved addresses";
        self.browser.assert_still(kind, grows);
        assert!(!self.browser.text().contains(AWAY), "{kind}: a part is away");
        let tell = |light: &str, found: Vec<Violation>| {
            let found = found.into_iter().map(|violation| format!("{kind}, {light}: {violation}"));
            self.found.borrow_mut().extend(found);
        };
        tell("in the light", self.browser.axe());
        self.browser.in_the_dark();
        tell("in the dark", self.browser.axe_about_colors());
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
    inspection.looks_at("home", "Sign in");
    browser.in_the_dark();
    browser.picture("dark");
    browser.in_the_light();
    browser.follow("Pantry");
    inspection.looks_at("category", "Filter and sort");
    browser.finds(&TEA);
    inspection.looks_at("product", "Choose a variant");
    browser.open("/search?q=tea");
    inspection.looks_at("search", "Only what is in stock");
    browser.open("/search?q=nothingofthekind&min_price=x");
    browser.expect_fault("422");
    inspection.looks_at("search without a result", "Please enter a price such as 12.50");
    browser.open("/cart");
    inspection.looks_at("empty cart", "Your cart is empty.");
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    inspection.looks_at("cart", NOTEBOOK.product);
    for legal in ["Imprint", "Terms", "Privacy"] {
        browser.follow(legal);
        browser.wait_for_path(&format!("/{}", legal.to_lowercase()));
        inspection.looks_at(legal, "Version: ");
    }
    browser.open("/nowhere-at-all");
    browser.expect_fault("404");
    inspection.looks_at("problem", "We could not find this page");
    inspection.ends();
}

#[test]
fn everybody_can_use_the_pages_on_the_way_to_an_order() {
    let inspection = Inspection::new();
    let browser = &inspection.browser;
    browser.puts_into_the_cart(&TEA, 1);
    browser.press("To checkout");
    inspection.looks_at("checkout: address", "Where should your order go?");
    browser.press("Continue to the prices");
    browser.expect_fault("422");
    inspection.looks_at("checkout: refused address", "Please check these fields:");
    browser.types_an_address(Some("guest@example.com"));
    browser.press("Continue to the prices");
    inspection.looks_at("checkout: prices", "Total including tax, plus shipping");
    browser.press("Continue to delivery");
    inspection.looks_at("checkout: delivery", "How shall we deliver?");
    browser.press("Continue to payment");
    inspection.looks_at("checkout: payment", "How do you want to pay?");
    browser.fills_the_payment(DECLINED_CARD);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    browser.watches_it_become("Your payment was declined");
    inspection.looks_at("order: declined", "Who told whom what");
    browser.press("Cancel this order");
    browser.watches_it_become("Your order is canceled");
    inspection.looks_at("order: canceled", "Who told whom what");
    browser.follow("Orders");
    inspection.looks_at("orders of a guest", "placed as a guest");
    inspection.ends();
}

#[test]
fn everybody_can_use_the_pages_of_an_order_and_of_its_bank() {
    let inspection = Inspection::new();
    let browser = &inspection.browser;
    browser.buys(&NOTEBOOK, 1, CONFIRMED_CARD);
    browser.watches_it_become("Your bank wants you to confirm");
    browser.press("Pay with another method");
    inspection.looks_at("order: to be confirmed", "You can try 4 more times.");
    browser.follow("Confirm with your bank");
    inspection.looks_at("the bank's page", "Do you want to make this payment?");
    browser.press("Confirm");
    browser.is_at_an_order();
    browser.watches_it_become("Your order is confirmed");
    inspection.looks_at("order: confirmed", "Who told whom what");
    inspection.ends();
}

#[test]
fn everybody_can_use_the_pages_of_an_account() {
    let inspection = Inspection::new();
    let browser = &inspection.browser;
    browser.open("/");
    browser.follow("Sign in");
    inspection.looks_at("sign-in", "New here?");
    browser.signs_in("nobody@example.com");
    browser.expect_fault("422");
    inspection.looks_at("refused sign-in", "The email address or the password is wrong.");
    browser.follow("Create an account");
    inspection.looks_at("sign-up", "You already have an account?");
    browser.fill("Your name", "Ada Lovelace");
    browser.fill("Email address", "ada@example.com");
    browser.fill("Password", "short");
    browser.press("Create account");
    browser.expect_fault("422");
    inspection.looks_at("refused sign-up", "Please check these fields:");
    browser.signs_up();
    inspection.looks_at("account", "Ada Lovelace");
    browser.follow("Passkeys");
    inspection.looks_at("passkeys", "You have no passkey yet.");
    browser.follow("Your account");
    browser.follow("Your addresses");
    inspection.looks_at("addresses: none", "You have not saved an address yet");
    browser.saves_an_address();
    inspection.looks_at("addresses", "Grace Hopper");
    browser.follow("Edit the address Unter den Linden 6");
    inspection.looks_at("address", "Edit address");
    browser.follow("Orders");
    inspection.looks_at("orders: none", "There are no orders here yet");
    browser.puts_into_the_cart(&NOTEBOOK, 1);
    browser.press("To checkout");
    inspection.looks_at("checkout: saved addresses", "Your saved addresses");
    browser.choose("Grace Hopper …");
    browser.press("Continue to the prices");
    browser.goes_on_to_the_payment();
    browser.fills_the_payment(PAYING_CARD);
    browser.press("Order and pay …");
    browser.is_at_an_order();
    browser.follow("Orders");
    browser.sees("My orders");
    inspection.looks_at("orders", "Placed");
    inspection.ends();
}
