//! A flash sale of one SKU: many buyers, few units, several workers at once, all faults on.

use super::clock::on_virtual_time;
use super::invariant::Violation;
use super::mutants::Mutant;
use super::plan::Plan;
use super::shop::Shop;
use super::stage::Stage;
use chassis::testing::Request;
use chassis::testing::signing::{STAFF, access_token};
use events::ids::{OrderId, UserId};
use events::inventory::{ReserveStock, StockLine};
use events::message::Origin;
use events::{Capability, Outgoing};
use inventory::domain::{Reservation, Status};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Buyers who got a unit.
    pub served: usize,
    /// Buyers who were rejected because nothing is left.
    pub rejected: usize,
    pub left: i64,
    /// Broken promises.
    pub violations: Vec<Violation>,
}

/// Stock that may be negative.
#[derive(Deserialize)]
struct Left {
    available: i64,
}

/// Each of the buyers wants one of the units, with all faults on.
pub fn flash_sale(seed: u64, buyers: u32, units: u32, mutant: Option<Mutant>) -> Outcome {
    on_virtual_time(async {
        let stage = Stage::new(&Plan { mutant, customers: 0, ..Plan::of(seed) });
        let shop = Shop::build(&stage);
        let staff = access_token(UserId::from_bits(99), &STAFF, stage.clock.now());
        let receipt = Request::post("/v1/stock/HOT/adjustments", json!({"delta": units, "reason": "receipt"}));
        let receipt = receipt.bearer(&staff).header("idempotency-key", "first");
        assert_eq!(shop.http(Capability::Inventory, receipt).await.unwrap().status, 201);
        stage.faults.begin();
        for buyer in 0..buyers {
            let order_id = OrderId::from_bits(u128::from(buyer) + 1);
            let lines = vec![StockLine { sku: "HOT".parse().unwrap(), quantity: 1 }];
            let command = ReserveStock { order_id, reservation_id: order_id.reservation(), lines };
            let origin =
                Origin { subject: order_id.to_string(), seq: 1, at: stage.clock.now(), traceparent: None, actor: None };
            let envelope = Outgoing::to_one(Capability::Inventory, &origin, &command).envelope;
            stage.queues.enqueue(Capability::Inventory, &serde_json::to_string(&envelope).unwrap(), 0, &stage.faults);
        }
        tokio::spawn(std::sync::Arc::clone(&shop).work(Capability::Inventory));
        let about_stock = |kind: &str| kind == "inventory.reserve_stock.v1";
        while !stage.is_broken() && stage.queues.under_way(|label, _| !about_stock(&label.kind)) > 0 {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        let table = &stage.tables[&Capability::Inventory];
        let holds: Vec<Reservation> = table.read(|(_, sk)| sk == "reservation");
        let left = table.read::<Left>(|(_, sk)| sk == "stock").first().map_or(0, |stock| stock.available);
        let count = |status| holds.iter().filter(|hold| hold.status == status).count();
        Outcome { served: count(Status::Held), rejected: count(Status::Rejected), left, violations: stage.violations() }
    })
}
