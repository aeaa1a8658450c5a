//! Messages to and from `payments`.

use crate::ids::{OrderId, PaymentId, RefundId, UserId};
use crate::message::messages;
use crate::money::{Currency, Money};
use crate::timestamp::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an amount is made of, in minor units; the parts sum to it. The ledger books them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AmountParts {
    /// Goods after discount, before tax.
    pub subtotal: i64,
    /// Shipping before tax.
    pub shipping: i64,
    /// Tax on goods and on shipping.
    pub tax: i64,
}

/// What was attempted with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Operation {
    Authorize,
    Capture,
    Void,
    Refund,
}

/// An account of the double-entry ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LedgerAccount {
    /// Owed by customers for goods that left.
    Receivable,
    /// Held at the provider.
    Cash,
    /// Earned on goods.
    Revenue,
    /// Owed to tax offices.
    Tax,
    /// Earned on shipping.
    Shipping,
    /// Given back.
    Refunds,
}

/// One side of a booking: debits positive, credits negative, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Which account.
    pub account: LedgerAccount,
    /// By how much.
    pub amount: i64,
}

messages! {
    /// Have the provider hold the money.
    AuthorizePayment = "payments.authorize_payment.v1", Orders => [Payments] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// The customer's how-manieth try, from 1.
        pub attempt: u32,
        /// How much.
        pub amount: Money,
        /// What the amount is made of.
        pub parts: AmountParts,
        /// The provider's token for the means of payment; never a card number.
        pub payment_method: String,
        /// Who may look at the payment later, unless a guest's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub customer: Option<UserId>,
    }
    /// Take the held money: the goods have left.
    CapturePayment = "payments.capture_payment.v1", Orders => [Payments] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// Which try to capture, from 1.
        pub attempt: u32,
    }
    /// Let the held money go; a payment that is not known yet will be refused when it arrives.
    VoidPayment = "payments.void_payment.v1", Orders => [Payments] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
    }
    /// Give captured money back.
    RefundPayment = "payments.refund_payment.v1", Orders => [Payments] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// Why, as a stable name; the same cause refunds once.
        pub cause: String,
        /// At most how much.
        pub amount: Money,
    }
    /// The provider holds the money.
    PaymentAuthorized = "payments.payment_authorized.v1", Payments => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// Which try.
        pub attempt: u32,
        /// How much is held.
        pub amount: Money,
        /// When the provider lets the money go unless it was taken; absent if it does not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub capture_before: Option<Timestamp>,
    }
    /// The provider said no; the customer may try another means.
    PaymentDeclined = "payments.payment_declined.v1", Payments => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// Which try.
        pub attempt: u32,
        /// The provider's reason as a stable name, e.g. `card_declined`.
        pub reason: String,
    }
    /// The customer must confirm with the bank (3-D Secure).
    PaymentActionRequired = "payments.payment_action_required.v1", Payments => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// Which try.
        pub attempt: u32,
        /// Where the customer does that.
        pub url: String,
    }
    /// The money is taken.
    PaymentCaptured = "payments.payment_captured.v1", Payments => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// How much.
        pub amount: Money,
    }
    /// No money is held, or ever will be.
    PaymentVoided = "payments.payment_voided.v1", Payments => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
    }
    /// Money went back.
    PaymentRefunded = "payments.payment_refunded.v1", Payments => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// Which refund.
        pub refund_id: RefundId,
        /// What asked for it.
        pub cause: String,
        /// How much was granted; less than asked if less was left.
        pub amount: Money,
        /// All refunds of this payment so far.
        pub total_refunded: Money,
    }
    /// An operation failed for good at the provider.
    PaymentFailed = "payments.payment_failed.v1", Payments => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which payment.
        pub payment_id: PaymentId,
        /// What failed.
        pub operation: Operation,
        /// Which try of it.
        pub attempt: u32,
        /// The provider's reason as a stable name.
        pub reason: String,
    }
    /// A payment's transition booked entries: bring the account balances up.
    EntriesPosted = "payments.entries_posted.v1", Payments => [Payments] {
        /// Which payment.
        pub payment_id: PaymentId,
        /// Number of the transition that booked them.
        pub seq: u64,
        /// Currency of all entries.
        pub currency: Currency,
        /// The entries; they sum to zero.
        pub entries: Vec<Entry>,
    }
    /// A refund was granted over HTTP: have the provider do it.
    ExecuteRefund = "payments.execute_refund.v1", Payments => [Payments] {
        /// Of which payment.
        pub payment_id: PaymentId,
        /// Which refund.
        pub refund_id: RefundId,
    }
}
