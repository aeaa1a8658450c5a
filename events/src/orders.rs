//! Messages from `orders`: what happened to an order, for everyone who follows it.

use crate::address::Contact;
use crate::ids::{CartId, OrderId, UserId};
use crate::inventory::{MissingLine, StockLine};
use crate::message::messages;
use crate::money::Money;
use crate::sku::Sku;
use crate::timestamp::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A line of an order as a mail shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeLine {
    /// What.
    pub sku: Sku,
    /// What it is called.
    pub title: String,
    /// How many.
    pub quantity: u32,
    /// Price of the line with tax.
    pub total: Money,
}

/// What every notice about an order says. The contact is present only in the copy for `notifications`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderNotice {
    /// Which order.
    pub order_id: OrderId,
    /// Whose, unless a guest's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UserId>,
    /// How to reach the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What was ordered.
    pub lines: Vec<NoticeLine>,
    /// What is paid for all of it, shipping and tax included.
    pub total: Money,
}

messages! {
    /// An order was accepted. Its cart, if named, loses what was ordered.
    OrderPlaced = "orders.order_placed.v1", Orders => [Carts, Notifications] {
        /// The order.
        pub order: OrderNotice,
        /// The cart it came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cart_id: Option<CartId>,
        /// What was ordered.
        pub lines: Vec<StockLine>,
    }
    /// Stock is held and money authorized.
    OrderConfirmed = "orders.order_confirmed.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
    }
    /// The money was declined; the customer may pay again until the deadline.
    OrderPaymentDeclined = "orders.order_payment_declined.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
        /// Reason as a stable name.
        pub reason: String,
        /// Until when to pay.
        pub pay_until: Timestamp,
    }
    /// The customer must confirm the payment with the bank.
    OrderPaymentActionRequired = "orders.order_payment_action_required.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
        /// Where the customer does that.
        pub url: String,
        /// Until when.
        pub pay_until: Timestamp,
    }
    /// Not enough stock.
    OrderRejected = "orders.order_rejected.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
        /// What was missing.
        pub missing: Vec<MissingLine>,
    }
    /// Not paid in time.
    OrderExpired = "orders.order_expired.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
    }
    /// Called off; any held money is let go.
    OrderCanceled = "orders.order_canceled.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
    }
    /// Could not be called off any more: the goods have left.
    OrderCancellationRefused = "orders.order_cancellation_refused.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
    }
    /// The goods left.
    OrderDispatched = "orders.order_dispatched.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
        /// Who carries them.
        pub carrier: String,
        /// The carrier's number for them.
        pub tracking_number: String,
    }
    /// The goods arrived.
    OrderDelivered = "orders.order_delivered.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
    }
    /// Money went back.
    OrderRefunded = "orders.order_refunded.v1", Orders => [Notifications] {
        /// The order.
        pub order: OrderNotice,
        /// How much this time.
        pub amount: Money,
    }
    /// A note of `orders` to itself: look whether the order's time to pay is over. Longer waits are chained.
    DeadlineDue = "orders.deadline_due.v1", Orders => [Orders] {
        /// Which order.
        pub order_id: OrderId,
        /// When its time to pay ends.
        pub deadline: Timestamp,
    }
}
