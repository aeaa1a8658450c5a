//! The page of the sandbox's bank, where the customer confirms or does not. Refuses production stages.

use super::corrupt;
use crate::domain::challenge::ChallengeRefusal;
use crate::domain::{Occasion, Status};
use crate::service::{Payments, UseCaseError};
use chassis::{Call, Json, Problem};
use events::ids::PaymentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The stage where no bank is played.
const PRODUCTION: &str = "prod";

/// What the customer does on the bank's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeResult {
    /// Confirms: the money is held.
    Succeed,
    /// Does not: the attempt is declined.
    Fail,
}

/// The customer's answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeAnswer {
    /// What they do.
    pub result: ChallengeResult,
}

/// What the answer made of the payment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChallengeView {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Where it stands now.
    pub status: Status,
}

/// `POST /v1/sandbox/payments/{id}/challenge`
pub(super) async fn answer(app: Arc<Payments>, call: Call<Json<ChallengeAnswer>>) -> Result<ChallengeView, Problem> {
    if app.wiring.stage == PRODUCTION {
        return Err(Problem::not_found());
    }
    let id = call.param("id")?;
    let succeeds = call.body.0.result == ChallengeResult::Succeed;
    // The answer continues the order's work: what follows is told under the payment's own trace.
    let occasion = Occasion { at: call.now, input: "challenge".to_owned(), traceparent: None };
    let payment = app.answer_challenge(id, succeeds, &occasion, |seq| call.cause(seq)).await.map_err(problem)?;
    let status = payment.status().map_err(|error| corrupt(&error))?;
    Ok(ChallengeView { payment_id: id, status })
}

fn problem(error: UseCaseError<ChallengeRefusal>) -> Problem {
    match error {
        UseCaseError::NotFound => Problem::not_found(),
        UseCaseError::Store(error) => error.into(),
        UseCaseError::Refused(ChallengeRefusal::NotWaiting) => {
            Problem::new(409, "challenge_not_pending", "The payment waits for no confirmation.")
        }
        UseCaseError::Refused(ChallengeRefusal::Contradicted) => {
            Problem::new(409, "challenge_already_answered", "The confirmation was answered otherwise before.")
        }
        UseCaseError::Refused(ChallengeRefusal::Rejected(rejection)) => corrupt(&rejection),
    }
}
