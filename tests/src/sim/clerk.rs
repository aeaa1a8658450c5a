//! A clerk: staff with sessions of their own, opened with a code of an authenticator app, who count stock for a while and sign out. What they signed out of opens nothing any more.

use super::accounts::{PASSWORD, grant_role, profile_of, verify};
use super::customers::{Driver, SKUS};
use super::invariant::Invariant;
use super::place::{Place, in_the_name_of};
use crate::authenticator::App;
use chassis::testing::signing::access_verifier;
use chassis::testing::{Request, Response};
use chassis::tokens::access_identity;
use events::ids::SessionId;
use events::users::{Role, SessionEnded};
use events::{Capability, Message};
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;

const EMAIL: &str = "clerk@example.com";
const ADDRESS: &str = "192.0.2.7";
const SHIFTS: u64 = 3;
/// How often the clerk tries to sign in for a shift: codes that were used and apps that were not confirmed take another.
const TRIES: u32 = 4;

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

/// A session, with the second factor if the clerk has a role; `None` if the shop does not answer.
async fn enters(driver: &Driver, app: &mut Option<App>) -> Option<Response> {
    for _ in 0..TRIES {
        let mut credentials = json!({"email": EMAIL, "password": PASSWORD});
        if let Some(app) = app {
            credentials["second_factor"] = json!({"totp": app.code(driver.shop.stage.clock.now())});
        }
        let sign_in = from_here(Request::post("/v1/sessions", credentials));
        let session = driver.insist(Capability::Users, &sign_in, 3).await?;
        // After a lost answer the code is used.
        if session.problem() != "invalid_second_factor" {
            gets_in(driver, &session);
            if session.body["lacks_second_factor"] != true {
                return (session.status < 300).then_some(session);
            }
            *app = add_app(driver, session.body["access_token"].as_str()?).await;
        }
        driver.idle(30_000, 60_000).await;
    }
    None
}

/// Adds an app. Whether it counts the next sign-in says: the answer to the first code may be lost.
async fn add_app(driver: &Driver, token: &str) -> Option<App> {
    let begin = Request::post("/v1/totp", json!({"password": PASSWORD})).bearer(token);
    let begun = driver.insist(Capability::Users, &from_here(begin), 3).await?;
    let app = App::with(begun.body["secret"].as_str()?);
    let code = json!({"code": app.code(driver.shop.stage.clock.now())});
    driver.insist(Capability::Users, &from_here(Request::put("/v1/totp", code).bearer(token)), 3).await;
    Some(app)
}

/// Signs in, counts, and signs out unless the role did not come yet.
async fn shift(driver: &Driver, number: u64, app: &mut Option<App>) -> Option<()> {
    let session = enters(driver, app).await?;
    let token = session.body["access_token"].as_str()?;
    let refresh = Request::post("/v1/sessions/refresh", json!({"refresh_token": session.body["refresh_token"]}));
    // Once: what gets no answer may be repeated for some seconds only.
    if let Some(refreshed) = driver.insist(Capability::Users, &from_here(refresh), 1).await {
        gets_in(driver, &refreshed);
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

fn gets_in(driver: &Driver, answer: &Response) {
    let refused = || format!("the clerk is answered {answer:?}");
    driver.shop.stage.expect(answer.status < 300, Invariant::WhoSignsUpGetsIn, refused);
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
