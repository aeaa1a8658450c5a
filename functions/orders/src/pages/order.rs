//! The page of an order. Its progress is a part of its own, which the page asks for again until the order rests.

use super::bill::Bill;
use super::methods::{Method, methods};
use super::shown::Progress;
use super::visitor::{admitted, by_link};
use super::words::Words;
use crate::domain::order::Order;
use crate::service::Orders;
use ::pages::{Page, Phrase, fragment, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The link of an email.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Link {
    /// A guest's token.
    #[serde(default)]
    token: Option<String>,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    page: Page,
    t: &'static Words,
    order: &'a Order,
    progress: Progress<'a>,
    methods: Vec<Method>,
    shows_saga: bool,
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
    let order = admitted(&app, &call).await?;
    show(&app, &call, &order, 200, None)
}

/// An order with a notice of what was not done, if there is one.
pub(super) fn show<B, Q>(
    app: &Orders,
    call: &Call<B, Q>,
    order: &Order,
    status: u16,
    notice: Option<&Phrase>,
) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(app, call));
    let page = Page::new(app, call, t.order.title.with("number", order.id.number()).to_string());
    let shown = OrderPage {
        t,
        order,
        progress: Progress::of(order, &page, call.now),
        methods: methods(page.is_demo, &t.methods),
        shows_saga: page.is_demo || call.caller.is_staff(),
        is_guest: order.customer.is_none(),
        notice,
        page,
    };
    html(status, &shown)
}

/// `GET /fragments/orders/{id}`.
pub(super) async fn progress(app: Arc<Orders>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let order = admitted(&app, &call).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, "");
    let methods = methods(page.is_demo, &t.methods);
    let progress = Progress::of(&order, &page, call.now);
    fragment(&ProgressPart { page, t, order: &order, progress, methods })
}
