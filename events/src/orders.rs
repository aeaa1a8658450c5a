//! Messages from `orders`: what happened to an order, for the capabilities that follow it. Refuses commands: `orders`
//! takes none from others.

use crate::address::Contact;
use crate::ids::{CartId, OrderId, ShipmentId, UserId};
use crate::inventory::{MissingLine, StockLine};
use crate::language::Language;
use crate::message::messages;
use crate::money::Money;
use crate::payments::AmountParts;
use crate::sku::Sku;
use crate::timestamp::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A line of an order as a customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct OrderLine {
    pub sku: Sku,
    /// The product's name when it was quoted.
    pub title: String,
    /// Units, 1 to 999.
    pub quantity: u32,
    /// Price of the whole line after discount, before tax; unknown to earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<Money>,
    /// Price of the whole line after discount, tax included.
    pub total: Money,
}

/// The part that all messages about an order share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct OrderDetails {
    pub order_id: OrderId,
    /// Absent for a guest's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UserId>,
    /// Of a guest, and present only in the copy for `notifications`: no other capability writes to people. A customer's address is known
    /// from the messages of `users`; earlier versions sent it here, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Opens a guest's order until it ends, for the link in a mail. Present only in the copy for `notifications`, and unknown to earlier
    /// versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_token: Option<String>,
    /// In which the order was placed; absent if nobody said so, and unknown to earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    pub lines: Vec<OrderLine>,
    /// The parts of the total, in minor units of its currency; unknown to earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<AmountParts>,
    /// Amount to pay: items, shipping and tax.
    pub total: Money,
}

/// What happened to an order, apart from the order's details: one variant a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEvent {
    /// The order was accepted.
    Placed,
    /// Stock is held, and the payment is authorized if there is something to pay.
    Confirmed,
    /// The payment was declined. The customer may pay again until the deadline.
    PaymentDeclined {
        /// The provider's reason as a stable name, e.g. `card_declined`.
        reason: String,
        /// End of the time to pay.
        pay_until: Timestamp,
        /// How often the customer may pay again, if that is known.
        attempts_left: Option<u32>,
    },
    /// The customer must confirm the payment with the bank.
    PaymentActionRequired {
        /// Page on which the customer confirms.
        url: String,
        /// End of the time to pay.
        pay_until: Timestamp,
    },
    /// There was not enough stock.
    Rejected {
        /// The lines that fell short.
        missing: Vec<MissingLine>,
    },
    /// The order was not paid in time.
    Expired,
    /// The order was canceled.
    Canceled {
        /// Whether the shop called it off, and not the customer.
        by_shop: bool,
    },
    /// The customer's cancellation came too late.
    CancellationRefused,
    /// The goods left the warehouse.
    Dispatched {
        /// Name of the carrier.
        carrier: String,
        /// The carrier's number for the parcel.
        tracking_number: String,
    },
    /// The tracking of goods that left was corrected.
    TrackingCorrected {
        /// Name of the carrier.
        carrier: String,
        /// The carrier's number for the parcel.
        tracking_number: String,
    },
    /// The goods arrived.
    Delivered,
    /// Money was paid back.
    Refunded {
        /// Amount of this refund alone.
        amount: Money,
    },
}

messages! {
    /// An order was accepted. Its cart, if it has one, loses the ordered lines.
    OrderPlaced = "orders.order_placed.v1", Orders => [Carts, Notifications] {
        pub order: OrderDetails,
        /// Cart that the order was made from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cart_id: Option<CartId>,
        pub lines: Vec<StockLine>,
    }
    /// Stock is held, and the payment is authorized if there is something to pay.
    OrderConfirmed = "orders.order_confirmed.v1", Orders => [Notifications] {
        pub order: OrderDetails,
    }
    /// The payment was declined. The customer may pay again until the deadline.
    OrderPaymentDeclined = "orders.order_payment_declined.v1", Orders => [Notifications] {
        pub order: OrderDetails,
        /// The provider's reason as a stable name, e.g. `card_declined`.
        pub reason: String,
        /// End of the time to pay.
        pub pay_until: Timestamp,
        /// How often the customer may pay again; unknown to earlier versions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub attempts_left: Option<u32>,
    }
    /// The customer must confirm the payment with the bank (3-D Secure).
    OrderPaymentActionRequired = "orders.order_payment_action_required.v1", Orders => [Notifications] {
        pub order: OrderDetails,
        /// Page on which the customer confirms.
        pub url: String,
        /// End of the time to pay.
        pub pay_until: Timestamp,
    }
    /// There was not enough stock, so the order ended.
    OrderRejected = "orders.order_rejected.v1", Orders => [Notifications] {
        pub order: OrderDetails,
        /// The lines that fell short.
        pub missing: Vec<MissingLine>,
    }
    /// The order was not paid in time, so it ended.
    OrderExpired = "orders.order_expired.v1", Orders => [Notifications] {
        pub order: OrderDetails,
    }
    /// The order was canceled. An authorized payment is voided.
    OrderCanceled = "orders.order_canceled.v1", Orders => [Notifications] {
        pub order: OrderDetails,
        /// Whether the shop called the order off, and not the customer: its staff did, or the goods could not be sent while the
        /// money was held.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub by_shop: bool,
    }
    /// The customer's cancellation came too late: the goods have left the warehouse.
    OrderCancellationRefused = "orders.order_cancellation_refused.v1", Orders => [Notifications] {
        pub order: OrderDetails,
    }
    /// The goods left the warehouse.
    OrderDispatched = "orders.order_dispatched.v1", Orders => [Notifications] {
        pub order: OrderDetails,
        /// Name of the carrier.
        pub carrier: String,
        /// The carrier's number for the parcel.
        pub tracking_number: String,
    }
    /// The goods arrived.
    OrderDelivered = "orders.order_delivered.v1", Orders => [Notifications] {
        pub order: OrderDetails,
    }
    /// Money was paid back.
    OrderRefunded = "orders.order_refunded.v1", Orders => [Notifications] {
        pub order: OrderDetails,
        /// Amount of this refund alone.
        pub amount: Money,
    }
    /// The carrier or the tracking number of goods that left was corrected.
    OrderTrackingCorrected = "orders.order_tracking_corrected.v1", Orders => [Notifications] {
        pub order: OrderDetails,
        /// Name of the carrier.
        pub carrier: String,
        /// The carrier's number for the parcel.
        pub tracking_number: String,
    }
    /// A dispatch is not taken back: the money for the goods was captured.
    RetractionRefused = "orders.retraction_refused.v1", Orders => [Shipping] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
        /// The number that the request had.
        pub request: u64,
    }
    /// An order forgot its buyer, because that person wanted to be forgotten and the order has ended. Whoever keeps something personal of
    /// the order erases it and says so, any number of times, also if nothing was kept.
    OrderErased = "orders.order_erased.v1", Orders => [Payments, Shipping, Notifications] {
        pub order_id: OrderId,
    }
    /// How far the erasure of a person's orders is. Said again whenever it changes; the highest `seq` is right.
    UserDataErased = "orders.user_data_erased.v1", Orders => [Users] {
        pub user_id: UserId,
        /// Orders of the person that are to be erased, or are.
        pub orders: u32,
        /// Those of them that have not ended, or of which somebody still keeps something personal. 0 if the erasure is done.
        pub open: u32,
        /// It grows with every change, also after a restore of the table.
        pub seq: u64,
    }
    /// An operator has a guest's order forget the guest once more, which came back with a restored table.
    EraseOrder = "orders.erase_order.v1", Orders => [Orders] {
        pub order_id: OrderId,
    }
    /// A delayed message of `orders` to itself: check whether the order's time to pay is over. SQS delays a message by 15
    /// minutes at most, so longer waits are chained.
    DeadlineDue = "orders.deadline_due.v1", Orders => [Orders] {
        pub order_id: OrderId,
        /// End of the time to pay.
        pub deadline: Timestamp,
    }
}
