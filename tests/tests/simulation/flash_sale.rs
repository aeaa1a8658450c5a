//! Many buyers, few units.

use system_tests::sim::flash_sale::flash_sale;

#[test]
fn of_a_thousand_buyers_of_ten_units_exactly_ten_are_served() {
    let outcome = flash_sale(1, 1_000, 10, None);
    assert_eq!((outcome.served, outcome.rejected, outcome.left), (10, 990, 0), "{outcome:?}");
    assert!(outcome.violations.is_empty(), "{:#?}", outcome.violations);
}
