//! `DELETE /v1/orders/{id}/personal-data`: a guest wants to be forgotten. Refuses customers, who erase their account.

use super::admission::admitted;
use super::resources::Order;
use crate::service::Orders;
use chassis::{Call, NoBody, Problem};
use events::users::Permission::OrdersWrite;
use std::sync::Arc;

/// A repeat says how far the erasure got. Once the order forgot the guest, the guest's token opens it no more.
pub(super) async fn erase(app: Arc<Orders>, call: Call<NoBody>) -> Result<Order, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?, OrdersWrite, call.now).await?;
    let mut context = call.context();
    // Whoever has a guest's token is the guest, signed in or not.
    context.actor = context.actor.filter(|_| call.caller.may(OrdersWrite));
    let order = app.erase_guest(order, &context).await?;
    Ok(Order::from(&order))
}
