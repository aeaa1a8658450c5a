//! Parts of other pages: the emails of an order or a user for their own page, and how many wait for staff for the start page.

use super::row::Row;
use super::words::Words;
use crate::domain::Suppression;
use crate::service::Notifications;
use ::pages::{Page, Phrase, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::{OrderId, UserId};
use std::sync::Arc;

/// Emails of an order that its page shows, and most of those that wait that are counted.
const SHOWN: u32 = 100;

#[derive(Template)]
#[template(path = "staff_notifications_of_order.html")]
struct OfOrderPart {
    page: Page,
    t: &'static Words,
    order: Option<OrderId>,
    rows: Vec<Row>,
    has_more: bool,
}

#[derive(Template)]
#[template(path = "staff_notifications_of_user.html")]
struct OfUserPart {
    page: Page,
    t: &'static Words,
    user: UserId,
    rows: Vec<Row>,
    /// Why the user gets no emails, if none.
    silenced: Option<&'static Phrase>,
}

#[derive(Template)]
#[template(path = "staff_notifications_summary.html")]
struct SummaryPart {
    page: Page,
    t: &'static Words,
    count: String,
}

/// `GET /staff/notifications/of/{id}`.
pub(super) async fn of_order(app: Arc<Notifications>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let order: OrderId = call.param("id")?;
    let t = Words::of(Page::locale(&*app, &call));
    let found = app.list(order, None, SHOWN).await?;
    fragment(&OfOrderPart {
        page: Page::new(&*app, &call, ""),
        t,
        order: Some(order),
        rows: found.items.iter().map(|email| Row::of(email, t)).collect(),
        has_more: found.next.is_some(),
    })
}

/// `GET /staff/notifications/of-user/{id}`.
pub(super) async fn of_user(app: Arc<Notifications>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let user: UserId = call.param("id")?;
    let t = Words::of(Page::locale(&*app, &call));
    let found = app.of_user(user).await?;
    let rows = found.iter().map(|email| Row::of(email, t)).collect();
    let silenced =
        app.suppression_of(user).await?.filter(Suppression::is_in_force).map(|known| t.mailbox.of(known.reason));
    fragment(&OfUserPart { page: Page::new(&*app, &call, ""), t, user, rows, silenced })
}

/// `GET /staff/notifications/summary`.
pub(super) async fn summary(app: Arc<Notifications>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let found = app.failed(None, SHOWN, call.now).await?;
    let more = if found.next.is_some() { "+" } else { "" };
    fragment(&SummaryPart {
        page: Page::new(&*app, &call, ""),
        t: Words::of(Page::locale(&*app, &call)),
        count: format!("{}{more}", found.items.len()),
    })
}
