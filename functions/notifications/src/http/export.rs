//! What is kept of the signed-in person, for them to take along. Refuses everybody else's, and emails about orders: those are found by the
//! order alone, and say no more than that and when each was sent.

use super::notifications::Notification;
use super::stock_alerts::StockAlert;
use super::suppressions::SuppressionView;
use crate::domain::KnownContact;
use crate::service::{Notifications, PersonalData};
use chassis::Access::Customer;
use chassis::{Call, Context, Problem, Route};
use events::ids::UserId;
use events::{Email, Language};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

pub(super) fn route() -> Route<Notifications> {
    Route::new("GET", "/v1/notifications/export", Customer, 200, "Export what emails know of me", export)
        .named("exportNotifications")
        .explained(
            "The address that emails of the signed-in user go to, whether its mailbox gets any, all emails about the account, what the \
             user waits for, and which emails the user wants no more. Emails about orders are kept by order, without a person.",
        )
}

/// What is kept of the signed-in user.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NotificationsExport {
    /// Absent if it is not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ExportedContact>,
    /// Why the mailbox gets no emails, or got none.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<SuppressionView>,
    /// Emails about the account, oldest first.
    emails: Vec<Notification>,
    /// What the user waits for, oldest first.
    stock_alerts: Vec<StockAlert>,
    /// Kinds of emails that the user wants no more, such as `cart_abandoned`.
    unsubscribed: Vec<String>,
}

/// Where emails go to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ExportedContact {
    #[schemars(with = "String")]
    email: Email,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// In which they are written, if the user said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
}

impl From<KnownContact> for ExportedContact {
    fn from(KnownContact { email, name, language, .. }: KnownContact) -> Self {
        Self { email, name, language }
    }
}

async fn export(app: Arc<Notifications>, call: Call) -> Result<NotificationsExport, Problem> {
    of(&app, call.caller.identity()?.user, &call.context()).await
}

/// What is kept of a user.
pub(crate) async fn of(app: &Notifications, user: UserId, context: &Context) -> Result<NotificationsExport, Problem> {
    let PersonalData { contact, suppression, emails, alerts, refused } = app.personal_data(user, context).await?;
    Ok(NotificationsExport {
        contact: contact.map(Into::into),
        suppression: suppression.map(Into::into),
        emails: emails.into_iter().map(Into::into).collect(),
        stock_alerts: alerts.into_iter().map(Into::into).collect(),
        unsubscribed: refused.into_iter().map(|kind| kind.as_str().to_owned()).collect(),
    })
}
