//! A visitor's orders: a customer's own, newest first, or those that a guest's browser keeps.

use super::shown::Progress;
use super::visitor::GuestOrders;
use super::words::Words;
use crate::domain::order::Order;
use crate::domain::search::Search;
use crate::service::Orders;
use ::pages::{Page, html};
use askama::Template;
use chassis::http::Response;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::OrderId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Orders of a page.
const PER_PAGE: u32 = 20;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct After {
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<String>,
    /// What was done a moment ago.
    #[serde(default)]
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage<'a> {
    page: Page,
    t: &'static Words,
    orders: Vec<Progress<'a>>,
    /// Orders that a guest's browser keeps.
    kept: Vec<OrderId>,
    next: Option<String>,
    is_signed_in: bool,
    is_forgotten: bool,
}

/// `GET /orders`.
pub(super) async fn list(app: Arc<Orders>, call: Call<NoBody, After>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.orders.title.to_string());
    let kept = GuestOrders::of(&app, &call).ids().collect();
    let (orders, next): (Vec<Order>, _) = match call.caller.user() {
        Some(customer) => {
            let list = format!("orders {customer}");
            let (after, limit) = cursor::page(&list, call.query.cursor.as_deref(), Some(PER_PAGE), is_place)?;
            let own = Search { customer: Some(customer), ..Search::default() };
            let found = app.search(&own, after.as_deref(), limit).await?;
            let link = |next: String| page.href(&format!("/orders?cursor={}", cursor::encode(&list, &next)));
            (found.items, found.next.map(link))
        }
        None => (Vec::new(), None),
    };
    let shown = orders.iter().map(|order| Progress::of(order, &page, call.now)).collect();
    let is_signed_in = call.caller.user().is_some();
    let is_forgotten = call.query.done.as_deref() == Some("forgotten");
    html(200, &OrdersPage { page, t, orders: shown, kept, next, is_signed_in, is_forgotten })
}
