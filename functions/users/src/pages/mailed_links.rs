//! What links in mails lead to: a page with one button, which does what the mail is about. Refuses to do anything when it is opened, since
//! scanners of mail open links, too.

use super::addresses::NoFields;
use super::ways::by_renewal;
use super::words::Words;
use super::{ACCOUNT, cookies, go};
use crate::domain::Rejection;
use crate::domain::credential_token::TokenKind;
use crate::service::{EmailChange, Error, Users};
use ::pages::{Form, Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use std::sync::Arc;

/// A text, and a button if there is something to do.
#[derive(Template)]
#[template(path = "mailed_link.html")]
struct LinkPage {
    page: Page,
    text: String,
    /// Where the button sends to, and what it says.
    button: Option<(String, &'static Phrase)>,
    /// Where else to go on, and what the link says.
    link: Option<(&'static str, &'static Phrase)>,
}

pub(super) async fn show_verification(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let (token, words) = (call.param::<String>("token")?, words(&app, &call));
    let live = match app.peek_token(TokenKind::EmailVerification, &token, &call.context()).await {
        Ok(live) => live,
        Err(error) => return refused(&app, &call, error),
    };
    let button = Some((format!("/account/email-verifications/{token}"), &words.credentials.verify));
    let page = Page::new(&*app, &call, words.credentials.verify_title.to_string());
    // Whoever reads the mailbox may not be who opened the account.
    let (user, opened_at) = (&live.user, page.instant(live.user.created_at));
    let text = words.credentials.verify_text.with("email", user.email.as_str()).with("date", opened_at);
    let text = text.with("name", user.name.as_str());
    ::pages::html(200, &LinkPage { page, text: text.to_string(), button, link: None })
}

/// The next access token of this browser says that the address is verified, if it is the user's.
pub(super) async fn verify(app: Arc<Users>, call: Call<Form<NoFields>>) -> Result<Response, Problem> {
    match app.verify_email(&call.param::<String>("token")?, &call.context()).await {
        Ok(_) => Ok(go(&app, 303, &by_renewal(&format!("{ACCOUNT}?saved=verified")), [])),
        Err(error) => refused(&app, &call, error),
    }
}

pub(super) async fn show_email_change(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let (token, words) = (call.param::<String>("token")?, words(&app, &call));
    let live = match app.peek_token(TokenKind::EmailChange, &token, &call.context()).await {
        Ok(live) => live,
        Err(error) => return refused(&app, &call, error),
    };
    let new_email = live.token.change.as_ref().map_or("", |change| change.new_email.as_str());
    let text = words.credentials.change_text.with("from", live.user.email.as_str()).with("to", new_email);
    let button = Some((format!("/account/email-changes/{token}"), &words.credentials.change));
    let page = Page::new(&*app, &call, words.credentials.change_title.to_string());
    ::pages::html(200, &LinkPage { page, text: text.to_string(), button, link: None })
}

/// With the second of the two, all sessions end: one signs in with the new address.
pub(super) async fn change_email(app: Arc<Users>, call: Call<Form<NoFields>>) -> Result<Response, Problem> {
    match app.confirm_email_change(&call.param::<String>("token")?, &call.context()).await {
        Ok(EmailChange::Done(_)) => {
            let kept = cookies::signed_out(cookies::sent(&app, &call.headers));
            Ok(go(&app, 303, "/account/sign-in?done=email", kept))
        }
        Ok(EmailChange::Waiting) => {
            let words = words(&app, &call);
            let page = Page::new(&*app, &call, words.credentials.change_title.to_string());
            let text = words.credentials.change_waiting.to_string();
            ::pages::html(200, &LinkPage { page, text, button: None, link: Some((ACCOUNT, &words.account.title)) })
        }
        Err(Error::Rejected(Rejection::EmailTaken)) => {
            let words = words(&app, &call);
            let page = Page::new(&*app, &call, words.credentials.change_title.to_string());
            let text = words.errors.email_taken.to_string();
            ::pages::html(409, &LinkPage { page, text, button: None, link: Some((ACCOUNT, &words.account.title)) })
        }
        Err(error) => refused(&app, &call, error),
    }
}

/// The page of a link that opens nothing, whatever is wrong with it.
pub(super) fn dead_link<B, Q>(app: &Users, call: &Call<B, Q>) -> Result<Response, Problem> {
    let words = words(app, call);
    let page = Page::new(app, call, words.credentials.dead_title.to_string());
    let text = words.credentials.dead_text.to_string();
    ::pages::html(404, &LinkPage { page, text, button: None, link: Some((ACCOUNT, &words.account.title)) })
}

fn refused<B, Q>(app: &Users, call: &Call<B, Q>, error: Error) -> Result<Response, Problem> {
    match error {
        Error::Rejected(Rejection::InvalidToken) => dead_link(app, call),
        error => Err(error.into()),
    }
}

fn words<B, Q>(app: &Users, call: &Call<B, Q>) -> &'static Words {
    Words::of(Page::locale(app, call))
}
