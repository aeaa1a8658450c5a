//! Receiving goods and writing them off.

use super::MovementView;
use crate::domain::Adjustment;
use crate::service::{Inventory, Moment};

use chassis::{Call, Json, Problem, digest};
use events::Sku;
use events::ids::MovementId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A change of stock.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentRequest {
    /// Units: positive if they come in, negative if they are lost. Not 0.
    #[schemars(range(min = -1_000_000, max = 1_000_000))]
    pub delta: i64,
    /// Why, for people.
    #[schemars(length(min = 1, max = 200))]
    pub reason: String,
}

pub(crate) async fn post(app: Arc<Inventory>, call: Call<Json<AdjustmentRequest>>) -> Result<MovementView, Problem> {
    let sku: Sku = call.param("sku")?;
    // A SKU has no line break, so no two pairs of SKU and key read the same.
    let id = MovementId::from_bits(digest::bits128(format!("{sku}\n{}", call.idempotency_key()?).as_bytes()));
    let adjustment = Adjustment::new(call.body.0.delta, &call.body.0.reason)?;
    let by = call.caller.identity()?.user;
    let movement = adjustment.movement(id, sku, by, call.body.digest(), call.now);
    // Stock has no transitions that this would be a number of: a movement is written once.
    let moment = Moment { cause: call.cause(0), at: call.now, traceparent: Some(call.trace.parent().to_owned()) };
    Ok(app.adjust(&adjustment, movement, &moment).await?.into())
}
