//! `/staff/payments/{id}`: one payment, what happened to it, and the form to refund it.

use super::refund_form::RefundForm;
use super::shown::{ShownRefund, Step, Trail, facts, refunds, steps, tone, trail};
use crate::domain::{Payment, PaymentOperation, Phase};
use crate::pages::words::{StaffWords, Words};
use crate::service::Payments;
use ::pages::{Errors, Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::Money;
use events::ids::{PaymentId, RefundId, UserId};
use events::users::Permission;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Granted {
    /// The refund that was granted a moment ago.
    #[serde(default)]
    refund: Option<RefundId>,
}

#[derive(Template)]
#[template(path = "staff_payment.html")]
pub(super) struct PaymentPage {
    pub(super) page: Page,
    pub(super) t: &'static StaffWords,
    trail: Trail,
    id: PaymentId,
    /// Link to the order.
    order: String,
    customer: Option<UserId>,
    is_erased: bool,
    status: &'static Phrase,
    tone: &'static str,
    /// What is wrong, and what to do about it.
    exception: Option<(&'static Phrase, &'static Phrase)>,
    facts: Vec<(&'static Phrase, String)>,
    refunds: Vec<ShownRefund>,
    steps: Vec<Step>,
    /// What can be refunded; nothing if nothing is left.
    left: Option<Money>,
    form: RefundForm,
    errors: Errors,
    /// The refund that was granted.
    granted: Option<String>,
    /// Why none was.
    refusal: Option<String>,
}

/// `GET /staff/payments/{id}`
pub(super) async fn show(app: Arc<Payments>, call: Call<NoBody, Granted>) -> Result<Response, Problem> {
    let payment = app.find(call.param("id")?).await?.ok_or_else(Problem::not_found)?;
    let mut view = PaymentPage::of(&app, &call, &payment)?;
    view.granted = call.query.refund.and_then(|refund| granted(&payment, refund, &view));
    ::pages::html(200, &view)
}

/// What was granted, in words, unless the provider has refused it since.
fn granted(payment: &Payment, refund: RefundId, view: &PaymentPage) -> Option<String> {
    let operation = PaymentOperation::refund(refund);
    payment.last_of(operation).filter(|last| last.phase != Phase::Failed)?;
    let grant = payment.transactions_of(operation).next()?;
    let asked = grant.refund.as_ref()?.asked;
    let amount = view.page.money(Money::new(grant.amount, asked.currency));
    let words = &view.t.refund;
    let text = if grant.amount < asked.amount {
        words.granted_less.with("requested", view.page.money(asked))
    } else {
        words.granted.clone()
    };
    Some(text.with("amount", amount).to_string())
}

impl PaymentPage {
    /// The page as it is opened: its form asks for all that is left.
    pub(super) fn of<B, Q>(app: &Payments, call: &Call<B, Q>, payment: &Payment) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let mut page = Page::new(app, call, t.payment.title.with("number", payment.order().number()).to_string());
        // A form that was refused is shown under another path, which nobody can open.
        page.path = format!("/staff/payments/{}", payment.id);
        let status = payment.status()?;
        let refundable = payment.amounts()?.refundable()?;
        let left = payment.terms.map(|terms| Money::new(refundable, terms.currency)).filter(|left| left.amount > 0);
        let exception = payment.exception(call.now);
        Ok(Self {
            t,
            trail: trail(&page, t, true),
            id: payment.id,
            order: page.href(&format!("/staff/orders/{}", payment.order())),
            customer: payment.customer,
            is_erased: payment.erased.is_some(),
            status: t.statuses.of(status),
            tone: tone(status),
            exception: exception.map(|exception| (t.exceptions.name(exception), t.exceptions.advice(exception))),
            facts: facts(payment, &page, t)?,
            refunds: refunds(payment, &page, t),
            steps: steps(payment, &page, t),
            form: RefundForm::fresh(app, left.map(|left| page.decimal(left)).unwrap_or_default()),
            left,
            errors: Errors::default(),
            granted: None,
            refusal: None,
            page,
        })
    }

    /// The same after a form that was refused.
    pub(super) fn refused(self, form: RefundForm, errors: Errors, refusal: Option<String>) -> Self {
        Self { form, errors, refusal, ..self }
    }
}
