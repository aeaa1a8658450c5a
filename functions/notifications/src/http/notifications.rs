//! Lists the emails about an order. Refuses addresses, which are not kept.

use crate::domain::EmailDelivery;
use crate::domain::email_delivery::Status;
use crate::service::Notifications;
use chassis::http::Listing;
use chassis::{Call, NoBody, Problem, cursor};
use events::Timestamp;
use events::ids::OrderId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NotificationQuery {
    /// The order that the notifications are about.
    pub order_id: OrderId,
    /// The cursor of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

/// An email. Its recipient's address is not kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Notification {
    /// The message that the email is about. The email carries it in the header `X-Souk-Message-Id`.
    pub message_id: String,
    /// The event that the email is about, e.g. `order_placed`.
    pub kind: String,
    pub status: Status,
    /// Time of sending; until then, the start of the latest attempt.
    pub at: Timestamp,
}

impl From<EmailDelivery> for Notification {
    fn from(EmailDelivery { message_id, kind, status, claimed_at, sent_at, .. }: EmailDelivery) -> Self {
        Self { message_id, kind, status, at: sent_at.unwrap_or(claimed_at) }
    }
}

/// `GET /v1/notifications?order_id=`
pub(super) async fn list(
    app: Arc<Notifications>,
    call: Call<NoBody, NotificationQuery>,
) -> Result<Listing<Notification>, Problem> {
    let list = format!("notifications {}", call.query.order_id);
    let (after, limit) =
        cursor::page(&list, call.query.cursor.as_deref(), call.query.limit, |after| after.split('/').count() == 3)?;
    let page = app.list(call.query.order_id, after.as_deref(), limit).await?;
    Ok(Listing::page(&list, page, Notification::from))
}
