//! Tells staff whether a mailbox gets emails, and has them sent again. Refuses lists: no address is stored, so who asks must name one.

use crate::domain::Suppression;
use crate::domain::suppression::Reason;
use crate::service::Notifications;
use chassis::{Call, Json, Problem};
use events::{Email, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The mailbox that staff ask about. In a body, as addresses of requests are logged.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuppressionSearch {
    /// Email address. Case does not matter; what follows a plus sign does, as it is another mailbox at some providers.
    #[schemars(length(min = 3, max = 254))]
    email: String,
}

impl SuppressionSearch {
    fn address(&self) -> Result<Email, Problem> {
        self.email.parse::<Email>().map_err(|error| Problem::invalid("email", format!("email {error}.")))
    }
}

/// Why a mailbox gets no emails, or got none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Suppression")]
pub(super) struct SuppressionView {
    reason: Reason,
    /// When the mail service heard it.
    at: Timestamp,
    /// When staff had emails sent again. Absent while none is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifted_at: Option<Timestamp>,
}

impl From<Suppression> for SuppressionView {
    fn from(Suppression { reason, at, lifted_at, .. }: Suppression) -> Self {
        Self { reason, at, lifted_at }
    }
}

/// `POST /v1/suppressions/search`
pub(super) async fn search(
    app: Arc<Notifications>,
    call: Call<Json<SuppressionSearch>>,
) -> Result<SuppressionView, Problem> {
    Ok(app.suppression(&call.body.0.address()?).await?.into())
}

/// `POST /v1/suppressions/lift`
pub(super) async fn lift(
    app: Arc<Notifications>,
    call: Call<Json<SuppressionSearch>>,
) -> Result<SuppressionView, Problem> {
    Ok(app.lift(&call.body.0.address()?, &call.context()).await?.into())
}
