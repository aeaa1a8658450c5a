//! Somebody runs the shop for a day by its pages alone: puts a product on sale and into stock, sells, packs and sends it, pays a part back,
//! finds out why an order is stuck and frees it, and reads the day's figures. Refuses the API and ids.

use crate::browser::Browser;
use crate::people::unique;
use crate::shopping::{CAPTURE_FAILS_CARD, NOTEBOOK, PAYING_CARD, Wanted};
use crate::waiting::until_within;
use std::time::Duration;

/// Made by the first of these days on a stage.
const CATEGORY: &str = "Kettles of the day";
/// What a page takes to show what somebody else did.
const PATIENCE: Duration = Duration::from_secs(30);

impl Browser {
    /// Makes the day's category by the form, unless a day before did.
    #[track_caller]
    fn has_a_category(&self) {
        self.follow("Products");
        self.follow("Categories");
        self.sees("New category");
        self.assert_accessible();
        if self.offers(CATEGORY) {
            return;
        }
        self.fill("Name", CATEGORY);
        self.fill("Name in addresses", "kettles-of-the-day");
        self.press("Save");
        self.sees("It is created.");
    }

    /// Puts a product on sale, and its first units into stock.
    #[track_caller]
    fn puts_on_sale(&self, units: u32) -> Wanted {
        // What is wanted is a constant elsewhere; a test's process is short.
        let word: &'static str = unique().leak();
        let product: &'static str = format!("Kettle {word}").leak();
        let sku: &'static str = format!("DAY-{word}").to_uppercase().leak();
        self.has_a_category();
        self.follow("Products");
        self.follow("New product");
        self.fill("Title", product);
        self.fill("Name in addresses", &format!("kettle-{word}"));
        self.select("Category", CATEGORY);
        self.select("Tax class", "Standard");
        self.fill("SKU", sku);
        self.fill("Name of the variant", "Plain");
        self.fill("Weight in grams", "400");
        self.fill("Currency", "EUR");
        self.fill("Price", "12.50");
        self.assert_accessible();
        self.press("Save");
        self.sees("It is created.");
        self.follow("Stock of this SKU");
        self.sees("Never stocked");
        self.fill("Units", &units.to_string());
        self.fill("Reason", "delivery note 7");
        self.press("Book");
        self.sees("The stock has been changed");
        self.reloads_until_it_sees("delivery note 7");
        self.assert_accessible();
        Wanted { words: word, product, variant: "Plain …", sku }
    }

    /// Buys a product that has just been put on sale, as soon as its page says that it can be bought. Returns the order's number.
    #[track_caller]
    fn buys_what_is_new(&self, wanted: &Wanted, units: u32) -> String {
        self.finds(wanted);
        self.sees(wanted.sku);
        until_within(PATIENCE, "the product is in stock", || {
            self.reload();
            let text = self.text();
            (text.contains("In stock") || text.contains("Only a few left")).then_some(())
        });
        self.choose(wanted.variant);
        self.fill("Quantity", &units.to_string());
        self.press("Add to cart");
        self.wait_for_path("/cart");
        self.buys_the_cart(Some(&format!("{}@example.com", unique())), PAYING_CARD);
        self.is_confirmed()
    }

    /// Waits for the confirmation on the order's page. Returns the order's number.
    #[track_caller]
    fn is_confirmed(&self) -> String {
        self.is_at_an_order();
        self.watches_it_become("Your order is confirmed");
        self.order_number()
    }

    /// Looks through the packing list, page by page, for an order that has just been confirmed.
    #[track_caller]
    fn finds_it_to_pack(&self, number: &str) {
        until_within(PATIENCE, &format!("order {number} is to be packed"), || {
            self.follow("Packing");
            while !self.text().contains(number) {
                if !self.offers("Next page") {
                    return None;
                }
                let here = self.path();
                self.follow("Next page");
                self.wait_until("the next page", || (self.path() != here).then_some(()));
            }
            Some(())
        });
    }

    /// Opens an order's packing slip to print it, and records that the goods left and arrived.
    #[track_caller]
    fn packs_and_sends(&self, number: &str) {
        self.finds_it_to_pack(number);
        self.choose(&format!("Choose order {number}"));
        self.assert_accessible();
        self.press("Packing slips of the chosen");
        self.sees(&format!("Packing slip of order {number}"));
        self.assert_accessible();
        self.go_back();
        self.sends_from_the_list(number);
        self.follow("Open this shipment to correct a mistake");
        self.press("The goods have arrived");
        self.sees("The delivery is recorded.");
    }

    /// Opens an order of the packing list, and records that its goods left.
    #[track_caller]
    fn sends_from_the_list(&self, number: &str) {
        self.follow(&format!("Pack and send: {number}"));
        self.fill("Carrier", "dhl");
        self.fill("Tracking number", "00340434161094042557");
        self.submit_from("Tracking number");
        self.sees(&format!("The goods of order {number} have left."));
    }

    /// Finds out by the start page and the payment why an order is stuck, and has it tried again until it is free.
    #[track_caller]
    fn finds_out_why_it_is_stuck_and_frees_it(&self, number: &str) {
        self.follow("Overview");
        until_within(PATIENCE, "the start page counts it", || {
            self.reload();
            self.sees("Today (UTC)");
            let text = self.text();
            (text.contains("to look at") && !text.contains("No payment to look at")).then_some(())
        });
        self.follow("Payments");
        self.follow(&format!("Payment of order {number}"));
        self.sees("The goods have left, and the provider did not hand over the money.");
        self.follow("Show the order");
        self.sees("Diagnosis");
        self.reloads_until_it_sees("Capture failed");
        self.assert_accessible();
        until_within(PATIENCE, "the order is free", || {
            if self.text().contains("Capture failed") {
                self.press("Send again");
                self.sees("What waited for an answer is sent again.");
            }
            self.reload();
            self.text().contains("Captured").then_some(())
        });
    }

    /// Reads what the day brought: the books, the money, and what was sold, each as a table; the last two as a plot and as a file, too.
    #[track_caller]
    fn reads_the_figures_of(&self, day: &str) {
        self.follow("Ledger");
        self.sees("Debits and credits are equal.");
        self.follow("Money by day");
        self.sees("Refund rate");
        self.has_a_table_a_plot_and_a_file("figures.csv", day);
        self.follow("Sales");
        self.sees("By product");
        self.has_a_table_a_plot_and_a_file("sales.csv", day);
        self.picture("sales");
    }

    #[track_caller]
    fn has_a_table_a_plot_and_a_file(&self, file: &str, day: &str) {
        for css in ["main table tbody tr", "main svg"] {
            let count = self.value_of(&format!("document.querySelectorAll('{css}').length"));
            assert!(count.as_u64().is_some_and(|count| count >= 1), "no {css}: {}", self.text());
        }
        self.assert_accessible();
        let download = format!("fetch(document.querySelector('a[href*=\"{file}\"]').href).then((file) => file.text())");
        let csv = self.value_of(&download);
        assert!(csv.as_str().is_some_and(|csv| csv.contains(day)), "{file} has no {day}: {csv}");
    }

    /// Today in UTC, as files have it.
    #[track_caller]
    fn today(&self) -> String {
        self.value_of("new Date().toISOString().slice(0, 10)").as_str().unwrap().to_owned()
    }
}

#[test]
fn somebody_runs_the_shop_for_a_day_by_its_pages_alone_and_frees_an_order_that_is_stuck() {
    let another = Browser::at_the_shop();
    another.buys(&NOTEBOOK, 1, CAPTURE_FAILS_CARD);
    let stuck = another.is_confirmed();

    let staff = Browser::at_the_shop();
    staff.enters_the_back_office();
    for waits in ["Placed today", "To pack", "Today (UTC)"] {
        staff.sees(waits);
    }
    staff.wait_until("CloudWatch says which alarms ring", || {
        let text = staff.text();
        (text.contains("No alarm rings.") || text.contains("Alarms that ring")).then_some(())
    });
    staff.assert_accessible();
    staff.picture("staff");
    let wanted = staff.puts_on_sale(5);

    let shopper = Browser::at_the_shop();
    let number = shopper.buys_what_is_new(&wanted, 2);
    let day = shopper.today();

    staff.looks_an_order_up(&number);
    staff.reloads_until_it_sees("To be packed");
    staff.assert_accessible();
    staff.packs_and_sends(&number);
    staff.looks_an_order_up(&number);
    staff.reloads_until_it_sees("Completed");
    staff.refunds_a_part("1,50");
    staff.assert_accessible();

    staff.finds_it_to_pack(&stuck);
    staff.sends_from_the_list(&stuck);
    staff.finds_out_why_it_is_stuck_and_frees_it(&stuck);
    staff.reads_the_figures_of(&day);
    for area in ["Shipping zones", "Stock", "Users", "Emails", "Settings"] {
        staff.follow(area);
        staff.assert_accessible();
    }
    shopper.watches_it_become("Your parcel has arrived");
}
