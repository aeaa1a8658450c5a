//! `/payments/{id}/challenge`: the bank asks, and the customer answers. The id opens the page, as it opens the API: it is known to whoever
//! placed the order. Refuses to say anything of the order: its own page does.

use super::words::Words;
use crate::domain::{Challenge, Payment, Rejection};
use crate::service::{Error, Payments};
use ::pages::{Form, Page, Phrase};
use askama::Template;
use chassis::http::{Response, base_path, redirect};
use chassis::{Call, NoBody, Problem};
use events::Money;
use events::ids::PaymentId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::num::NonZeroU8;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct OfAttempt {
    /// The attempt to pay whose challenge it is. The one that waits, if absent.
    #[serde(default)]
    attempt: Option<NonZeroU8>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    /// `succeed` or `fail`.
    result: String,
    /// As the page had it; may be empty.
    attempt: String,
}

#[derive(Template)]
#[template(path = "challenge.html")]
struct ChallengePage {
    page: Page,
    t: &'static Words,
    id: PaymentId,
    /// Number of the attempt, as the link has it; empty if it has none.
    attempt: String,
    amount: Option<Money>,
    is_pending: bool,
    /// What is to be said before the question, or instead of it.
    notice: Option<&'static Phrase>,
}

/// `GET /payments/{id}/challenge`.
pub(super) async fn show(app: Arc<Payments>, call: Call<NoBody, OfAttempt>) -> Result<Response, Problem> {
    let id = known_to_the_sandbox(&app, &call)?;
    let attempt = call.query.attempt.map(|attempt| u32::from(attempt.get()));
    let payment = match app.payment(id).await {
        Ok(payment) => Some(payment),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let status = if payment.is_some() { 200 } else { 404 };
    page(&app, &call, id, attempt, payment.as_ref(), status)
}

/// `POST /payments/{id}/challenge`.
pub(super) async fn answer(app: Arc<Payments>, call: Call<Form<Answer>>) -> Result<Response, Problem> {
    let id = known_to_the_sandbox(&app, &call)?;
    let Answer { result, attempt } = &call.body.0;
    // A number that is none names no attempt.
    let attempt = (!attempt.is_empty()).then(|| attempt.parse().unwrap_or(0));
    let answered = match result.as_str() {
        "succeed" => Some(app.answer_challenge(id, attempt, true, &call.context()).await),
        "fail" => Some(app.answer_challenge(id, attempt, false, &call.context()).await),
        _ => None,
    };
    let (status, payment) = match answered {
        Some(Ok(_)) => {
            let base = base_path(app.wiring.tokens.issuer());
            return Ok(redirect(303, &format!("{base}/orders/{}", id.order())));
        }
        Some(Err(Error::NotFound)) => (404, None),
        Some(Err(Error::Rejected(Rejection::ChallengeNotPending | Rejection::ChallengeAlreadyAnswered))) => {
            (409, Some(app.payment(id).await?))
        }
        Some(Err(error)) => return Err(error.into()),
        None => match app.payment(id).await {
            Ok(payment) => (422, Some(payment)),
            Err(Error::NotFound) => (404, None),
            Err(error) => return Err(error.into()),
        },
    };
    page(&app, &call, id, attempt, payment.as_ref(), status)
}

/// The payment's id, where there is a bank to play.
fn known_to_the_sandbox<B, Q>(app: &Payments, call: &Call<B, Q>) -> Result<PaymentId, Problem> {
    if app.provider.is_sandbox() { call.param("id") } else { Err(Problem::not_found()) }
}

fn page<B, Q>(
    app: &Payments,
    call: &Call<B, Q>,
    id: PaymentId,
    attempt: Option<u32>,
    payment: Option<&Payment>,
    status: u16,
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let challenge = payment.map(|payment| payment.challenge(attempt));
    let notice = match challenge {
        None => Some(&t.unknown),
        Some(Challenge::Confirmed) => Some(&t.confirmed),
        Some(Challenge::Refused) => Some(&t.refused),
        Some(Challenge::NotPending) => Some(&t.not_pending),
        Some(Challenge::Pending) if status == 422 => Some(&t.choose_one),
        Some(Challenge::Pending) => None,
    };
    let terms = payment.and_then(|payment| payment.terms);
    let view = ChallengePage {
        page: Page::new(app, call, t.title.to_string()),
        t,
        id,
        attempt: attempt.map(|attempt| attempt.to_string()).unwrap_or_default(),
        amount: terms.map(|terms| Money::new(terms.amount, terms.currency)),
        is_pending: challenge == Some(Challenge::Pending),
        notice,
    };
    ::pages::html(status, &view)
}
