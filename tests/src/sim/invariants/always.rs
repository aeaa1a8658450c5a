//! What every version of every item must satisfy when it is written.

use super::version::{Item, Version, number, status};
use events::payments::{LedgerAccount, Operation};
use events::{Address, Capability};
use orders::domain::overdue::next_look;
use orders::domain::transition::TransitionKind;
use payments::domain::{Payment, SettledRefund, Transaction};
use serde_json::Value;
use shipping::domain::shipment::Change;

fn wrong(what: impl Into<Option<String>>) -> Vec<String> {
    what.into().into_iter().collect()
}

pub fn nothing_is_oversold(version: &Version<'_>) -> Vec<String> {
    let Item::Stock = version.item else { return Vec::new() };
    let (available, received) =
        (number(version.new, "available").unwrap_or(-1), number(version.new, "received").unwrap_or(-1));
    let oversold = available < 0 || received < available;
    wrong(oversold.then(|| format!("{available} units are available of {received}")))
}

pub fn lies_in_its_place(version: &Version<'_>) -> Vec<String> {
    let place = match &version.item {
        Item::Reservation(hold) if hold.id != hold.order_id.reservation() => {
            return wrong(format!("{} is held for {}, which has another reservation", hold.id, hold.order_id));
        }
        Item::Reservation(hold) => hold.id.to_string(),
        Item::Payment(payment) => payment.id.to_string(),
        Item::Shipment(shipment) => shipment.id.to_string(),
        _ => return Vec::new(),
    };
    wrong((place != version.pk).then(|| format!("{place} is written where {} belongs", version.pk)))
}

/// A settled refund may leave its payment's log for an item of its own.
pub fn what_happened_stays(version: &Version<'_>) -> Vec<String> {
    let [now, before] = [version.new, version.old]
        .map(|image| image["log"]["L"].as_array().cloned().unwrap_or_default())
        .map(|log| if forgets(version) { log.iter().map(outline).collect() } else { log });
    let stays =
        |made: &&Value| version.of != Capability::Payments || now.contains(made) || !is_set_aside(version, made);
    let stayed: Vec<_> = before.iter().filter(stays).collect();
    let kept = now.len() >= stayed.len() && now.iter().zip(stayed).all(|(now, before)| now == before);
    wrong((!kept).then(|| "the log was overwritten".to_owned()))
}

/// Whether the version forgot whom it is of.
fn forgets(version: &Version<'_>) -> bool {
    match &version.item {
        Item::Order(item) => item.order.is_erased(),
        Item::Payment(payment) => payment.erased.is_some(),
        Item::Shipment(shipment) => shipment.is_erased(),
        _ => false,
    }
}

/// A transition without what may be forgotten of it: trackings, reasons, addresses of pages.
fn outline(made: &Value) -> Value {
    let mut made = made.clone();
    if let Some(parts) = made["L"].as_array_mut() {
        // Of an order: the effects.
        parts.retain(|part| part["L"].is_null());
    }
    if let Some(parts) = made["M"].as_object_mut() {
        parts.remove("tracking");
        parts.remove("url");
        if let Some(refund) = parts.get_mut("refund").and_then(|refund| refund["M"].as_object_mut()) {
            refund.remove("reason");
        }
    }
    made
}

/// What forgot whom it is of says so for ever, whatever message comes late.
pub fn the_erased_are_forgotten(version: &Version<'_>) -> Vec<String> {
    if !forgets(version) {
        return Vec::new();
    }
    let is_blank =
        |address: &Address| [&address.name, &address.line1, &address.city].iter().all(|part| part.is_empty());
    let forgot = match &version.item {
        Item::Order(item) => {
            let order = &item.order;
            let names = order.contact.is_some() || order.guest.is_some() || order.network.is_some();
            is_blank(&order.ship_to) && order.billing_address.is_none() && order.tracking.is_none() && !names
        }
        Item::Payment(payment) => {
            let mut refunds = payment.log.iter().filter_map(|made| made.refund.as_ref());
            let pages = payment.log.iter().any(|made| made.url.is_some());
            payment.method.is_none() && refunds.all(|refund| refund.reason.is_none()) && !pages
        }
        Item::Shipment(shipment) => {
            shipment.request.as_ref().is_none_or(|request| is_blank(&request.ship_to)) && shipment.tracking.is_none()
        }
        _ => true,
    };
    wrong((!forgot).then(|| format!("{} is erased and says whose it was", version.pk)))
}

fn is_set_aside(version: &Version<'_>, made: &Value) -> bool {
    let Some(refund) = made["M"]["refund"]["M"]["id"]["S"].as_str() else { return false };
    let table = &version.stage.tables[&Capability::Payments];
    let settled = table.item::<SettledRefund>(version.pk, &format!("refund#{refund}"));
    settled
        .is_some_and(|settled| settled.log.iter().any(|kept| number(&made["M"], "seq") == i64::try_from(kept.seq).ok()))
}

/// A tombstone was answered as released, voided or canceled, so it must never become anything else.
pub fn no_tombstone_is_raised(version: &Version<'_>) -> Vec<String> {
    let is_authorized = |made: &Value| {
        let part = |name: &str| made["M"][name]["S"].as_str().unwrap_or_default();
        part("operation") == "authorize" && part("phase") == "succeeded"
    };
    let authorized = || version.new["log"]["L"].as_array().is_some_and(|log| log.iter().any(is_authorized));
    let (negative, done) = match version.of {
        Capability::Inventory => {
            ("inventory.reservation_released", matches!(status(version.new), "held" | "committed"))
        }
        Capability::Payments => ("payments.payment_voided", authorized()),
        Capability::Shipping => ("shipping.shipment_canceled", status(version.new) != "canceled"),
        _ => return Vec::new(),
    };
    let name = format!("{}/1/{negative}.v1", version.pk);
    let answered = done && version.stage.queues.was_sent(Capability::Orders, &name);
    wrong(answered.then(|| format!("{negative} was sent, and then it was executed all the same")))
}

/// In the table of users alone, where a profile has roles.
pub fn nobody_unverified_holds_a_role(version: &Version<'_>) -> Vec<String> {
    let roles = version.new["roles"]["L"].as_array().filter(|_| version.of == Capability::Users);
    let is_more = |role: &Value| role["S"].as_str().is_some_and(|name| name != "customer");
    let holds_more = roles.is_some_and(|roles| roles.iter().any(is_more));
    let unverified = version.new["email_verified_at"]["S"].is_null();
    wrong((holds_more && unverified).then(|| format!("{} has a role and no verified address", version.pk)))
}

pub fn every_booking_sums_to_zero(version: &Version<'_>) -> Vec<String> {
    match &version.item {
        Item::Payment(payment) => {
            let sums = payment.log.iter().map(|made| made.entries.iter().map(|entry| entry.amount).sum::<i64>());
            sums.filter(|sum| *sum != 0).map(|sum| format!("a booking of {} sums to {sum}", payment.id)).collect()
        }
        Item::Balances => {
            let sum = |side: &str| -> i64 {
                let column = |account: &LedgerAccount| number(version.new, &format!("{}{side}", account.as_str()));
                LedgerAccount::ALL.iter().filter_map(column).sum()
            };
            let (balances, debits, credits) = (sum(""), sum("_debits"), sum("_credits"));
            let unbalanced = balances != 0 || debits != credits;
            wrong(unbalanced.then(|| format!("the balances sum to {balances}, their day to {debits} and {credits}")))
        }
        _ => Vec::new(),
    }
}

pub fn nobody_gets_back_more_than_was_taken(version: &Version<'_>) -> Vec<String> {
    let Item::Payment(payment) = &version.item else { return Vec::new() };
    let amounts = payment.amounts().unwrap_or_default();
    let too_much = amounts.refunded + amounts.pending > amounts.captured;
    wrong(too_much.then(|| format!("{} gives back more than was taken: {amounts:?}", payment.id)))
}

pub fn what_was_quoted_is_charged(version: &Version<'_>) -> Vec<String> {
    let Item::Payment(payment) = &version.item else { return Vec::new() };
    if payment.success(Operation::Capture).is_none() {
        return Vec::new();
    }
    let (stage, id) = (version.stage, payment.order());
    let captured = payment.amounts().unwrap_or_default().captured;
    let quoted = stage.promises.lock().unwrap().get(&id).map(|promise| promise.total);
    let order = stage.tables[&Capability::Orders].item::<orders::store::Item>(&id.to_string(), "order");
    let confirmed =
        order.is_some_and(|item| item.order.log.iter().any(|made| made.kind == TransitionKind::PaymentAuthorized));
    let right = quoted == Some(captured) && confirmed;
    wrong((!right).then(|| format!("{id} is charged {captured} and was quoted {quoted:?}; confirmed: {confirmed}")))
}

pub fn goods_leave_against_money(version: &Version<'_>) -> Vec<String> {
    let Item::Shipment(shipment) = &version.item else { return Vec::new() };
    let leaves = shipment.log.last().is_some_and(|last| shipment.change(last) == Change::Dispatched);
    if !leaves || status(version.old) == "dispatched" {
        return Vec::new();
    }
    let (order, now) = (shipment.id.order(), version.stage.clock.now());
    let payments = &version.stage.tables[&Capability::Payments];
    let payment = payments.item::<Payment>(&order.payment().to_string(), "payment");
    let collectible = |held: &Transaction| held.capture_before.is_none_or(|end| now < end);
    let paid = payment.is_some_and(|payment| payment.held().is_some_and(collectible) || payment.is_sold());
    // What we wrote may be wrong: the provider says whether it has the money.
    let charge = version.stage.bank.charges().get(&order.payment()).copied().unwrap_or_default();
    let there = !charge.declined && charge.capture_before.is_none_or(|end| now < end);
    let free = version.stage.promises.lock().unwrap().get(&order).is_some_and(|promise| promise.total == 0);
    let right = free || (paid && there);
    wrong((!right).then(|| format!("the goods of {order} leave and no money is held for them: {charge:?}")))
}

pub fn dispatched_goods_are_tracked(version: &Version<'_>) -> Vec<String> {
    let Item::Shipment(shipment) = &version.item else { return Vec::new() };
    let left = matches!(status(version.new), "dispatched" | "delivered");
    let tracked =
        shipment.is_erased() || shipment.tracking.as_ref().is_some_and(|tracking| !tracking.tracking_number.is_empty());
    wrong((left && !tracked).then(|| format!("{} left with {:?}", shipment.id, shipment.tracking)))
}

/// A sweep may also move an order's look without reading the order, and then nothing but the time of the look changes.
pub fn open_orders_are_swept(version: &Version<'_>) -> Vec<String> {
    let Item::Order(item) = &version.item else { return Vec::new() };
    let (new, old) = (version.new, version.old);
    if new["cause"]["M"]["via"]["S"] == "sweep" && number(old, "seq") == number(new, "seq") {
        return Vec::new();
    }
    let (look, due) = (next_look(&item.order), item.order.due_at);
    let indexed = new["due"]["S"].is_string() == due.is_some();
    let in_time = due.is_some() == look.is_some() && due <= look;
    wrong((!indexed || !in_time).then(|| format!("it is looked at {due:?} and needs something {look:?}")))
}

/// The sweep moves the look later.
pub fn payments_are_swept(version: &Version<'_>) -> Vec<String> {
    let Item::Payment(payment) = &version.item else { return Vec::new() };
    let new = version.new;
    let (look, due) = (payment.next_look().map(|look| look.to_string()), new["due_at"]["S"].as_str());
    let indexed = [new["due"]["S"].is_string(), due.is_some()] == [look.is_some(); 2];
    let in_time = new["cause"]["M"]["via"]["S"] == "sweep" || due <= look.as_deref();
    wrong((!indexed || !in_time).then(|| format!("{} is looked at {due:?} and needs it {look:?}", payment.id)))
}
