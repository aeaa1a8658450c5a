//! Being forgotten: the account is erased, and a token of its own shows how far everybody is. Refuses whoever may do more than a customer.

use super::me;
use crate::domain::erasure::Erasure;
use crate::service::{StartedErasure, Users};
use chassis::Access::{Customer, Unauthenticated};
use chassis::http::network_of;
use chassis::{Call, Json, NoBody, Problem, Route};
use events::ids::UserId;
use events::{Timestamp, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        Route::new("DELETE", "/v1/users/me", Customer, 202, "Erase the account", erase)
            .named("deleteCurrentUser")
            .explained(
                "At once nobody can sign in any more, and the address is free; the rest follows within minutes, of orders that are under way \
                 when they have ended. Who has a second factor shows it to the session first; who has none sends the password. It cannot be \
                 taken back.",
            )
            .refuses(&[
                (403, "wrong_password"),
                (401, "second_factor_required"),
                (401, "session_revoked"),
                (404, "not_found"),
                (409, "has_roles"),
                (429, "too_many_attempts"),
            ]),
        Route::new("GET", "/v1/erasures/{id}", Unauthenticated, 200, "Get how far an erasure is", read)
            .named("getErasure")
            .explained("For whoever has its token: the account is gone. It says nothing about the person.")
            .variable::<UserId>("id")
            .refuses(&[(404, "invalid_token")]),
    ]
}

/// The request to be forgotten.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseAccount {
    /// The user's password. Needed of who has no second factor; the others show theirs to the session before.
    #[serde(default, deserialize_with = "text::sent")]
    #[schemars(with = "String")]
    password: Option<String>,
}

/// An erasure that was asked for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StartedErasure")]
pub struct StartedErasureResource {
    id: UserId,
    /// Shows how far it is, for good. It opens nothing else.
    token: String,
    /// Where that is shown, below the shop's address.
    page: String,
}

impl From<StartedErasure> for StartedErasureResource {
    fn from(started: StartedErasure) -> Self {
        let page = page_of(&started);
        Self { id: started.user, token: started.token, page }
    }
}

/// The page of an erasure.
pub(crate) fn page_of(started: &StartedErasure) -> String {
    format!("/erasures/{}?token={}", started.user, started.token)
}

/// What shows how far an erasure is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureQuery {
    /// That of the answer which started it.
    #[serde(default)]
    token: String,
}

/// How far an erasure is. Of what is not done yet the time is absent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Erasure")]
pub struct ErasureResource {
    requested_at: Timestamp,
    /// Whether nothing is left anywhere.
    is_done: bool,
    /// When profile, addresses, sessions and tokens were gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_at: Option<Timestamp>,
    /// When the cart was gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    cart_at: Option<Timestamp>,
    /// When emails and their address were gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    emails_at: Option<Timestamp>,
    /// Absent until orders have answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    orders: Option<ErasedOrdersResource>,
}

/// How far orders are.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ErasedOrders")]
pub struct ErasedOrdersResource {
    /// All orders of the person.
    total: u32,
    /// Those that are under way and keep their address until they end, or are being erased.
    open: u32,
    /// When that was so.
    at: Timestamp,
}

impl From<Erasure> for ErasureResource {
    fn from(erasure: Erasure) -> Self {
        let is_done = erasure.is_done();
        let orders = erasure.orders.map(|orders| ErasedOrdersResource {
            total: orders.orders,
            open: orders.open,
            at: orders.at,
        });
        Self {
            requested_at: erasure.requested_at,
            is_done,
            account_at: erasure.account,
            cart_at: erasure.carts,
            emails_at: erasure.notifications,
            orders,
        }
    }
}

async fn erase(app: Arc<Users>, call: Call<Json<EraseAccount>>) -> Result<StartedErasureResource, Problem> {
    let (password, network) = (call.body.0.password.as_deref(), network_of(&call.source_ip));
    Ok(app.erase(me(&call)?, password, &network, &call.context()).await?.into())
}

async fn read(app: Arc<Users>, call: Call<NoBody, ErasureQuery>) -> Result<ErasureResource, Problem> {
    Ok(app.erasure(call.param("id")?, &call.query.token).await?.into())
}
