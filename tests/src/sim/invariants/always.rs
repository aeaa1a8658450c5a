//! What every version of every item must satisfy when it is written.

use super::super::stage::Stage;
use super::super::table::{ItemKey, read};
use events::Capability;
use events::payments::{LedgerAccount, Operation};
use inventory::domain::Reservation;
use orders::domain::overdue::next_look;
use orders::domain::transition::TransitionKind;
use payments::domain::{Payment, SettledRefund, Transaction};
use serde_json::Value;
use shipping::domain::shipment::Shipment;

/// What is wrong with a version, given its stream record.
pub fn of_version(stage: &Stage, of: Capability, (pk, sk): &ItemKey, record: &Value) -> Vec<String> {
    let (new, old) = (&record["dynamodb"]["NewImage"], &record["dynamodb"]["OldImage"]);
    let mut wrong = what_happened_stays(stage, of, pk, new, old);
    wrong.extend(no_tombstone_is_raised(stage, of, pk, new));
    match (of, pk.as_str(), sk.as_str()) {
        (Capability::Inventory, _, "stock") => wrong.extend(nothing_is_oversold(new)),
        (Capability::Inventory, _, "reservation") => {
            let hold: Reservation = read(new);
            if hold.id != hold.order_id.reservation() || *pk != hold.id.to_string() {
                wrong.push(format!("{} is held for {}, which has another reservation", hold.id, hold.order_id));
            }
        }
        (Capability::Payments, place, _) if place.starts_with("balances") || place.starts_with("day#") => {
            wrong.extend(the_ledger_sums_to_zero(new));
        }
        (Capability::Payments, _, "payment") => {
            let payment: Payment = read(new);
            wrong.extend(is_at_its_place(pk, &payment.id.to_string()));
            wrong.extend(money(stage, &payment));
            wrong.extend(is_swept_while_a_refund_is_open(new, &payment));
        }
        (Capability::Orders, _, "order") => wrong.extend(is_looked_at_in_time(new, old)),
        (Capability::Shipping, _, "shipment") => {
            let shipment: Shipment = read(new);
            wrong.extend(is_at_its_place(pk, &shipment.id.to_string()));
            if status(new) == "dispatched" && status(old) != "dispatched" {
                wrong.extend(goods_leave_against_money(stage, &shipment));
            }
        }
        _ => {}
    }
    wrong
}

fn status(image: &Value) -> &str {
    image["status"]["S"].as_str().unwrap_or_default()
}

/// An order is in the index of the sweep if and only if it may need something, and no later than it does. A sweep may also move
/// one without reading it, and then nothing but the time of the look changes.
fn is_looked_at_in_time(new: &Value, old: &Value) -> Option<String> {
    if new["cause"]["M"]["via"]["S"] == "sweep" && number(old, "seq") == number(new, "seq") {
        return None;
    }
    let item: orders::store::Item = read(new);
    let (look, due) = (next_look(&item.order), item.order.due_at);
    let indexed = new["due"]["S"].is_string() == due.is_some();
    let in_time = due.is_some() == look.is_some() && due <= look;
    (!indexed || !in_time).then(|| format!("it is looked at {due:?} and needs something {look:?}"))
}

fn is_at_its_place(pk: &str, id: &str) -> Option<String> {
    (pk != id).then(|| format!("{id} is written where {pk} belongs"))
}

fn number(image: &Value, name: &str) -> Option<i64> {
    image[name]["N"].as_str().and_then(|text| text.parse().ok())
}

/// A payment is in the index of the sweep if and only if a staff refund is open. The sweep moves the look later.
fn is_swept_while_a_refund_is_open(new: &Value, payment: &Payment) -> Option<String> {
    let (look, due) = (payment.next_look().map(|look| look.to_string()), new["due_at"]["S"].as_str());
    let indexed = [new["due"]["S"].is_string(), due.is_some()] == [look.is_some(); 2];
    let in_time = new["cause"]["M"]["via"]["S"] == "sweep" || due <= look.as_deref();
    (!indexed || !in_time).then(|| format!("{} is looked at {due:?} and needs it {look:?}", payment.id))
}

/// A log is only appended to. A settled refund may leave its payment's log for an item of its own.
fn what_happened_stays(stage: &Stage, of: Capability, pk: &str, new: &Value, old: &Value) -> Vec<String> {
    let log = |image: &'_ Value| image["log"]["L"].as_array().map_or(&[][..], Vec::as_slice).to_vec();
    let (now, mut before) = (log(new), log(old));
    if of == Capability::Payments {
        before.retain(|made| now.contains(made) || !is_set_aside(stage, pk, made));
    }
    if now.starts_with(&before) { Vec::new() } else { vec!["the log was overwritten".to_owned()] }
}

fn is_set_aside(stage: &Stage, pk: &str, made: &Value) -> bool {
    let Some(refund) = made["M"]["refund"]["M"]["id"]["S"].as_str() else { return false };
    let settled = stage.tables[&Capability::Payments].item::<SettledRefund>(pk, &format!("refund#{refund}"));
    settled
        .is_some_and(|settled| settled.log.iter().any(|kept| number(&made["M"], "seq") == i64::try_from(kept.seq).ok()))
}

/// A tombstone was answered as released, voided or canceled, so it must never become anything else.
fn no_tombstone_is_raised(stage: &Stage, of: Capability, pk: &str, new: &Value) -> Option<String> {
    let authorized = || new["log"]["L"].as_array().is_some_and(|log| log.iter().any(is_authorization));
    let (negative, done) = match of {
        Capability::Inventory => ("inventory.reservation_released", matches!(status(new), "held" | "committed")),
        Capability::Payments => ("payments.payment_voided", authorized()),
        Capability::Shipping => ("shipping.shipment_canceled", status(new) != "canceled"),
        _ => return None,
    };
    let answered = done && stage.queues.was_sent(Capability::Orders, &format!("{pk}/1/{negative}.v1"));
    answered.then(|| format!("{negative} was sent, and then it was executed all the same"))
}

fn is_authorization(transaction: &Value) -> bool {
    let part = |name: &str| transaction["M"][name]["S"].as_str().unwrap_or_default();
    part("operation") == "authorize" && part("phase") == "succeeded"
}

fn nothing_is_oversold(stock: &Value) -> Option<String> {
    let (available, received) = (number(stock, "available").unwrap_or(-1), number(stock, "received").unwrap_or(-1));
    let wrong = available < 0 || received < available;
    wrong.then(|| format!("stock is oversold: {available} available of {received}"))
}

/// A part of the balances, or a day of it.
fn the_ledger_sums_to_zero(part: &Value) -> Option<String> {
    let sum = |side: &str| -> i64 {
        LedgerAccount::ALL.iter().filter_map(|account| number(part, &format!("{}{side}", account.as_str()))).sum()
    };
    let (balances, debits, credits) = (sum(""), sum("_debits"), sum("_credits"));
    let wrong = balances != 0 || debits != credits;
    wrong.then(|| format!("the ledger sums to {balances}, its day to {debits} and {credits}"))
}

fn money(stage: &Stage, payment: &Payment) -> Vec<String> {
    let mut wrong = Vec::new();
    for transaction in &payment.log {
        let sum: i64 = transaction.entries.iter().map(|entry| entry.amount).sum();
        if sum != 0 {
            wrong.push(format!("a booking of {} sums to {sum}", payment.id));
        }
    }
    let amounts = payment.amounts().unwrap_or_default();
    if amounts.refunded + amounts.pending > amounts.captured {
        wrong.push(format!("{} gives back more than was taken: {amounts:?}", payment.id));
    }
    if payment.success(Operation::Capture).is_some() {
        let id = payment.order();
        let quoted = stage.promises.lock().unwrap().get(&id).map(|promise| promise.total);
        let order = stage.tables[&Capability::Orders].item::<orders::store::Item>(&id.to_string(), "order");
        let confirmed =
            order.is_some_and(|item| item.order.log.iter().any(|made| made.kind == TransitionKind::PaymentAuthorized));
        if quoted != Some(amounts.captured) || !confirmed {
            wrong.push(format!(
                "{id} is charged {} and was quoted {quoted:?}; confirmed: {confirmed}",
                amounts.captured
            ));
        }
    }
    wrong
}

fn goods_leave_against_money(stage: &Stage, shipment: &Shipment) -> Option<String> {
    let order = shipment.id.order();
    let payment = stage.tables[&Capability::Payments].item::<Payment>(&order.payment().to_string(), "payment");
    let now = stage.clock.now();
    let collectible = |held: &Transaction| held.capture_before.is_none_or(|end| now < end);
    let paid = payment.is_some_and(|payment| payment.held().is_some_and(collectible) || payment.is_sold());
    (!paid).then(|| format!("the goods of {order} leave and no money is held for them"))
}
