//! The page of an order. Its progress is a part of its own, which the page asks for again until the order rests.

use super::bill::Bill;
use super::methods::{Method, methods};
use super::saga;
use super::shown::Progress;
use super::visitor::{admitted, by_link, is_buyer};
use super::words::Words;
use crate::domain::order::Order;
use crate::service::Orders;
use ::pages::{Page, Phrase, fragment, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::users::Permission::OrdersRead;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The link of an email, or to the whole page with the drawing.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Link {
    /// A guest's token.
    #[serde(default)]
    token: Option<String>,
    /// Not empty for the page with the drawing within, where no script puts it there.
    #[serde(default)]
    saga: Option<String>,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    page: Page,
    t: &'static Words,
    order: &'a Order,
    progress: Progress<'a>,
    methods: Vec<Method>,
    is_buyer: bool,
    shows_saga: bool,
    /// The drawing, made as its own part of the page is.
    saga: Option<String>,
    is_guest: bool,
    notice: Option<&'a Phrase>,
}

#[derive(Template)]
#[template(path = "order_progress.html")]
struct ProgressPart<'a> {
    page: Page,
    t: &'static Words,
    order: &'a Order,
    progress: Progress<'a>,
    methods: Vec<Method>,
    is_buyer: bool,
}

impl Bill for OrderPage<'_> {
    fn bill(&self) -> (&Page, &Order) {
        (&self.page, self.order)
    }
}

/// `GET /orders/{id}`.
pub(super) async fn page(app: Arc<Orders>, call: Call<NoBody, Link>) -> Result<Response, Problem> {
    if let Some(token) = &call.query.token {
        return by_link(&app, &call, token).await;
    }
    let order = admitted(&app, &call, OrdersRead).await?;
    let with_saga = call.query.saga.as_ref().is_some_and(|wanted| !wanted.is_empty());
    let saga = if with_saga { saga::drawn(&app, &call, &order)? } else { None };
    html(200, &OrderPage { saga, ..of(&app, &call, &order) })
}

/// An order with a notice of what was not done, if there is one.
pub(super) fn show<B, Q>(
    app: &Orders,
    call: &Call<B, Q>,
    order: &Order,
    status: u16,
    notice: Option<&Phrase>,
) -> Result<Response, Problem> {
    html(status, &OrderPage { notice, ..of(app, call, order) })
}

fn of<'a, B, Q>(app: &Orders, call: &Call<B, Q>, order: &'a Order) -> OrderPage<'a> {
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, t.order.title.with("number", order.id.number()).to_string());
    // A form of the page was sent elsewhere, where nothing can be opened.
    page.path = format!("/orders/{}", order.id);
    let is_buyer = is_buyer(app, call, order);
    OrderPage {
        t,
        order,
        progress: Progress::of(order, &page, call.now),
        methods: methods(page.is_demo, &t.methods),
        is_buyer,
        shows_saga: saga::is_shown_to(app, call),
        saga: None,
        is_guest: is_buyer && order.customer.is_none(),
        notice: None,
        page,
    }
}

/// `GET /fragments/orders/{id}`.
pub(super) async fn progress(app: Arc<Orders>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let order = admitted(&app, &call, OrdersRead).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, "");
    let methods = methods(page.is_demo, &t.methods);
    let progress = Progress::of(&order, &page, call.now);
    let is_buyer = is_buyer(&app, &call, &order);
    fragment(&ProgressPart { page, t, order: &order, progress, methods, is_buyer })
}
