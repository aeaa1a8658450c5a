//! Actions of a customer on an order: pay again, cancel.

use super::admission::admitted;
use super::place_order;
use super::resources::Order;
use crate::domain::input::Input;
use crate::service::Orders;
use chassis::{Call, Json, NoBody, Problem};
use events::users::Permission::OrdersWrite;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Another payment method.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrderPayment {
    /// The payment provider's token for the payment method. Never a card number.
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[!-~]+$"))]
    payment_method: String,
}

/// The same payment method while it has no result yet, or an `Idempotency-Key` that was answered before, tries no other one.
pub(super) async fn pay(app: Arc<Orders>, call: Call<Json<CreateOrderPayment>>) -> Result<Order, Problem> {
    let method = place_order::payment_method(&call.body.0.payment_method)?;
    let order = admitted(&app, &call.caller, call.param("id")?, OrdersWrite, call.now).await?;
    // The key is optional here: a repeat without one finds the attempt under way.
    let key = call.idempotency_key_if_any()?.map(str::to_owned);
    let input = Input::PayAgain { method, key };
    let order = app.pay_again(order, &input, &call.context()).await?;
    Ok(Order::from(&order))
}

/// A repeat says how far the cancellation got.
pub(super) async fn cancel(app: Arc<Orders>, call: Call<NoBody>) -> Result<Order, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?, OrdersWrite, call.now).await?;
    // Whoever has a guest's token is the guest, signed in or not.
    let is_guest = !call.caller.is(order.customer) && !call.caller.may(OrdersWrite);
    let mut context = call.context();
    context.actor = context.actor.filter(|_| !is_guest);
    let order = app.act(order, &Input::Cancel, &context).await?;
    Ok(Order::from(&order))
}
