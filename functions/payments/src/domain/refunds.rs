//! Grants refunds. Refuses more than was captured, whatever the number of requests.

use super::decision::Decision;
use super::operation::{PaymentOperation, refund_id};
use super::payment::Payment;
use super::rejection::Rejection;
use super::transaction::{Phase, RefundRequest, Transaction};
use chassis::Context;
use events::Money;
use events::ids::PaymentId;

/// Prefix of the causes of staff, so that none of their idempotency keys equals the cause of an order.
const STAFF_CAUSE: &str = "staff/";
/// With the longest reasons, 50 refunds under way at once take 300 KB of an item's 400 (DynamoDB's limit). The outcome of
/// a refund that the provider has made must always fit.
const MAX_REFUNDS: usize = 50;

/// A refund that staff ask for over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRefund {
    /// The request's idempotency key.
    pub key: String,
    /// An upper limit: less is granted if less is left.
    pub asked: Money,
    /// Whether nothing is granted if less is left.
    pub exact: bool,
    /// The reason that staff give.
    pub reason: String,
    /// Fingerprint of the body as it was read.
    pub digest: String,
}

impl StaffRefund {
    /// The refund that this request names.
    pub fn request(&self, payment: PaymentId) -> RefundRequest {
        let cause = format!("{STAFF_CAUSE}{}", self.key);
        RefundRequest {
            id: refund_id(payment, &cause),
            cause,
            asked: self.asked,
            reason: Some(self.reason.clone()),
            digest: Some(self.digest.clone()),
        }
    }
}

impl Payment {
    /// Decides on a refund that staff ask for: grants what is asked, or what is left if that is less and less will do. The
    /// same request again changes nothing.
    ///
    /// # Errors
    /// `NothingToRefund`, `LessIsLeft`, `IdempotencyKeyReused`, `TooManyRefunds`, `OtherCurrency`, `Overflow`.
    pub fn grant_staff_refund(&self, refund: &StaffRefund, context: &Context) -> Result<Decision, Rejection> {
        let request = refund.request(self.id);
        let operation = PaymentOperation::refund(request.id);
        if let Some(before) = self.last_of(operation).and_then(|t| t.refund.as_ref()) {
            let same = before.digest == request.digest;
            return if same { Ok(Decision::Reply(operation)) } else { Err(Rejection::IdempotencyKeyReused) };
        }
        if self.refunds() >= MAX_REFUNDS {
            return Err(Rejection::TooManyRefunds);
        }
        let granted = self.grant(request)?;
        if granted.is_final() {
            return Err(Rejection::NothingToRefund);
        }
        if refund.exact && granted.amount < refund.asked.amount {
            return Err(Rejection::LessIsLeft(Money::new(granted.amount, refund.asked.currency)));
        }
        let mut granted = granted.caused_by(context);
        granted.input.clone_from(&refund.key);
        Ok(Decision::Record(Box::new(self.append(granted))))
    }

    /// The requests of staff refunds that have no outcome. Only the payment remembers them, because they came over
    /// HTTP.
    pub fn open_staff_refunds(&self) -> impl Iterator<Item = &Transaction> {
        self.log.iter().filter(|transaction| {
            let by_staff = transaction.refund.as_ref().is_some_and(|refund| refund.cause.starts_with(STAFF_CAUSE));
            by_staff && self.is_open(transaction.payment_operation())
        })
    }

    /// The first transition of a refund. It reserves what is granted; if nothing is left it ends with nothing.
    pub(super) fn grant(&self, request: RefundRequest) -> Result<Transaction, Rejection> {
        if request.asked.amount < 0 {
            return Err(Rejection::InconsistentAmount);
        }
        if self.terms.is_some_and(|terms| terms.currency != request.asked.currency) {
            return Err(Rejection::OtherCurrency);
        }
        let amount = request.asked.amount.min(self.amounts()?.refundable()?);
        let phase = if amount > 0 { Phase::Requested } else { Phase::Succeeded };
        let mut transaction = Transaction::new(PaymentOperation::refund(request.id), phase, amount);
        transaction.refund = Some(request);
        Ok(transaction)
    }
}
