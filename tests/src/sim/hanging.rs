//! Every kind of call hangs once: to the table, the queues, the mail service, the parameter store and the provider.

use super::clock::on_virtual_time;
use super::customers;
use super::faults::Fault;
use super::invariant::Violation;
use super::invariants::check_end;
use super::rest::come_to_rest;
use super::run::open_shop;
use super::staff;
use super::{journey::Journey, plan::Plan};
use events::Capability;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Every kind of call that a function makes on the way of an order, with the sweep's.
pub const CALLS: [&str; 11] = [
    "mail ",
    "parameters GetParameter",
    "provider look_up",
    "provider perform",
    "queues ChangeMessageVisibilityBatch",
    "queues SendMessageBatch",
    "table BatchGetItem",
    "table GetItem",
    "table PutItem",
    "table Query",
    "table TransactWriteItems",
];

#[derive(Debug)]
pub struct Outcome {
    /// Kinds of calls that hung.
    pub hung: BTreeSet<String>,
    pub met: BTreeMap<Fault, u64>,
    /// Whether the shop came to rest.
    pub rested: bool,
    /// Broken promises.
    pub violations: Vec<Violation>,
}

/// A customer orders while the next call of every kind hangs; payments is away until the provider has forgotten the key.
pub fn hanging(seed: u64) -> Outcome {
    on_virtual_time(async {
        let plan = Plan { customers: 1, faults: 0, journey: Some(Journey::Delivered), ..Plan::of(seed) };
        let driver = open_shop(&plan).await;
        let stage = &driver.shop.stage;
        stage.faults.hang_next(&CALLS);
        let shift = tokio::spawn(staff::work(Arc::clone(&driver)));
        let customer = tokio::spawn(customers::shop(Arc::clone(&driver), 0));
        while !stage.faults.hung().contains("provider perform") {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let away = stage.bank.forgets_after();
        stage.be_absent(Capability::Payments, away.as_millis().try_into().unwrap_or(u64::MAX));
        customer.await.unwrap();
        // An order that resends as often as this takes is otherwise held to be stuck.
        tokio::time::sleep(away).await;
        let rested = come_to_rest(&driver.shop).await;
        shift.abort();
        check_end(stage, rested);
        let (hung, met) = (stage.faults.hung(), stage.faults.met());
        Outcome { hung, met, rested, violations: stage.violations() }
    })
}
