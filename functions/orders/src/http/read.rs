//! `GET /v1/orders`, `GET /v1/orders/{id}` and its timeline.

use super::admission::admitted;
use super::resources::{Order, OrderSummary, OrderTimeline};
use crate::domain::search::Search;
use crate::domain::states::{FulfillmentState, PaymentState, Status};
use crate::service::Orders;
use chassis::http::Listing;
use chassis::table::is_place;
use chassis::{Call, Caller, NoBody, Problem, cursor};
use events::email::InvalidEmail;
use events::ids::UserId;
use events::users::Permission::OrdersRead;
use events::{Email, OrderNumber, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListOrders {
    /// The customer whose orders are listed. Only staff may name another customer.
    #[serde(default)]
    customer: Option<UserId>,
    /// The e-mail address of a guest. A customer's orders are found by the customer. For staff.
    #[serde(default)]
    #[schemars(length(max = 254))]
    email: Option<String>,
    /// The order number, however it is typed.
    #[serde(default)]
    number: Option<OrderNumber>,
    /// An SKU of the order. Orders that were confirmed are found by it for 400 days.
    #[serde(default)]
    sku: Option<Sku>,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    payment_state: Option<PaymentState>,
    #[serde(default)]
    fulfillment_state: Option<FulfillmentState>,
    /// Placed at this time or later (RFC 3339).
    #[serde(default)]
    from: Option<Timestamp>,
    /// Placed before this time (RFC 3339).
    #[serde(default)]
    to: Option<Timestamp>,
    /// The cursor of the previous page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

pub(super) async fn list(app: Arc<Orders>, call: Call<NoBody, ListOrders>) -> Result<Listing<OrderSummary>, Problem> {
    let search = call.query.search(&call.caller)?;
    // A cursor is of the list with these conditions. No address shows in it, nor in what is written of a search.
    let list = format!("orders {search:?} {}", search.email.as_ref().map(Email::mailbox).unwrap_or_default());
    let (after, limit) = cursor::page(&list, call.query.cursor.as_deref(), call.query.limit, is_place)?;
    let page = app.search(&search, after.as_deref(), limit).await?;
    Ok(Listing::page(&list, page, |order| OrderSummary::from(&order)))
}

impl ListOrders {
    /// What the caller may look for: customers among their own orders, staff among all.
    fn search(&self, caller: &Caller) -> Result<Search, Problem> {
        let own = caller.identity()?.user;
        let customer = match self.customer {
            None if caller.may(OrdersRead) => None,
            named => Some(named.unwrap_or(own)),
        };
        if !caller.may(OrdersRead) && (customer != Some(own) || self.email.is_some()) {
            return Err(Problem::lacking(OrdersRead));
        }
        let email = self.email.as_deref().map(str::parse).transpose();
        Ok(Search {
            customer,
            email: email.map_err(|error: InvalidEmail| Problem::parameter("email", &error.to_string()))?,
            number: self.number,
            sku: self.sku.clone(),
            status: self.status,
            payment_state: self.payment_state,
            fulfillment_state: self.fulfillment_state,
            from: self.from,
            to: self.to,
        })
    }
}

pub(super) async fn read(app: Arc<Orders>, call: Call) -> Result<Order, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?, OrdersRead, call.now).await?;
    Ok(Order::from(&order))
}

pub(super) async fn timeline(app: Arc<Orders>, call: Call) -> Result<OrderTimeline, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?, OrdersRead, call.now).await?;
    Ok(OrderTimeline::from(&order))
}
