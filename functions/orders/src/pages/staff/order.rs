//! An order as staff read it: where it stands and what it waits for, its lines and money, what happened, what was told to whom, and who
//! wanted it. The buttons are what the order would accept now.

use crate::domain::messages::outgoing;
use crate::domain::milestone::timeline;
use crate::domain::order::Order;
use crate::http::{OrderAction, OrderDiagnosis, diagnosis};
use crate::pages::bill::Bill;
use crate::pages::shown::Progress;
use crate::pages::words::{Words, timeline_words};
use crate::service::Orders;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The query of the page's address.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::pages) struct Done {
    /// What was just done.
    done: String,
}

/// A line of the history.
struct Line {
    at: Timestamp,
    text: String,
    by: Option<Actor>,
    /// Types of the messages that followed, each with its receivers.
    messages: Vec<String>,
}

#[derive(Template)]
#[template(path = "staff_order.html")]
struct StaffOrderPage<'a> {
    page: Page,
    t: &'static Words,
    order: &'a Order,
    progress: Progress<'a>,
    diagnosis: OrderDiagnosis,
    history: Vec<Line>,
    notice: Option<&'a Phrase>,
    refusal: Option<&'a Phrase>,
}

impl Bill for StaffOrderPage<'_> {
    fn bill(&self) -> (&Page, &Order) {
        (&self.page, self.order)
    }
}

impl StaffOrderPage<'_> {
    fn accepts(&self, action: OrderAction) -> bool {
        self.diagnosis.actions.contains(&action)
    }

    /// A guest's address in a link.
    fn encoded_email(&self) -> String {
        serde_urlencoded::to_string([("", self.order.contact.email.as_str())]).unwrap_or_default().split_off(1)
    }

    fn can_cancel(&self) -> bool {
        self.accepts(OrderAction::Cancellation)
    }

    fn can_redrive(&self) -> bool {
        self.accepts(OrderAction::Redrive)
    }
}

/// `GET /staff/orders/{id}`.
pub(in crate::pages) async fn page(app: Arc<Orders>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let order = app.find(call.param("id")?).await?;
    let words = &Words::of(Page::locale(&*app, &call)).staff.order;
    let notice = match call.query.done.as_str() {
        "cancellation" => Some(&words.canceled),
        "redrive" => Some(&words.redriven),
        _ => None,
    };
    show(&app, &call, &order, 200, notice, None)
}

/// The page with what was done, or why nothing was.
pub(super) fn show<B, Q>(
    app: &Orders,
    call: &Call<B, Q>,
    order: &Order,
    status: u16,
    notice: Option<&Phrase>,
    refusal: Option<&Phrase>,
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, t.order.title.with("number", order.id.number()).to_string());
    // A form of the page was sent elsewhere, where nothing can be opened.
    page.path = format!("/staff/orders/{}", order.id);
    let view = StaffOrderPage {
        t,
        order,
        progress: Progress::of(order, &page, call.now),
        diagnosis: diagnosis(order, call.now),
        history: history(order, &page),
        notice,
        refusal,
        page,
    };
    html(status, &view)
}

fn history(order: &Order, page: &Page) -> Vec<Line> {
    let entries = timeline(order).into_iter().zip(&order.log);
    let lines = entries.map(|(entry, made)| {
        let key = entry.milestone.key();
        let mut messages: Vec<String> = Vec::new();
        for sent in outgoing(order, made) {
            let kind = sent.envelope.kind;
            match messages.iter_mut().find(|line| line.starts_with(&kind)) {
                Some(line) => line.push_str(&format!(", {}", sent.to)),
                None => messages.push(format!("{kind} → {}", sent.to)),
            }
        }
        let text = timeline_words(page.locale, key).map_or_else(|| key.to_owned(), ToString::to_string);
        Line { at: made.at, text, by: order.actor(made), messages }
    });
    lines.collect()
}
