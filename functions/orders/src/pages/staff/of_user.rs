//! `/staff/orders/of/{id}`: the last orders of a customer, as a part of the user's page. Refuses the whole list, to which it links.

use crate::domain::search::Search;
use crate::pages::shown::Progress;
use crate::pages::words::Words;
use crate::service::Orders;
use ::pages::{Page, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::UserId;
use std::sync::Arc;

/// Orders that are shown.
const SHOWN: u32 = 5;

#[derive(Template)]
#[template(path = "staff_orders_of_user.html")]
struct OfUserPart<'a> {
    page: Page,
    t: &'static Words,
    customer: UserId,
    orders: Vec<Progress<'a>>,
}

/// `GET /staff/orders/of/{id}`, by the id of the user.
pub(in crate::pages) async fn part(app: Arc<Orders>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let customer: UserId = call.param("id")?;
    let own = Search { customer: Some(customer), ..Search::default() };
    let found = app.search(&own, None, SHOWN).await?;
    let page = Page::new(&*app, &call, "");
    let orders = found.items.iter().map(|order| Progress::of(order, &page, call.now)).collect();
    fragment(&OfUserPart { t: Words::of(page.locale), page, customer, orders })
}
