//! The reminder of a cart. Refuses guests: no address of theirs is known.

use super::carts::Cart;
use crate::service::Carts;
use chassis::{Call, Json, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Whether the customer wants to be reminded of the cart.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCartReminder {
    enabled: bool,
}

/// `PUT /v1/carts/{id}/reminder`.
pub(super) async fn put(app: Arc<Carts>, call: Call<Json<UpdateCartReminder>>) -> Result<Cart, Problem> {
    let UpdateCartReminder { enabled } = call.body.0;
    Ok(app.remind(call.param("id")?, enabled, &call.caller, &call.context()).await?.into())
}
