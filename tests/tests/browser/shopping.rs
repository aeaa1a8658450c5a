//! The way from the home page to an order, step by step, as people go it. Refuses addresses of pages: whoever shops follows links and
//! presses buttons.

use crate::browser::Browser;
use crate::people::{PASSWORD, unique};
use std::time::Duration;

/// What an order takes to move on, with the page's waits between two looks.
const ORDER_PATIENCE: Duration = Duration::from_secs(60);

/// What stands in the place of a part whose owner does not answer.
pub const AWAY: &str = "This part of the shop is not available at the moment.";

pub const PAYING_CARD: &str = "Test card that pays";
pub const DECLINED_CARD: &str = "Test card that is declined";
pub const CONFIRMED_CARD: &str = "Test card that the bank wants confirmed (3-D Secure)";
pub const CAPTURE_FAILS_CARD: &str = "Test card whose money is taken at the third attempt";

/// A product of the demo's catalogue, as people find it.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// What is typed into the search.
    pub words: &'static str,
    pub product: &'static str,
    pub variant: &'static str,
    pub sku: &'static str,
}

pub const TEA: Wanted =
    Wanted { words: "ceylon", product: "Ceylon breakfast tea", variant: "100 g …", sku: "TEA-CEYLON-100" };
pub const NOTEBOOK: Wanted =
    Wanted { words: "notebook", product: "Thread-bound notebook", variant: "Lined …", sku: "STA-NOTE-LINED" };

/// An order, by its page.
#[derive(Debug, Clone)]
pub struct Placed {
    pub path: String,
    /// A guest's, or else the customer's.
    pub email: String,
}

impl Browser {
    /// Searches for a product from the home page, and opens its page.
    #[track_caller]
    pub fn finds(&self, wanted: &Wanted) {
        self.open("/");
        self.fill("Search", wanted.words);
        self.submit_from("Search");
        self.follow(wanted.product);
    }

    /// Finds a product, and puts some of it into the cart.
    #[track_caller]
    pub fn puts_into_the_cart(&self, wanted: &Wanted, units: u32) {
        self.finds(wanted);
        self.choose(wanted.variant);
        self.fill("Quantity", &units.to_string());
        self.press("Add to cart");
        self.wait_for_path("/cart");
    }

    /// Types where the goods are to go. A customer's email address is known.
    #[track_caller]
    pub fn types_an_address(&self, email: Option<&str>) {
        if let Some(email) = email {
            self.fill("Email address", email);
        }
        self.fill("Name", "Ada Lovelace");
        self.fill("Street and number", "Invalidenstraße 116");
        self.fill("Postal code", "10115");
        self.fill("City or town", "Berlin");
        self.select("Country", "Germany");
    }

    /// From the cart to the page with all prices.
    #[track_caller]
    pub fn asks_for_prices(&self, email: Option<&str>) {
        self.press("To checkout");
        self.types_an_address(email);
        self.press("Continue to the prices");
        self.sees("Total including tax, plus shipping");
    }

    /// From the page with all prices to the payment, with the first way to deliver.
    #[track_caller]
    pub fn goes_on_to_the_payment(&self) {
        self.press("Continue to delivery");
        self.press("Continue to payment");
    }

    /// Chooses a payment method and accepts the terms.
    #[track_caller]
    pub fn fills_the_payment(&self, method: &str) {
        self.choose(method);
        self.choose("I accept the terms of this shop.");
    }

    /// Waits for the page of an order.
    #[track_caller]
    pub fn is_at_an_order(&self) -> String {
        self.wait_until("the page of an order", || Some(self.path()).filter(|path| path.starts_with("/orders/order_")))
    }

    /// Buys as a guest who was never here.
    #[track_caller]
    pub fn buys(&self, wanted: &Wanted, units: u32, method: &str) -> Placed {
        let email = format!("{}@example.com", unique());
        self.puts_into_the_cart(wanted, units);
        self.buys_the_cart(Some(&email), method);
        Placed { path: self.is_at_an_order(), email }
    }

    /// Buys what is in the cart.
    #[track_caller]
    pub fn buys_the_cart(&self, email: Option<&str>, method: &str) {
        self.asks_for_prices(email);
        self.goes_on_to_the_payment();
        self.fills_the_payment(method);
        self.press("Order and pay …");
    }

    /// Makes an account, from the home page. Returns its email address.
    #[track_caller]
    pub fn signs_up(&self) -> String {
        let email = format!("{}@example.com", unique());
        self.open("/");
        self.follow("Sign in");
        self.follow("Create an account");
        self.fill("Your name", "Ada Lovelace");
        self.fill("Email address", &email);
        self.fill("Password", PASSWORD);
        self.press("Create account");
        self.sees("Your account");
        email
    }

    /// Saves an address on the page for it.
    #[track_caller]
    pub fn saves_an_address(&self) {
        self.fill("Name", "Grace Hopper");
        self.fill("Street and number", "Unter den Linden 6");
        self.fill("Postal code", "10117");
        self.fill("City or town", "Berlin");
        self.select("Country", "Germany");
        self.press("Save address");
        self.sees("Remove");
    }

    /// Signs in on the page that asks for it.
    #[track_caller]
    pub fn signs_in(&self, email: &str) {
        self.fill("Email address", email);
        self.fill("Password", PASSWORD);
        self.press("Sign in");
    }

    /// Waits until the order's page says so by itself.
    #[track_caller]
    pub fn watches_it_become(&self, headline: &str) {
        crate::waiting::until_within(ORDER_PATIENCE, &format!("the order's page says {headline:?}"), || {
            self.text().contains(headline).then_some(())
        });
    }

    /// Leaves a mark in the page, which is gone as soon as another page is loaded.
    #[track_caller]
    pub fn marks_the_page(&self) {
        self.value_of("(window.soukMark = true)");
    }

    #[track_caller]
    pub fn is_still_the_marked_page(&self) -> bool {
        self.value_of("window.soukMark === true") == true
    }
}
