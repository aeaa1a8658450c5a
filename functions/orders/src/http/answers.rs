//! Orders as clients see them. Refuses what is nobody's business outside: contact, digests, conversations.

use crate::domain::order::{FulfillmentState, Order, PaymentState, Status, Tracking};
use crate::domain::step::Step;
use events::ids::OrderId;
use events::inventory::MissingLine;
use events::quotes::QuotedLine;
use events::{Address, Money, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// An order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Order")]
pub struct OrderAnswer {
    /// Its id.
    pub id: OrderId,
    /// Where it is on its road.
    pub status: Status,
    /// How the money stands.
    pub payment_state: PaymentState,
    /// How the goods stand.
    pub fulfillment_state: FulfillmentState,
    /// What was ordered.
    pub lines: Vec<LineAnswer>,
    /// Goods before discount and tax.
    pub subtotal: Money,
    /// Taken off before tax.
    pub discount: Money,
    /// Tax on the goods.
    pub tax: Money,
    /// Carriage.
    pub shipping: CarriageAnswer,
    /// What is charged: subtotal − discount + tax + shipping with its tax.
    pub total: Money,
    /// What went back, if anything did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// Where to.
    pub ship_to: Address,
    /// When it was accepted.
    pub placed_at: Timestamp,
    /// Until when it must be paid.
    pub pay_until: Timestamp,
    /// What the customer has to do before it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// What was out of stock.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingLine>,
    /// Who carries the goods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// A guest's right to the order, for the header `X-Guest-Token`. Only in the answer to placing it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_token: Option<String>,
}

/// A line of an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OrderLine")]
pub struct LineAnswer {
    /// What.
    pub sku: Sku,
    /// What it is called.
    pub title: String,
    /// How many units.
    pub quantity: u32,
    /// Price of one before discount and tax.
    pub unit_price: Money,
    /// Taken off the whole line before tax.
    pub discount: Money,
    /// Tax on the whole line.
    pub tax: Money,
    /// Price of the whole line with tax.
    pub total: Money,
}

/// How the goods travel.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OrderShipping")]
pub struct CarriageAnswer {
    /// Code of the service.
    pub service: String,
    /// Before tax.
    pub amount: Money,
    /// Tax on it.
    pub tax: Money,
}

/// What the customer has to do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NextAction {
    /// Where the customer confirms the payment with the bank.
    pub url: String,
}

/// An order in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrderSummary {
    /// Its id.
    pub id: OrderId,
    /// Where it is on its road.
    pub status: Status,
    /// How the money stands.
    pub payment_state: PaymentState,
    /// How the goods stand.
    pub fulfillment_state: FulfillmentState,
    /// What is charged.
    pub total: Money,
    /// When it was accepted.
    pub placed_at: Timestamp,
}

/// Something that happened to an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TimelineEntry {
    /// Its number, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: Step,
    /// Status afterwards.
    pub status: Status,
    /// Payment state afterwards.
    pub payment_state: PaymentState,
    /// Fulfillment state afterwards.
    pub fulfillment_state: FulfillmentState,
}

/// Everything that happened to an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Timeline {
    /// In the order in which it happened.
    pub items: Vec<TimelineEntry>,
}

impl From<&Order> for OrderAnswer {
    fn from(order: &Order) -> Self {
        // Everything here was added into the total when the order was placed, so every sum fits.
        let discount = order.lines.iter().map(|line| line.discount).fold(0, i64::saturating_add);
        Self {
            id: order.id,
            status: order.status,
            payment_state: order.payment_state,
            fulfillment_state: order.fulfillment_state,
            lines: order.lines.iter().map(|line| line_answer(order, line)).collect(),
            subtotal: order.money(order.goods.saturating_add(discount)),
            discount: order.money(discount),
            tax: order.money(order.tax),
            shipping: CarriageAnswer {
                service: order.carriage.service.clone(),
                amount: order.money(order.carriage.amount),
                tax: order.money(order.carriage.tax),
            },
            total: order.money(order.total),
            refunded: (order.refunded > 0).then(|| order.money(order.refunded)),
            ship_to: order.ship_to.clone(),
            placed_at: order.placed_at,
            pay_until: order.deadline,
            next_action: order.next_action.clone().map(|url| NextAction { url }),
            missing: order.missing.clone(),
            tracking: order.tracking.clone(),
            guest_token: None,
        }
    }
}

fn line_answer(order: &Order, line: &QuotedLine) -> LineAnswer {
    LineAnswer {
        sku: line.sku.clone(),
        title: line.title.clone(),
        quantity: line.quantity,
        unit_price: order.money(line.unit_price),
        discount: order.money(line.discount),
        tax: order.money(line.tax),
        total: order.money(line.net().unwrap_or_default().saturating_add(line.tax)),
    }
}

impl From<&Order> for OrderSummary {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            status: order.status,
            payment_state: order.payment_state,
            fulfillment_state: order.fulfillment_state,
            total: order.money(order.total),
            placed_at: order.placed_at,
        }
    }
}

impl From<&Order> for Timeline {
    fn from(order: &Order) -> Self {
        let entries = order.log.iter().map(|made| TimelineEntry {
            seq: made.seq,
            at: made.at,
            what: made.step,
            status: made.status,
            payment_state: made.payment_state,
            fulfillment_state: made.fulfillment_state,
        });
        Self { items: entries.collect() }
    }
}
