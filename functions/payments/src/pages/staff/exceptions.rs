//! `/staff/payments`: the payments that staff must look at, all of them or those in one state.

use super::shown::{Trail, tone, trail};
use crate::domain::{Exception, Payment};
use crate::pages::words::{StaffWords, Words};
use crate::service::Payments;
use ::pages::{Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::{OrderId, PaymentId};
use events::{Money, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Payments of a page.
const PER_PAGE: u32 = 20;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Filter {
    /// Only the payments in this state.
    #[serde(default)]
    state: Option<Exception>,
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "staff_payments.html")]
struct ExceptionsPage {
    page: Page,
    t: &'static StaffWords,
    trail: Trail,
    payments: Vec<Listed>,
    /// What to choose from: values and texts.
    states: Vec<(&'static str, String)>,
    /// The chosen one; empty for all.
    state: &'static str,
    next: String,
}

/// A payment in the list.
struct Listed {
    id: PaymentId,
    order: OrderId,
    /// What is wrong; nothing if that was mended a moment ago.
    exception: Option<&'static Phrase>,
    status: &'static Phrase,
    tone: &'static str,
    amount: Option<String>,
    changed: Timestamp,
}

/// `GET /staff/payments?state=`
pub(super) async fn list(app: Arc<Payments>, call: Call<NoBody, Filter>) -> Result<Response, Problem> {
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let page = Page::new(&*app, &call, t.exceptions.title.to_string());
    let only = call.query.state;
    let state = only.map_or("", Exception::as_str);
    let list = format!("staff's payments {state}");
    let (after, limit) = cursor::page(&list, call.query.cursor.as_deref(), Some(PER_PAGE), is_place)?;
    let found = app.exceptions(only, after.as_deref(), limit).await?;
    let next = found.next.map(|next| {
        let cursor = cursor::encode(&list, &next);
        page.href(&format!("/staff/payments?state={state}&cursor={cursor}"))
    });
    let listed = |payment: &Payment| Listed::of(payment, &page, t, call.now);
    let payments = found.items.iter().map(listed).collect::<Result<_, Problem>>()?;
    let states = Exception::ALL.map(|kind| (kind.as_str(), t.exceptions.name(kind).to_string()));
    let states = std::iter::once(("", t.exceptions.any.to_string())).chain(states).collect();
    let (trail, next) = (trail(&page, t, false), next.unwrap_or_default());
    ::pages::html(200, &ExceptionsPage { page, t, trail, payments, states, state, next })
}

impl Listed {
    fn of(payment: &Payment, page: &Page, t: &'static StaffWords, now: Timestamp) -> Result<Self, Problem> {
        let status = payment.status()?;
        Ok(Self {
            id: payment.id,
            order: payment.order(),
            exception: payment.exception(now).map(|exception| t.exceptions.name(exception)),
            status: t.statuses.of(status),
            tone: tone(status),
            amount: payment.terms.map(|terms| page.money(Money::new(terms.amount, terms.currency))),
            changed: payment.log.last().map(|made| made.at).unwrap_or_default(),
        })
    }
}
