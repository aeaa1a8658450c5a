//! An ERP: a machine that reads orders and receives goods with a key, while somebody of the staff replaces the key's secret. A second key
//! is ended on the way: nothing opens with it any more.

use super::accounts::{PASSWORD, grant_role, profile_of, verify};
use super::customers::{Driver, SKUS};
use super::invariant::Invariant;
use super::member_of_staff::Member;
use super::place::{Place, in_the_name_of};
use crate::authenticator::App;
use chassis::testing::Request;
use events::Capability;
use events::users::Role;
use serde_json::{Value, json};
use std::sync::Arc;

/// Who makes the keys.
const EMAIL: &str = "it@example.com";
const ADDRESS: &str = "192.0.2.9";
const ME: Member = Member { email: EMAIL, address: ADDRESS };
const ROUNDS: u64 = 4;
/// After it the secret is replaced.
const ROTATED_AFTER: u64 = 1;
/// How often somebody asks for a role that an operator is about to give.
const PATIENCE: u32 = 20;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A key as its maker was told of it.
struct Key {
    id: String,
    secret: String,
}

/// Works a few rounds.
pub async fn work(driver: Arc<Driver>) {
    in_the_name_of("ERP".to_owned(), async {
        // `None` while somebody is away for too long.
        let _ = rounds(&driver).await;
    })
    .await;
}

async fn rounds(driver: &Driver) -> Option<()> {
    hire(driver).await?;
    let mut app = None;
    let first = make_key(driver, &mut app, &["orders.read", "stock.write"]).await?;
    let second = make_key(driver, &mut app, &["stock.write"]).await?;
    exchange(driver, &second.secret).await;
    end(driver, &mut app, &second).await?;
    let mut secrets = vec![first.secret.clone()];
    for number in 0..ROUNDS {
        for (place, secret) in secrets.iter().enumerate() {
            work_once(driver, secret, &format!("{number}-{place}")).await;
        }
        is_over(driver, &second).await;
        if number == ROTATED_AFTER {
            secrets.extend(rotate(driver, &mut app, &first).await);
        }
        driver.idle(20_000, 120_000).await;
    }
    Some(())
}

/// Somebody of the staff who may make keys.
async fn hire(driver: &Driver) -> Option<()> {
    let user = json!({"email": EMAIL, "password": PASSWORD, "name": "Irene"});
    driver.insist(Capability::Users, &from_here(Request::post("/v1/users", user)), 6).await?;
    verify(driver, EMAIL, ADDRESS).await.then_some(())?;
    let irene = profile_of(&driver.shop.stage, EMAIL)?;
    grant_role(&driver.shop, irene.id, Role::Admin);
    Some(())
}

async fn sign_in(driver: &Driver, app: &mut Option<App>) -> Option<String> {
    let session = ME.enters(driver, app).await?;
    session.body["access_token"].as_str().map(str::to_owned)
}

/// Makes a key, once the role is there. Whose answer is lost is made again, and nobody knows the secret of the one before.
async fn make_key(driver: &Driver, app: &mut Option<App>, permissions: &[&str]) -> Option<Key> {
    for _ in 0..PATIENCE {
        let end = driver.shop.stage.clock.now().plus_seconds(90 * DAY_SECONDS);
        let wanted = json!({"name": "ERP", "permissions": permissions, "expires_at": end});
        if let Some(token) = sign_in(driver, app).await
            && let Some(made) =
                driver.insist(Capability::Users, &Request::post("/v1/api-keys", wanted).bearer(&token), 1).await
            && made.status == 201
        {
            let text = |name: &str| made.body[name].as_str().map(str::to_owned);
            return Some(Key { id: text("id")?, secret: text("secret")? });
        }
        driver.idle(20_000, 60_000).await;
    }
    None
}

async fn rotate(driver: &Driver, app: &mut Option<App>, key: &Key) -> Option<String> {
    let token = sign_in(driver, app).await?;
    let request = Request::new("POST", &format!("/v1/api-keys/{}/rotation", key.id)).bearer(&token);
    let rotated = driver.insist(Capability::Users, &request, 1).await?;
    rotated.body["secret"].as_str().map(str::to_owned)
}

/// Ends a key; nothing if nobody said that it is.
async fn end(driver: &Driver, app: &mut Option<App>, key: &Key) -> Option<()> {
    let token = sign_in(driver, app).await?;
    let request = Request::new("DELETE", &format!("/v1/api-keys/{}", key.id)).bearer(&token);
    let ended = driver.insist(Capability::Users, &request, 6).await?;
    (ended.status == 204).then_some(())
}

async fn exchange(driver: &Driver, secret: &str) -> Option<Value> {
    let request = from_here(Request::post("/v1/api-keys/tokens", json!({"secret": secret})));
    let answer = driver.insist(Capability::Users, &request, 3).await?;
    (answer.status == 201).then_some(answer.body)
}

/// Looks at the newest orders and receives a unit. An earlier secret counts as the present one does.
async fn work_once(driver: &Driver, secret: &str, name: &str) -> Option<()> {
    let answer = exchange(driver, secret).await?;
    let token = answer["access_token"].as_str()?;
    driver.insist(Capability::Orders, &Request::get("/v1/orders?limit=5").bearer(token), 2).await;
    let sku = driver.shop.stage.draws.at(Place::named("ERP")).pick(&SKUS).to_owned();
    let body = json!({"delta": 1, "reason": "delivery note"});
    let receipt = Request::post(&format!("/v1/stock/{sku}/adjustments"), body).bearer(token);
    driver.insist(Capability::Inventory, &receipt.header("idempotency-key", &format!("ERP-{name}")), 3).await;
    Some(())
}

async fn is_over(driver: &Driver, key: &Key) {
    let opened = exchange(driver, &key.secret).await.is_some();
    driver
        .shop
        .stage
        .expect(!opened, Invariant::EndedKeysOpenNothing, || format!("{} has ended and gets a token", key.id));
}

fn from_here(request: Request) -> Request {
    request.from_address(ADDRESS)
}
