//! Whether a mailbox gets emails, as staff see it: by the address that they type, or by the user whose it is; and the button that has it
//! get them again. Refuses addresses in links: logs and histories keep those.

use super::words::Words;
use crate::domain::{Rejection, Suppression};
use crate::service::{Error, Notifications};
use ::pages::{Errors, Form, Page, Phrase, html};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use events::Email;
use events::ids::UserId;
use events::users::Permission;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const PAGE: &str = "/staff/notifications/mailboxes";

/// The query of the page's address.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Look {
    /// Whose mailbox.
    user_id: String,
    /// Not empty if it just got emails again.
    done: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    email: String,
}

/// One of the two names the mailbox.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Lift {
    email: String,
    user_id: String,
    /// Not empty if the box was ticked.
    confirmed: String,
}

#[derive(Default)]
struct Shown<'a> {
    user_id: &'a str,
    email: &'a str,
    known: Option<Suppression>,
    notice: Option<(&'static str, &'a Phrase)>,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "staff_mailbox.html")]
struct MailboxPage<'a> {
    page: Page,
    t: &'static Words,
    user_id: &'a str,
    email: &'a str,
    /// What was heard of it, and why it gets no emails, or got none.
    known: Option<(Suppression, &'static Phrase)>,
    notice: Option<(&'static str, &'a Phrase)>,
    errors: Errors,
}

/// `GET /staff/notifications/mailboxes`.
pub(super) async fn page(app: Arc<Notifications>, call: Call<NoBody, Look>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let Look { user_id, done } = &call.query;
    let lifted = (!done.is_empty()).then_some(("success", &t.mailbox.lifted));
    if user_id.is_empty() {
        return show(&app, &call, 200, Shown { notice: lifted, ..Shown::default() });
    }
    // Links lead here, so a user that cannot be read is a page that does not exist.
    let user: UserId = user_id.parse().map_err(|_| Problem::not_found())?;
    let known = app.suppression_of(user).await?;
    let none = known.is_none().then_some(("success", &t.mailbox.none));
    show(&app, &call, 200, Shown { user_id, known, notice: lifted.or(none), ..Shown::default() })
}

/// `POST /staff/notifications/mailboxes`: the address is in the body.
pub(super) async fn search(app: Arc<Notifications>, call: Call<Form<Search>>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let email = call.body.0.email.trim();
    let Ok(address) = email.parse::<Email>() else { return refused(&app, &call, email) };
    match app.suppression(&address).await {
        Ok(known) => show(&app, &call, 200, Shown { email, known: Some(known), ..Shown::default() }),
        Err(Error::NotFound) => {
            let notice = Some(("success", &t.mailbox.none));
            show(&app, &call, 200, Shown { email, notice, ..Shown::default() })
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /staff/notifications/mailboxes/lift`.
pub(super) async fn lift(app: Arc<Notifications>, call: Call<Form<Lift>>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let Lift { email, user_id, confirmed } = &call.body.0;
    let address = if user_id.is_empty() {
        let Ok(address) = email.parse::<Email>() else { return refused(&app, &call, email) };
        address
    } else {
        app.address_of(user_id.parse().map_err(|_| Problem::not_found())?).await?.ok_or_else(Problem::not_found)?
    };
    if confirmed.is_empty() {
        let mut errors = Errors::default();
        errors.add("confirmed", &t.mailbox.lift, &t.mailbox.confirm_first);
        let known = Some(app.suppression(&address).await?);
        return show(&app, &call, 422, Shown { user_id, email, known, errors, ..Shown::default() });
    }
    match app.lift(&address, &call.context()).await {
        Ok(_) => {
            let of_user = if user_id.is_empty() { String::new() } else { format!("user_id={user_id}&") };
            Ok(redirect(303, &Page::new(&*app, &call, "").href(&format!("{PAGE}?{of_user}done=lifted"))))
        }
        Err(Error::Rejected(Rejection::NotSuppressed)) => {
            let known = Some(app.suppression(&address).await?);
            let notice = Some(("warning", &t.mailbox.not_silenced));
            show(&app, &call, 409, Shown { user_id, email, known, notice, ..Shown::default() })
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed is no address.
fn refused<B, Q>(app: &Notifications, call: &Call<B, Q>, email: &str) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let mut errors = Errors::default();
    errors.add("email", &t.mailbox.email, &t.templates.to_refused);
    show(app, call, 422, Shown { email, errors, ..Shown::default() })
}

fn show<B, Q>(app: &Notifications, call: &Call<B, Q>, status: u16, shown: Shown<'_>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, t.mailbox.title.to_string());
    // A form of the page was sent elsewhere, where nothing can be opened.
    page.path = PAGE.to_owned();
    let Shown { user_id, email, known, notice, errors } = shown;
    let known = known.map(|known| {
        let reason = t.mailbox.of(known.reason);
        (known, reason)
    });
    html(status, &MailboxPage { page, t, user_id, email, known, notice, errors })
}
