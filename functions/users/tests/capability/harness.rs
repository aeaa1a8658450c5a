//! A users capability on the bench, and requests of people.

use chassis::testing::connector::{WireRequest, WireService, json_service};
use chassis::testing::signing::{API_URL, STAGE, access_verifier, jwks, stored_key};
use chassis::testing::{Bench, EmbeddedDynamo, Parts, Request, Response};
use chassis::{Table, tokens};
use events::Email;
use events::ids::UserId;
use events::users::{GrantRole, Role};
use serde_json::{Value, json};
use std::sync::Arc;
use users::domain::hashing::Hasher;
use users::domain::key_set::JsonWebKeySet;
use users::domain::passkey::RelyingParty;
use users::{Alarms, CLOUDWATCH, Config, Keys, Users};

pub const PASSWORD: &str = "a quiet harbour at noon";

/// Default of the stack parameter `SignUpLimit`.
pub const MAX_SIGN_UPS: u32 = 20;

/// The key of the pseudonyms by which orders know guests.
pub fn guests_key() -> String {
    // Of the last character four bits count, and the others must be zero.
    "I".repeat(43)
}

pub fn users(parts: &mut Parts, table: Table) -> Users {
    let no_alarm = |_: WireRequest<'_>| (200, json!({"MetricAlarms": []}).to_string());
    users_watched_by(Arc::new(no_alarm), parts, table)
}

/// Users of a shop whose alarms this CloudWatch knows.
pub fn users_watched_by(cloudwatch: WireService, parts: &mut Parts, table: Table) -> Users {
    let config = Config {
        signing_key_parameter: "/souk/test/keys/users".to_owned(),
        limits_key_parameter: "/souk/test/keys/users-limits".to_owned(),
        guests_key_parameter: "/souk/test/keys/guests".to_owned(),
        jwks: JsonWebKeySet::parse(&jwks("users")).unwrap(),
        tokens: access_verifier(),
        relying_party: RelyingParty::of(API_URL, None).unwrap(),
        sign_up_limit: MAX_SIGN_UPS,
    };
    let keys = Keys {
        signing: parts.secret(&config.signing_key_parameter, stored_key("users")),
        limits: parts.secret(&config.limits_key_parameter, "A".repeat(43)),
        guests: parts.secret(&config.guests_key_parameter, guests_key()),
    };
    let alarms = Alarms::new(json_service(cloudwatch, &parts.wiring.world, CLOUDWATCH), "souk", STAGE);
    // The real Argon2 at its lowest cost, since the tests make hundreds of sign-ins.
    let hasher = Hasher::with_cost(8, 1, 1).unwrap();
    Users::new(table, parts.wiring.clone(), config, keys, hasher, alarms)
}

pub fn bench() -> Bench<Users> {
    Bench::new(|parts| {
        let table = parts.table.clone();
        users(parts, table)
    })
}

pub fn sign_up_request(email: &str) -> Request {
    Request::post("/v1/users", json!({"email": email, "password": PASSWORD, "name": "Ada"}))
}

pub async fn sign_up(bench: &Bench<Users>, email: &str) -> UserId {
    let answer = bench.http(sign_up_request(email)).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.body["id"].as_str().unwrap().parse().unwrap()
}

pub fn sign_in_request(email: &str, password: &str) -> Request {
    Request::post("/v1/sessions", json!({"email": email, "password": password}))
}

/// The tokens of a signed-in client.
#[derive(Debug, Clone)]
pub struct Pair {
    pub access: String,
    pub refresh: String,
}

impl Pair {
    pub fn of(answer: &Response) -> Self {
        let text = |name: &str| answer.body[name].as_str().unwrap_or_else(|| panic!("{:?}", answer.body)).to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

pub async fn sign_in(bench: &Bench<Users>, email: &str) -> Pair {
    let answer = bench.http(sign_in_request(email, PASSWORD)).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    Pair::of(&answer)
}

/// Signs up and in.
pub async fn somebody(bench: &Bench<Users>, email: &str) -> (UserId, Pair) {
    (sign_up(bench, email).await, sign_in(bench, email).await)
}

pub fn refresh_request(token: &str) -> Request {
    Request::post("/v1/sessions/refresh", json!({"refresh_token": token}))
}

pub async fn refresh(bench: &Bench<Users>, token: &str) -> Response {
    bench.http(refresh_request(token)).await
}

pub async fn me(bench: &Bench<Users>, access: &str) -> Response {
    bench.http(Request::get("/v1/users/me").bearer(access)).await
}

const ADMIN: &str = "admin@shop.example";

/// The item of a user.
fn profile_of(dynamo: &EmbeddedDynamo, email: &str) -> Value {
    let email: Email = email.parse().unwrap();
    let is_theirs = |item: &Value| {
        // Of somebody who was erased there is no address.
        let theirs = item["email"]["S"].as_str().map(|theirs| theirs.parse::<Email>().unwrap());
        item["sk"]["S"] == "profile" && theirs.as_ref() == Some(&email)
    };
    dynamo.items().into_iter().find(is_theirs).unwrap()
}

/// The id of a user who signed up.
pub fn id_of(bench: &Bench<Users>, email: &str) -> UserId {
    profile_of(&bench.dynamo, email)["pk"]["S"].as_str().unwrap().parse().unwrap()
}

/// Makes the address of a user verified, as if the token had come back, and tells nobody.
pub fn verify(bench: &Bench<Users>, email: &str) {
    verify_in(&bench.dynamo, email);
}

pub fn verify_in(dynamo: &EmbeddedDynamo, email: &str) {
    let mut item = profile_of(dynamo, email);
    if item["email_verified_at"].is_null() {
        item["email_verified_at"] = json!({"S": "2026-01-01T00:00:00.000Z"});
        item["cause"]["M"]["via"] = json!({"S": "queue"});
        dynamo.put(&item);
    }
}

/// Gives a role as an operator does, to a verified address.
pub async fn grant(bench: &Bench<Users>, email: &str, role: Role) {
    verify(bench, email);
    let command = GrantRole { user_id: id_of(bench, email), role };
    bench.receive(&format!("grant-{email}-{role:?}"), 1, &command).await;
}

/// The access token of an admin who is signed in.
pub async fn admin(bench: &Bench<Users>) -> String {
    if bench.http(sign_in_request(ADMIN, PASSWORD)).await.status == 401 {
        sign_up(bench, ADMIN).await;
        grant(bench, ADMIN, Role::Admin).await;
    }
    sign_in(bench, ADMIN).await.access
}

/// Signs up and in with a role.
pub async fn somebody_with(bench: &Bench<Users>, email: &str, role: Role) -> (UserId, Pair) {
    let id = sign_up(bench, email).await;
    grant(bench, email, role).await;
    (id, sign_in(bench, email).await)
}

/// The content of a token that is valid now.
pub fn identity(bench: &Bench<Users>, access: &str) -> chassis::http::Identity {
    tokens::access_identity(&access_verifier(), access, bench.world.now()).unwrap()
}

pub fn refusal(answer: &Response) -> (u16, &str) {
    (answer.status, answer.problem())
}

/// Items of a sort key, as DynamoDB JSON, except those of the admin.
pub fn items(bench: &Bench<Users>, sort_key: &str) -> Vec<Value> {
    let mut items = bench.dynamo.items();
    let admins = items.iter().find(|item| item["email"]["S"] == ADMIN).map(|item| item["pk"].clone());
    items.retain(|item| item["sk"]["S"].as_str().unwrap().starts_with(sort_key));
    items.retain(|item| Some(&item["pk"]) != admins.as_ref());
    items
}
