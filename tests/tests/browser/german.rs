//! The shop in German.

use crate::browser::Browser;
use crate::shopping::NOTEBOOK;

#[test]
fn a_visitor_who_chooses_german_reads_german_up_to_the_order_and_amounts_as_germans_write_them() {
    let browser = Browser::at_the_shop();
    browser.open("/");
    browser.follow("Deutsch");
    browser.sees("Sehen Sie sich um.");
    assert_eq!(browser.value_of("document.documentElement.lang"), "de");
    browser.fill("Suchen", NOTEBOOK.words);
    browser.submit_from("Suchen");
    browser.follow(NOTEBOOK.product);
    browser.choose("Dotted …");
    browser.fill("Menge", "100");
    browser.press("In den Warenkorb");
    browser.wait_for_path("/cart");
    shows_amount(&browser, "14,90 €");
    shows_amount(&browser, "1.490,00 €");
    browser.press("Zur Kasse");
    browser.fill("E-Mail-Adresse", "gast@example.com");
    browser.fill("Name", "Ada Lovelace");
    browser.fill("Straße und Hausnummer", "Invalidenstraße 116");
    browser.fill("Postleitzahl", "10115");
    browser.fill("Ort", "Berlin");
    browser.select("Land", "Deutschland");
    browser.press("Weiter zu den Preisen");
    shows_amount(&browser, "1.773,10 €");
    browser.press("Weiter zum Versand");
    browser.press("Weiter zur Zahlung");
    browser.choose("Testkarte, die bezahlt");
    browser.choose("Ich akzeptiere die AGB dieses Shops.");
    browser.press("Zahlungspflichtig bestellen: …");
    browser.is_at_an_order();
    browser.watches_it_become("Ihre Bestellung ist bestätigt");
    assert!(browser.region("Was bisher geschah").contains("Bestellung"));
    shows_amount(&browser, "1.490,00 €");
    // Or the shop soon has none left.
    browser.press("Bestellung stornieren");
    browser.watches_it_become("Ihre Bestellung ist storniert");
}

/// Waits until the page shows the amount, whatever blank is in it.
#[track_caller]
fn shows_amount(browser: &Browser, amount: &str) {
    browser.wait_until(&format!("the page shows {amount}"), || {
        browser.text().replace('\u{a0}', " ").contains(amount).then_some(())
    });
}
