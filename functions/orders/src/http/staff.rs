//! The diagnosis of a stuck order, and the actions of staff.

use super::resources::ReplacedGuestToken;
use crate::domain::effect::Command;
use crate::domain::explanation::{CancellationReason, DeclineReason};
use crate::domain::input::Input;
use crate::domain::order::Order;
use crate::domain::overdue::{failed_tries, idle_since, outstanding, with_warehouse};
use crate::domain::saga::decide;
use crate::domain::states::{FulfillmentState, PaymentState, Status};
use crate::domain::transition::TransitionKind;
use crate::service::Orders;
use chassis::{Call, Problem};
use events::ids::OrderId;
use events::{Capability, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The reason for which an order is stuck.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrderDiagnosis {
    id: OrderId,
    status: Status,
    payment_state: PaymentState,
    fulfillment_state: FulfillmentState,
    last_transition: Option<TransitionKind>,
    /// Seconds since the last transition or resend.
    idle_seconds: i64,
    pub(crate) pending_commands: Vec<PendingCommand>,
    /// Resends of the pending commands since the last transition.
    resends: u32,
    /// The order expires if it is not paid by then. Only an unpaid order has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pay_until: Option<Timestamp>,
    /// How often another payment method may be tried. Only an unpaid order has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_attempts_left: Option<u32>,
    /// Why the last attempt to pay was declined. Absent if it was not, or if another followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    decline_reason: Option<DeclineReason>,
    /// Why the order is canceled, is being canceled, or has expired. Only such an order has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_reason: Option<CancellationReason>,
    /// Whether the order ended, no command is pending and no erasure is under way.
    pub(crate) settled: bool,
    /// Requests that the order would accept now.
    pub(crate) actions: Vec<OrderAction>,
}

/// A command whose reply, or whose next event, the order waits for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct PendingCommand {
    /// The capability that owes the reply.
    pub(crate) capability: &'static str,
    pub(crate) command: &'static str,
    pub(crate) sent_at: Timestamp,
}

/// A request that changes an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderAction {
    /// `POST /v1/orders/{id}/payment`.
    Payment,
    /// `POST /v1/orders/{id}/cancellation`.
    Cancellation,
    /// `POST /v1/orders/{id}/redrive`.
    Redrive,
}

pub(super) async fn diagnose(app: Arc<Orders>, call: Call) -> Result<OrderDiagnosis, Problem> {
    let order = app.find(call.param("id")?).await?;
    Ok(diagnosis(&order, call.now))
}

pub(super) async fn redrive(app: Arc<Orders>, call: Call) -> Result<OrderDiagnosis, Problem> {
    let order = app.find(call.param("id")?).await?;
    let order = app.redrive(order, &call.context()).await?;
    Ok(diagnosis(&order, call.now))
}

/// Every call ends the tokens before it, so a repeat hands out another.
pub(super) async fn replace_guest_token(app: Arc<Orders>, call: Call) -> Result<ReplacedGuestToken, Problem> {
    let order = app.find(call.param("id")?).await?;
    Ok(app.replace_guest_token(order, &call.context()).await?.into())
}

/// What an order waits for, and what it would accept.
pub(crate) fn diagnosis(order: &Order, now: Timestamp) -> OrderDiagnosis {
    let sent_at = |seq| order.transition(seq).map_or(order.placed_at, |transition| transition.at);
    let pending = outstanding(order).into_iter().chain(with_warehouse(order)).map(|(seq, command)| {
        let (capability, command) = named(command);
        PendingCommand { capability: capability.name(), command, sent_at: sent_at(seq) }
    });
    OrderDiagnosis {
        id: order.id,
        status: order.status,
        payment_state: order.payment_state,
        fulfillment_state: order.fulfillment_state,
        last_transition: order.log.last().map(|transition| transition.kind),
        idle_seconds: now.seconds_since(idle_since(order)),
        pending_commands: pending.collect(),
        resends: order.resends,
        pay_until: order.status.is_unpaid().then_some(order.deadline),
        payment_attempts_left: order.attempts_left(),
        decline_reason: order.decline_reason(),
        cancellation_reason: order.cancellation_reason(),
        settled: order.is_settled(),
        actions: actions(order, now),
    }
}

/// The actions that the saga would accept.
fn actions(order: &Order, now: Timestamp) -> Vec<OrderAction> {
    let moves = |input: &Input| matches!(decide(order, input, "", now), Ok(decision) if decision.moves());
    let mut actions = Vec::new();
    if moves(&Input::PayAgain { method: String::new(), key: None }) {
        actions.push(OrderAction::Payment);
    }
    if moves(&Input::Cancel) {
        actions.push(OrderAction::Cancellation);
    }
    if !order.is_settled() || failed_tries(order).is_some() {
        actions.push(OrderAction::Redrive);
    }
    actions
}

const fn named(command: Command) -> (Capability, &'static str) {
    match command {
        Command::Reserve => (Capability::Inventory, "reserve_stock"),
        Command::Commit => (Capability::Inventory, "commit_reservation"),
        Command::Release => (Capability::Inventory, "release_reservation"),
        Command::Authorize(_) => (Capability::Payments, "authorize_payment"),
        Command::Capture(_) => (Capability::Payments, "capture_payment"),
        Command::Void => (Capability::Payments, "void_payment"),
        Command::Refund => (Capability::Payments, "refund_payment"),
        Command::Create => (Capability::Shipping, "create_shipment"),
        Command::RetractDispatch(_) => (Capability::Shipping, "retract_dispatch"),
        Command::CancelShipment => (Capability::Shipping, "cancel_shipment"),
    }
}
