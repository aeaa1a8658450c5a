//! Has no more emails of a kind sent to whoever shows the token of a link in one: by one click of a mail program (RFC 8058), without a
//! cookie and without an account. Refuses to change anything when a link is opened.

use crate::domain::unsubscription::UnsubscribeToken;
use crate::domain::{Kind, Rejection};
use crate::service::{Error, Notifications};
use chassis::http::{Answer, Body, Response, SentBody, base_path, redirect};
use chassis::{Call, NoBody, Problem};
use lambda_http::http::header::{ACCEPT, CONTENT_TYPE};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use std::sync::Arc;

/// Media types of a mail program's form (RFC 8058 §3.2).
const OF_FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// The form of a mail program, `List-Unsubscribe=One-Click`, or no body. The form says nothing that the token does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct OneClick;

impl Body for OneClick {
    fn parse(sent: SentBody<'_>) -> Result<Self, Problem> {
        let media_type = sent.headers.get(CONTENT_TYPE).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
        let name = media_type.split(';').next().unwrap_or_default().trim();
        if !OF_FORMS.iter().any(|form| name.eq_ignore_ascii_case(form)) {
            NoBody::parse(sent)?;
        }
        Ok(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

/// Whether somebody gets emails of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Unsubscription {
    kind: Kind,
    /// Whether none are sent.
    unsubscribed: bool,
}

/// What a program reads, or the page that a browser is sent to.
#[derive(Debug)]
pub(super) enum Shown {
    Program(Unsubscription),
    Browser(String),
}

impl Answer for Shown {
    type Resource = Unsubscription;
    const TAGGED: bool = false;

    fn respond(self, status: u16) -> Response {
        match self {
            Self::Program(unsubscription) => unsubscription.respond(status),
            Self::Browser(page) => redirect(303, &page),
        }
    }
}

/// `GET /v1/unsubscriptions/{token}`
pub(super) async fn read(app: Arc<Notifications>, call: Call) -> Result<Shown, Problem> {
    let token = token(&call)?;
    // A mail program that knows no single click opens the address in a browser.
    let accepted = call.headers.get(ACCEPT).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    if accepted.contains("text/html") {
        return Ok(Shown::Browser(format!("{}/unsubscribe/{token}", base_path(&app.branding.public_url))));
    }
    let unsubscribed = app.is_unsubscribed(&token).await?;
    Ok(Shown::Program(Unsubscription { kind: token.kind, unsubscribed }))
}

/// `POST /v1/unsubscriptions/{token}`. A mail service that clicks is told that all is well whatever token it has: it would only come again.
pub(super) async fn unsubscribe(app: Arc<Notifications>, call: Call<OneClick>) -> Result<Unsubscription, Problem> {
    let token = token(&call)?;
    match app.subscribe(&token, false, &call.context()).await {
        Ok(()) | Err(Error::Rejected(Rejection::InvalidToken)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Unsubscription { kind: token.kind, unsubscribed: true })
}

/// `DELETE /v1/unsubscriptions/{token}`
pub(super) async fn subscribe_again(app: Arc<Notifications>, call: Call) -> Result<(), Problem> {
    Ok(app.subscribe(&token(&call)?, true, &call.context()).await?)
}

fn token<B>(call: &Call<B>) -> Result<UnsubscribeToken, Problem> {
    call.param::<UnsubscribeToken>("token").map_err(|_| Rejection::InvalidToken.into())
}
