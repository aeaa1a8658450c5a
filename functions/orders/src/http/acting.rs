//! What a customer does with an order: pay again, call it off.

use super::answers::OrderAnswer;
use super::{admitted, placing};
use crate::domain::step::Input;
use crate::service::Orders;
use chassis::{Call, Json, NoBody, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Another means of payment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayAgain {
    /// The payment provider's token for it. Never a card number.
    #[schemars(length(min = 1, max = 64), regex(pattern = r"^[A-Za-z0-9_]+$"))]
    pub payment_method: String,
}

/// Pays again after a decline. The same means again while it is being tried, or the same `Idempotency-Key`, changes nothing.
pub async fn pay_again(app: Arc<Orders>, call: Call<Json<PayAgain>>) -> Result<OrderAnswer, Problem> {
    let method = placing::method(&call.body.0.payment_method)?;
    let order = admitted(&app, &call.caller, call.param("id")?).await?;
    // The key may be left out here: a repeat without one finds the try under way.
    let key = call.idempotency_key_if_any()?.map(str::to_owned);
    let input = Input::PayAgain { method, key };
    let order = app.act(order, &input, call.now, |seq| call.cause(seq)).await?;
    Ok(OrderAnswer::from(&order))
}

/// Calls an order off. Again, it answers how far that got.
pub async fn cancel(app: Arc<Orders>, call: Call<NoBody>) -> Result<OrderAnswer, Problem> {
    let order = admitted(&app, &call.caller, call.param("id")?).await?;
    let order = app.act(order, &Input::Cancel, call.now, |seq| call.cause(seq)).await?;
    Ok(OrderAnswer::from(&order))
}
