//! What staff see of an order that stands still, and what they can do about it.

use crate::domain::order::{Ask, FulfillmentState, Order, PaymentState, Status};
use crate::domain::overdue::{failed_tries, idle_since, outstanding, with_warehouse};
use crate::domain::step::{Input, Step, step};
use crate::service::Orders;
use chassis::{Call, Problem};
use events::ids::OrderId;
use events::{Capability, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Why an order stands still.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Diagnosis {
    /// Which order.
    pub id: OrderId,
    /// Where it is on its road.
    pub status: Status,
    /// How the money stands.
    pub payment_state: PaymentState,
    /// How the goods stand.
    pub fulfillment_state: FulfillmentState,
    /// What happened last.
    pub step: Option<Step>,
    /// How long ago anything happened or was asked again.
    pub idle_seconds: i64,
    /// Whose answers it waits for.
    pub awaits: Vec<Awaited>,
    /// How often the open questions were asked again since the last step.
    pub resends: u32,
    /// Until when it must be paid, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_until: Option<Timestamp>,
    /// Whether nobody needs to look at it again.
    pub settled: bool,
    /// What can be done.
    pub actions: Vec<Action>,
}

/// An answer that is expected.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Awaited {
    /// Of which capability.
    pub from: &'static str,
    /// To which question.
    pub to: &'static str,
    /// Since when.
    pub since: Timestamp,
}

/// Something that can be done about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `POST /v1/orders/{id}/payment`.
    Payment,
    /// `POST /v1/orders/{id}/cancellation`.
    Cancellation,
    /// `POST /v1/orders/{id}/redrive`.
    Redrive,
}

/// Why an order stands still.
pub async fn diagnose(app: Arc<Orders>, call: Call) -> Result<Diagnosis, Problem> {
    let order = app.find(call.param("id")?).await?.ok_or_else(Problem::not_found)?;
    Ok(diagnosis(&order, call.now))
}

/// Has the open questions asked again, and a failed capture tried again.
pub async fn redrive(app: Arc<Orders>, call: Call) -> Result<Diagnosis, Problem> {
    let order = app.find(call.param("id")?).await?.ok_or_else(Problem::not_found)?;
    let order = app.redrive(order, call.now, |seq| call.cause(seq)).await?;
    Ok(diagnosis(&order, call.now))
}

fn diagnosis(order: &Order, now: Timestamp) -> Diagnosis {
    let since = |seq| order.transition(seq).map_or(order.placed_at, |made| made.at);
    let awaits = outstanding(order).into_iter().chain(with_warehouse(order)).map(|(seq, ask)| {
        let (from, to) = question(ask);
        Awaited { from: from.name(), to, since: since(seq) }
    });
    Diagnosis {
        id: order.id,
        status: order.status,
        payment_state: order.payment_state,
        fulfillment_state: order.fulfillment_state,
        step: order.log.last().map(|made| made.step),
        idle_seconds: now.seconds_since(idle_since(order)),
        awaits: awaits.collect(),
        resends: order.resends,
        pay_until: order.status.is_unpaid().then_some(order.deadline),
        settled: order.is_settled(),
        actions: actions(order, now),
    }
}

/// What the saga itself would accept.
fn actions(order: &Order, now: Timestamp) -> Vec<Action> {
    let moves = |input: &Input| matches!(step(order, input, "", now), Ok(decision) if decision.moves());
    let mut actions = Vec::new();
    if moves(&Input::PayAgain { method: String::new(), key: None }) {
        actions.push(Action::Payment);
    }
    if moves(&Input::Cancel) {
        actions.push(Action::Cancellation);
    }
    if !order.is_settled() || failed_tries(order).is_some() {
        actions.push(Action::Redrive);
    }
    actions
}

const fn question(ask: Ask) -> (Capability, &'static str) {
    match ask {
        Ask::Reserve => (Capability::Inventory, "reserve_stock"),
        Ask::Commit => (Capability::Inventory, "commit_reservation"),
        Ask::Release => (Capability::Inventory, "release_reservation"),
        Ask::Authorize(_) => (Capability::Payments, "authorize_payment"),
        Ask::Capture(_) => (Capability::Payments, "capture_payment"),
        Ask::Void => (Capability::Payments, "void_payment"),
        Ask::Refund => (Capability::Payments, "refund_payment"),
        Ask::Create => (Capability::Shipping, "create_shipment"),
        Ask::CancelShipment => (Capability::Shipping, "cancel_shipment"),
    }
}
