//! `/staff/payments/of/{id}`: the money of an order, as a part of its page. Refuses what staff read on the payment's own page: who did
//! what, and the form to refund, to which it leads.

use super::shown::tone;
use crate::domain::{Payment, Rejection};
use crate::pages::words::{StaffWords, Words};
use crate::service::{Error, Payments};
use ::pages::{Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::OrderId;
use events::{Money, Timestamp};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff_payment_of_order.html")]
struct OfOrderPart {
    t: &'static StaffWords,
    /// None if nobody has tried to pay.
    shown: Option<Shown>,
}

/// A payment in short.
struct Shown {
    href: String,
    status: &'static Phrase,
    tone: &'static str,
    exception: Option<&'static Phrase>,
    /// None without an amount: the payment was called off before it began.
    facts: Vec<(&'static Phrase, String)>,
    /// Whether anything is left to refund.
    can_refund: bool,
}

/// `GET /staff/payments/of/{id}`, by the id of the order.
pub(super) async fn show(app: Arc<Payments>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let order: OrderId = call.param("id")?;
    let page = Page::new(&*app, &call, "");
    let t = &Words::of(page.locale).staff;
    let shown = match app.payment(order.payment()).await {
        Ok(payment) => Some(Shown::of(&payment, call.now, &page, t)?),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    ::pages::fragment(&OfOrderPart { t, shown })
}

impl Shown {
    fn of(payment: &Payment, now: Timestamp, page: &Page, t: &'static StaffWords) -> Result<Self, Rejection> {
        let (words, status, sums) = (&t.payment, payment.status()?, payment.amounts()?);
        let left = sums.refundable()?;
        // What is under way is not left any more: without it, the sums would not fit each other.
        let pending = (sums.pending > 0).then_some((&words.pending, sums.pending));
        let before = [(&words.authorized, sums.authorized), (&words.captured, sums.captured)];
        let sums = before.into_iter().chain([(&words.refunded, sums.refunded)]).chain(pending);
        let facts = payment.terms.map(|terms| {
            let fact = |(term, amount)| (term, page.money(Money::new(amount, terms.currency)));
            sums.chain([(&words.left, left)]).map(fact).collect()
        });
        Ok(Self {
            href: page.href(&format!("/staff/payments/{}", payment.id)),
            status: t.statuses.of(status),
            tone: tone(status),
            exception: payment.exception(now).map(|exception| t.exceptions.name(exception)),
            facts: facts.unwrap_or_default(),
            can_refund: left > 0,
        })
    }
}
