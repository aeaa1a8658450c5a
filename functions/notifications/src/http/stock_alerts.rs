//! Alerts for SKUs that are sold out: a user's own, and a guest's request that the mailbox confirms. Refuses to say what is known of an
//! address: who asks for one is answered the same.

use crate::domain::stock_alert;
use crate::service::{Notifications, PendingAlert};
use chassis::Access::{Customer, OptionalAuth, Unauthenticated};
use chassis::http::{Listing, network_of};
use chassis::{Call, Json, Problem, Route};
use events::ids::StockAlertId;
use events::{Email, Language, Sku, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route<Notifications>> {
    vec![
        Route::new("POST", "/v1/stock-alerts", OptionalAuth, 202, "Wait for a SKU", wait)
            .named("createStockAlert")
            .explained(
                "Has somebody told by email once when a SKU that is sold out is back, within 180 days. A signed-in user with a verified \
                 address sends the SKU alone and waits at once. A guest sends an email address too, and gets an email that asks whether \
                 this is meant; the answer is the same whatever is known of the address.",
            )
            .refuses(&[
                (404, "not_found"),
                (409, "email_unverified"),
                (409, "stock_alerts_off"),
                (409, "too_many_alerts"),
                (422, "invalid_field"),
                (429, "too_many_requests"),
            ]),
        Route::new("GET", "/v1/stock-alerts", Customer, 200, "List the caller's stock alerts", list)
            .named("listStockAlerts")
            .explained("The SKUs that the caller waits for, 20 at most, oldest first."),
        Route::new("DELETE", "/v1/stock-alerts/{id}", Customer, 204, "Wait for a SKU no more", end)
            .named("deleteStockAlert")
            .explained("Ends an alert of the caller. One that is not among theirs changes nothing.")
            .variable::<StockAlertId>("id"),
        Route::new("PUT", "/v1/stock-alert-confirmations/{token}", Unauthenticated, 204, "Confirm a guest's stock alert", confirm)
            .named("confirmStockAlert")
            .explained("Whoever has the token has read the mailbox. It opens within a day, and a repeat changes nothing.")
            .variable::<AlertToken>("token")
            .refuses(&[(404, "invalid_token"), (409, "stock_alerts_off"), (409, "too_many_alerts")]),
    ]
}

/// A token of an email, as an address has it.
#[derive(Debug, Clone)]
pub(super) struct AlertToken;

impl JsonSchema for AlertToken {
    fn schema_name() -> Cow<'static, str> {
        "StockAlertToken".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 43, "maxLength": 43, "pattern": "^[A-Za-z0-9_-]{43}$" })
    }
}

/// What somebody waits for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateStockAlert {
    sku: Sku,
    /// A guest's email address. Not sent by a signed-in user, whose address is known.
    #[serde(default)]
    #[schemars(length(min = 3, max = 254))]
    email: Option<String>,
    /// The language of a guest's emails.
    #[serde(default)]
    language: Option<Language>,
}

/// Somebody waits for a SKU.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct StockAlert {
    /// Absent until a guest's mailbox has confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<StockAlertId>,
    sku: Sku,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    /// When it ends, if the SKU is not back before.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<Timestamp>,
}

impl From<stock_alert::StockAlert> for StockAlert {
    fn from(alert: stock_alert::StockAlert) -> Self {
        let stock_alert::StockAlert { id, sku, created_at, ends_at, .. } = alert;
        Self { id: Some(id), sku, created_at: Some(created_at), ends_at: Some(ends_at) }
    }
}

/// `POST /v1/stock-alerts`
pub(super) async fn wait(app: Arc<Notifications>, call: Call<Json<CreateStockAlert>>) -> Result<StockAlert, Problem> {
    let CreateStockAlert { sku, email, language } = call.body.0.clone();
    match (&call.caller.identity, email) {
        (Some(me), None) => Ok(app.wait_for(&sku, me, &call.context()).await?.into()),
        (Some(_), Some(_)) => Err(Problem::invalid("email", "email is known of a signed-in user: leave it out.")),
        (None, None) => Err(Problem::invalid("email", "email must be given by a guest.")),
        (None, Some(email)) => {
            let email = email.parse::<Email>().map_err(|error| Problem::invalid("email", format!("email {error}.")))?;
            let pending = PendingAlert { sku: sku.clone(), email, language };
            app.ask_guest(pending, &network_of(&call.source_ip), &call.context()).await?;
            Ok(StockAlert { id: None, sku, created_at: None, ends_at: None })
        }
    }
}

/// `GET /v1/stock-alerts`
pub(super) async fn list(app: Arc<Notifications>, call: Call) -> Result<Listing<StockAlert>, Problem> {
    let found = app.alerts_of(call.caller.identity()?.user, &call.context()).await?;
    Ok(Listing::whole(found.into_iter().map(StockAlert::from).collect()))
}

/// `DELETE /v1/stock-alerts/{id}`
pub(super) async fn end(app: Arc<Notifications>, call: Call) -> Result<(), Problem> {
    let (user, id) = (call.caller.identity()?.user, call.param("id")?);
    Ok(app.wait_no_more(user, id, &call.context()).await?)
}

/// `PUT /v1/stock-alert-confirmations/{token}`
pub(super) async fn confirm(app: Arc<Notifications>, call: Call) -> Result<(), Problem> {
    app.confirm_alert(&call.param::<String>("token")?, &call.context()).await?;
    Ok(())
}
