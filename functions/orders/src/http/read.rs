//! `GET /v1/orders`, `GET /v1/orders/{id}` and its timeline.

use super::admission::admitted;
use super::resources::{Order, OrderSummary, OrderTimeline};
use crate::service::Orders;
use chassis::http::Listing;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::{OrderId, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListOrders {
    /// The customer whose orders are listed. Only staff may name another customer.
    #[serde(default)]
    customer: Option<UserId>,
    /// The cursor of the previous page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

pub(super) async fn list(app: Arc<Orders>, call: Call<NoBody, ListOrders>) -> Result<Listing<OrderSummary>, Problem> {
    let own = call.caller.identity()?.user;
    let customer = call.query.customer.unwrap_or(own);
    if customer != own && !call.caller.is_staff() {
        return Err(Problem::forbidden());
    }
    let list = format!("orders {customer}");
    let (after, limit) =
        cursor::page(&list, call.query.cursor.as_deref(), call.query.limit, |after| after.parse::<OrderId>().is_ok())?;
    let page = app.list(customer, after.as_deref(), limit).await?;
    Ok(Listing::page(&list, page, |order| OrderSummary::from(&order)))
}

pub(super) async fn read(app: Arc<Orders>, call: Call) -> Result<Order, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?, call.now).await?;
    Ok(Order::from(&order))
}

pub(super) async fn timeline(app: Arc<Orders>, call: Call) -> Result<OrderTimeline, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?, call.now).await?;
    Ok(OrderTimeline::from(&order))
}
