//! `GET /v1/orders`, `GET /v1/orders/{id}` and its timeline.

use super::admitted;
use super::answers::{OrderAnswer, OrderSummary, Timeline};
use crate::service::Orders;
use chassis::http::Listing;
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::UserId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which orders.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListOrders {
    /// Whose, if not the caller's own; for staff.
    #[serde(default)]
    pub customer: Option<UserId>,
    /// Where the page before ended.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Items in a page, 1 to 100.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

/// A page of a customer's orders.
pub async fn list(app: Arc<Orders>, call: Call<NoBody, ListOrders>) -> Result<Listing<OrderSummary>, Problem> {
    let own = call.caller.identity()?.user;
    let customer = call.query.customer.unwrap_or(own);
    if customer != own && !call.caller.is_staff() {
        return Err(Problem::forbidden());
    }
    let after = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    let limit = cursor::limit(call.query.limit)?;
    let page = app.of_customer(customer, after.as_deref(), limit).await?;
    Ok(Listing {
        items: page.items.iter().map(OrderSummary::from).collect(),
        cursor: page.next.as_deref().map(cursor::encode),
    })
}

/// An order.
pub async fn read(app: Arc<Orders>, call: Call) -> Result<OrderAnswer, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?).await?;
    Ok(OrderAnswer::from(&order))
}

/// What happened to an order.
pub async fn timeline(app: Arc<Orders>, call: Call) -> Result<Timeline, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?).await?;
    Ok(Timeline::from(&order))
}
