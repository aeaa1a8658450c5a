//! One visitor at a time in a shop without faults: each request must succeed, and each step waits until its messages are
//! handled.

use super::accounts::{PASSWORD, grant_role, profile_of};
use super::plan::Plan;
use super::run::open_shop;
use super::shop::Shop;
use crate::authenticator::App;
use chassis::testing::Request;
use chassis::testing::signing::{STAFF, access_verifier, permissions_of, permitted_token, stepped_up_token};
use chassis::tokens;
use events::Capability;
use events::ids::{ApiKeyId, OrderId, SessionId, UserId};
use events::users::{Permission, Role};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A SKU with enough units for everybody.
pub(super) const SKU: &str = "SKU-7";

pub(super) struct Visit {
    pub(super) shop: Arc<Shop>,
    /// The authenticator apps of people, by address.
    apps: Mutex<BTreeMap<String, App>>,
}

impl Visit {
    /// A shop with goods, prices and a zone to ship to.
    pub(super) async fn begin() -> Self {
        let driver = open_shop(&Plan { customers: 10, faults: 0, ..Plan::of(1) }).await;
        Self { shop: Arc::clone(&driver.shop), apps: Mutex::default() }
    }

    /// Sends a request that must succeed; the response's body.
    pub(super) async fn ask(&self, to: Capability, request: Request) -> Value {
        let answer = self.shop.http(to, request).await.unwrap();
        assert!(answer.status < 300, "{answer:?}");
        answer.body
    }

    pub(super) async fn sign_up(&self, email: &str) -> UserId {
        let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
        let account = self.ask(Capability::Users, Request::post("/v1/users", body)).await;
        serde_json::from_value(account["id"].clone()).unwrap()
    }

    /// The address is verified by the token of its mail, unless it is already.
    pub(super) async fn verify(&self, email: &str) -> UserId {
        let stage = &self.shop.stage;
        self.settle().await;
        let user = profile_of(stage, email).unwrap();
        if user.email_verified_at.is_none() {
            let token = stage.mail.tokens_to(email, "email-verifications").pop().unwrap();
            self.ask(Capability::Users, Request::new("PUT", &format!("/v1/email-verifications/{token}"))).await;
            self.settle().await;
        }
        user.id
    }

    /// An operator gives a role to a verified address.
    pub(super) async fn grant(&self, email: &str, role: Role) {
        let user = self.verify(email).await;
        grant_role(&self.shop, user, role);
        self.settle().await;
    }

    /// Signs in; the access token. Staff add an authenticator app first if they have none.
    pub(super) async fn sign_in(&self, email: &str) -> String {
        let (mut session, mut token) = self.enter(email).await;
        if session["lacks_second_factor"] == true {
            self.add_app(email, &token).await;
            (session, token) = self.enter(email).await;
        }
        assert!(session["lacks_second_factor"].is_null(), "{session}");
        token
    }

    /// Adds an authenticator app to somebody's account.
    pub(super) async fn protect(&self, email: &str) {
        let (_, token) = self.enter(email).await;
        self.add_app(email, &token).await;
    }

    /// A session, with a code of somebody's app if there is one, and its access token.
    async fn enter(&self, email: &str) -> (Value, String) {
        let mut credentials = json!({"email": email, "password": PASSWORD});
        let app = self.apps.lock().unwrap().get(email).copied();
        if let Some(app) = app {
            // Each code counts once.
            tokio::time::sleep(Duration::from_secs(30)).await;
            credentials["second_factor"] = json!({"totp": app.code(self.shop.stage.clock.now())});
        }
        let session = self.ask(Capability::Users, Request::post("/v1/sessions", credentials)).await;
        let token = text(&session["access_token"]);
        (session, token)
    }

    async fn add_app(&self, email: &str, token: &str) {
        let begin = Request::post("/v1/totp", json!({"password": PASSWORD})).bearer(token);
        let app = App::with(&text(&self.ask(Capability::Users, begin).await["secret"]));
        let code = json!({"code": app.code(self.shop.stage.clock.now())});
        self.ask(Capability::Users, Request::put("/v1/totp", code).bearer(token)).await;
        self.apps.lock().unwrap().insert(email.to_owned(), app);
    }

    /// The session of an access token.
    pub(super) fn session(&self, access_token: &str) -> SessionId {
        tokens::access_identity(&access_verifier(), access_token, self.shop.stage.clock.now()).unwrap().session
    }

    /// Makes a key for a machine that may do one thing, with the token of somebody who may make keys; its id and its secret.
    pub(super) async fn make_key(&self, permission: Permission, by: &str) -> (ApiKeyId, String) {
        let end = self.shop.stage.clock.now().plus_seconds(30 * 24 * 60 * 60);
        let wanted = json!({"name": "ERP", "permissions": [permission], "expires_at": end});
        let made = self.ask(Capability::Users, Request::post("/v1/api-keys", wanted).bearer(by)).await;
        (text(&made["id"]).parse().unwrap(), text(&made["secret"]))
    }

    pub(super) fn token(&self, user: UserId, roles: &[Role]) -> String {
        let (permissions, now) = (permissions_of(roles), self.shop.stage.clock.now());
        if permissions.is_empty() {
            return permitted_token(user, permissions, now);
        }
        // Staff have shown a second factor.
        stepped_up_token(user, permissions, now, now)
    }

    pub(super) fn staff(&self) -> String {
        self.token(UserId::from_bits(99), &STAFF)
    }

    /// A new cart with two units in it; its id, and its guest's token.
    pub(super) async fn cart(&self, customer: Option<UserId>) -> (String, Option<String>) {
        let cart = self.ask(Capability::Carts, self.signed(Request::new("POST", "/v1/carts"), customer)).await;
        let (id, token) = (text(&cart["id"]), cart["guest_token"].as_str().map(str::to_owned));
        let line = Request::put(&format!("/v1/carts/{id}/lines/{SKU}"), json!({"quantity": 2}));
        let line = token.iter().fold(line, |line, token| line.header("x-guest-token", token));
        self.ask(Capability::Carts, self.signed(line, customer)).await;
        (id, token)
    }

    /// The body of `POST /v1/orders`, quoted by the shop.
    pub(super) async fn order_request(&self, customer: Option<UserId>, cart: &str) -> Value {
        let lines = [json!({"sku": SKU, "quantity": 1})];
        let wanted = json!({"currency": "EUR", "lines": lines, "ship_to": {"country": "DE"}});
        let quote = self.signed(Request::post("/v1/quotes", wanted), customer);
        let quote = self.ask(Capability::Catalog, quote).await["quote"].take();
        let shipping_quote = self.signed(Request::post("/v1/shipping-quotes", json!({"quote": quote})), customer);
        let shipping_quote = self.ask(Capability::Shipping, shipping_quote).await["items"][0]["shipping_quote"].take();
        json!({"quote": quote, "shipping_quote": shipping_quote, "payment_method": "pm_card_visa", "cart_id": cart,
            "email": "ada@example.com", "ship_to": address()})
    }

    /// Places an order; its id, and its guest's token.
    pub(super) async fn place(&self, customer: Option<UserId>, body: &Value) -> (OrderId, Option<String>) {
        let placed = self.ask(Capability::Orders, self.signed(Request::post("/v1/orders", body), customer)).await;
        (text(&placed["id"]).parse().unwrap(), placed["guest_token"].as_str().map(str::to_owned))
    }

    /// Waits until a field of an order has this value.
    pub(super) async fn until(&self, order: OrderId, field: &str, expected: &str) {
        let look = || Request::get(&format!("/v1/orders/{order}")).bearer(&self.staff());
        while self.ask(Capability::Orders, look()).await[field] != expected {
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        self.settle().await;
    }

    pub(super) async fn dispatch(&self, order: OrderId) {
        let tracking = json!({"carrier": "dhl", "tracking_number": "JD0001"});
        let dispatch = Request::post(&format!("/v1/shipments/{}/dispatch", order.shipment()), tracking);
        self.ask(Capability::Shipping, dispatch.bearer(&self.staff())).await;
    }

    /// Dispatches an order's goods and delivers them.
    pub(super) async fn deliver(&self, order: OrderId) {
        self.dispatch(order).await;
        self.arrive(order).await;
    }

    /// The dispatched goods of an order arrive.
    pub(super) async fn arrive(&self, order: OrderId) {
        let delivery = Request::post(&format!("/v1/shipments/{}/delivery", order.shipment()), json!({}));
        self.ask(Capability::Shipping, delivery.bearer(&self.staff())).await;
        self.until(order, "status", "completed").await;
    }

    /// Waits until nothing but reminders is under way.
    pub(super) async fn settle(&self) {
        let stage = &self.shop.stage;
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let relayed = stage.tables.values().all(|table| table.backlog() == 0);
            let timer = "orders.deadline_due.v1";
            if relayed && !self.shop.is_busy() && stage.queues.under_way(|label, _| label.kind == timer) == 0 {
                return;
            }
        }
    }

    pub(super) fn signed(&self, request: Request, customer: Option<UserId>) -> Request {
        match customer {
            Some(customer) => request.bearer(&self.token(customer, &[Role::Customer])),
            None => request,
        }
    }
}

pub(super) fn address() -> Value {
    json!({"name": "Ada", "company": "Engines Ltd", "line1": "1 Analytical Way", "city": "Berlin", "postal_code": "10115",
        "country": "DE", "phone": "+49 30 901820"})
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
