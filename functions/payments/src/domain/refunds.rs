//! Granting refunds: never more than was captured, whoever asks and however often.

use super::step::Occasion;
use super::{Payment, PaymentOperation, Phase, RefundRequest, Rejection, Transaction};
use events::Money;
use events::ids::{PaymentId, RefundId};
use events::payments::Operation;

/// The cause of the refund that a void of captured money becomes.
pub const VOID_CAUSE: &str = "void";
/// What causes by staff start with, so that no key of theirs is an order's cause.
const STAFF_CAUSE: &str = "staff/";
/// Refunds of one payment at most: with the longest reasons they take 300 KB of an item's 400 (DynamoDB's limit), and the
/// end of a refund that the provider has made must always fit.
const MAX_REFUNDS: usize = 50;

/// The refund of a payment for a cause: computed, so that one cause refunds once.
pub fn id_of(payment: PaymentId, cause: &str) -> RefundId {
    RefundId::from_bits(chassis::tokens::digest::bits128(format!("{payment}/{cause}").as_bytes()))
}

/// A refund that staff ask for over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRefund {
    /// The request's idempotency key.
    pub key: String,
    /// At most how much.
    pub asked: Money,
    /// Why, in their words.
    pub reason: String,
    /// Fingerprint of the body.
    pub digest: String,
}

/// What became of a staff refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// It is to be written.
    Now(Box<Payment>),
    /// The same request was granted before.
    Before,
}

/// Why a staff refund is not granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    /// Nothing is captured, or all of it went back or is on its way.
    #[error("nothing is left to refund")]
    NothingToRefund,
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The payment has had as many refunds as one item may hold.
    #[error("too many refunds of one payment")]
    TooMany,
    /// The payment cannot take it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

impl Payment {
    /// Grants a staff refund: as much of what is asked as is left.
    ///
    /// # Errors
    /// See [`RefundRefusal`].
    pub fn grant_staff_refund(&self, asked: &StaffRefund, occasion: &Occasion) -> Result<Granted, RefundRefusal> {
        let request = asked.request(self.id);
        if let Some(before) = self.last_of(PaymentOperation::refund(request.id)).and_then(|t| t.refund.as_ref()) {
            let same = before.digest == request.digest;
            return if same { Ok(Granted::Before) } else { Err(RefundRefusal::KeyReused) };
        }
        let refunds = self.log.iter().filter(|t| t.operation == Operation::Refund && t.phase == Phase::Requested);
        if refunds.count() >= MAX_REFUNDS {
            return Err(RefundRefusal::TooMany);
        }
        let transaction = self.granted(request)?;
        if transaction.is_final() {
            return Err(RefundRefusal::NothingToRefund);
        }
        Ok(Granted::Now(Box::new(self.with(transaction, occasion))))
    }

    /// The requests of staff refunds that have no outcome yet. Nobody but the payment remembers them, as HTTP brought them.
    pub fn open_staff_refunds(&self) -> impl Iterator<Item = &Transaction> {
        self.log.iter().filter(|transaction| {
            let by_staff = transaction.refund.as_ref().is_some_and(|refund| refund.cause.starts_with(STAFF_CAUSE));
            let last = || self.last_of(transaction.undertaking()).is_some_and(|last| last.phase == Phase::Requested);
            by_staff && last()
        })
    }

    /// The first transition of a refund: what is granted is held back at once; if nothing is left it ends with nothing.
    pub(super) fn granted(&self, request: RefundRequest) -> Result<Transaction, Rejection> {
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

impl StaffRefund {
    /// The refund that this request names.
    pub fn request(&self, payment: PaymentId) -> RefundRequest {
        let cause = format!("{STAFF_CAUSE}{}", self.key);
        RefundRequest {
            id: id_of(payment, &cause),
            cause,
            asked: self.asked,
            reason: Some(self.reason.clone()),
            digest: Some(self.digest.clone()),
        }
    }
}
