//! Shoppers, who see the shop by its pages alone: their way leads everywhere that an order by pages may lead.

use events::Currency;
use orders::domain::order::Order;
use orders::domain::states::{FulfillmentState, Status};
use payments::domain::Phase;
use std::collections::BTreeSet;
use system_tests::sim::Plan;
use system_tests::sim::clock::on_virtual_time;
use system_tests::sim::invariants::end::End;
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
    // Stock for ten times as many, so that hardly anybody finds nothing left.
    let plan = Plan { customers: 10 * CUSTOMERS, shoppers: 10_000, faults: 0, ..Plan::of(3) };
    let asked = on_virtual_time(async {
        let driver = open_shop(&plan).await;
        assert!(run_customers(&driver, CUSTOMERS).await);
        let stage = &driver.shop.stage;
        assert!(stage.violations().is_empty(), "{:#?}", stage.violations());
        much_came_of_it(&End::of(stage, true));
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

/// Nearly every shopper ordered, and each way that an order may go was gone.
fn much_came_of_it(end: &End<'_>) {
    let filled = end.stage.filled.lock().unwrap();
    let ordered = filled.iter().filter(|shopper| shopper.orders.iter().any(|id| end.orders.contains_key(id))).count();
    assert!(ordered * 5 >= filled.len() * 4, "only {ordered} of {} shoppers have an order", filled.len());
    let orders: Vec<&Order> =
        filled.iter().flat_map(|shopper| &shopper.orders).filter_map(|id| end.orders.get(id)).collect();
    let confirmed_at_the_bank = |order: &Order| {
        let mut log = end.payment(order).into_iter().flat_map(|payment| &payment.log);
        log.any(|made| made.input == "challenge" && made.phase == Phase::Succeeded)
    };
    let ways = [
        ("delivered", orders.iter().any(|order| order.fulfillment_state == FulfillmentState::Delivered)),
        ("canceled", orders.iter().any(|order| order.status == Status::Canceled)),
        ("confirmed at the bank", orders.iter().any(|order| confirmed_at_the_bank(order))),
        ("in dollars", orders.iter().any(|order| order.currency == Currency::USD)),
    ];
    let missing: Vec<_> = ways.into_iter().filter(|(_, is_met)| !is_met).map(|(way, _)| way).collect();
    assert!(missing.is_empty(), "no order was ever {missing:?}");
}
