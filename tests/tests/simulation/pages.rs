//! Shoppers, who see the shop by its pages alone: their way leads everywhere that an order by pages may lead.

use std::collections::BTreeSet;
use system_tests::sim::Plan;
use system_tests::sim::clock::on_virtual_time;
use system_tests::sim::run::{open_shop, run_customers};

/// Enough for somebody to meet everything.
const CUSTOMERS: u64 = 60;

/// What shoppers ask for, in the order of their way.
const WAY: [&str; 17] = [
    "GET /products/{id}",
    "GET /account/sign-up",
    "POST /account/sign-up",
    "POST /cart/lines",
    "GET /account/session",
    "POST /account/session",
    "GET /cart",
    "POST /checkout",
    "POST /checkout/order",
    "POST /checkout/delivery",
    "POST /checkout/payment",
    "POST /orders",
    "GET /orders/{id}",
    "POST /orders/{id}/payment",
    "POST /orders/{id}/cancellation",
    "POST /payments/{id}/challenge",
    "POST /shipments/{id}/demo",
];

#[test]
fn shoppers_go_all_the_way_from_a_product_to_the_parcel_by_pages_alone() {
    let plan = Plan { customers: CUSTOMERS, shoppers: 10_000, faults: 0, ..Plan::of(3) };
    let asked = on_virtual_time(async {
        let driver = open_shop(&plan).await;
        assert!(run_customers(&driver, CUSTOMERS).await);
        let stage = &driver.shop.stage;
        assert!(stage.violations().is_empty(), "{:#?}", stage.violations());
        stage.meter.waited()
    });
    let route = |request: &String| {
        let (method, path) = request.split_once(' ')?;
        let route = events::routes::at(path).find(|route| route.method == method)?;
        Some(format!("{method} {}", route.path))
    };
    let met: BTreeSet<String> = asked.keys().filter_map(route).collect();
    let missing: Vec<_> = WAY.into_iter().filter(|way| !met.contains(*way)).collect();
    assert!(missing.is_empty(), "never asked for: {missing:?}");
}
