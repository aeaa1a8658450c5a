//! What the sweeps of a shop use: a tick that finds nothing, and the looks at an order that rests for days.

use super::clock::on_virtual_time;
use super::invocation::{Trigger, Work};
use super::meter::{Usage, Usages};
use super::visit::Visit;
use events::Capability;
use serde_json::json;
use std::time::Duration;

/// Ticks until every process has been woken: the first of each reads the index of the version before.
const WARMING: usize = 16;
/// The deadline of an order has passed by then, and the reminder of it has come.
const HOUR: Duration = Duration::from_secs(60 * 60);
/// A day.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The usage of one tick of a shop without orders.
pub fn idle_tick(of: Capability) -> Usage {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
        for _ in 0..WARMING {
            visit.shop.invoke(of, Trigger::Schedule, &event, Work::of("sweep".to_owned())).await;
        }
        visit.shop.stage.meter.take();
        visit.shop.invoke(of, Trigger::Schedule, &event, Work::of("sweep".to_owned())).await;
        sum(&visit.shop.stage.meter.take())
    })
}

/// What an order uses while its goods wait for so long in the warehouse, from an hour on, and with the carrier.
pub fn looks(warehouse: Duration, carrier: Duration) -> Usage {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        let (cart, _) = visit.cart(None).await;
        let body = visit.order_request(None, &cart).await;
        let (order, _) = visit.place(None, &body).await;
        visit.until(order, "fulfillment_state", "created").await;
        tokio::time::sleep(HOUR).await;
        let mut used = during(&visit, warehouse - HOUR).await;
        visit.dispatch(order).await;
        visit.until(order, "payment_state", "captured").await;
        used += during(&visit, carrier).await;
        visit.arrive(order).await;
        used
    })
}

async fn during(visit: &Visit, rest: Duration) -> Usage {
    visit.shop.stage.meter.take();
    tokio::time::sleep(rest).await;
    sum(&visit.shop.stage.meter.take())
}

fn sum(usages: &Usages) -> Usage {
    let mut sum = Usage::default();
    usages.values().for_each(|used| sum += *used);
    sum
}
