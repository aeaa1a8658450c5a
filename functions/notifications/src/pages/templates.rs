//! What the shop writes, as staff see it: the kinds of emails and their languages, each with sample data as text and as HTML, and a form that
//! sends a sample. The HTML is an answer of its own, which may have the styles that emails have, and runs nothing.

use super::words::Words;
use crate::domain::email::RenderedEmail;
use crate::domain::{Kind, Rejection};
use crate::service::{Error, Notifications};
use ::pages::{Errors, Form, Page, Phrase, html};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, NoQuery, Problem};
use events::users::Permission;
use events::{Email, Language};
use lambda_http::Body;
use lambda_http::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// An email shows its own styles, and loads and runs nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// The query of the pages' addresses.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Look {
    /// Of the email; the visitor's by default.
    language: Option<Language>,
    /// `sent` or `refused` if a sample was just sent.
    done: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SendTest {
    language: Language,
    email: String,
}

/// A line of the list.
struct Row {
    kind: Kind,
    name: String,
    state: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "staff_mail_templates.html")]
struct ListPage {
    page: Page,
    t: &'static Words,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "staff_mail_template.html")]
struct PreviewPage<'a> {
    page: Page,
    t: &'static Words,
    kind: Kind,
    language: Language,
    email: &'a RenderedEmail,
    /// What was typed.
    to: &'a str,
    notice: Option<(&'static str, &'a Phrase)>,
    errors: Errors,
}

impl PreviewPage<'_> {
    /// The lines of each paragraph.
    fn paragraphs(&self) -> Vec<Vec<&str>> {
        self.email.text.trim_end().split("\n\n").map(|paragraph| paragraph.lines().collect()).collect()
    }
}

/// `GET /staff/notifications/templates`.
pub(super) async fn list(app: Arc<Notifications>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let row = |kind: Kind| {
        let is_off = app.branding.off.contains(kind);
        let (state, tone) = if is_off { (&t.templates.off, "neutral") } else { (&t.templates.on, "good") };
        Row { kind, name: t.kind(kind.as_str()), state: state.to_string(), tone }
    };
    let rows = Kind::ALL.into_iter().map(row).collect();
    html(200, &ListPage { page: Page::new(&*app, &call, t.templates.title.to_string()), t, rows })
}

/// `GET /staff/notifications/templates/{kind}`.
pub(super) async fn preview(app: Arc<Notifications>, call: Call<NoBody, Look>) -> Result<Response, Problem> {
    let language = call.query.language.unwrap_or_else(|| Page::locale(&*app, &call).into());
    let t = Words::of(Page::locale(&*app, &call));
    let notice = match call.query.done.as_str() {
        "sent" => Some(("success", &t.templates.sent)),
        "refused" => Some(("error", &t.templates.refused)),
        _ => None,
    };
    show(&app, &call, (200, language), "", notice, Errors::default())
}

/// `GET /staff/notifications/templates/{kind}/html`.
pub(super) async fn as_html(app: Arc<Notifications>, call: Call<NoBody, Look>) -> Result<Response, Problem> {
    let language = call.query.language.unwrap_or_else(|| Page::locale(&*app, &call).into());
    let mut response = Response::new(Body::from(app.preview(call.param("kind")?, language, call.now)?.html));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}

/// `POST /staff/notifications/templates/{kind}/test`.
pub(super) async fn test(app: Arc<Notifications>, call: Call<Form<SendTest>>) -> Result<Response, Problem> {
    let kind: Kind = call.param("kind")?;
    let SendTest { language, email: typed } = &call.body.0;
    let t = Words::of(Page::locale(&*app, &call));
    let Ok(email) = typed.trim().parse::<Email>() else {
        let mut errors = Errors::default();
        errors.add("email", &t.templates.to, &t.templates.to_refused);
        return show(&app, &call, (422, *language), typed, None, errors);
    };
    let rejection = match app.send_test(kind, *language, &email, &call.context()).await {
        Ok(failure) => {
            let done = if failure.is_none() { "sent" } else { "refused" };
            let target = format!("/staff/notifications/templates/{kind}?language={language}&done={done}");
            return Ok(redirect(303, &Page::new(&*app, &call, "").href(&target)));
        }
        Err(Error::Rejected(rejection)) => rejection,
        Err(error) => return Err(error.into()),
    };
    let notice = match rejection {
        Rejection::TooManyTests => &t.refusals.too_many_tests,
        Rejection::Suppressed => &t.refusals.suppressed,
        _ => &t.templates.unavailable,
    };
    show(&app, &call, (Problem::from(rejection).status, *language), typed, Some(("error", notice)), Errors::default())
}

/// The page, with what was done or why nothing was.
fn show<B, Q>(
    app: &Notifications,
    call: &Call<B, Q>,
    (status, language): (u16, Language),
    to: &str,
    notice: Option<(&'static str, &Phrase)>,
    errors: Errors,
) -> Result<Response, Problem> {
    let (kind, t): (Kind, _) = (call.param("kind")?, Words::of(Page::locale(app, call)));
    let email = &app.preview(kind, language, call.now)?;
    let page = Page::new(app, call, t.kind(kind.as_str()));
    html(status, &PreviewPage { page, t, kind, language, email, to, notice, errors })
}
