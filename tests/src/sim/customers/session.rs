//! Sessions: some customers sign up through the API and stay signed in during their visit.

use super::{Customer, Driver};
use crate::sim::invariant::Invariant;
use crate::sim::machine::MAX_OFF;
use crate::sim::place::{Place, who};
use chassis::testing::{Request, Response};
use events::Capability;
use events::ids::UserId;
use serde_json::{Value, json};

/// Tokens are refreshed when less than this is left, in milliseconds: retries of a request may take that long.
const MARGIN: u64 = 300_000;
/// The lifetime of an access token, in milliseconds.
const LASTS: u64 = 900_000;
/// For this time a refresh may be repeated, in milliseconds: ten seconds between clocks that differ.
const REPEATED: u64 = 10_000 - 2 * MAX_OFF;

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) user: UserId,
    pub(super) access_token: String,
    address: String,
    credentials: Value,
    refresh_token: String,
    until: u64,
}

impl Session {
    /// Signs up and in; `None` if the shop does not answer.
    pub(super) async fn open(driver: &Driver, number: u64) -> Option<Self> {
        let credentials = json!({"email": format!("customer-{number}@example.com"), "password": "a long green kettle"});
        let mut body = credentials.clone();
        body["name"] = json!("Ada");
        let address = super::address(number);
        if driver.shop.stage.draws.at(Place::named("double click").and(&who())).chance(2_000) {
            // A double click.
            futures_util::future::join_all([(); 2].map(|()| once(driver, &address, "/v1/users", &body))).await;
        }
        let answer = ask(driver, &address, "/v1/users", &body).await?;
        // After a lost response the retry is answered that the user exists.
        let refused = || format!("signing up is answered {answer:?}");
        driver.shop.stage.expect(matches!(answer.status, 201 | 409), Invariant::WhoSignsUpGetsIn, refused);
        let tokens = sign_in(driver, &address, &credentials).await?;
        let me = Request::get("/v1/users/me").bearer(tokens["access_token"].as_str()?);
        let user: UserId = driver.insist(Capability::Users, &me, 6).await?.body["id"].as_str()?.parse().ok()?;
        driver.shop.stage.signed_up.lock().unwrap().push(user);
        let mut session =
            Self { user, access_token: String::new(), address, credentials, refresh_token: String::new(), until: 0 };
        session.take(driver, &tokens)?;
        Some(session)
    }

    /// Keeps the token valid: by a refresh, repeated if its response was lost, or by a new session if that took too long.
    async fn keep(&mut self, driver: &Driver) {
        let now = driver.shop.stage.clock.millis();
        if self.until > now + MARGIN {
            return;
        }
        let exchange = json!({"refresh_token": self.refresh_token});
        let exchange = Request::post("/v1/sessions/refresh", exchange).from_address(&self.address);
        let answer = driver.insist(Capability::Users, &exchange, 3).await;
        let took = driver.shop.stage.clock.millis() - now;
        if let Some(answer) = answer.as_ref().filter(|answer| answer.status >= 300) {
            let refused = || format!("a refresh repeated within {took} ms is answered {answer:?}");
            driver.shop.stage.expect(took >= REPEATED, Invariant::WhoSignsUpGetsIn, refused);
        }
        let session = match answer.filter(|answer| answer.status < 300) {
            Some(answer) => Some(answer.body),
            None => sign_in(driver, &self.address, &self.credentials).await,
        };
        session.and_then(|session| self.take(driver, &session));
    }

    fn take(&mut self, driver: &Driver, session: &Value) -> Option<()> {
        session["access_token"].as_str()?.clone_into(&mut self.access_token);
        session["refresh_token"].as_str()?.clone_into(&mut self.refresh_token);
        if session["device_token"].is_string() {
            self.credentials["device_token"] = session["device_token"].clone();
        }
        self.until = driver.shop.stage.clock.millis() + LASTS;
        Some(())
    }
}

impl Customer<'_> {
    /// Refreshes the session if it is about to expire.
    pub(super) async fn stay_signed_in(&mut self) {
        if let Some(session) = &mut self.session {
            session.keep(self.driver).await;
        }
    }
}

async fn sign_in(driver: &Driver, address: &str, credentials: &Value) -> Option<Value> {
    let answer = ask(driver, address, "/v1/sessions", credentials).await?;
    let refused = || format!("signing in is answered {answer:?}");
    driver.shop.stage.expect(answer.status == 201, Invariant::WhoSignsUpGetsIn, refused);
    Some(answer.body)
}

async fn once(driver: &Driver, address: &str, path: &str, body: &Value) -> Option<Response> {
    driver.shop.http(Capability::Users, Request::post(path, body).from_address(address)).await
}

async fn ask(driver: &Driver, address: &str, path: &str, body: &Value) -> Option<Response> {
    driver.insist(Capability::Users, &Request::post(path, body).from_address(address), 6).await
}
