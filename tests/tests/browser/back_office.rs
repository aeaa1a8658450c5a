//! Somebody runs the shop by its pages: what waits, an order, its parcel, a refund and the day's figures, without typing an id.

use crate::browser::Browser;
use crate::shopping::{PAYING_CARD, TEA};
use crate::stage::stage;
use std::time::Duration;

/// What an order, or its money, takes to move on.
const PATIENCE: Duration = Duration::from_secs(60);

impl Browser {
    /// Signs in as the demo's member of staff, on the way to the back office.
    #[track_caller]
    fn enters_the_back_office(&self) {
        let (email, password) = stage().demo("staff");
        self.open("/staff");
        self.fill("Email address", &email);
        self.fill("Password", &password);
        self.press("Sign in");
        self.sees("What waits in each area of the shop.");
    }

    /// Finds an order by the number that somebody read out.
    #[track_caller]
    fn looks_an_order_up(&self, number: &str) {
        self.follow("Overview");
        self.follow("All orders");
        self.fill("Order number", &number.to_lowercase());
        self.press("Find");
        self.follow(number);
        self.sees("Diagnosis");
    }

    /// Loads the page again until it says so.
    #[track_caller]
    fn reloads_until_it_sees(&self, text: &str) {
        crate::waiting::until_within(PATIENCE, &format!("the page says {text:?}"), || {
            self.reload();
            self.text().contains(text).then_some(())
        });
    }
}

#[test]
fn a_member_of_staff_finds_an_order_sends_it_refunds_a_part_and_reads_the_day_without_an_id() {
    let shopper = Browser::at_the_shop();
    shopper.buys(&TEA, 1, PAYING_CARD);
    shopper.watches_it_become("Your order is confirmed");
    let title = shopper.title();
    let number = title.split_whitespace().find(|word| word.len() == 11 && word.contains('-')).unwrap().to_owned();

    let staff = Browser::at_the_shop();
    staff.enters_the_back_office();
    for waits in ["Placed today", "To pack", "Today (UTC)"] {
        staff.sees(waits);
    }
    staff.assert_accessible();
    staff.looks_an_order_up(&number);
    staff.reloads_until_it_sees("Waits for shipping");
    staff.assert_accessible();

    staff.follow("Shipment and dispatch");
    staff.assert_accessible();
    staff.fill("Carrier", "dhl");
    staff.fill("Tracking number", "00340434161094042557");
    staff.submit_from("Tracking number");
    staff.sees(&format!("The goods of order {number} have left."));
    staff.assert_accessible();
    staff.follow("Open this shipment to correct a mistake");
    staff.press("The goods have arrived");
    staff.sees("The delivery is recorded.");

    staff.looks_an_order_up(&number);
    staff.reloads_until_it_sees("Completed");
    staff.follow("Payment, transactions and refunds");
    staff.sees("Captured: the money is the shop's");
    staff.assert_accessible();
    staff.fill("Amount in EUR", "1,50");
    staff.fill("Reason", "a broken cup");
    staff.choose("Yes, this money is to be paid back");
    staff.press("Refund");
    staff.sees("is refunded. The provider pays it back shortly.");
    staff.reloads_until_it_sees("Partly refunded");

    staff.follow("Ledger");
    staff.sees("Debits and credits are equal.");
    staff.assert_accessible();
    for area in ["Products", "Stock", "Users"] {
        staff.follow(area);
        staff.assert_accessible();
    }
    shopper.watches_it_become("Your parcel has arrived");
}

#[test]
fn a_part_of_the_start_page_whose_owner_is_away_leaves_its_gap_and_a_customer_finds_no_back_office() {
    let staff = Browser::at_the_shop();
    staff.without_answers_from(&["*/staff/shipping/summary"]);
    staff.enters_the_back_office();
    staff.sees("Placed today");
    staff.sees(crate::shopping::AWAY);

    let customer = Browser::at_the_shop();
    customer.signs_up();
    assert!(!customer.offers("Back office"));
    customer.open("/staff/orders");
    customer.expect_fault("403");
    assert!(!customer.text().contains("Order number"), "{}", customer.text());
}
