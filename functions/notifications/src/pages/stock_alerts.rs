//! The page on which somebody says that they want to be told when a SKU is back, and the page of the link by which a guest's mailbox
//! confirms it. Refuses to do anything when a link is opened, since scanners of mail open links, too; and to say what is known of an address.

use super::words::Words;
use crate::domain::Rejection;
use crate::service::{Error, Notifications, PendingAlert};
use ::pages::{Errors, Form, Page, Typed, TypedForm};
use askama::Template;
use chassis::http::{Response, network_of, redirect};
use chassis::{Call, NoBody, NoQuery, Problem};
use events::{Email, Sku};
use lambda_http::http::HeaderValue;
use lambda_http::http::header::RETRY_AFTER;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const ALERTS: &str = "/stock-alerts";

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct AlertQuery {
    sku: String,
    /// `waiting`, `asked` or `confirmed` after the form of that was sent.
    done: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AlertForm {
    sku: String,
    email: String,
}

impl Typed for AlertForm {
    fn is_typed(field: &str) -> bool {
        field == "email"
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct NoFields {}

/// Whom a page asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Guest,
    User,
    /// A user whose address is not confirmed.
    Unverified,
}

#[derive(Template)]
#[template(path = "stock_alert.html")]
struct AlertPage {
    page: Page,
    t: &'static Words,
    sku: Sku,
    email: String,
    who: Who,
    done: Option<String>,
    refusal: Option<String>,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "stock_alert_link.html")]
struct LinkPage {
    page: Page,
    t: &'static Words,
    text: String,
    /// The token that the button sends; empty for no button.
    token: String,
}

impl AlertPage {
    fn of<B, Q>(app: &Notifications, call: &Call<B, Q>, sku: Sku) -> Self {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, t.alerts.title.to_string());
        let who = match &call.caller.identity {
            None => Who::Guest,
            Some(me) if me.email_verified => Who::User,
            Some(_) => Who::Unverified,
        };
        let (email, errors) = (String::new(), Errors::default());
        Self { page, t, sku, email, who, done: None, refusal: None, errors }
    }

    fn details(&self) -> String {
        self.page.href(&format!("/fragments/lines?lines={}*1", self.sku))
    }
}

/// `GET /stock-alerts`
pub(super) async fn show(app: Arc<Notifications>, call: Call<NoBody, AlertQuery>) -> Result<Response, Problem> {
    let AlertQuery { sku, done } = &call.query;
    let sku: Sku = sku.parse().map_err(|_| Problem::not_found())?;
    if !app.has_stock_alerts() {
        return Err(Problem::not_found());
    }
    let mut page = AlertPage::of(&app, &call, sku);
    page.done = match done.as_str() {
        "waiting" | "confirmed" => Some(page.t.alerts.waiting.to_string()),
        "asked" => Some(page.t.alerts.asked.to_string()),
        _ => None,
    };
    ::pages::html(200, &page)
}

/// `POST /stock-alerts`
pub(super) async fn wait(app: Arc<Notifications>, call: Call<TypedForm<AlertForm>>) -> Result<Response, Problem> {
    let TypedForm { fields: AlertForm { sku, email }, card_numbers } = &call.body;
    let sku: Sku = sku.parse().map_err(|_| Problem::not_found())?;
    let mut page = AlertPage::of(&app, &call, sku.clone());
    let outcome = if let Some(me) = &call.caller.identity {
        app.wait_for(&sku, me, &call.context()).await.map(|_| "waiting")
    } else {
        page.email.clone_from(email);
        let Ok(email) = email.parse::<Email>() else {
            let held_card = card_numbers.held_in("email");
            let told = if held_card { &page.page.words.card_number } else { &page.t.alerts.invalid_email };
            page.errors.add("email", &page.t.alerts.email, told);
            return ::pages::html(422, &page);
        };
        let pending = PendingAlert { sku: sku.clone(), email, language: Some(Page::locale(&*app, &call).into()) };
        app.ask_guest(pending, &network_of(&call.source_ip), &call.context()).await.map(|()| "asked")
    };
    match outcome {
        Ok(done) => Ok(redirect(303, &page.page.href(&format!("{ALERTS}?sku={sku}&done={done}")))),
        Err(Error::Rejected(rejection)) => refuse(page, rejection),
        Err(error) => Err(error.into()),
    }
}

fn refuse(mut page: AlertPage, rejection: Rejection) -> Result<Response, Problem> {
    let (told, seconds) = match &rejection {
        Rejection::TooManyAlerts => (&page.t.alerts.too_many, None),
        Rejection::Unverified => (&page.t.alerts.unverified, None),
        Rejection::TooManyRequests(seconds) => (&page.t.alerts.too_many_requests, Some(*seconds)),
        Rejection::Deferred(_) | Rejection::Forbidden(_) | Rejection::AddressUnknown(_) => (&page.t.alerts.later, None),
        _ => return Err(rejection.into()),
    };
    page.refusal = Some(told.to_string());
    let mut response = ::pages::html(Problem::from(rejection).status, &page)?;
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// `GET /stock-alerts/{token}`
pub(super) async fn show_link(app: Arc<Notifications>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let token: String = call.param("token")?;
    match app.pending(&token, &call.context()).await {
        Ok(pending) => {
            let t = Words::of(Page::locale(&*app, &call));
            let page = Page::new(&*app, &call, t.alerts.title.to_string());
            let text =
                t.alerts.confirm_text.with("sku", &pending.sku).with("email", pending.email.as_str()).to_string();
            ::pages::html(200, &LinkPage { page, t, text, token })
        }
        Err(error) => dead_link(&app, &call, error),
    }
}

/// `POST /stock-alerts/{token}`
pub(super) async fn confirm(app: Arc<Notifications>, call: Call<Form<NoFields>>) -> Result<Response, Problem> {
    match app.confirm_alert(&call.param::<String>("token")?, &call.context()).await {
        Ok(pending) => {
            let page = Page::new(&*app, &call, "");
            Ok(redirect(303, &page.href(&format!("{ALERTS}?sku={}&done=confirmed", pending.sku))))
        }
        Err(error) => dead_link(&app, &call, error),
    }
}

fn dead_link<B, Q>(app: &Notifications, call: &Call<B, Q>, error: Error) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let (status, text) = match error {
        Error::Rejected(Rejection::UnknownLink) => (404, &t.alerts.dead_link),
        Error::Rejected(Rejection::TooManyAlerts) => (409, &t.alerts.too_many),
        error => return Err(error.into()),
    };
    let page = Page::new(app, call, t.alerts.title.to_string());
    ::pages::html(status, &LinkPage { page, t, text: text.to_string(), token: String::new() })
}
