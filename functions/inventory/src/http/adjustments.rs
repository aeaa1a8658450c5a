//! Receiving goods and writing off losses.

use super::movements::StockMovement;
use crate::domain::{Adjustment, Movement};
use crate::service::{Error, Inventory};
use chassis::{Call, Context, Json, Problem, digest};
use events::ids::MovementId;
use events::{Actor, Sku};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// A change of stock.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateStockAdjustment {
    /// Units: positive if they come in, negative if they are lost. Not 0.
    #[schemars(range(min = -1_000_000, max = 1_000_000))]
    delta: i64,
    /// The reason, for people.
    #[schemars(length(min = 1, max = 200))]
    reason: String,
}

pub(super) async fn create(
    app: Arc<Inventory>,
    call: Call<Json<CreateStockAdjustment>>,
) -> Result<StockMovement, Problem> {
    let sku: Sku = call.named("sku")?;
    let (key, by) = (call.idempotency_key()?, call.caller.identity()?.actor());
    let adjustment = Adjustment::new(call.body.0.delta, &call.body.0.reason)?;
    Ok(adjust(&app, sku, (&by, key), &adjustment, &call.context()).await?.into())
}

/// Makes an adjustment of a member of staff under a key of theirs: once, however often it is sent.
pub(crate) async fn adjust(
    app: &Inventory,
    sku: Sku,
    (by, key): (&Actor, &str),
    adjustment: &Adjustment,
    context: &Context,
) -> Result<Movement, Error> {
    // Colleagues may choose the same key. Neither a SKU nor an id has a line break, so only a repeat gives the same text.
    let id = MovementId::from_bits(digest::bits128(format!("{sku}\n{by}\n{key}").as_bytes()));
    let movement = adjustment.movement(id, sku, digest::of_json(adjustment), context);
    app.adjust(adjustment, movement, context).await
}
