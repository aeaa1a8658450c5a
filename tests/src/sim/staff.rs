//! The staff: they dispatch, refund and correct stock.

use super::customers::{Driver, SKUS};
use super::plan::Journey;
use super::rest::shipments;
use super::stage::Stage;
use chassis::testing::Request;
use events::ids::ShipmentId;
use events::{Capability, Currency};
use futures_util::future::join_all;
use inventory::domain::{Reservation, Status as Hold};
use payments::domain::Payment;
use serde_json::json;
use shipping::domain::shipment::Status;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What they decided earlier.
#[derive(Default)]
struct Decisions {
    left_alone: BTreeSet<ShipmentId>,
    /// Refunds that are still to be granted: number and amount.
    refunds: BTreeMap<ShipmentId, Vec<(u64, u64)>>,
    adjustments: u64,
}

/// Works until aborted.
pub async fn work(driver: Arc<Driver>) {
    let mut decisions = Decisions::default();
    loop {
        let pause = if driver.journey.is_some() { (20_000, 30_000) } else { (60_000, 240_000) };
        driver.idle(pause.0, pause.1).await;
        for (shipment, status) in shipments(&driver.shop.stage) {
            look_after(&driver, &mut decisions, shipment, status).await;
        }
        if driver.journey.is_none() && driver.dice.chance(1_000) {
            adjust(&driver, &mut decisions).await;
        }
    }
}

async fn look_after(driver: &Driver, decisions: &mut Decisions, id: ShipmentId, status: Status) {
    let dice = &driver.dice;
    match status {
        Status::Created => {
            if driver.journey == Some(Journey::CanceledAfterConfirmation) || decisions.left_alone.contains(&id) {
                return;
            }
            if driver.journey.is_none() && dice.chance(300) {
                decisions.left_alone.insert(id);
                return;
            }
            if driver.journey.is_some() || dice.chance(3_000) {
                let body = json!({"carrier": "dhl", "tracking_number": id.to_string()});
                let request = Request::post(&format!("/v1/shipments/{id}/dispatch"), body);
                driver.insist(Capability::Shipping, &request.bearer(&driver.staff()), 2).await;
            }
        }
        Status::Dispatched if driver.journey.is_none() && dice.chance(700) => correct_dispatch(driver, id).await,
        Status::Dispatched if driver.journey.is_some() || dice.chance(3_000) => {
            // A refund before the capture is refused.
            if driver.journey.is_none() && dice.chance(2_000) {
                refund(driver, decisions, id).await;
            }
            let request = Request::post(&format!("/v1/shipments/{id}/delivery"), json!({}));
            driver.insist(Capability::Shipping, &request.bearer(&driver.staff()), 2).await;
        }
        Status::Delivered => refund(driver, decisions, id).await,
        Status::Dispatched | Status::Retracting | Status::Canceled => {}
    }
}

/// They mistyped the tracking, or the goods never left.
async fn correct_dispatch(driver: &Driver, id: ShipmentId) {
    let request = if driver.dice.chance(5_000) {
        let body = json!({"carrier": "dhl", "tracking_number": format!("{id}-{}", driver.dice.below(100))});
        Request::put(&format!("/v1/shipments/{id}/tracking"), body)
    } else {
        Request::new("DELETE", &format!("/v1/shipments/{id}/dispatch"))
    };
    driver.insist(Capability::Shipping, &request.bearer(&driver.staff()), 2).await;
}

/// One order in ten is refunded: a part, another, the rest and more than that, one after the other or at once, each sometimes
/// requested twice.
async fn refund(driver: &Driver, decisions: &mut Decisions, id: ShipmentId) {
    let dice = &driver.dice;
    let expected = decisions.refunds.entry(id).or_insert_with(|| match driver.journey {
        Some(Journey::Refunded) => vec![(0, 1 + dice.below(4_000))],
        None if dice.chance(1_000) => {
            let amount = || if dice.chance(2_000) { 100_000 } else { dice.between(1, 4_000) };
            (0..dice.between(1, 4)).map(|number| (number, amount())).collect()
        }
        _ => Vec::new(),
    });
    let at_once = if dice.chance(3_000) { expected.len() } else { 1 };
    let asked: Vec<_> = expected.iter().take(at_once).copied().collect();
    let granted = join_all(asked.iter().map(|(number, amount)| ask_refund(driver, id, *number, *amount))).await;
    let settled = asked.iter().zip(granted).filter(|(_, granted)| *granted && dice.chance(7_000));
    let settled: BTreeSet<u64> = settled.map(|((number, _), _)| *number).collect();
    expected.retain(|(number, _)| !settled.contains(number));
}

/// Whether the refund was granted, or never will be.
async fn ask_refund(driver: &Driver, id: ShipmentId, number: u64, amount: u64) -> bool {
    let payment = id.order().payment().to_string();
    let known: Vec<Payment> =
        driver.shop.stage.tables[&Capability::Payments].read(|(pk, sk)| *pk == payment && sk == "payment");
    let paid = known.first().and_then(|payment| payment.terms.as_ref()).map_or(Currency::EUR, |terms| terms.currency);
    // Sometimes they confuse the currencies.
    let wrong = if paid == Currency::EUR { Currency::USD } else { Currency::EUR };
    let currency = if driver.dice.chance(100) { wrong } else { paid };
    let body = json!({"amount": {"amount": amount, "currency": currency}, "reason": "a broken cup"});
    let request = Request::post(&format!("/v1/payments/{payment}/refunds"), body);
    let request = request.bearer(&driver.staff()).header("idempotency-key", &format!("refund-{id}-{number}"));
    let answer = driver.insist(Capability::Payments, &request, 2).await;
    answer.is_some_and(|answer| answer.status < 300 || answer.problem() == "nothing_to_refund")
}

async fn adjust(driver: &Driver, decisions: &mut Decisions) {
    decisions.adjustments += 1;
    let delta = i64::try_from(driver.dice.between(0, 12)).unwrap() - 4;
    if delta == 0 {
        return;
    }
    let sku = driver.dice.pick(&SKUS);
    let request = Request::post(&format!("/v1/stock/{sku}/adjustments"), json!({"delta": delta, "reason": "count"}));
    let request =
        request.bearer(&driver.staff()).header("idempotency-key", &format!("count-{}", decisions.adjustments));
    driver.insist(Capability::Inventory, &request, 3).await;
    if driver.dice.chance(3_000) {
        driver.insist(Capability::Inventory, &request, 1).await;
    }
}

/// The mutant `HoldsExpire`: holds older than two minutes are released.
pub async fn expire_holds(stage: Arc<Stage>) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        let now = stage.clock.now();
        let holds: Vec<Reservation> = stage.tables[&Capability::Inventory].read(|(_, sk)| sk == "reservation");
        let old = |hold: &&Reservation| {
            hold.status == Hold::Held && hold.log.first().is_some_and(|first| now.seconds_since(first.at) > 120)
        };
        for hold in holds.iter().filter(old) {
            let body = json!({"specversion": "1.0", "id": format!("{}/1/expiry", hold.id), "source": "/souk/inventory",
                "type": "inventory.release_reservation.v1", "subject": hold.id, "time": now,
                "data": {"order_id": hold.order_id, "reservation_id": hold.id}});
            stage.queues.enqueue(Capability::Inventory, &body.to_string(), 0, &stage.faults);
        }
    }
}
