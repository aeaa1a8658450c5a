//! An order as staff read it: where it stands and what it waits for, its lines and money, what happened, what was told to whom, who wanted
//! it, and what staff noted. The buttons are what the order would accept now.

use super::note_form::NoteForm;
use crate::domain::messages::outgoing;
use crate::domain::milestone::timeline;
use crate::domain::note::Note;
use crate::domain::order::Order;
use crate::http::{OrderAction, OrderDiagnosis, diagnosis, notes_page};
use crate::pages::bill::Bill;
use crate::pages::shown::Progress;
use crate::pages::words::{Words, timeline_words};
use crate::service::Orders;
use ::pages::{Errors, Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::UserId;
use events::users::Permission;
use events::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Notes of a page.
const NOTES: u32 = 20;

/// The query of the page's address.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::pages) struct Done {
    /// What was just done.
    done: String,
    /// Where the page of notes before ended.
    notes: Option<String>,
}

/// What the page says besides the order: what was done, or why nothing was, and the form of a note as it was typed.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) notice: Option<&'static Phrase>,
    pub(super) refusal: Option<Phrase>,
    pub(super) note: NoteForm,
    pub(super) errors: Errors,
    /// Where the page of notes before ended.
    pub(super) notes_after: Option<String>,
}

impl Said {
    pub(super) fn refused(why: &Phrase) -> Self {
        Self { refusal: Some(why.clone()), ..Self::default() }
    }
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
    notes: Vec<Note>,
    more_notes: String,
    said: Said,
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
        serde_urlencoded::to_string([("", self.guest_email())]).unwrap_or_default().split_off(1)
    }

    fn guest_email(&self) -> &str {
        self.order.guest_contact().map_or("", |contact| contact.email.as_str())
    }

    /// Whether it is the order's customer, who is named above.
    fn is_customer(&self, user: &UserId) -> bool {
        self.order.customer.as_ref() == Some(user)
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
    let t = &Words::of(Page::locale(&*app, &call)).staff;
    let words = &t.order;
    let notice = match call.query.done.as_str() {
        "cancellation" => Some(&words.canceled),
        "redrive" => Some(&words.redriven),
        "note" => Some(&t.notes.added),
        _ => None,
    };
    let said = Said { notice, notes_after: call.query.notes.clone(), ..Said::default() };
    show(&app, &call, &order, 200, said).await
}

/// The page with what was done, or why nothing was.
pub(super) async fn show<B, Q>(
    app: &Orders,
    call: &Call<B, Q>,
    order: &Order,
    status: u16,
    mut said: Said,
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, t.order.title.with("number", order.id.number()).to_string());
    // A form of the page was sent elsewhere, where nothing can be opened.
    page.path = format!("/staff/orders/{}", order.id);
    // The key names the note, so that a second click writes no other.
    said.note = said.note.keyed(app);
    let (list, found) = notes_page(app, order.id, said.notes_after.as_deref(), Some(NOTES)).await?;
    let link = |next: String| page.href(&format!("{}?notes={}#notes", page.path, cursor::encode(&list, &next)));
    let more_notes = found.next.map(link).unwrap_or_default();
    let view = StaffOrderPage {
        t,
        order,
        progress: Progress::of(order, &page, call.now),
        diagnosis: diagnosis(order, call.now),
        history: history(order, &page),
        notes: found.items,
        more_notes,
        said,
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
