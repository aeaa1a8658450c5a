//! The staff: they dispatch, refund, correct stock and send refused emails again.

use super::customers::{Driver, SKUS};
use super::dice::Dice;
use super::journey::Journey;
use super::mail::is_delivery;
use super::place::{Place, in_the_name_of};
use super::rest::shipments;
use super::stage::Stage;
use chassis::testing::Request;
use events::ids::ShipmentId;
use events::{Capability, Currency};
use futures_util::future::{join, join_all};
use inventory::domain::{Reservation, Status as Hold};
use payments::domain::Payment;
use serde_json::json;
use shipping::domain::shipment::Status;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// A refund that is still to be granted: number and amount.
type Refund = (u64, u64);

/// Works until aborted. Each shipment is looked after by itself, so that what one takes keeps no other waiting.
pub async fn work(driver: Arc<Driver>) {
    let (mut shipments_known, mut emails_known, mut work) = (BTreeSet::new(), BTreeSet::new(), JoinSet::new());
    if driver.journey.is_none() {
        work.spawn(in_the_name_of("stock keeper".to_owned(), keep_stock(Arc::clone(&driver))));
        work.spawn(in_the_name_of("lawyer".to_owned(), change_terms(Arc::clone(&driver))));
    }
    in_the_name_of("staff".to_owned(), async {
        loop {
            pause(&driver).await;
            let all = shipments(&driver.shop.stage).into_keys();
            for shipment in all.filter(|shipment| shipments_known.insert(*shipment)) {
                let looked_after = look_after(Arc::clone(&driver), shipment);
                work.spawn(in_the_name_of(format!("staff of {shipment}"), looked_after));
            }
            let refused = refused_emails(&driver.shop.stage);
            for email in refused.into_iter().filter(|email| emails_known.insert(email.clone())) {
                let name = format!("staff of {email}");
                work.spawn(in_the_name_of(name, send_again(Arc::clone(&driver), email)));
            }
        }
    })
    .await;
}

async fn pause(driver: &Driver) {
    let (low, high) = if driver.journey.is_some() { (20_000, 30_000) } else { (60_000, 240_000) };
    driver.idle(low, high).await;
}

/// Until nothing is left to do for a shipment.
async fn look_after(driver: Arc<Driver>, id: ShipmentId) {
    let dice = driver.shop.stage.draws.at(Place::here());
    let mut refunds = refunds(&driver, &dice);
    loop {
        match status(&driver.shop.stage, id) {
            Status::Created => {
                let canceled_later = driver.journey == Some(Journey::CanceledAfterConfirmation);
                // Some are left alone.
                if canceled_later || (driver.journey.is_none() && dice.chance(300)) {
                    return;
                }
                if driver.journey.is_some() || dice.chance(3_000) {
                    let body = json!({"carrier": "dhl", "tracking_number": id.to_string()});
                    let request = Request::post(&format!("/v1/shipments/{id}/dispatch"), body).bearer(&driver.staff());
                    let dispatch = driver.insist(Capability::Shipping, &request, 2);
                    if driver.journey.is_none() && dice.chance(1_000) {
                        join(dispatch, cancel(&driver, id)).await;
                    } else {
                        dispatch.await;
                    }
                }
            }
            Status::Dispatched if driver.journey.is_none() && dice.chance(700) => {
                correct_dispatch(&driver, &dice, id).await
            }
            Status::Dispatched if driver.journey.is_some() || dice.chance(3_000) => {
                // A refund before the capture is refused.
                if driver.journey.is_none() && dice.chance(2_000) {
                    refund(&driver, &dice, &mut refunds, id).await;
                }
                let request = Request::post(&format!("/v1/shipments/{id}/delivery"), json!({}));
                driver.insist(Capability::Shipping, &request.bearer(&driver.staff()), 2).await;
            }
            Status::Delivered if refunds.is_empty() => return,
            Status::Delivered => refund(&driver, &dice, &mut refunds, id).await,
            Status::Dispatched | Status::Retracting => {}
            Status::Canceled => return,
        }
        pause(&driver).await;
    }
}

/// A customer calls, and a colleague cancels the order while its goods leave.
async fn cancel(driver: &Driver, id: ShipmentId) {
    let request = Request::post(&format!("/v1/orders/{}/cancellation", id.order()), json!({}));
    driver.insist(Capability::Orders, &request.bearer(&driver.staff()), 2).await;
}

fn status(stage: &Stage, id: ShipmentId) -> Status {
    let status = stage.tables[&Capability::Shipping].text(&id.to_string(), "shipment", "status");
    serde_json::from_value(status.into()).unwrap()
}

/// They mistyped the tracking, or the goods never left.
async fn correct_dispatch(driver: &Driver, dice: &Dice, id: ShipmentId) {
    let request = if dice.chance(5_000) {
        let body = json!({"carrier": "dhl", "tracking_number": format!("{id}-{}", dice.below(100))});
        Request::put(&format!("/v1/shipments/{id}/tracking"), body)
    } else {
        Request::new("DELETE", &format!("/v1/shipments/{id}/dispatch"))
    };
    driver.insist(Capability::Shipping, &request.bearer(&driver.staff()), 2).await;
}

/// One order in ten is refunded: a part, another, the rest and more than that.
fn refunds(driver: &Driver, dice: &Dice) -> Vec<Refund> {
    match driver.journey {
        Some(Journey::Refunded) => vec![(0, 1 + dice.below(4_000))],
        None if dice.chance(1_000) => {
            let amount = || if dice.chance(2_000) { 100_000 } else { dice.between(1, 4_000) };
            (0..dice.between(1, 4)).map(|number| (number, amount())).collect()
        }
        _ => Vec::new(),
    }
}

/// Refunds one after the other or at once, each sometimes requested twice.
async fn refund(driver: &Driver, dice: &Dice, expected: &mut Vec<Refund>, id: ShipmentId) {
    let at_once = if dice.chance(3_000) { expected.len() } else { 1 };
    let asked: Vec<_> = expected.iter().take(at_once).copied().collect();
    // Sometimes they confuse the currencies.
    let granted = asked.iter().map(|refund| ask_refund(driver, id, *refund, dice.chance(100)));
    let granted = join_all(granted).await;
    let settled = asked.iter().zip(granted).filter(|(_, granted)| *granted && dice.chance(7_000));
    let settled: BTreeSet<u64> = settled.map(|((number, _), _)| *number).collect();
    expected.retain(|(number, _)| !settled.contains(number));
}

/// Whether the refund was granted, or never will be.
async fn ask_refund(driver: &Driver, id: ShipmentId, (number, amount): Refund, confused: bool) -> bool {
    let payment = id.order().payment().to_string();
    let known: Option<Payment> = driver.shop.stage.tables[&Capability::Payments].item(&payment, "payment");
    // What cost nothing was never paid.
    let Some(known) = known else { return true };
    let paid = known.terms.map_or(Currency::EUR, |terms| terms.currency);
    let other = if paid == Currency::EUR { Currency::USD } else { Currency::EUR };
    let currency = if confused { other } else { paid };
    let body = json!({"amount": {"amount": amount, "currency": currency}, "reason": "a broken cup"});
    let request = Request::post(&format!("/v1/payments/{payment}/refunds"), body);
    let request = request.bearer(&driver.staff()).header("idempotency-key", &format!("refund-{id}-{number}"));
    let answer = driver.insist(Capability::Payments, &request, 2).await;
    answer.is_some_and(|answer| answer.status < 300 || answer.problem() == "nothing_to_refund")
}

/// The emails that wait for them, by the list's index.
fn refused_emails(stage: &Stage) -> Vec<String> {
    let places = stage.tables[&Capability::Notifications].texts("index1_sort", is_delivery);
    places.into_iter().filter_map(|(_, place)| Some(place.split_once('/')?.1.to_owned())).collect()
}

/// Has a refused email sent again, sometimes by a double click. Some are left alone. What is refused again is another email.
async fn send_again(driver: Arc<Driver>, id: String) {
    let dice = driver.shop.stage.draws.at(Place::here());
    if dice.chance(1_000) {
        return;
    }
    let request = Request::new("POST", &format!("/v1/notifications/{id}/resend")).bearer(&driver.staff());
    let clicks = if dice.chance(2_000) { 2 } else { 1 };
    join_all((0..clicks).map(|_| driver.insist(Capability::Notifications, &request, 3))).await;
}

/// Publishes other terms now and then, while people order under those before.
async fn change_terms(driver: Arc<Driver>) {
    for version in 2..=4 {
        driver.idle(300_000, 1_500_000).await;
        driver.publish_terms(version).await;
    }
}

/// Counts stock now and then.
async fn keep_stock(driver: Arc<Driver>) {
    let dice = driver.shop.stage.draws.at(Place::here());
    let mut adjustments = 0;
    loop {
        pause(&driver).await;
        if dice.chance(1_000) {
            adjustments += 1;
            adjust(&driver, &dice, adjustments).await;
        }
    }
}

async fn adjust(driver: &Driver, dice: &Dice, number: u64) {
    let delta = i64::try_from(dice.between(0, 12)).unwrap() - 4;
    if delta == 0 {
        return;
    }
    let sku = dice.pick(&SKUS);
    let request = Request::post(&format!("/v1/stock/{sku}/adjustments"), json!({"delta": delta, "reason": "count"}));
    let request = request.bearer(&driver.staff()).header("idempotency-key", &format!("count-{number}"));
    driver.insist(Capability::Inventory, &request, 3).await;
    if dice.chance(3_000) {
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
