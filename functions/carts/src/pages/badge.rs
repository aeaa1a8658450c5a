//! The link to the cart in the header of every page, with the number of units. Refuses to read anything for a visitor without a cart.

use super::visitor::Visitor;
use crate::service::Carts;
use ::pages::Page;
use askama::Template;
use chassis::http::Response;
use chassis::{Call, Problem};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "badge.html")]
struct Badge {
    page: Page,
    units: u32,
}

/// `GET /fragments/cart`.
pub(super) async fn show(app: Arc<Carts>, call: Call) -> Result<Response, Problem> {
    let mut visitor = Visitor::of(&app, &call).await?;
    let cart = visitor.cart(&app, &call).await?;
    let units = cart.map_or(0, |cart| cart.units());
    let page = Page::new(&*app, &call, "");
    Ok(visitor.answer(::pages::fragment(&Badge { page, units })?))
}
