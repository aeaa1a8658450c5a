//! Lists emails, shows one and has it sent again. Refuses addresses but of those that the mail service refused: no other is kept.

use crate::domain::email_delivery::{Returned, Status};
use crate::domain::{EmailDelivery, KeptEmail, NotificationId};
use crate::service::Notifications;
use chassis::http::Listing;
use chassis::table::is_place;
use chassis::{Call, NoBody, Problem, cursor};
use events::Timestamp;
use events::ids::{OrderId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The mark of cursors of the list of failed emails.
pub(crate) const FAILED: &str = "failed notifications";

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListNotifications {
    /// The order that the notifications are about. Not together with `status`.
    #[serde(default)]
    order_id: Option<OrderId>,
    /// `failed` for those that wait for staff, about whatever order or user.
    #[serde(default)]
    status: Option<ListedStatus>,
    /// The cursor of the previous page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

/// The status by which notifications are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ListedStatus {
    Failed,
}

/// An email. Its recipient's address is kept only if the mail service refused it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Notification {
    /// Absent if the email cannot be read or sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<NotificationId>,
    /// The message that the email is about. The email carries it in the header `X-Souk-Message-Id`.
    message_id: String,
    /// The order that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The user that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The event that the email is about, e.g. `order_placed`.
    kind: String,
    status: Status,
    /// Time of sending; until then, the start of the latest attempt.
    at: Timestamp,
    /// The mail service's code, if it refused the email.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// When and why it came back, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounced: Option<Returned>,
    /// When its reader called it spam.
    #[serde(skip_serializing_if = "Option::is_none")]
    complained: Option<Returned>,
    /// The email that staff sent in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    resent_as: Option<NotificationId>,
    /// What the email says, as far as it is kept: for 14 days after the mail service refused it. Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Email>,
}

/// The content of an email.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "NotificationEmail")]
pub(super) struct Email {
    to: String,
    subject: String,
    /// The same words as in its HTML.
    text: String,
}

impl From<EmailDelivery> for Notification {
    fn from(delivery: EmailDelivery) -> Self {
        let (id, at) = (delivery.id(), delivery.at());
        let about = id.as_ref().map(|id| id.about);
        let EmailDelivery { message_id, kind, status, failure, resent, bounced, complained, .. } = delivery;
        Self {
            order_id: about.and_then(|about| about.order()),
            user_id: about.and_then(|about| about.user()),
            resent_as: id.as_ref().filter(|_| resent).map(NotificationId::next),
            id,
            message_id,
            kind,
            status,
            at,
            failure,
            bounced,
            complained,
            email: None,
        }
    }
}

/// The mark of cursors of an order's list.
pub(crate) fn list_of(order: OrderId) -> String {
    format!("notifications {order}")
}

/// Whether a text may be a sort key in an order's list.
pub(crate) fn is_sort_key(text: &str) -> bool {
    matches!(text.split('/').count(), 3 | 4)
}

/// `GET /v1/notifications`
pub(super) async fn list(
    app: Arc<Notifications>,
    call: Call<NoBody, ListNotifications>,
) -> Result<Listing<Notification>, Problem> {
    let ListNotifications { order_id, status, cursor: sent, limit } = &call.query;
    match (order_id, status) {
        (Some(order), None) => {
            let list = list_of(*order);
            let (after, limit) = cursor::page(&list, sent.as_deref(), *limit, is_sort_key)?;
            let page = app.list(*order, after.as_deref(), limit).await?;
            Ok(Listing::page(&list, page, Notification::from))
        }
        (None, Some(ListedStatus::Failed)) => {
            let (after, limit) = cursor::page(FAILED, sent.as_deref(), *limit, is_place)?;
            let page = app.failed(after.as_deref(), limit, call.now).await?;
            Ok(Listing::page(FAILED, page, Notification::from))
        }
        (Some(_), Some(_)) => Err(Problem::parameter("status", "cannot be combined with order_id")),
        (None, None) => Err(Problem::parameter("order_id", "must be given, or status=failed in its place")),
    }
}

/// `GET /v1/notifications/{id}`
pub(super) async fn read(app: Arc<Notifications>, call: Call) -> Result<Notification, Problem> {
    let (delivery, kept) = app.find(&call.param("id")?, call.now).await?;
    let email = kept.map(|KeptEmail { to, email, .. }| Email { to, subject: email.subject, text: email.text });
    Ok(Notification { email, ..delivery.into() })
}

/// `POST /v1/notifications/{id}/resend`
pub(super) async fn resend(app: Arc<Notifications>, call: Call) -> Result<Notification, Problem> {
    Ok(app.resend(&call.param("id")?, &call.context()).await?.into())
}
