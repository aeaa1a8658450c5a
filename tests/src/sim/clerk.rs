//! A clerk: staff with sessions of their own, opened with a code of an authenticator app, who count stock for a while and sign out. What they signed out of opens nothing any more.

use super::accounts::{PASSWORD, grant_role, profile_of, verify};
use super::customers::{Driver, SKUS};
use super::invariant::Invariant;
use super::member_of_staff::Member;
use super::place::{Place, in_the_name_of};
use crate::authenticator::App;
use chassis::testing::Request;
use chassis::testing::signing::access_verifier;
use chassis::tokens::access_identity;
use events::ids::SessionId;
use events::users::{Role, SessionEnded};
use events::{Capability, Message};
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;

const EMAIL: &str = "clerk@example.com";
const ADDRESS: &str = "192.0.2.7";
const ME: Member = Member { email: EMAIL, address: ADDRESS };
const SHIFTS: u64 = 3;

/// Works a few shifts.
pub async fn work(driver: Arc<Driver>) {
    in_the_name_of("clerk".to_owned(), shifts(driver)).await;
}

async fn shifts(driver: Arc<Driver>) {
    let user = json!({"email": EMAIL, "password": PASSWORD, "name": "Clerk"});
    let sign_up = from_here(Request::post("/v1/users", user));
    // A double click.
    join_all([(); 2].map(|()| driver.shop.http(Capability::Users, sign_up.clone()))).await;
    if driver.insist(Capability::Users, &sign_up, 6).await.is_none() {
        return;
    }
    if verify(&driver, EMAIL, ADDRESS).await
        && let Some(clerk) = profile_of(&driver.shop.stage, EMAIL)
    {
        grant_role(&driver.shop, clerk.id, Role::Fulfillment);
    }
    let mut app = None;
    for number in 0..SHIFTS {
        driver.idle(300_000, 1_200_000).await;
        shift(&driver, number, &mut app).await;
    }
}

/// Signs in, counts, and signs out unless the role did not come yet.
async fn shift(driver: &Driver, number: u64, app: &mut Option<App>) -> Option<()> {
    let session = ME.enters(driver, app).await?;
    let token = session.body["access_token"].as_str()?;
    let refresh = Request::post("/v1/sessions/refresh", json!({"refresh_token": session.body["refresh_token"]}));
    // Once: what gets no answer may be repeated for some seconds only.
    if let Some(refreshed) = driver.insist(Capability::Users, &from_here(refresh), 1).await {
        ME.gets_in(driver, &refreshed);
    }
    let sku = driver.shop.stage.draws.at(Place::named("clerk")).pick(&SKUS).to_owned();
    let count = |key: String| {
        let count = Request::post(&format!("/v1/stock/{sku}/adjustments"), json!({"delta": 1, "reason": "count"}));
        count.bearer(token).header("idempotency-key", &key)
    };
    let counted = driver.insist(Capability::Inventory, &count(format!("clerk-{number}")), 3).await?;
    (counted.status < 300).then_some(())?;
    if number + 1 == SHIFTS {
        return driver
            .insist(Capability::Users, &Request::new("DELETE", "/v1/sessions").bearer(token), 6)
            .await
            .map(|_| ());
    }
    let session = access_identity(&access_verifier(), token, driver.shop.stage.clock.now()).ok()?.session;
    driver.insist(Capability::Users, &Request::new("DELETE", "/v1/sessions/current").bearer(token), 6).await?;
    driver.idle(20_000, 120_000).await;
    is_out(driver, session, &count(format!("too-late-{number}"))).await;
    Some(())
}

/// Inventory refuses the token of a session whose end it has heard of.
async fn is_out(driver: &Driver, session: SessionId, count: &Request) {
    let stage = &driver.shop.stage;
    if !stage.queues.was_handled(Capability::Inventory, &format!("{session}/1/{}", SessionEnded::TYPE)) {
        return;
    }
    // A read may be a second old.
    driver.idle(2_000, 5_000).await;
    let answer = driver.insist(Capability::Inventory, count, 1).await;
    let let_in = answer.is_some_and(|answer| answer.status < 300);
    stage.expect(!let_in, Invariant::WhoSignedOutStaysOut, || format!("{session} has ended and counts stock"));
}

fn from_here(request: Request) -> Request {
    request.from_address(ADDRESS)
}
