//! Reading what came and went.

use crate::domain::{Movement, MovementKind};
use crate::service::Inventory;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, NoBody, Problem, cursor};
use events::ids::{MovementId, OrderId, ReturnId, UserId};
use events::{Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// What moved units.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Staff: a receipt if positive, a loss if negative.
    Adjustment,
    /// A customer sent goods back.
    Return,
}

/// Units of one SKU that came or went. What orders take is told by the orders.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Movement")]
pub struct MovementView {
    /// Its id.
    pub id: MovementId,
    /// Which SKU.
    pub sku: Sku,
    /// What moved it.
    pub kind: Kind,
    /// Units, positive if they became available.
    pub delta: i64,
    /// When.
    pub at: Timestamp,
    /// Why, in words of staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who of the staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Of which order the goods were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// With which return they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_id: Option<ReturnId>,
}

impl From<Movement> for MovementView {
    fn from(movement: Movement) -> Self {
        Self {
            id: movement.id,
            sku: movement.sku,
            kind: match movement.kind {
                MovementKind::Adjustment => Kind::Adjustment,
                MovementKind::Return => Kind::Return,
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

pub(crate) async fn list(app: Arc<Inventory>, call: Call<NoBody, PageQuery>) -> Result<Listing<MovementView>, Problem> {
    let sku: Sku = call.param("sku")?;
    let limit = cursor::limit(call.query.limit)?;
    let after = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    let page = app.movements(&sku, after.as_deref(), limit).await?;
    Ok(Listing {
        items: page.items.into_iter().map(MovementView::from).collect(),
        cursor: page.next.as_deref().map(cursor::encode),
    })
}
