//! Refunds by staff: granted in one write, executed by the worker.

use crate::domain::{self, PaymentOperation, StaffRefund};
use crate::service::Payments;
use chassis::{Call, Json, Problem, digest};
use events::ids::{OrderId, PaymentId, RefundId};
use events::text::{FieldError, line};
use events::{Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// In characters.
pub(crate) const MAX_REASON: usize = 500;

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRefund {
    /// At most how much is refunded, more than zero. If less is left, that is refunded, unless `exact` says otherwise.
    pub amount: Money,
    /// Whether exactly this amount is refunded or nothing: if less is left, the refund is refused. Default false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exact: bool,
    /// The reason for the refund, 1 to 500 characters. Only staff can read it.
    #[schemars(length(min = 1, max = 500))]
    pub reason: String,
}

impl CreateRefund {
    /// The refund that is asked for under a key.
    ///
    /// # Errors
    /// 422 if the amount is not more than zero, or the reason is not a line of 1 to 500 characters.
    pub(crate) fn under(mut self, key: String) -> Result<StaffRefund, Problem> {
        if self.amount.amount <= 0 {
            return Err(Problem::invalid("amount.amount", "amount.amount must be more than zero."));
        }
        self.reason = reason(&self.reason)?;
        // Of what was read: blanks around the reason make no other refund.
        let digest = digest::of_json(&self);
        let Self { amount: asked, exact, reason } = self;
        Ok(StaffRefund { key, asked, exact, reason, digest })
    }
}

/// The reason that somebody typed.
///
/// # Errors
/// If it is not a line of 1 to [`MAX_REASON`] characters.
pub(crate) fn reason(typed: &str) -> Result<String, FieldError> {
    line("reason", typed, MAX_REASON)
}

/// A refund that was granted. The provider makes it shortly after. Repeating the request with the same key returns the
/// same answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Refund {
    pub id: RefundId,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    /// The granted amount: the requested one, or the rest if less is left.
    pub amount: Money,
    /// The requested amount.
    pub requested: Money,
    pub reason: String,
    /// Time of the grant.
    pub created_at: Timestamp,
}

/// `POST /v1/payments/{id}/refunds`
pub(super) async fn create(app: Arc<Payments>, call: Call<Json<CreateRefund>>) -> Result<Refund, Problem> {
    let id = call.param("id")?;
    let key = call.idempotency_key()?.to_owned();
    let context = call.context();
    let refund = call.body.0.under(key)?;
    let payment = app.request_refund(id, &refund, &context).await?;
    resource(&payment, &refund).ok_or_else(|| Problem::internal("the refund is not in the payment's log"))
}

fn resource(payment: &domain::Payment, refund: &StaffRefund) -> Option<Refund> {
    let request = refund.request(payment.id);
    // The first transition of a refund is the grant. Later ones do not change the answer.
    let granted = payment.transactions_of(PaymentOperation::refund(request.id)).next()?;
    Some(Refund {
        id: request.id,
        payment_id: payment.id,
        order_id: payment.order(),
        amount: Money::new(granted.amount, request.asked.currency),
        requested: request.asked,
        reason: request.reason.unwrap_or_default(),
        created_at: granted.at,
    })
}
