//! Accounts: some customers sign up at the shop's own door, and stay signed in as long as they visit.

use super::{Customer, Street};
use chassis::testing::{Request, Response};
use events::Capability;
use events::ids::UserId;
use serde_json::{Value, json};

/// Tokens are exchanged when they have less than this left, in milliseconds: a request may be sent again for so long.
const MARGIN: u64 = 300_000;
/// What an access token lasts, in milliseconds.
const LASTS: u64 = 900_000;

/// A customer who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) user: UserId,
    pub(super) access_token: String,
    address: String,
    credentials: Value,
    refresh_token: String,
    until: u64,
}

impl Account {
    /// Signs up and in; nothing if the shop does not answer.
    pub(super) async fn open(street: &Street, number: u64) -> Option<Self> {
        let credentials = json!({"email": format!("customer-{number}@example.com"), "password": "a long green kettle"});
        let mut wish = credentials.clone();
        wish["name"] = json!("Ada");
        let address = super::address(number);
        let answer = ask(street, &address, "/v1/users", &wish).await?;
        // An answer that was lost leaves an account behind, of which the next try hears.
        street.shop.stage.expect(matches!(answer.status, 201 | 409), || format!("signing up is answered {answer:?}"));
        let session = sign_in(street, &address, &credentials).await?;
        let me = Request::get("/v1/users/me").bearer(session["access_token"].as_str()?);
        let user: UserId = street.insist(Capability::Users, &me, 6).await?.body["id"].as_str()?.parse().ok()?;
        street.shop.stage.accounts.lock().unwrap().push(user);
        let mut account =
            Self { user, access_token: String::new(), address, credentials, refresh_token: String::new(), until: 0 };
        account.take(street, &session)?;
        Some(account)
    }

    /// A token that lasts for a while: the same, an exchanged one, or that of a new session if the exchange's answer was
    /// lost.
    async fn keep(&mut self, street: &Street) {
        let now = street.shop.stage.clock.millis();
        if self.until > now + MARGIN {
            return;
        }
        let exchange = json!({"refresh_token": self.refresh_token});
        let exchange = Request::post("/v1/sessions/refresh", exchange).from_address(&self.address);
        let answer = street.shop.http(Capability::Users, exchange).await;
        let session = match answer.filter(|answer| answer.status < 300) {
            Some(answer) => Some(answer.body),
            None => sign_in(street, &self.address, &self.credentials).await,
        };
        session.and_then(|session| self.take(street, &session));
    }

    fn take(&mut self, street: &Street, session: &Value) -> Option<()> {
        session["access_token"].as_str()?.clone_into(&mut self.access_token);
        session["refresh_token"].as_str()?.clone_into(&mut self.refresh_token);
        self.until = street.shop.stage.clock.millis() + LASTS;
        Some(())
    }
}

impl Customer<'_> {
    /// Sees to it that the next requests are let in.
    pub(super) async fn stay_signed_in(&mut self) {
        if let Some(account) = &mut self.account {
            account.keep(self.street).await;
        }
    }
}

async fn sign_in(street: &Street, address: &str, credentials: &Value) -> Option<Value> {
    let answer = ask(street, address, "/v1/sessions", credentials).await?;
    street.shop.stage.expect(answer.status == 201, || format!("signing in is answered {answer:?}"));
    Some(answer.body)
}

async fn ask(street: &Street, address: &str, path: &str, body: &Value) -> Option<Response> {
    street.insist(Capability::Users, &Request::post(path, body).from_address(address), 6).await
}
