//! Staff's way through the back office, step by step, as they go it; and what they find while a part of the shop is away. Refuses addresses
//! of pages and ids: staff follow links, and type what a customer reads out.

use crate::browser::Browser;
use crate::people::{PASSWORD, now};
use crate::shopping::{AWAY, NOTEBOOK, PAYING_CARD};
use crate::staff;
use std::time::Duration;
use system_tests::authenticator::App;

/// What an order, or its money, takes to move on.
const PATIENCE: Duration = Duration::from_secs(60);

impl Browser {
    /// The number of the order whose page this is, as its title says it.
    #[track_caller]
    pub fn order_number(&self) -> String {
        let title = self.title();
        let number = title.split_whitespace().find(|word| word.len() == 11 && word.contains('-'));
        number.unwrap_or_else(|| panic!("no number in {title:?}")).to_owned()
    }

    /// Signs in as a new colleague, on the way to the back office, which leads over the page on which a second factor is added.
    #[track_caller]
    pub fn enters_the_back_office(&self) {
        let email = staff::new_colleague();
        self.open("/staff");
        self.fill("Email address", &email);
        self.fill("Password", PASSWORD);
        self.press("Sign in");
        self.sees("You work for this shop");
        self.adds_an_app();
        self.sees("What waits in each area of the shop.");
    }

    /// Types the key that the page shows into an authenticator app, and the app's first code into the page.
    #[track_caller]
    fn adds_an_app(&self) {
        self.fill("Password", PASSWORD);
        self.press("Set up an app");
        self.sees("Scan the picture");
        let key = self.value_of("document.querySelector('main dl.facts dd').innerText.trim()");
        let app = App::with(key.as_str().unwrap());
        self.fill("Code of six digits", &app.code(now()));
        self.press("Confirm");
        self.sees("They are shown this once.");
        self.follow("I have kept them");
    }

    /// Finds an order by the number that somebody read out.
    #[track_caller]
    pub fn looks_an_order_up(&self, number: &str) {
        self.follow("Overview");
        self.follow("All orders");
        self.fill("Order number", &number.to_lowercase());
        self.press("Find");
        self.follow(number);
        self.sees("Diagnosis");
    }

    /// Pays a part of an order's money back, from the page of the order.
    #[track_caller]
    pub fn refunds_a_part(&self, amount: &str) {
        self.follow("Payment, transactions and refunds");
        self.sees("Captured: the money is the shop's");
        self.fill("Amount in EUR", amount);
        self.fill("Reason", "a broken cup");
        self.choose("Yes, this money is to be paid back");
        self.press("Refund");
        self.sees("is refunded. The provider pays it back shortly.");
        self.reloads_until_it_sees("Partly refunded");
    }

    /// Loads the page again until it says so.
    #[track_caller]
    pub fn reloads_until_it_sees(&self, text: &str) {
        crate::waiting::until_within(PATIENCE, &format!("the page says {text:?}"), || {
            self.reload();
            self.text().contains(text).then_some(())
        });
    }
}

#[test]
fn a_part_of_the_start_page_whose_owner_is_away_leaves_its_gap_and_a_customer_finds_no_back_office() {
    let staff = Browser::at_the_shop();
    staff.without_answers_from(&["*/staff/shipping/summary"]);
    staff.enters_the_back_office();
    staff.sees("Placed today");
    staff.sees(AWAY);

    let customer = Browser::at_the_shop();
    customer.signs_up();
    assert!(!customer.offers("Back office"));
    customer.open("/staff/orders");
    customer.expect_fault("403");
    assert!(!customer.text().contains("Order number"), "{}", customer.text());
}

#[test]
fn staff_look_orders_up_and_refund_while_shipping_is_away() {
    let shopper = Browser::at_the_shop();
    let placed = shopper.buys(&NOTEBOOK, 1, PAYING_CARD);
    shopper.watches_it_become("Your order is confirmed");
    let number = shopper.order_number();
    staff::sends(placed.path.rsplit('/').next().unwrap());

    let colleague = Browser::at_the_shop();
    colleague.without_answers_from(&["*/staff/shipping*"]);
    colleague.enters_the_back_office();
    colleague.sees("Placed today");
    colleague.sees("Today (UTC)");
    colleague.sees(AWAY);
    colleague.assert_accessible();
    colleague.looks_an_order_up(&number);
    colleague.reloads_until_it_sees("Captured");
    colleague.sees("00340434161094042557");
    colleague.refunds_a_part("1,00");
    colleague.follow("Show the order");
    colleague.reloads_until_it_sees("Partially refunded");
    colleague.follow("Overview");
    colleague.follow("All orders");
    colleague.fill("Email address of a guest", &placed.email);
    colleague.press("Find");
    colleague.sees(&number);
}
