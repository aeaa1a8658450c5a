//! `/account/notifications`: what the shop reminds a customer of, with a button that ends each; and
//! which of such emails they refused, with a button that takes that back. Refuses to show other people's.

use super::words::Words;
use crate::domain::Kind;
use crate::domain::stock_alert::StockAlert;
use crate::http::export as exported;
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
    /// `json` for a file with everything that is kept of the customer, in place of a page.
    file: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnForm {
    /// Of the alert to end.
    id: String,
    /// In its place: of emails that are wanted again.
    kind: String,
}

#[derive(Template)]
#[template(path = "own_stock_alerts.html")]
struct OwnPage {
    page: Page,
    t: &'static Words,
    alerts: Vec<StockAlert>,
    /// Kinds of emails that the customer refused, with what is said of each.
    refused: Vec<(Kind, String)>,
    has_ended: bool,
}

/// `GET /account/notifications`
pub(super) async fn show(app: Arc<Notifications>, call: Call<NoBody, OwnQuery>) -> Result<Response, Problem> {
    let user = call.caller.identity()?.user;
    if call.query.file == "json" {
        return ::pages::json_file("emails.json", &exported::of(&app, user, &call.context()).await?);
    }
    let (alerts, kinds) = (app.alerts_of(user, &call.context()).await?, app.refused_kinds(user).await?);
    let t = Words::of(Page::locale(&*app, &call));
    let said = |kind: Kind| (kind, t.unsubscribe.unsubscribed.with("kind", t.kind(kind.as_str())).to_string());
    let refused = kinds.into_iter().map(said).collect();
    let page = Page::new(&*app, &call, t.alerts.own_title.to_string());
    ::pages::html(200, &OwnPage { page, t, alerts, refused, has_ended: !call.query.ended.is_empty() })
}

/// `POST /account/notifications`: ends an alert, or has a kind of emails sent again.
pub(super) async fn change(app: Arc<Notifications>, call: Call<Form<OwnForm>>) -> Result<Response, Problem> {
    let user = call.caller.identity()?.user;
    let OwnForm { id, kind } = &call.body.0;
    let then = if kind.is_empty() {
        let id: StockAlertId = id.parse().map_err(|_| Problem::not_found())?;
        app.wait_no_more(user, id, &call.context()).await?;
        format!("{OWN}?ended=yes")
    } else {
        let kind: Kind = kind.parse().map_err(|_| Problem::not_found())?;
        app.want_again(user, kind, &call.context()).await?;
        OWN.to_owned()
    };
    Ok(redirect(303, &Page::new(&*app, &call, "").href(&then)))
}
