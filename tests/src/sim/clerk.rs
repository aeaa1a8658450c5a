//! A clerk: staff with a session of their own, who count stock for a while and sign out.

use super::accounts::{PASSWORD, grant_role};
use super::customers::{Driver, SKUS};
use super::place::{Place, in_the_name_of};
use chassis::testing::Request;
use events::Capability;
use events::users::Role;
use serde_json::json;
use std::sync::Arc;

const EMAIL: &str = "clerk@example.com";
const ADDRESS: &str = "192.0.2.7";
const SHIFTS: u64 = 3;

/// Works a few shifts.
pub async fn work(driver: Arc<Driver>) {
    in_the_name_of("clerk".to_owned(), shifts(driver)).await;
}

async fn shifts(driver: Arc<Driver>) {
    let user = json!({"email": EMAIL, "password": PASSWORD, "name": "Clerk"});
    if driver.insist(Capability::Users, &from_here(Request::post("/v1/users", user)), 6).await.is_none() {
        return;
    }
    grant_role(&driver.shop, EMAIL, Role::Staff);
    for number in 0..SHIFTS {
        driver.idle(300_000, 1_200_000).await;
        shift(&driver, number).await;
    }
}

/// Signs in, counts, and signs out unless the role did not come yet.
async fn shift(driver: &Driver, number: u64) -> Option<()> {
    let credentials = json!({"email": EMAIL, "password": PASSWORD});
    let session = driver.insist(Capability::Users, &from_here(Request::post("/v1/sessions", credentials)), 3).await?;
    let token = session.body["access_token"].as_str()?;
    let sku = driver.shop.stage.draws.at(Place::named("clerk")).pick(&SKUS).to_owned();
    let count = Request::post(&format!("/v1/stock/{sku}/adjustments"), json!({"delta": 1, "reason": "count"}));
    let count = count.bearer(token).header("idempotency-key", &format!("clerk-{number}"));
    driver.insist(Capability::Inventory, &count, 3).await.filter(|answer| answer.status < 300)?;
    let path = if number + 1 == SHIFTS { "/v1/sessions" } else { "/v1/sessions/current" };
    driver.insist(Capability::Users, &Request::new("DELETE", path).bearer(token), 6).await.map(|_| ())
}

fn from_here(request: Request) -> Request {
    request.from_address(ADDRESS)
}
