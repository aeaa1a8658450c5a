//! Messages to and from `payments`, and the words of its ledger. Refuses card numbers: a payment method is a token of the
//! provider.

use crate::currency::Currency;
use crate::ids::{OrderId, PaymentId, RefundId, UserId};
use crate::message::messages;
use crate::money::Money;
use crate::timestamp::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The parts of an amount in minor units. They add up to it; the ledger books each to its own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AmountParts {
    /// Net of the lines: after discount, before tax and shipping.
    pub net: i64,
    /// Shipping before tax.
    pub shipping: i64,
    /// Tax on items and on shipping.
    pub tax: i64,
}

/// An operation at the payment provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Operation {
    Authorize,
    Capture,
    Void,
    Refund,
}

/// An account of the double-entry ledger. A reader must know an account before anybody posts to it, so one is added here a
/// release before its first posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LedgerAccount {
    /// Owed by customers for dispatched goods.
    Receivable,
    /// Captured, at the provider.
    Cash,
    /// Earned on items.
    Revenue,
    /// Owed to the tax authorities.
    Tax,
    /// Earned on shipping.
    Shipping,
    /// Paid back to customers for items, without tax and shipping.
    Refunds,
    /// Kept by the provider for its services. Nothing posts to it yet.
    Fees,
    /// Taken back by the provider while a customer's bank disputes the payment. Nothing posts to it yet.
    Disputes,
    /// Given up: owed for dispatched goods and never paid. Nothing posts to it yet.
    WriteOffs,
}

impl LedgerAccount {
    /// The chart of accounts.
    pub const ALL: [Self; 9] = [
        Self::Receivable,
        Self::Cash,
        Self::Revenue,
        Self::Tax,
        Self::Shipping,
        Self::Refunds,
        Self::Fees,
        Self::Disputes,
        Self::WriteOffs,
    ];

    /// The name in messages and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receivable => "receivable",
            Self::Cash => "cash",
            Self::Revenue => "revenue",
            Self::Tax => "tax",
            Self::Shipping => "shipping",
            Self::Refunds => "refunds",
            Self::Fees => "fees",
            Self::Disputes => "disputes",
            Self::WriteOffs => "write_offs",
        }
    }
}

/// The reason of a decline if the provider never got the payment, as the order was canceled before.
pub const CALLED_OFF: &str = "canceled";
/// The reason of a decline if the payment was not tried, as the provider would not void the one that waits for the customer.
pub const EARLIER_PAYMENT_WAITS: &str = "earlier_payment_waits";

/// One side of a booking: debits positive, credits negative, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Entry {
    pub account: LedgerAccount,
    pub amount: i64,
}

messages! {
    /// Authorize the payment: the provider holds the money.
    AuthorizePayment = "payments.authorize_payment.v1", Orders => [Payments] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        /// Number of the customer's attempt, from 1.
        pub attempt: u32,
        pub amount: Money,
        pub parts: AmountParts,
        /// The provider's token for the payment method; never a card number.
        pub payment_method: String,
        /// Who may read the payment later. Absent for a guest's order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub customer: Option<UserId>,
    }
    /// Capture the authorized payment: the goods were dispatched.
    CapturePayment = "payments.capture_payment.v1", Orders => [Payments] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        /// Number of the attempt to capture, from 1.
        pub attempt: u32,
    }
    /// Void the authorization. An unknown payment is remembered as voided, and refused when it arrives.
    VoidPayment = "payments.void_payment.v1", Orders => [Payments] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
    }
    /// Refund captured money.
    RefundPayment = "payments.refund_payment.v1", Orders => [Payments] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        /// Reason as a stable name. One cause is refunded once.
        pub cause: String,
        /// Upper bound: less is refunded if less is left.
        pub amount: Money,
    }
    /// The provider holds the money.
    PaymentAuthorized = "payments.payment_authorized.v1", Payments => [Orders] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        /// Number of the customer's attempt, from 1.
        pub attempt: u32,
        pub amount: Money,
        /// The provider releases the money at this time unless it is captured. Absent if the provider does not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub capture_before: Option<Timestamp>,
    }
    /// The provider declined the payment. The customer may try another payment method.
    PaymentDeclined = "payments.payment_declined.v1", Payments => [Orders] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        /// Number of the customer's attempt, from 1.
        pub attempt: u32,
        /// The provider's reason as a stable name, e.g. `card_declined`.
        pub reason: String,
    }
    /// The customer must confirm with the bank (3-D Secure).
    PaymentActionRequired = "payments.payment_action_required.v1", Payments => [Orders] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        /// Number of the customer's attempt, from 1.
        pub attempt: u32,
        /// Page on which the customer confirms.
        pub url: String,
    }
    /// The payment is captured.
    PaymentCaptured = "payments.payment_captured.v1", Payments => [Orders] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        pub amount: Money,
    }
    /// No money is held, and none will be.
    PaymentVoided = "payments.payment_voided.v1", Payments => [Orders] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
    }
    /// Money was paid back.
    PaymentRefunded = "payments.payment_refunded.v1", Payments => [Orders] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        pub refund_id: RefundId,
        /// The cause that the refund was asked for with.
        pub cause: String,
        /// What was refunded, which is less than asked for if less was left.
        pub amount: Money,
        /// Sum of this payment's refunds so far.
        pub total_refunded: Money,
    }
    /// An operation failed for good at the provider.
    PaymentFailed = "payments.payment_failed.v1", Payments => [Orders] {
        pub order_id: OrderId,
        pub payment_id: PaymentId,
        pub operation: Operation,
        /// Number of the attempt at this operation, from 1.
        pub attempt: u32,
        /// The provider's reason as a stable name.
        pub reason: String,
    }
    /// A payment's transition booked ledger entries: add them to the balances.
    EntriesPosted = "payments.entries_posted.v1", Payments => [Payments] {
        pub payment_id: PaymentId,
        /// Number of the transition that booked the entries.
        pub seq: u64,
        pub currency: Currency,
        /// The entries of one booking, which add up to zero.
        pub entries: Vec<Entry>,
    }
    /// A refund was granted over HTTP: have the provider execute it.
    ExecuteRefund = "payments.execute_refund.v1", Payments => [Payments] {
        pub payment_id: PaymentId,
        pub refund_id: RefundId,
    }
    /// Nothing personal of an erased order is left in the books: they keep sums, times and ids.
    PaymentOfOrderErased = "payments.order_data_erased.v1", Payments => [Orders] {
        pub order_id: OrderId,
    }
}
