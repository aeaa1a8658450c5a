//! The orders of a shop, and which of them nothing more will happen to.

use super::stage::Stage;
use events::Capability;
use orders::domain::order::Order;
use orders::domain::overdue::{failed_tries, outstanding};
use orders::domain::states::Status;

pub fn orders(stage: &Stage) -> Vec<Order> {
    let items: Vec<orders::store::Item> = stage.tables[&Capability::Orders].read(|(_, sk)| sk == "order");
    items.into_iter().map(|item| item.order).collect()
}

/// Whether the order ended, or waits for a person: the warehouse, or an operator after many attempts.
pub fn is_settled_or_waits(order: &Order) -> bool {
    let given_up = failed_tries(order).is_some_and(|tries| tries >= 10);
    let failing = failed_tries(order).is_some() && !given_up;
    let forgetting = order.has_ended() && order.erasure.as_ref().is_some_and(|erasure| !erasure.is_done());
    !order.status.is_unpaid()
        && !forgetting
        && order.status != Status::Canceling
        && outstanding(order).is_empty()
        && !failing
}
