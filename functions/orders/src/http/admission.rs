//! Access to orders. Refuses to reveal whether an order exists that the caller may not see.

use crate::domain::order::Order;
use crate::service::Orders;
use chassis::{Caller, Problem};
use events::Timestamp;
use events::ids::OrderId;

/// The order as it is now, if the caller may see it: its customer, a guest with its token, also since a customer claimed the order, or
/// staff.
pub(crate) async fn admitted(app: &Orders, caller: &Caller, id: OrderId, now: Timestamp) -> Result<Order, Problem> {
    let order = app.find(id).await?;
    let admitted = caller.is_staff()
        || caller.is(order.customer)
        || match &caller.guest_token {
            Some(token) if order.is_open_to_a_guest() => app.guest_tokens.admits(&order, token, now).await?,
            _ => false,
        };
    if admitted { Ok(order) } else { Err(Problem::not_found()) }
}
