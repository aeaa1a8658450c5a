//! When a shop has come to rest: nothing is under way, and every order ended or waits for a person.

use super::settled::is_settled_or_waits;
use super::shop::Shop;
use super::stage::Stage;
use events::Capability;
use events::ids::{OrderId, ShipmentId};
use orders::domain::order::Order;
use orders::domain::states::FulfillmentState;
use shipping::domain::shipment::Status as ShipmentStatus;
use std::collections::BTreeMap;
use std::time::Duration;

/// Virtual time within which everything must come to rest: messages back off up to 15 minutes, orders resend at least every
/// hour or so, a capability may be absent for an hour, and shipping is asked after three days whether news was lost.
const PATIENCE: Duration = Duration::from_secs(10 * 24 * 3600);
/// An order resends after 1, 2, 4 … 64 minutes: eight resends take about three hours, longer than any absence.
const MANY_RESENDS: u32 = 8;
/// After this much calm nothing is left to do: the staff have looked at everything twice.
const CALM: Duration = Duration::from_secs(600);

/// Waits until nothing is left to do; false if that never happens.
pub async fn come_to_rest(shop: &Shop) -> bool {
    let stage = &shop.stage;
    let waited = |since: u64| Duration::from_millis(stage.clock.millis() - since);
    let since = stage.clock.millis();
    let (mut calm_since, mut orders) = (None, Orders::default());
    while waited(since) < PATIENCE {
        // What takes hours is not checked every minute.
        let soon = waited(since) < Duration::from_secs(3600);
        tokio::time::sleep(Duration::from_secs(if soon { 60 } else { 600 })).await;
        if stage.is_broken() {
            return true;
        }
        orders.read_again(stage);
        if shop.is_busy() || !is_at_rest(stage, &orders) {
            calm_since = None;
            // So many resends take hours.
            if !soon && orders.are_stuck() {
                return false;
            }
        } else if waited(*calm_since.get_or_insert(stage.clock.millis())) > CALM {
            return true;
        }
    }
    false
}

/// Every order. Those that did not change are not decoded again: they are most, and looked at a hundred times.
#[derive(Default)]
struct Orders {
    known: BTreeMap<OrderId, Order>,
    changes: u64,
}

impl Orders {
    fn read_again(&mut self, stage: &Stage) {
        let table = &stage.tables[&Capability::Orders];
        let changed = table.written_since(self.changes, |(_, sk)| sk == "order");
        self.known.extend(changed.into_iter().map(|item: orders::store::Item| (item.order.id, item.order)));
        self.changes = table.changes();
    }

    /// Whether every order that is not at rest was resent so often that no answer will ever come.
    fn are_stuck(&self) -> bool {
        let restless = || self.known.values().filter(|order| !is_settled_or_waits(order));
        restless().next().is_some() && restless().all(|order| order.resends >= MANY_RESENDS)
    }
}

fn is_at_rest(stage: &Stage, orders: &Orders) -> bool {
    let relayed = stage.tables.values().all(|table| table.backlog() == 0);
    if !relayed || stage.queues.under_way(|label, _| label.kind == "orders.deadline_due.v1") > 0 {
        return false;
    }
    let shipments = shipments(stage);
    let heard = |order: &Order| match (shipments.get(&order.id.shipment()), order.fulfillment_state) {
        (Some(ShipmentStatus::Dispatched | ShipmentStatus::Delivered), FulfillmentState::Created) => false,
        // The order owes an answer.
        (Some(ShipmentStatus::Retracting), _) => false,
        (Some(ShipmentStatus::Delivered), heard) => heard != FulfillmentState::Dispatched,
        _ => true,
    };
    // A refund whose stream record was lost waits for the sweep, and its order does not know.
    let payments = &stage.tables[&Capability::Payments];
    let refunding = ["due", "refunding"].map(|index| payments.texts(index, |(_, sk)| sk == "payment"));
    if refunding.iter().flatten().any(|(_, shard)| !shard.is_empty()) {
        return false;
    }
    erasures_are_answered(stage) && orders.known.values().all(|order| is_settled_or_waits(order) && heard(order))
}

/// An erasure whose stream record was lost waits for the sweep, and nobody else knows of it.
fn erasures_are_answered(stage: &Stage) -> bool {
    let users = &stage.tables[&Capability::Users];
    let progress = users.dynamo().beside("erasures");
    let is_answered = |user: &str| {
        let item = progress.item(user, "erasure");
        item.is_some_and(|item| ["account", "carts", "notifications", "orders"].iter().all(|who| !item[who].is_null()))
    };
    let due = users.texts("due", |(_, sk)| sk == "profile");
    due.iter().filter(|(_, shard)| !shard.is_empty()).all(|(user, _)| is_answered(user))
}

/// The status of every shipment.
pub(super) fn shipments(stage: &Stage) -> BTreeMap<ShipmentId, ShipmentStatus> {
    let items = stage.tables[&Capability::Shipping].texts("status", |(pk, _)| pk.starts_with("shp_"));
    let known = |(id, status): (String, String)| (id.parse().unwrap(), serde_json::from_value(status.into()).unwrap());
    items.into_iter().map(known).collect()
}
