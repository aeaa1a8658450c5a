//! What a customer and a guest own in the shop, and for every route a request about it that succeeds for an authorized caller.

use super::Verdict;
use crate::sim::accounts::PASSWORD;
use crate::sim::mail::complaint_of;
use crate::sim::outages::Outage;
use crate::sim::visit::{Visit, address, text};
use chassis::testing::Request;
use events::Capability;
use events::ids::{OrderId, SessionId, UserId};
use events::users::{Permission, Role};
use serde_json::{Value, json};

mod goods;

/// Of the form of a token in a mail, and nobody's.
const UNKNOWN_TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Ownership the thing is that a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ownership {
    /// Nobody, or every caller gets their own.
    None,
    /// Somebody; who has the permission has access too.
    OwnerAnd(Permission),
    /// Somebody, and nobody else has access, not even the staff.
    OwnerOnly,
}

/// A request for a route.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// Method and path template.
    pub(super) route: &'static str,
    pub(super) ownership: Ownership,
    /// The verdict for callers who do not own it.
    pub(super) refusal: Verdict,
    pub(super) target: String,
    pub(super) body: Value,
    /// The guest's token, if it is not the order's.
    pub(super) token: Option<String>,
}

impl Sample {
    /// Fills the variable segments with these values, in order.
    fn of(route: &'static str, segments: &[&str]) -> Self {
        let (_, path) = route.split_once(' ').unwrap();
        let mut values = segments.iter();
        let filled = path.split('/').map(|part| if part.starts_with('{') { values.next().unwrap() } else { part });
        let target = filled.collect::<Vec<_>>().join("/");
        Self { route, ownership: Ownership::None, refusal: Verdict::NotFound, target, body: json!({}), token: None }
    }

    fn about(mut self, query: &str) -> Self {
        self.target = format!("{}?{query}", self.target);
        self
    }

    fn body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    fn opened_by(mut self, token: Option<&String>) -> Self {
        self.token = token.cloned();
        self
    }

    const fn owned_or(mut self, permission: Permission) -> Self {
        self.ownership = Ownership::OwnerAnd(permission);
        self
    }

    const fn owned_alone(mut self) -> Self {
        self.ownership = Ownership::OwnerOnly;
        self
    }

    const fn else_forbidden(mut self) -> Self {
        self.refusal = Verdict::Forbidden;
        self
    }

    /// Method, path and the query's field.
    pub(super) fn name(&self) -> String {
        let about = self.target.split_once('?').and_then(|(_, query)| query.split_once('='));
        about.map_or_else(|| self.route.to_owned(), |(field, _)| format!("{}?{field}=", self.route))
    }

    pub(super) fn request(&self) -> Request {
        let (method, _) = self.route.split_once(' ').unwrap();
        let request = Request::new(method, &self.target).header("idempotency-key", "attempts-as-everyone");
        // A list that is there is replaced from a known version alone.
        let request = if self.route.ends_with("/roles") { request.header("if-match", "*") } else { request };
        if method == "GET" { request } else { request.body(self.body.to_string()) }
    }
}

/// Gets no mails.
const COMPLAINER: &str = "mallory@example.com";

/// The ids and tokens that samples need.
#[derive(Debug, Clone)]
pub(super) struct Fixtures {
    user: UserId,
    /// One of the user's, for an admin to end.
    session: SessionId,
    address: String,
    other_address: String,
    cart: String,
    cart_token: Option<String>,
    /// The id and token of a guest's cart.
    guest_cart: (String, Option<String>),
    order: OrderId,
    /// A guest's order whose goods wait in the warehouse, for the staff to work on.
    waiting: OrderId,
    /// The email about it that was refused, for the staff to send again.
    refused: String,
    /// A guest's order whose goods are said to have left.
    mistaken: OrderId,
    /// Of a guest who gets another token.
    guests_order: OrderId,
    order_request: Value,
    /// Of an order that nobody placed yet.
    new_order_request: Value,
    product: String,
    old_product: String,
    refresh_token: String,
}

impl Fixtures {
    /// A customer's: a delivered order, a cart, addresses.
    pub(super) async fn of_customer(visit: &Visit, user: UserId) -> Self {
        // Else nobody could give them a role.
        visit.verify("ada@example.com").await;
        let token = || visit.token(user, &[Role::Customer]);
        let keep = |body: Value| Request::post("/v1/users/me/addresses", body).bearer(&token());
        let mut elsewhere = address();
        elsewhere["line2"] = json!("Floor 2");
        let other = visit.ask(Capability::Users, keep(elsewhere)).await;
        let address = visit.ask(Capability::Users, keep(address())).await;
        let credentials = Request::post("/v1/sessions", credentials());
        let session = visit.ask(Capability::Users, credentials).await;
        let products = visit.ask(Capability::Catalog, Request::get("/v1/products")).await;
        // Its emails are refused, so that the staff have something to send again.
        visit.shop.stage.outages.begin(Outage::MailRejected);
        let waiting = Self::waiting_order(visit).await;
        let stage = &visit.shop.stage;
        let complaint = complaint_of(COMPLAINER, stage.clock.now());
        stage.queues.enqueue(Capability::Notifications, &complaint, 0, &stage.faults);
        visit.shop.stage.outages.end_all();
        let about = Request::get(&format!("/v1/notifications?order_id={waiting}")).bearer(&visit.staff());
        let refused = text(&visit.ask(Capability::Notifications, about).await["items"][0]["id"]);
        let mistaken = Self::order_from_elsewhere(visit).await;
        visit.dispatch(mistaken).await;
        let (cart, cart_token) = visit.cart(Some(user)).await;
        let order_request = visit.order_request(Some(user), &cart).await;
        let (order, _) = visit.place(Some(user), &order_request).await;
        visit.until(order, "fulfillment_state", "created").await;
        visit.deliver(order).await;
        let new_order_request = visit.order_request(Some(user), &cart).await;
        let guest_cart = visit.cart(None).await;
        let (guests_order, _) = visit.place(None, &visit.order_request(None, &guest_cart.0).await).await;
        Self {
            user,
            session: visit.session(&visit.sign_in("ada@example.com").await),
            address: text(&address["id"]),
            other_address: text(&other["id"]),
            cart,
            cart_token,
            guest_cart,
            order,
            waiting,
            refused,
            mistaken,
            guests_order,
            order_request,
            new_order_request,
            product: text(&products["items"][0]["id"]),
            old_product: text(&products["items"][1]["id"]),
            refresh_token: text(&session["refresh_token"]),
        }
    }

    async fn waiting_order(visit: &Visit) -> OrderId {
        let (cart, _) = visit.cart(None).await;
        let (order, _) = visit.place(None, &visit.order_request(None, &cart).await).await;
        visit.until(order, "fulfillment_state", "created").await;
        order
    }

    /// Another guest's in another network, so that neither has too many to count.
    async fn order_from_elsewhere(visit: &Visit) -> OrderId {
        let (cart, _) = visit.cart(None).await;
        let mut body = visit.order_request(None, &cart).await;
        body["email"] = json!("eve@example.com");
        let request = Request::post("/v1/orders", body).from_address("2001:db8:7:7::1");
        let order = serde_json::from_value(visit.ask(Capability::Orders, request).await["id"].clone()).unwrap();
        visit.until(order, "fulfillment_state", "created").await;
        order
    }

    /// A guest's: an order that was not dispatched yet and a cart. What guests do not have is the customer's.
    pub(super) async fn of_guest(visit: &Visit, customers: &Self) -> (Self, String) {
        let (cart, cart_token) = visit.cart(None).await;
        let order_request = visit.order_request(None, &cart).await;
        let (order, token) = visit.place(None, &order_request).await;
        visit.until(order, "fulfillment_state", "created").await;
        let new_order_request = visit.order_request(None, &cart).await;
        (Self { cart, cart_token, order_request, new_order_request, order, ..customers.clone() }, token.unwrap())
    }

    /// One request for every route.
    pub(super) fn samples(&self) -> Vec<Sample> {
        [
            self.of_users(),
            self.of_accounts(),
            self.of_catalog(),
            self.of_inventory_and_carts(),
            self.of_orders(),
            self.of_payments(),
            self.of_shipping(),
            self.of_notifications(),
        ]
        .concat()
    }

    fn of_users(&self) -> Vec<Sample> {
        let user = self.user.to_string();
        let body = json!({"email": "erin@example.com", "password": PASSWORD, "name": "Erin"});
        vec![
            Sample::of("POST /v1/users", &[]).body(body),
            Sample::of("GET /v1/users", &[]),
            Sample::of("GET /v1/users/{id}", &[&user]),
            Sample::of("PUT /v1/users/{id}/roles", &[&user]).body(json!({"roles": ["customer", "support"]})),
            Sample::of("GET /v1/users/{id}/sessions", &[&user]),
            Sample::of("DELETE /v1/users/{id}/sessions/{session}", &[&user, &self.session.to_string()]),
            Sample::of("DELETE /v1/users/{id}/sessions", &[&user]),
            Sample::of("POST /v1/users/{id}/second-factors/removal", &[&user]).body(json!({"reason": "lost"})),
            Sample::of("GET /v1/users/audit", &[]),
            Sample::of("POST /v1/sessions", &[]).body(credentials()),
            Sample::of("POST /v1/sessions/refresh", &[]).body(json!({"refresh_token": self.refresh_token})),
            Sample::of("POST /v1/password-resets", &[]).body(json!({"email": "ada@example.com"})),
            Sample::of("PUT /v1/password-resets/{token}", &[UNKNOWN_TOKEN]).body(json!({"password": PASSWORD})),
            Sample::of("PUT /v1/email-verifications/{token}", &[UNKNOWN_TOKEN]),
            Sample::of("PUT /v1/email-changes/{token}", &[UNKNOWN_TOKEN]),
            Sample::of("GET /.well-known/jwks.json", &[]),
            Sample::of("GET /.well-known/openid-configuration", &[]),
            Sample::of("GET /v1/openapi/users.json", &[]),
        ]
    }

    fn of_accounts(&self) -> Vec<Sample> {
        // Whose password changed would have to sign in again.
        let guess = json!({"current_password": "not the password", "new_password": "a long green kettle"});
        vec![
            Sample::of("POST /v1/email-verifications", &[]),
            Sample::of("POST /v1/email-changes", &[])
                .body(json!({"email": "countess@example.com", "password": PASSWORD})),
            Sample::of("PUT /v1/users/me/password", &[]).body(guess),
            Sample::of("GET /v1/users/me", &[]),
            Sample::of("GET /v1/users/me/export", &[]),
            // Who is erased would not be there for the others; a wrong password says nothing about the caller.
            Sample::of("DELETE /v1/users/me", &[]).body(json!({"password": "not the password"})),
            Sample::of("GET /v1/erasures/{id}", &[&self.user.to_string()]).about("token=not-the-token"),
            Sample::of("PATCH /v1/users/me", &[]).body(json!({"name": "Countess"})),
            Sample::of("GET /v1/users/me/addresses", &[]),
            Sample::of("POST /v1/users/me/addresses", &[]).body(address()),
            Sample::of("PUT /v1/users/me/addresses/{id}", &[&self.address]).body(address()).owned_alone(),
            Sample::of("DELETE /v1/users/me/addresses/{id}", &[&self.other_address]).owned_alone(),
            Sample::of("POST /v1/totp", &[]).body(json!({"password": PASSWORD})),
            Sample::of("PUT /v1/totp", &[]).body(json!({"code": "123456"})),
            Sample::of("DELETE /v1/totp", &[]),
            Sample::of("POST /v1/recovery-codes", &[]),
            Sample::of("POST /v1/passkeys/challenges", &[]),
            // Made nowhere, and the password is wrong: that says nothing about the caller.
            Sample::of("POST /v1/passkeys", &[]).body(json!({"name": "x", "password": "wrong", "credential":
                {"id": "AA", "client_data": "AA", "authenticator_data": "AA", "public_key": "AA", "algorithm": -7}})),
            Sample::of("GET /v1/passkeys", &[]),
            Sample::of("DELETE /v1/passkeys/{id}", &["AAAA"]),
            Sample::of("POST /v1/sessions/current/second-factor", &[])
                .body(json!({"second_factor": {"totp": "123456"}})),
            Sample::of("GET /v1/sessions", &[]),
            Sample::of("DELETE /v1/sessions/{id}", &[&self.session.to_string()]).owned_alone(),
            Sample::of("DELETE /v1/sessions/current", &[]),
            Sample::of("DELETE /v1/sessions", &[]),
            Sample::of("GET /v1/users/{id}/status", &[&self.user.to_string()]),
            // The last of the user's, who cannot sign in any more.
            Sample::of("PUT /v1/users/{id}/status", &[&self.user.to_string()])
                .body(json!({"status": "disabled", "reason": "Chargebacks of three orders"})),
        ]
    }
}

fn credentials() -> Value {
    json!({"email": "bob@example.com", "password": PASSWORD})
}
