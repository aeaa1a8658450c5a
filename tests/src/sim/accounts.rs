//! The accounts of simulated people: their password, the mail that verifies their address, and an operator's word for their role.

use super::customers::Driver;
use super::shop::Shop;
use super::stage::Stage;
use chassis::testing::Request;
use events::ids::UserId;
use events::message::Origin;
use events::users::{GrantRole, Role};
use events::{Actor, Capability, Outgoing, Timestamp};
use serde::Deserialize;
use serde_json::json;

/// Everybody's password.
pub(super) const PASSWORD: &str = "a long green kettle";
/// How often somebody asks for a mail that did not come: records may be lost, and a capability may be away for an hour.
const REQUESTS: u32 = 4;
/// How often they look for it, some half a minute apart.
const LOOKS: u32 = 60;

/// A user as the table has them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Profile {
    pub id: UserId,
    /// Nobody's once the user is erased.
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub email_verified_at: Option<Timestamp>,
    /// How often password or address changed.
    #[serde(default)]
    pub credential_epoch: u64,
}

pub(super) fn profile(stage: &Stage, user: UserId) -> Option<Profile> {
    stage.tables[&Capability::Users].item(&user.to_string(), "profile")
}

/// The user with this address.
pub(super) fn profile_of(stage: &Stage, email: &str) -> Option<Profile> {
    let all = stage.tables[&Capability::Users].read::<Profile>(|(_, sk)| sk == "profile");
    all.into_iter().find(|user| user.email == email)
}

pub(super) fn is_verified(stage: &Stage, user: UserId) -> bool {
    profile(stage, user).is_some_and(|user| user.email_verified_at.is_some())
}

/// An operator's message; its id.
pub(super) fn grant_role(shop: &Shop, user_id: UserId, role: Role) -> String {
    let (subject, at, actor) = (format!("grant-{user_id}"), shop.stage.clock.now(), Some(Actor::operator()));
    let origin = Origin { subject, seq: 1, at, traceparent: None, actor };
    let envelope = Outgoing::to_one(Capability::Users, &origin, &GrantRole { user_id, role }).envelope;
    shop.stage.queues.enqueue(Capability::Users, &json!(envelope).to_string(), 0, &shop.stage.faults);
    envelope.id
}

/// Verifies an address by the token of its mail, which is asked for again if it does not come; whether it worked.
pub(super) async fn verify(driver: &Driver, email: &str, from: &str) -> bool {
    let stage = &driver.shop.stage;
    for _ in 0..REQUESTS {
        let Some(user) = profile_of(stage, email) else { return false };
        if let Some(token) = mailed(driver, email, "email-verifications", 0).await {
            let open = Request::new("PUT", &format!("/v1/email-verifications/{token}")).from_address(from);
            driver.insist(Capability::Users, &open, 4).await;
        }
        if is_verified(stage, user.id) {
            return true;
        }
        ask_again(driver, email, from).await;
    }
    false
}

async fn ask_again(driver: &Driver, email: &str, from: &str) -> Option<()> {
    let credentials = json!({"email": email, "password": PASSWORD});
    let sign_in = Request::post("/v1/sessions", credentials).from_address(from);
    let session = driver.insist(Capability::Users, &sign_in, 3).await?;
    let ask = Request::new("POST", "/v1/email-verifications").from_address(from);
    driver.insist(Capability::Users, &ask.bearer(session.body["access_token"].as_str()?), 3).await.map(|_| ())
}

/// The latest token of a kind to an address that was sent more than so many, once it is there.
pub(super) async fn mailed(driver: &Driver, email: &str, kind: &str, known: usize) -> Option<String> {
    for _ in 0..LOOKS {
        let tokens = driver.shop.stage.mail.tokens_to(email, kind);
        if tokens.len() > known {
            return tokens.into_iter().next_back();
        }
        driver.idle(20_000, 40_000).await;
    }
    None
}
