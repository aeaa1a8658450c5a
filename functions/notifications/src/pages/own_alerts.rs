//! `/account/notifications`: what the shop reminds a customer of, with a button that ends each. Refuses to show other people's.

use super::words::Words;
use crate::domain::stock_alert::StockAlert;
use crate::service::Notifications;
use ::pages::{Form, Page};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use events::ids::StockAlertId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const OWN: &str = "/account/notifications";

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct OwnQuery {
    /// Not empty if one was ended a moment ago.
    ended: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    id: String,
}

#[derive(Template)]
#[template(path = "own_stock_alerts.html")]
struct OwnPage {
    page: Page,
    t: &'static Words,
    alerts: Vec<StockAlert>,
    has_ended: bool,
}

/// `GET /account/notifications`
pub(super) async fn show(app: Arc<Notifications>, call: Call<NoBody, OwnQuery>) -> Result<Response, Problem> {
    let alerts = app.alerts_of(call.caller.identity()?.user, &call.context()).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.alerts.own_title.to_string());
    ::pages::html(200, &OwnPage { page, t, alerts, has_ended: !call.query.ended.is_empty() })
}

/// `POST /account/notifications`: ends one.
pub(super) async fn end(app: Arc<Notifications>, call: Call<Form<EndForm>>) -> Result<Response, Problem> {
    let (user, id) = (call.caller.identity()?.user, call.body.0.id.parse::<StockAlertId>());
    app.wait_no_more(user, id.map_err(|_| Problem::not_found())?, &call.context()).await?;
    Ok(redirect(303, &Page::new(&*app, &call, "").href(&format!("{OWN}?ended=yes"))))
}
