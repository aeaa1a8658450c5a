//! An email as staff read it: what became of it, its text as it was written, as far as it is kept, and the button that sends it again. The
//! text is shown as text; its HTML says the same and is not shown.

use super::row::Row;
use super::words::Words;
use crate::domain::email_delivery::{Returned, Status};
use crate::domain::{EmailDelivery, KeptEmail, NotificationId};
use crate::service::Notifications;
use ::pages::{Errors, Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::Timestamp;
use events::users::Permission;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The query of the page's address.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Done {
    /// Not empty if the email was just sent again.
    done: String,
}

/// What is to be said first, with the kind of its box.
pub(super) type Said<'a> = (&'static str, &'a Phrase);

#[derive(Template)]
#[template(path = "staff_notification.html")]
struct EmailPage<'a> {
    page: Page,
    t: &'static Words,
    id: &'a NotificationId,
    row: Row,
    failure: &'a str,
    bounced: Option<&'a Returned>,
    complained: Option<&'a Returned>,
    kept: Option<&'a KeptEmail>,
    /// The email that took its place, and the one whose place it took.
    next: Option<NotificationId>,
    previous: Option<NotificationId>,
    notice: Option<Said<'a>>,
    errors: Errors,
    can_be_resent: bool,
}

impl EmailPage<'_> {
    /// The lines of each paragraph.
    fn paragraphs(&self) -> Vec<Vec<&str>> {
        let text = self.kept.map_or("", |kept| kept.email.text.trim_end());
        text.split("\n\n").map(|paragraph| paragraph.lines().collect()).collect()
    }
}

/// `GET /staff/notifications/{id}`.
pub(super) async fn page(app: Arc<Notifications>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let id: NotificationId = call.param("id")?;
    let (delivery, kept) = app.find(&id, call.now).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let notice = match delivery.status {
        _ if call.query.done.is_empty() => None,
        Status::Sent => Some(("success", &t.resent)),
        Status::Failed => Some(("error", &t.refused_again)),
        Status::Claimed | Status::Suppressed | Status::Unsubscribed | Status::Outdated => None,
    };
    show(&app, &call, Shown { id: &id, delivery: &delivery, kept: kept.as_ref() }, 200, notice, Errors::default())
}

/// The email that a page shows.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) id: &'a NotificationId,
    pub(super) delivery: &'a EmailDelivery,
    pub(super) kept: Option<&'a KeptEmail>,
}

impl Shown<'_> {
    /// Why it cannot be sent again now, if that is not plain from its state.
    fn obstacle(self, t: &Words, now: Timestamp) -> Option<&Phrase> {
        match self.kept {
            None => Some(&t.refusals.not_kept),
            Some(kept) => kept.may_be_sent(now).err().map(|_| &t.refusals.outdated),
        }
    }
}

/// The page with what was done, or why nothing was.
pub(super) fn show<B, Q>(
    app: &Notifications,
    call: &Call<B, Q>,
    shown: Shown<'_>,
    status: u16,
    notice: Option<Said<'_>>,
    errors: Errors,
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let Shown { id, delivery, kept } = shown;
    let row = Row::of(delivery, t);
    let mut page = Page::new(app, call, row.kind.clone());
    // A form of the page was sent elsewhere, where nothing can be opened.
    page.path = format!("/staff/notifications/{id}");
    let waits = delivery.waits_for_staff();
    let obstacle = shown.obstacle(t, call.now).filter(|_| waits);
    let view = EmailPage {
        page,
        t,
        id,
        row,
        failure: delivery.failure.as_deref().unwrap_or_default(),
        bounced: delivery.bounced.as_ref(),
        complained: delivery.complained.as_ref(),
        kept,
        next: delivery.resent.then(|| id.next()),
        previous: id.previous(),
        notice: notice.or_else(|| obstacle.map(|why| ("warning", why))),
        errors,
        can_be_resent: waits && obstacle.is_none(),
    };
    html(status, &view)
}
