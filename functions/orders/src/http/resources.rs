//! Orders as clients see them. Refuses what is private to the shop: contact, digests, commands.

use crate::domain::erasure::Erasure;
use crate::domain::explanation::{CancellationReason, DeclineReason};
use crate::domain::order::{self, Tracking};
use crate::domain::states::{FulfillmentState, PaymentState, Status};
use crate::domain::transition::TransitionKind;
use crate::service::guest_tokens::GuestToken;
use events::ids::OrderId;
use events::inventory;
use events::quotes::QuotedLine;
use events::{Address, Money, OrderNumber, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// An order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Order {
    pub(super) id: OrderId,
    /// Names the order to people, who may read it out and type it in any spelling. Two orders may share it, so programs use `id`.
    pub(super) number: OrderNumber,
    pub(super) status: Status,
    pub(super) payment_state: PaymentState,
    pub(super) fulfillment_state: FulfillmentState,
    pub(super) lines: Vec<OrderLine>,
    /// All lines before discount and tax.
    pub(super) subtotal: Money,
    /// Taken off the lines before tax.
    pub(super) discount: Money,
    /// Tax on the lines.
    pub(super) tax: Money,
    pub(super) shipping: OrderShipping,
    /// Amount to pay: subtotal − discount + tax + shipping with its tax.
    pub(super) total: Money,
    /// All refunds so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refunded: Option<Money>,
    /// Absent once the buyer's personal data is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ship_to: Option<Address>,
    /// For the bill. Absent if it is `ship_to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) billing_address: Option<Address>,
    pub(super) placed_at: Timestamp,
    /// The order expires if it is not paid by then.
    pub(super) pay_until: Timestamp,
    /// How often another payment method may be tried. Only an unpaid order has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payment_attempts_left: Option<u32>,
    /// Why the last attempt to pay was declined. Absent if it was not, or if another followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decline_reason: Option<DeclineReason>,
    /// Why the order is canceled, is being canceled, or has expired. Only such an order has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cancellation_reason: Option<CancellationReason>,
    /// Version of the shop's terms that the buyer accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) accepted_terms: Option<String>,
    /// The step that the order waits for, if the customer must take one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_action: Option<NextAction>,
    /// The lines for which there was not enough stock; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub(super) missing: Vec<MissingLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tracking: Option<Tracking>,
    /// Present once the buyer wants the personal data of the order to be erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) erasure: Option<OrderErasure>,
    /// A guest's token for this order, for the header `X-Guest-Token`. Only the answer to placing the order has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) guest_token: Option<String>,
    /// The token opens the order until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) guest_token_expires_at: Option<Timestamp>,
}

/// A guest's token for an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ReplacedGuestToken {
    /// For the header `X-Guest-Token`.
    guest_token: String,
    /// The token opens the order until then.
    expires_at: Timestamp,
}

/// A line for which there was not enough stock.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct MissingLine {
    sku: Sku,
    /// Units that the order asked for.
    requested: u32,
    shortage: Shortage,
}

/// How much of a line was missing. Nobody learns how many units there are.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Shortage {
    /// No unit was there.
    Out,
    /// Fewer units were there than the order asked for.
    Fewer,
}

/// A line of an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrderLine {
    sku: Sku,
    title: String,
    /// Units.
    quantity: u32,
    /// Price of one unit before discount and tax.
    unit_price: Money,
    /// Taken off the whole line before tax.
    discount: Money,
    /// Tax on the whole line.
    tax: Money,
    /// Price of the whole line with tax.
    total: Money,
}

/// Service and price of shipping.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrderShipping {
    /// Code of the shipping service.
    service: String,
    /// Before tax.
    amount: Money,
    /// Tax on the amount.
    tax: Money,
}

/// A step that the customer must take.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct NextAction {
    /// Page on which the customer confirms the payment with the bank.
    url: String,
}

/// The erasure of the personal data of an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrderErasure {
    state: OrderErasureState,
    /// When the order forgot its buyer. Absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_at: Option<Timestamp>,
}

/// How far an erasure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OrderErasureState {
    /// The order has not ended: its data is erased then.
    Waiting,
    /// The order forgot its buyer; its payment, shipment or emails have not all said that they did.
    UnderWay,
    /// Nothing personal is left.
    Done,
}

/// An order in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrderSummary {
    id: OrderId,
    /// Names the order to people.
    number: OrderNumber,
    status: Status,
    payment_state: PaymentState,
    fulfillment_state: FulfillmentState,
    /// Amount to pay.
    total: Money,
    placed_at: Timestamp,
}

/// A transition of an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrderTimelineEntry {
    /// Number of the transition, from 1.
    seq: u64,
    at: Timestamp,
    kind: TransitionKind,
    /// Status afterwards.
    status: Status,
    /// Payment state afterwards.
    payment_state: PaymentState,
    /// Fulfillment state afterwards.
    fulfillment_state: FulfillmentState,
}

/// All transitions of an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct OrderTimeline {
    /// Oldest first.
    items: Vec<OrderTimelineEntry>,
}

impl Order {
    pub(super) fn with(self, token: Option<GuestToken>) -> Self {
        let (guest_token, guest_token_expires_at) = token.map(|token| (token.text, token.expires_at)).unzip();
        Self { guest_token, guest_token_expires_at, ..self }
    }
}

impl From<GuestToken> for ReplacedGuestToken {
    fn from(token: GuestToken) -> Self {
        Self { guest_token: token.text, expires_at: token.expires_at }
    }
}

impl From<&order::Order> for Order {
    fn from(order: &order::Order) -> Self {
        // Everything here was added into the total when the order was placed, so every sum fits.
        let discount = order.lines.iter().map(|line| line.discount).fold(0, i64::saturating_add);
        Self {
            id: order.id,
            number: order.id.number(),
            status: order.status,
            payment_state: order.payment_state,
            fulfillment_state: order.fulfillment_state,
            lines: order.lines.iter().map(|line| order_line(order, line)).collect(),
            subtotal: order.money(order.net.saturating_add(discount)),
            discount: order.money(discount),
            tax: order.money(order.tax),
            shipping: OrderShipping {
                service: order.shipping.service.clone(),
                amount: order.money(order.shipping.amount),
                tax: order.money(order.shipping.tax),
            },
            total: order.money(order.total),
            refunded: (order.refunded > 0).then(|| order.money(order.refunded)),
            ship_to: order.delivery_address().cloned(),
            billing_address: order.billing_address.clone(),
            placed_at: order.placed_at,
            pay_until: order.deadline,
            payment_attempts_left: order.attempts_left(),
            decline_reason: order.decline_reason(),
            cancellation_reason: order.cancellation_reason(),
            accepted_terms: order.accepted_terms.clone(),
            next_action: order.next_action.clone().map(|url| NextAction { url }),
            missing: order.missing.iter().map(MissingLine::from).collect(),
            tracking: order.tracking.clone(),
            erasure: order.erasure.as_ref().map(OrderErasure::from),
            guest_token: None,
            guest_token_expires_at: None,
        }
    }
}

impl From<&Erasure> for OrderErasure {
    fn from(erasure: &Erasure) -> Self {
        let state = match erasure.erased_at {
            None => OrderErasureState::Waiting,
            Some(_) if erasure.is_done() => OrderErasureState::Done,
            Some(_) => OrderErasureState::UnderWay,
        };
        Self { state, erased_at: erasure.erased_at }
    }
}

impl From<&inventory::MissingLine> for MissingLine {
    fn from(line: &inventory::MissingLine) -> Self {
        let shortage = if line.available == 0 { Shortage::Out } else { Shortage::Fewer };
        Self { sku: line.sku.clone(), requested: line.requested, shortage }
    }
}

fn order_line(order: &order::Order, line: &QuotedLine) -> OrderLine {
    OrderLine {
        sku: line.sku.clone(),
        title: line.title.clone(),
        quantity: line.quantity,
        unit_price: order.money(line.unit_price),
        discount: order.money(line.discount),
        tax: order.money(line.tax),
        total: order.money(line.net().unwrap_or_default().saturating_add(line.tax)),
    }
}

impl From<&order::Order> for OrderSummary {
    fn from(order: &order::Order) -> Self {
        Self {
            id: order.id,
            number: order.id.number(),
            status: order.status,
            payment_state: order.payment_state,
            fulfillment_state: order.fulfillment_state,
            total: order.money(order.total),
            placed_at: order.placed_at,
        }
    }
}

impl From<&order::Order> for OrderTimeline {
    fn from(order: &order::Order) -> Self {
        let entries = order.log.iter().map(|transition| OrderTimelineEntry {
            seq: transition.seq,
            at: transition.at,
            kind: transition.kind,
            status: transition.status,
            payment_state: transition.payment_state,
            fulfillment_state: transition.fulfillment_state,
        });
        Self { items: entries.collect() }
    }
}
