//! The API's reference, which the catalogue serves as a page.

use crate::browser::Browser;

#[test]
fn the_reference_of_the_api_is_read_in_a_browser_by_everybody() {
    let browser = Browser::at_the_shop();
    browser.open("/v1/docs");
    browser.sees("/v1/quotes");
    browser.assert_accessible();
    browser.on_a_phone();
    browser.sees("/v1/quotes");
}
