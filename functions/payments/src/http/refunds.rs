//! Refunds by staff: granted in one write, executed by the worker.

use super::corrupt;
use crate::domain::refunds::{RefundRefusal, StaffRefund};
use crate::domain::{Occasion, Payment, PaymentOperation, Rejection};
use crate::service::{Payments, UseCaseError};
use chassis::{Call, Json, Problem};
use events::ids::{OrderId, PaymentId, RefundId};
use events::{Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Characters of a reason at most.
const MAX_REASON: usize = 500;

/// A refund to be made.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRefund {
    /// At most how much; more than nothing.
    pub amount: Money,
    /// Why, 1 to 500 characters; only staff read it.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

/// A refund that was granted; the provider does it shortly after. A repeat with the same key answers exactly this.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefundView {
    /// Its id.
    pub id: RefundId,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// How much was granted: what was asked, or what was left if that was less.
    pub amount: Money,
    /// How much was asked.
    pub asked: Money,
    /// Why.
    pub reason: String,
    /// When it was granted.
    pub created_at: Timestamp,
}

/// `POST /v1/payments/{id}/refunds`
pub(super) async fn create(app: Arc<Payments>, call: Call<Json<NewRefund>>) -> Result<RefundView, Problem> {
    let id = call.param("id")?;
    let key = call.idempotency_key()?.to_owned();
    let digest = call.body.digest();
    let NewRefund { amount: asked, reason } = call.body.0.clone();
    if asked.amount <= 0 {
        return Err(Problem::invalid("amount", "The amount must be more than nothing."));
    }
    if reason.trim().is_empty() || reason.chars().count() > MAX_REASON {
        return Err(Problem::invalid("reason", format!("Say why in 1 to {MAX_REASON} characters.")));
    }
    let refund = StaffRefund { key: key.clone(), asked, reason, digest };
    let occasion = Occasion { at: call.now, input: key, traceparent: Some(call.trace.parent().to_owned()) };
    let payment = app.request_refund(id, &refund, &occasion, |seq| call.cause(seq)).await.map_err(problem)?;
    view(&payment, &refund).ok_or_else(Problem::internal)
}

fn view(payment: &Payment, refund: &StaffRefund) -> Option<RefundView> {
    let request = refund.request(payment.id);
    // The first transition of a refund is the grant: what follows it changes no answer.
    let granted = payment.of(PaymentOperation::refund(request.id)).next()?;
    Some(RefundView {
        id: request.id,
        payment_id: payment.id,
        order_id: payment.order(),
        amount: Money::new(granted.amount, request.asked.currency),
        asked: request.asked,
        reason: request.reason.unwrap_or_default(),
        created_at: granted.at,
    })
}

fn problem(error: UseCaseError<RefundRefusal>) -> Problem {
    match error {
        UseCaseError::NotFound => Problem::not_found(),
        UseCaseError::Store(error) => error.into(),
        UseCaseError::Refused(RefundRefusal::NothingToRefund) => {
            Problem::new(409, "nothing_to_refund", "Nothing is captured, or all of it went back or is on its way.")
        }
        UseCaseError::Refused(RefundRefusal::TooMany) => {
            Problem::new(409, "too_many_refunds", "This payment has had as many refunds as there can be.")
        }
        UseCaseError::Refused(RefundRefusal::KeyReused) => {
            Problem::new(422, "idempotency_key_reused", "This Idempotency-Key was used for another refund.")
        }
        UseCaseError::Refused(RefundRefusal::Rejected(Rejection::OtherCurrency)) => {
            Problem::invalid("amount", "The payment is in another currency.")
        }
        UseCaseError::Refused(RefundRefusal::Rejected(rejection)) => corrupt(&rejection),
    }
}
