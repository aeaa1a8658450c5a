//! Access to orders. Refuses to reveal whether an order exists that the caller may not see.

use crate::domain::order::Order;
use crate::service::Orders;
use chassis::{Caller, Problem};
use events::Timestamp;
use events::ids::OrderId;
use events::users::Permission;

/// The order as it is now, if the caller may see it: its customer, a guest with its token, also since a customer claimed the order, or
/// who of the staff has the permission.
pub(crate) async fn admitted(
    app: &Orders,
    caller: &Caller,
    id: OrderId,
    staff: Permission,
    now: Timestamp,
) -> Result<Order, Problem> {
    let order = app.find(id).await?;
    let admitted = caller.may(staff)
        || caller.is(order.customer)
        || match &caller.guest_token {
            Some(token) if order.is_open_to_a_guest() => app.guest_tokens.admits(&order, token, now).await?,
            _ => false,
        };
    if admitted { Ok(order) } else { Err(Problem::not_found()) }
}
