//! What the link in an email that can be refused leads to: a page with one button, which has no more of its kind sent, and then another,
//! which has them sent again. Refuses to do anything when it is opened, since scanners of mail open links, too.

use super::words::Words;
use crate::domain::Rejection;
use crate::domain::unsubscription::UnsubscribeToken;
use crate::service::{Error, Notifications};
use ::pages::{Form, Page, Phrase, html};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, NoQuery, Problem};
use serde::Deserialize;
use std::sync::Arc;

/// What the button says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    /// `again` if the emails are wanted again; anything else if they are not.
    wanted: String,
}

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage {
    page: Page,
    text: String,
    /// Where the button sends to, with what, and what it says.
    button: Option<(String, &'static str, &'static Phrase)>,
}

/// `GET /unsubscribe/{token}`.
pub(super) async fn show(app: Arc<Notifications>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let Ok(token) = call.param::<UnsubscribeToken>("token") else { return dead_link(&app, &call) };
    let is_unsubscribed = match app.is_unsubscribed(&token).await {
        Ok(is_unsubscribed) => is_unsubscribed,
        Err(Error::Rejected(Rejection::InvalidToken)) => return dead_link(&app, &call),
        Err(error) => return Err(error.into()),
    };
    let (text, wanted, label) = if is_unsubscribed {
        (&t.unsubscribe.unsubscribed, "again", &t.unsubscribe.again)
    } else {
        (&t.unsubscribe.subscribed, "", &t.unsubscribe.unsubscribe)
    };
    let page = Page::new(&*app, &call, t.unsubscribe.title.to_string());
    let text = text.with("kind", t.kind(token.kind.as_str())).to_string();
    html(200, &UnsubscribePage { page, text, button: Some((path(&token), wanted, label)) })
}

/// `POST /unsubscribe/{token}`.
pub(super) async fn choose(app: Arc<Notifications>, call: Call<Form<Choice>>) -> Result<Response, Problem> {
    let Ok(token) = call.param::<UnsubscribeToken>("token") else { return dead_link(&app, &call) };
    match app.subscribe(&token, call.body.0.wanted == "again", &call.context()).await {
        Ok(()) => Ok(redirect(303, &Page::new(&*app, &call, "").href(&path(&token)))),
        Err(Error::Rejected(Rejection::InvalidToken)) => dead_link(&app, &call),
        Err(error) => Err(error.into()),
    }
}

fn path(token: &UnsubscribeToken) -> String {
    format!("/unsubscribe/{token}")
}

/// The page of a link that nobody sent.
fn dead_link<B, Q>(app: &Notifications, call: &Call<B, Q>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let page = Page::new(app, call, t.unsubscribe.dead_title.to_string());
    html(404, &UnsubscribePage { page, text: t.unsubscribe.dead_text.to_string(), button: None })
}
