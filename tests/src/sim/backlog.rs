//! More orders are due at one tick than a sweep can look at in its time: it stops, and the next tick goes on.

use super::clock::on_virtual_time;
use super::customers;
use super::invariant::Violation;
use super::invariants::check_end;
use super::outages::Outage;
use super::rest::come_to_rest;
use super::run::open_shop;
use super::settled::orders;
use super::{journey::Journey, plan::Plan};
use events::Capability;
use events::ids::OrderId;
use futures_util::future::join_all;
use inventory::domain::Reservation;
use std::sync::Arc;

/// How a backlog was worked off.
#[derive(Debug)]
pub struct Outcome {
    /// The minute in which each order's goods were asked for, in the order in which the orders were due.
    pub minutes: Vec<i64>,
    /// Whether the shop came to rest.
    pub rested: bool,
    /// Broken promises.
    pub violations: Vec<Violation>,
}

/// Everybody orders at once, every stream record is lost, and ticks are short: each order is the sweep's.
pub fn backlog(customers: u64) -> Outcome {
    on_virtual_time(async {
        let journey = Some(Journey::OutOfStock);
        let driver = open_shop(&Plan { customers, faults: 0, journey, ..Plan::of(1) }).await;
        let stage = &driver.shop.stage;
        stage.outages.begin(Outage::ShortTicks(Capability::Orders));
        stage.lose_every_record(true);
        join_all((0..customers).map(|number| customers::shop(Arc::clone(&driver), number))).await;
        stage.lose_every_record(false);
        let mut due: Vec<_> = orders(stage).into_iter().map(|order| (order.due_at, order.id)).collect();
        due.sort_unstable();
        let rested = come_to_rest(&driver.shop).await;
        check_end(stage, rested);
        let asked = |order: &OrderId| -> Option<Reservation> {
            stage.tables[&Capability::Inventory].item(&order.reservation().to_string(), "reservation")
        };
        let minute = |hold: Reservation| hold.log.first().map_or(0, |first| first.at.seconds() / 60);
        let minutes = due.iter().filter_map(|(_, order)| asked(order)).map(minute).collect();
        Outcome { minutes, rested, violations: stage.violations() }
    })
}
