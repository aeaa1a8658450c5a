//! The page of the sandbox's bank, where the customer confirms a payment or refuses to. Refuses every other
//! provider's payments; production has no sandbox.

use crate::domain::Status;
use crate::service::Payments;
use chassis::{Call, Json, Problem};
use events::ids::PaymentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::num::NonZeroU8;
use std::sync::Arc;

/// The customer's answer on the bank's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChallengeResult {
    /// The customer confirms: the money is held.
    Succeed,
    /// The customer refuses: the attempt is declined.
    Fail,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerChallenge {
    pub result: ChallengeResult,
    /// The attempt to pay whose page it is, from 1. The one that waits for the customer, if absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 255))]
    pub attempt: Option<NonZeroU8>,
}

/// The payment after the customer's answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Challenge {
    pub payment_id: PaymentId,
    pub status: Status,
}

/// `POST /v1/sandbox/payments/{id}/challenge`
pub(super) async fn answer(app: Arc<Payments>, call: Call<Json<AnswerChallenge>>) -> Result<Challenge, Problem> {
    if !app.provider.is_sandbox() {
        return Err(Problem::not_found());
    }
    let id = call.param("id")?;
    let succeeds = call.body.0.result == ChallengeResult::Succeed;
    let payment = app
        .answer_challenge(id, call.body.0.attempt.map(|attempt| attempt.get().into()), succeeds, &call.context())
        .await?;
    Ok(Challenge { payment_id: id, status: payment.status()? })
}
