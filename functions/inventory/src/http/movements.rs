//! Reading the movements of a SKU.

use crate::domain::{Movement, MovementKind};
use crate::service::Inventory;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, NoBody, Page, Problem, cursor};
use events::ids::{MovementId, OrderId, ReturnId};
use events::{Actor, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The kind of a movement of stock.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum StockMovementKind {
    /// By staff: a receipt if positive, a loss if negative.
    Adjustment,
    /// A customer sent goods back.
    Return,
}

/// Units of one SKU that came or went. The units that orders take are not listed here.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct StockMovement {
    id: MovementId,
    sku: Sku,
    kind: StockMovementKind,
    /// Units, positive if they became available.
    delta: i64,
    at: Timestamp,
    /// The reason of an adjustment, in the words of staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Id of the member of staff, or of the machine's key, who made an adjustment.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Actor>,
    /// The order whose goods came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The return that brought them back.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_id: Option<ReturnId>,
}

impl From<Movement> for StockMovement {
    fn from(movement: Movement) -> Self {
        Self {
            id: movement.id,
            sku: movement.sku,
            kind: match movement.kind {
                MovementKind::Adjustment => StockMovementKind::Adjustment,
                MovementKind::Return => StockMovementKind::Return,
            },
            delta: movement.delta,
            at: movement.at,
            reason: movement.reason,
            by: movement.by,
            order_id: movement.order_id,
            return_id: movement.return_id,
        }
    }
}

pub(super) async fn list(
    app: Arc<Inventory>,
    call: Call<NoBody, PageQuery>,
) -> Result<Listing<StockMovement>, Problem> {
    let sku: Sku = call.param("sku")?;
    let (list, page) = page_of(&app, &sku, call.query.cursor.as_deref(), call.query.limit).await?;
    Ok(Listing::page(&list, page, StockMovement::from))
}

/// A page of a SKU's movements, and the list that its cursors are of.
pub(crate) async fn page_of(
    app: &Inventory,
    sku: &Sku,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<(String, Page<Movement>), Problem> {
    let list = format!("movements {sku}");
    let (after, limit) = cursor::page(&list, cursor, limit, |after| after.contains("#mov_"))?;
    let page = app.movements(sku, after.as_deref(), limit).await?;
    Ok((list, page))
}
