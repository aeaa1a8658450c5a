//! What becomes of a form that refunds: it is the API's use case, and each refusal is said in words. Refuses a form without a key.

use super::payment::PaymentPage;
use super::refund_form::{RefundForm, fresh_key, is_key};
use crate::domain::Rejection;
use crate::service::{Error, Payments};
use ::pages::{Errors, TypedForm, unreadable_form};
use chassis::http::{Response, base_path, redirect};
use chassis::{Call, Problem};
use events::ids::PaymentId;
use std::sync::Arc;

/// `POST /staff/payments/{id}/refunds`
pub(super) async fn create(app: Arc<Payments>, call: Call<TypedForm<RefundForm>>) -> Result<Response, Problem> {
    let id: PaymentId = call.param("id")?;
    let TypedForm { fields: form, card_numbers } = call.body.clone();
    if !is_key(&form.key) {
        return Err(unreadable_form());
    }
    let payment = app.find(id).await?.ok_or_else(Problem::not_found)?;
    let view = PaymentPage::of(&app, &call, &payment)?;
    let Some(currency) = payment.terms.map(|terms| terms.currency) else {
        return refused(&app, &call, id, form, Rejection::NothingToRefund).await;
    };
    let refund = match form.read(currency, &card_numbers, &view.page, view.t) {
        Ok(refund) => refund,
        Err(errors) => return answer(422, view, form, errors, None),
    };
    match app.request_refund(id, &refund, &call.context()).await {
        Ok(_) => {
            let base = base_path(app.wiring.tokens.issuer());
            Ok(redirect(303, &format!("{base}/staff/payments/{id}?refund={}", refund.request(id).id)))
        }
        Err(Error::Rejected(rejection)) => refused(&app, &call, id, form, rejection).await,
        Err(error) => Err(error.into()),
    }
}

/// The page as it is now, with the reason for which nothing was refunded.
async fn refused(
    app: &Payments,
    call: &Call<TypedForm<RefundForm>>,
    id: PaymentId,
    form: RefundForm,
    rejection: Rejection,
) -> Result<Response, Problem> {
    let payment = app.find(id).await?.ok_or_else(Problem::not_found)?;
    let view = PaymentPage::of(app, call, &payment)?;
    let (words, mut errors) = (&view.t.refund, Errors::default());
    let (form, notice) = match rejection {
        Rejection::LessIsLeft(left) => {
            let (label, left) = (words.amount.with("currency", left.currency), view.page.money(left));
            errors.add("amount", label, words.amount_exceeds.with("left", left));
            (form, None)
        }
        Rejection::NothingToRefund => (form, Some(&words.nothing_left)),
        Rejection::TooManyRefunds => (form, Some(&words.too_many)),
        Rejection::IdempotencyKeyReused => (RefundForm { key: fresh_key(app), ..form }, Some(&words.outdated)),
        other => return Err(other.into()),
    };
    answer(409, view, form, errors, notice.map(ToString::to_string))
}

fn answer(
    status: u16,
    view: PaymentPage,
    form: RefundForm,
    errors: Errors,
    notice: Option<String>,
) -> Result<Response, Problem> {
    // What is refused is confirmed anew.
    let form = RefundForm { confirm: String::new(), ..form };
    ::pages::html(status, &view.refused(form, errors, notice))
}
