//! Orders at rest: they ended or wait for a person, equal their quotes, and own whatever else there is.

use crate::sim::expectation::Promise;
use crate::sim::invariants::end::End;
use crate::sim::settled::is_settled_or_waits;
use events::Capability;
use events::ids::OrderId;
use orders::domain::effect::{DomainEvent, Effect};
use orders::domain::order::Order;
use orders::domain::overdue::next_look;
use orders::domain::search::Group;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A look that is due may wait for a few ticks: some have little time.
const OVERDUE_SECONDS: i64 = 600;

pub fn come_to_rest(end: &End<'_>) -> Vec<String> {
    let restless = end.orders.values().filter(|order| !is_settled_or_waits(order));
    let mut wrong: Vec<_> = restless
        .map(|order| {
            let last = order.log.last().map(|made| made.kind);
            format!("{} never comes to rest: {:?} after {last:?}", order.id, order.status)
        })
        .collect();
    if !end.quiet && wrong.is_empty() {
        let left = end.stage.queues.under_way(|label, _| label.kind == "orders.deadline_due.v1");
        wrong.push(format!("the shop never comes to rest: {left} messages are under way"));
    }
    wrong
}

pub fn looks_are_taken(end: &End<'_>) -> Vec<String> {
    let now = end.stage.clock.now();
    let late = end.orders.values().filter_map(|order| {
        let (look, due) = (next_look(order), order.due_at);
        let waits = due.is_some_and(|due| now.seconds_since(due) > OVERDUE_SECONDS);
        let wrong = waits || due.is_some() != look.is_some() || due > look;
        wrong.then(|| format!("{} is looked at {due:?}, needs something {look:?}, and it is {now}", order.id))
    });
    late.collect()
}

pub fn equal_their_quotes(end: &End<'_>) -> Vec<String> {
    let promises = end.stage.promises.lock().unwrap();
    let differs = end.orders.values().filter_map(|order| {
        let Some(Promise { total, lines, .. }) = promises.get(&order.id) else {
            return Some(format!("{} was never quoted", order.id));
        };
        let ordered: Vec<_> = order.lines.iter().map(|line| (line.sku.to_string(), line.quantity)).collect();
        let equal = *total == order.total && *lines == ordered;
        (!equal).then(|| format!("{} costs {} and was quoted {total}", order.id, order.total))
    });
    differs.collect()
}

pub fn name_their_terms(end: &End<'_>) -> Vec<String> {
    let (promises, published) = (end.stage.promises.lock().unwrap(), end.stage.terms.lock().unwrap());
    let differs = end.orders.values().filter_map(|order| {
        let (accepted, quoted) = (&order.accepted_terms, &promises.get(&order.id)?.terms);
        let right = accepted == quoted && quoted.iter().all(|version| published.contains(version));
        (!right).then(|| format!("{} names the terms {accepted:?}, its quote {quoted:?}", order.id))
    });
    differs.collect()
}

/// What puts an order into lists.
#[derive(Deserialize)]
struct Listed {
    index1: String,
    index1_sort: String,
    index2: String,
    #[serde(flatten)]
    order: Order,
}

/// An item of a list that names an order.
#[derive(Deserialize)]
struct Reference {
    pk: String,
    sk: String,
}

pub fn stand_in_their_lists(end: &End<'_>) -> Vec<String> {
    let table = &end.stage.tables[&Capability::Orders];
    let references = table.read::<Reference>(|(pk, _)| pk.starts_with("sku#") || pk.starts_with("guest#")).into_iter();
    let references: BTreeSet<_> = references.map(|reference| (reference.pk, reference.sk)).collect();
    let listed = table.read::<Listed>(|(pk, sk)| pk.starts_with("order_") && sk == "order");
    let missing = listed.into_iter().filter_map(|Listed { index1, index1_sort, index2, order }| {
        let group = Group::of(order.status).name();
        let by_group = index1.starts_with(&format!("{group}#")) && index1_sort == order.placed_at.millis().to_string();
        let by_number = index2 == order.id.number().to_string();
        let confirmed = Effect::Publish(DomainEvent::Confirmed);
        let was_confirmed = order.log.iter().any(|made| made.effects.contains(&confirmed));
        let has = |list: String| references.contains(&(list, order.id.to_string()));
        let mut skus = order.lines.iter().map(|line| has(format!("sku#{}", line.sku)));
        // They are put ahead of the confirmation, which loses to a cancellation at the same moment.
        let by_sku =
            if was_confirmed { skus.all(|has| has) } else { order.status.is_terminal() || !skus.any(|has| has) };
        let forgets = order.erasure.is_some();
        let by_guest = forgets || order.guest.as_ref().is_none_or(|guest| has(format!("guest#{guest}")));
        let right = by_group && by_number && by_sku && by_guest;
        (!right).then(|| format!("{} is {group} and in {index1}: by SKU {by_sku}, by guest {by_guest}", order.id))
    });
    missing.collect()
}

/// Every hold, payment and shipment belongs to an order.
pub fn own_everything(end: &End<'_>) -> Vec<String> {
    let holds = end.holds.values().map(|hold| (hold.id.order(), hold.id.to_string()));
    let payments = end.payments.values().map(|payment| (payment.order(), payment.id.to_string()));
    let shipments = end.shipments.values().map(|shipment| (shipment.id.order(), shipment.id.to_string()));
    let orphaned = |(order, _): &(OrderId, String)| !end.orders.contains_key(order);
    holds.chain(payments).chain(shipments).filter(orphaned).map(|(_, id)| format!("{id} belongs to no order")).collect()
}
