//! A visitor's orders: a customer's own, newest first, also as a file, or those that a guest's browser keeps.

use super::shown::Progress;
use super::visitor::GuestOrders;
use super::words::Words;
use crate::domain::order::Order;
use crate::domain::search::Search;
use crate::http::resources;
use crate::service::Orders;
use ::pages::{Page, html};
use askama::Template;
use chassis::http::Response;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::{OrderId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Orders of a page.
const PER_PAGE: u32 = 20;
/// Orders of a file, which is well below the 6 MB that a function may answer.
const PER_FILE: u32 = 100;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct After {
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<String>,
    /// What was done a moment ago.
    #[serde(default)]
    done: Option<String>,
    /// `json` for a file with everything, in place of a page, of who is signed in.
    #[serde(default)]
    file: Option<String>,
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

/// Orders of a person, to take along.
#[derive(Serialize)]
struct OrdersFile {
    /// Newest first.
    orders: Vec<resources::Order>,
    /// Where older ones are, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A customer's orders with everything that the API tells of each.
async fn file(app: &Orders, call: &Call<NoBody, After>, customer: UserId) -> Result<Response, Problem> {
    let (orders, next) = own(app, customer, call.query.cursor.as_deref(), PER_FILE).await?;
    let next = next.map(|next| Page::new(app, call, "").href(&format!("/orders?file=json&cursor={next}")));
    ::pages::json_file("orders.json", &OrdersFile { orders: orders.iter().map(Into::into).collect(), next })
}

/// A page of a customer's orders, and the cursor of the next.
async fn own(
    app: &Orders,
    customer: UserId,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<Order>, Option<String>), Problem> {
    let list = format!("orders {customer}");
    let (after, limit) = cursor::page(&list, after, Some(limit), is_place)?;
    let search = Search { customer: Some(customer), ..Search::default() };
    let found = app.search(&search, after.as_deref(), limit).await?;
    Ok((found.items, found.next.map(|next| cursor::encode(&list, &next))))
}

/// `GET /orders`.
pub(super) async fn list(app: Arc<Orders>, call: Call<NoBody, After>) -> Result<Response, Problem> {
    if let (Some("json"), Some(customer)) = (call.query.file.as_deref(), call.caller.user()) {
        return file(&app, &call, customer).await;
    }
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.orders.title.to_string());
    let kept = GuestOrders::of(&app, &call).ids().collect();
    let (orders, next): (Vec<Order>, _) = match call.caller.user() {
        Some(customer) => {
            let (orders, next) = own(&app, customer, call.query.cursor.as_deref(), PER_PAGE).await?;
            (orders, next.map(|next| page.href(&format!("/orders?cursor={next}"))))
        }
        None => (Vec::new(), None),
    };
    let shown = orders.iter().map(|order| Progress::of(order, &page, call.now)).collect();
    let is_signed_in = call.caller.user().is_some();
    let is_forgotten = call.query.done.as_deref() == Some("forgotten");
    html(200, &OrdersPage { page, t, orders: shown, kept, next, is_signed_in, is_forgotten })
}
