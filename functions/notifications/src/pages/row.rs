//! An email as a line of a list.

use super::words::Words;
use crate::domain::email_delivery::Status;
use crate::domain::notification_id::About;
use crate::domain::{EmailDelivery, NotificationId};
use events::Timestamp;

/// A line of a list.
#[derive(Debug)]
pub(super) struct Row {
    /// None if the email has no page.
    pub(super) id: Option<NotificationId>,
    pub(super) about: Option<About>,
    pub(super) kind: String,
    pub(super) state: String,
    /// As a badge's.
    pub(super) tone: &'static str,
    pub(super) at: Timestamp,
}

impl Row {
    pub(super) fn of(delivery: &EmailDelivery, t: &Words) -> Self {
        let id = delivery.id();
        Self {
            about: id.as_ref().map(|id| id.about),
            id,
            kind: t.kind(&delivery.kind),
            state: t.state(delivery).to_string(),
            tone: match delivery.status {
                _ if delivery.bounced.is_some() || delivery.complained.is_some() => "bad",
                Status::Suppressed | Status::Unsubscribed | Status::Outdated => "neutral",
                Status::Sent => "good",
                Status::Failed if delivery.resent => "neutral",
                Status::Failed => "bad",
                Status::Claimed => "attention",
            },
            at: delivery.at(),
        }
    }
}
