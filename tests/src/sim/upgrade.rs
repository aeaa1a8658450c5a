//! An upgrade: one version stops in the middle of its work, and another takes over its tables, streams and queues.

use super::clock::on_virtual_time;
use super::customers::{self, Driver};
use super::expectation::Promise;
use super::invariant::Violation;
use super::plan::Plan;
use super::rest::come_to_rest;
use super::settled::{is_settled_or_waits, orders};
use super::shop::Shop;
use super::staff;
use super::stage::Stage;
use super::watch;
use chassis::testing::Request;
use events::Capability;
use orders::domain::order::Order;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When it was taken, in virtual milliseconds.
    pub at: u64,
    /// Every item of every table, as DynamoDB JSON.
    pub items: BTreeMap<Capability, Vec<Value>>,
    /// Unrelayed stream records, as Lambda gets them.
    pub records: BTreeMap<Capability, Vec<Value>>,
    /// Unacknowledged messages: receiver, milliseconds until visible, body.
    pub messages: Vec<(Capability, u64, String)>,
    pub promises: Vec<Promise>,
}

/// How taking over ended.
#[derive(Debug)]
pub struct TakenOver {
    /// Whether the shop came to rest.
    pub rested: bool,
    /// Orders that did not come to rest.
    pub restless: Vec<Order>,
    /// Dead letters: capability, body, reason.
    pub dead: Vec<(Capability, String, &'static str)>,
    /// Broken promises.
    pub violations: Vec<Violation>,
    /// Paths that could not be read over HTTP, with the answer.
    pub unread: Vec<String>,
    /// The number of paths that were read over HTTP.
    pub read: usize,
}

/// Runs a crowd until an instant and stops everything there.
pub fn leave(plan: &Plan, at: Duration) -> Snapshot {
    on_virtual_time(async {
        let stage = Stage::new(plan);
        let shop = Shop::build(&stage);
        shop.open();
        let driver = Arc::new(Driver::set_up(Arc::clone(&shop), plan).await);
        stage.faults.begin();
        tokio::spawn(staff::work(Arc::clone(&driver)));
        for number in 0..plan.customers {
            tokio::spawn(customers::shop(Arc::clone(&driver), number));
        }
        tokio::time::sleep(at).await;
        let each = |of: &dyn Fn(Capability) -> Vec<Value>| Capability::ALL.map(|name| (name, of(name))).into();
        Snapshot {
            at: stage.clock.millis(),
            items: each(&|of| stage.tables[&of].dynamo().items()),
            records: each(&|of| stage.tables[&of].all_records()),
            messages: stage.queues.all(),
            promises: stage.promises.lock().unwrap().values().cloned().collect(),
        }
    })
}

/// Goes on from a snapshot: no new customers come, and the staff work on.
pub fn take_over(snapshot: &Snapshot) -> TakenOver {
    on_virtual_time(async {
        let plan = Plan { faults: 0, ..Plan::of(1) };
        let stage = Stage::new(&plan);
        tokio::time::sleep(Duration::from_millis(snapshot.at)).await;
        for (of, items) in &snapshot.items {
            watch::load(&stage, *of, items);
        }
        for (of, records) in &snapshot.records {
            records.iter().for_each(|record| stage.tables[of].hand_on(record.clone(), snapshot.at));
        }
        for (to, wait, body) in &snapshot.messages {
            stage.queues.enqueue(*to, body, *wait, &stage.faults);
        }
        let promises = snapshot.promises.iter().map(|promise| (promise.order, promise.clone()));
        stage.promises.lock().unwrap().extend(promises);
        let shop = Shop::build(&stage);
        shop.open();
        let driver = Arc::new(Driver::new(Arc::clone(&shop), &plan));
        let shift = tokio::spawn(staff::work(Arc::clone(&driver)));
        let rested = come_to_rest(&shop).await;
        shift.abort();
        let (mut unread, paths) = (Vec::new(), paths(snapshot));
        for (of, path) in &paths {
            let answer = driver.insist(*of, &Request::get(path).bearer(&driver.staff()), 4).await;
            if answer.as_ref().is_none_or(|answer| answer.status != 200) {
                unread.push(format!("{path}: {answer:?}"));
            }
        }
        let restless = orders(&stage).into_iter().filter(|order| !is_settled_or_waits(order)).collect();
        let (dead, violations) = (stage.queues.dead(), stage.violations());
        TakenOver { rested, restless, dead, violations, unread, read: paths.len() }
    })
}

/// The paths that read every item of a snapshot.
fn paths(snapshot: &Snapshot) -> Vec<(Capability, String)> {
    use Capability::{Carts, Catalog, Inventory, Notifications, Orders, Payments, Shipping, Users};
    let mut paths = vec![(Catalog, "/v1/products".to_owned()), (Shipping, "/v1/shipping-zones".to_owned())];
    for (of, item) in snapshot.items.iter().flat_map(|(of, items)| items.iter().map(move |item| (*of, item))) {
        let text = |name: &str| item[name]["S"].as_str().unwrap_or_default();
        let (pk, sk) = (text("pk"), text("sk"));
        match (of, sk) {
            (Orders, "order") => {
                paths.push((Orders, format!("/v1/orders/{pk}")));
                paths.push((Orders, format!("/v1/orders/{pk}/timeline")));
                paths.push((Notifications, format!("/v1/notifications?order_id={pk}")));
            }
            // What stands in the place of a payment that never was has none.
            (Payments, "payment") if item["log"]["L"].as_array().is_some_and(|log| !log.is_empty()) => {
                paths.push((Payments, format!("/v1/payments/{pk}/transactions")))
            }
            (Shipping, "shipment") => {
                let order = pk.replace("shp_", "order_");
                paths.push((Shipping, format!("/v1/shipments?order_id={order}")));
            }
            (Users, "profile") => paths.push((Users, format!("/v1/users/{pk}"))),
            (Carts, "cart") => paths.push((Carts, format!("/v1/carts/{pk}"))),
            (Inventory, "stock") => paths.push((Inventory, format!("/v1/stock/{}", pk.replace("stock#", "")))),
            _ => {}
        }
    }
    paths
}
