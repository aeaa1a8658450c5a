//! `GET /v1/notifications`.

use crate::Notifications;
use crate::domain::delivery::{Delivery, Status};
use chassis::http::Listing;
use chassis::{Call, NoBody, Problem, cursor};
use events::Timestamp;
use events::ids::OrderId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which notifications.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationQuery {
    /// Those about this order.
    pub order_id: OrderId,
    /// Where the page before ended.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Items in a page, 1 to 100.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

/// A mail. To whom it went is not kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Notification {
    /// The message that called for it; the mail carries it as `X-Souk-Message-Id`.
    pub message_id: String,
    /// What kind of news, e.g. `order_placed`.
    pub kind: String,
    /// How far it is.
    pub status: Status,
    /// When it was sent; until then, when it was last tried.
    pub at: Timestamp,
}

impl From<Delivery> for Notification {
    fn from(Delivery { message_id, kind, status, claimed_at, sent_at, .. }: Delivery) -> Self {
        Self { message_id, kind, status, at: sent_at.unwrap_or(claimed_at) }
    }
}

pub(super) async fn list(
    app: Arc<Notifications>,
    call: Call<NoBody, NotificationQuery>,
) -> Result<Listing<Notification>, Problem> {
    let limit = cursor::limit(call.query.limit)?;
    let after = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    let page = app.deliveries(call.query.order_id, after.as_deref(), limit).await?;
    Ok(Listing {
        items: page.items.into_iter().map(Notification::from).collect(),
        cursor: page.next.as_deref().map(cursor::encode),
    })
}
