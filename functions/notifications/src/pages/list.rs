//! Lists of emails: of one order, or those that wait for staff.

use super::row::Row;
use super::words::Words;
use crate::domain::EmailDelivery;
use crate::http::{FAILED, is_sort_key, list_of};
use crate::service::Notifications;
use ::pages::{Page, html};
use askama::Template;
use chassis::http::Response;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::OrderId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Emails of a page.
const PER_PAGE: u32 = 25;

/// The query of the page's address.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Look {
    order_id: String,
    cursor: String,
}

#[derive(Template)]
#[template(path = "staff_notifications.html")]
struct ListPage {
    page: Page,
    t: &'static Words,
    order: Option<OrderId>,
    rows: Vec<Row>,
    next: String,
}

/// `GET /staff/notifications`.
pub(super) async fn list(app: Arc<Notifications>, call: Call<NoBody, Look>) -> Result<Response, Problem> {
    let Look { order_id, cursor } = &call.query;
    let sent = Some(cursor.as_str()).filter(|cursor| !cursor.is_empty());
    // Links lead here, so an order that cannot be read is a page that does not exist.
    let order = Some(order_id.as_str()).filter(|id| !id.is_empty()).map(str::parse::<OrderId>).transpose();
    let Some(order) = order.map_err(|_| Problem::not_found())? else {
        let (after, limit) = cursor::page(FAILED, sent, Some(PER_PAGE), is_place)?;
        let page = app.failed(after.as_deref(), limit, call.now).await?;
        let next = page.next.map(|place| format!("?cursor={}", cursor::encode(FAILED, &place)));
        return show(&app, &call, None, &page.items, next);
    };
    let list = list_of(order);
    let (after, limit) = cursor::page(&list, sent, Some(PER_PAGE), is_sort_key)?;
    let page = app.list(order, after.as_deref(), limit).await?;
    let next = page.next.map(|key| format!("?order_id={order}&cursor={}", cursor::encode(&list, &key)));
    show(&app, &call, Some(order), &page.items, next)
}

fn show(
    app: &Notifications,
    call: &Call<NoBody, Look>,
    order: Option<OrderId>,
    emails: &[EmailDelivery],
    next: Option<String>,
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let title = order.map_or_else(|| t.failed_title.clone(), |order| t.order_title.with("number", order.number()));
    let page = Page::new(app, call, title.to_string());
    let next = next.map(|query| page.href(&format!("/staff/notifications{query}"))).unwrap_or_default();
    let rows = emails.iter().map(|email| Row::of(email, t)).collect();
    html(200, &ListPage { page, t, order, rows, next })
}
