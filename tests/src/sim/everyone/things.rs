//! What people have in the shop, and for every route a request about it that works for whoever may make it.

use super::Verdict;
use crate::sim::visit::{PASSWORD, SKU, Visit, address, text};
use chassis::testing::Request;
use events::Capability;
use events::ids::{OrderId, UserId};
use events::users::Role;
use serde_json::{Value, json};

/// Whose the thing is that a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Nobody's in particular, or whoever calls gets their own.
    Nobodys,
    /// Somebody's, and the staff may look after it.
    OwnersAndStaffs,
    /// Somebody's, and not even the staff may touch it.
    OwnersAlone,
}

/// A request for a route.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// Method and path of the route.
    pub(super) route: &'static str,
    /// Whose the thing is.
    pub(super) whose: Whose,
    /// What those are told whose it is not.
    pub(super) refusal: Verdict,
    target: String,
    body: Value,
}

impl Sample {
    /// With these values for the variable segments, in order.
    fn of(route: &'static str, segments: &[&str]) -> Self {
        let (_, path) = route.split_once(' ').unwrap();
        let mut values = segments.iter();
        let filled = path.split('/').map(|part| if part.starts_with('{') { values.next().unwrap() } else { part });
        let target = filled.collect::<Vec<_>>().join("/");
        Self { route, whose: Whose::Nobodys, refusal: Verdict::NotThere, target, body: json!({}) }
    }

    fn about(mut self, query: &str) -> Self {
        self.target = format!("{}?{query}", self.target);
        self
    }

    fn body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    const fn owned(mut self) -> Self {
        self.whose = Whose::OwnersAndStaffs;
        self
    }

    const fn owned_alone(mut self) -> Self {
        self.whose = Whose::OwnersAlone;
        self
    }

    const fn else_forbidden(mut self) -> Self {
        self.refusal = Verdict::Forbidden;
        self
    }

    /// Method, path, and what the query is about.
    pub(super) fn name(&self) -> String {
        let about = self.target.split_once('?').and_then(|(_, query)| query.split_once('='));
        about.map_or_else(|| self.route.to_owned(), |(field, _)| format!("{}?{field}=", self.route))
    }

    pub(super) fn request(&self) -> Request {
        let (method, _) = self.route.split_once(' ').unwrap();
        Request::new(method, &self.target).body(self.body.to_string()).header("idempotency-key", "tried-as-everyone")
    }
}

/// What somebody has, and what anybody may ask for.
#[derive(Debug, Clone)]
pub(super) struct Things {
    user: UserId,
    address: String,
    other_address: String,
    cart: String,
    guest_cart: String,
    order: OrderId,
    wish: Value,
    product: String,
    old_product: String,
    refresh_token: String,
}

impl Things {
    /// A customer's: an order that arrived, a cart, addresses.
    pub(super) async fn of_customer(visit: &Visit, user: UserId) -> Self {
        let token = || visit.token(user, &[Role::Customer]);
        let keep = || Request::post("/v1/users/me/addresses", address()).bearer(&token());
        let (address, other) = (visit.ask(Capability::Users, keep()).await, visit.ask(Capability::Users, keep()).await);
        let credentials = Request::post("/v1/sessions", credentials());
        let session = visit.ask(Capability::Users, credentials).await;
        let products = visit.ask(Capability::Catalog, Request::get("/v1/products")).await;
        let cart = visit.cart(Some(user)).await;
        let wish = visit.wish(Some(user), &cart).await;
        let (order, _) = visit.place(Some(user), &wish).await;
        visit.until(order, "fulfillment_state", "created").await;
        visit.deliver(order).await;
        Self {
            user,
            address: text(&address["id"]),
            other_address: text(&other["id"]),
            cart,
            guest_cart: visit.cart(None).await,
            order,
            wish,
            product: text(&products["items"][0]["id"]),
            old_product: text(&products["items"][1]["id"]),
            refresh_token: text(&session["refresh_token"]),
        }
    }

    /// A guest's: an order that was not sent yet and a cart. The rest, which guests do not have, is a customer's.
    pub(super) async fn of_guest(visit: &Visit, customers: &Self) -> (Self, String) {
        let cart = visit.cart(None).await;
        let wish = visit.wish(None, &cart).await;
        let (order, token) = visit.place(None, &wish).await;
        visit.until(order, "fulfillment_state", "created").await;
        (Self { cart, wish, order, ..customers.clone() }, token.unwrap())
    }

    /// A request for every route.
    pub(super) fn samples(&self) -> Vec<Sample> {
        [
            self.of_users(),
            self.of_accounts(),
            self.of_catalog(),
            self.of_inventory_and_carts(),
            self.of_orders(),
            self.of_payments(),
            self.of_shipping_and_notifications(),
        ]
        .concat()
    }

    fn of_users(&self) -> Vec<Sample> {
        let user = self.user.to_string();
        let wish = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada"});
        vec![
            Sample::of("POST /v1/users", &[]).body(wish),
            Sample::of("GET /v1/users", &[]),
            Sample::of("GET /v1/users/{id}", &[&user]),
            Sample::of("PUT /v1/users/{id}/roles", &[&user]).body(json!({"roles": ["customer"]})),
            Sample::of("POST /v1/sessions", &[]).body(credentials()),
            Sample::of("POST /v1/sessions/refresh", &[]).body(json!({"refresh_token": self.refresh_token})),
            Sample::of("GET /.well-known/jwks.json", &[]),
            Sample::of("GET /.well-known/openid-configuration", &[]),
            Sample::of("GET /v1/openapi/users.json", &[]),
        ]
    }

    fn of_accounts(&self) -> Vec<Sample> {
        vec![
            Sample::of("GET /v1/users/me", &[]),
            Sample::of("PATCH /v1/users/me", &[]).body(json!({"name": "Countess"})),
            Sample::of("GET /v1/users/me/addresses", &[]),
            Sample::of("POST /v1/users/me/addresses", &[]).body(address()),
            Sample::of("PUT /v1/users/me/addresses/{id}", &[&self.address]).body(address()).owned_alone(),
            Sample::of("DELETE /v1/users/me/addresses/{id}", &[&self.other_address]).owned_alone(),
            Sample::of("DELETE /v1/sessions/current", &[]),
            Sample::of("DELETE /v1/sessions", &[]),
        ]
    }

    fn of_catalog(&self) -> Vec<Sample> {
        let variant = json!({"sku": "NEW", "title": "100 g", "options": {}, "weight_grams": 130,
            "prices": [{"amount": 690, "currency": "EUR"}]});
        let product = json!({"title": "New", "slug": "new", "description": "Tea", "category": "tea",
            "tax_class": "reduced", "variants": [variant]});
        let rate = json!({"country": "FR", "tax_class": "reduced", "rate_basis_points": 550});
        let wanted = json!({"currency": "EUR", "lines": [{"sku": SKU, "quantity": 1}], "ship_to": {"country": "DE"}});
        vec![
            Sample::of("GET /v1/products", &[]),
            Sample::of("POST /v1/products", &[]).body(product),
            Sample::of("GET /v1/products/{id}", &[&self.product]),
            Sample::of("PATCH /v1/products/{id}", &[&self.product]).body(json!({"title": "Better tea"})),
            Sample::of("DELETE /v1/products/{id}", &[&self.old_product]),
            Sample::of("GET /v1/variants", &[]).about(&format!("sku={SKU}")),
            Sample::of("GET /v1/categories", &[]),
            Sample::of("PUT /v1/categories/{id}", &["coffee"]).body(json!({"name": "Coffee"})),
            Sample::of("GET /v1/tax-rates", &[]),
            Sample::of("PUT /v1/tax-rates/{id}", &["fr-reduced"]).body(rate),
            Sample::of("POST /v1/quotes", &[]).body(wanted),
            Sample::of("GET /v1/openapi/catalog.json", &[]),
        ]
    }

    fn of_inventory_and_carts(&self) -> Vec<Sample> {
        let (cart, guest_cart) = (self.cart.as_str(), json!({"guest_cart_id": self.guest_cart}));
        let receipt = json!({"delta": 1, "reason": "receipt"});
        vec![
            Sample::of("GET /v1/stock", &[]),
            Sample::of("GET /v1/stock/{sku}", &[SKU]),
            Sample::of("POST /v1/stock/{sku}/adjustments", &[SKU]).body(receipt),
            Sample::of("GET /v1/stock/{sku}/movements", &[SKU]),
            Sample::of("GET /v1/openapi/inventory.json", &[]),
            Sample::of("POST /v1/carts", &[]),
            Sample::of("GET /v1/carts/{id}", &[cart]).owned(),
            Sample::of("PUT /v1/carts/{id}/lines/{sku}", &[cart, SKU]).body(json!({"quantity": 3})).owned_alone(),
            Sample::of("DELETE /v1/carts/{id}/lines/{sku}", &[cart, SKU]).owned_alone(),
            Sample::of("POST /v1/carts/{id}/merge", &[cart]).body(guest_cart).owned_alone(),
            Sample::of("GET /v1/openapi/carts.json", &[]),
        ]
    }

    fn of_orders(&self) -> Vec<Sample> {
        let id = self.order.to_string();
        let order = &[id.as_str()];
        let pay = json!({"payment_method": "pm_card_visa"});
        vec![
            // A guest's quote is anybody's who holds it; a customer's makes the customer's order and nobody else's.
            Sample::of("POST /v1/orders", &[]).body(self.wish.clone()).owned_alone().else_forbidden(),
            Sample::of("GET /v1/orders", &[]),
            Sample::of("GET /v1/orders", &[]).about(&format!("customer={}", self.user)).owned().else_forbidden(),
            Sample::of("GET /v1/orders/{id}", order).owned(),
            Sample::of("GET /v1/orders/{id}/timeline", order).owned(),
            Sample::of("POST /v1/orders/{id}/payment", order).body(pay).owned(),
            Sample::of("POST /v1/orders/{id}/cancellation", order).owned(),
            Sample::of("GET /v1/orders/{id}/diagnosis", order),
            Sample::of("POST /v1/orders/{id}/redrive", order),
            Sample::of("GET /v1/openapi/orders.json", &[]),
        ]
    }

    fn of_payments(&self) -> Vec<Sample> {
        let payment = self.order.payment().to_string();
        let refund = json!({"amount": {"amount": 100, "currency": "EUR"}, "reason": "a broken cup"});
        // Whoever is on the sandbox's page plays the bank's customer.
        let challenge = Sample::of("POST /v1/sandbox/payments/{id}/challenge", &[&payment]);
        vec![
            Sample::of("GET /v1/payments", &[]).about(&format!("order_id={}", self.order)).owned(),
            Sample::of("GET /v1/payments/{id}", &[&payment]).owned(),
            Sample::of("GET /v1/payments/{id}/transactions", &[&payment]),
            Sample::of("POST /v1/payments/{id}/refunds", &[&payment]).body(refund),
            Sample::of("GET /v1/ledger/balances", &[]),
            challenge.body(json!({"result": "succeed"})),
            Sample::of("GET /v1/openapi/payments.json", &[]),
        ]
    }

    fn of_shipping_and_notifications(&self) -> Vec<Sample> {
        let (shipment, of_order) = (self.order.shipment().to_string(), format!("order_id={}", self.order));
        let handover = json!({"carrier": "dhl", "tracking_number": "JD0001"});
        let service = json!({"code": "standard", "name": "Parcel", "min_days": 1, "max_days": 3,
            "rates": [{"currency": "EUR", "base": 990, "per_kg": 0}]});
        let zone = json!({"name": "France", "countries": ["FR"], "tax_basis_points": 2000, "services": [service]});
        vec![
            Sample::of("POST /v1/shipping-quotes", &[]).body(json!({"quote": self.wish["quote"]})),
            Sample::of("GET /v1/shipments", &[]).about(&of_order),
            Sample::of("POST /v1/shipments/{id}/dispatch", &[&shipment]).body(handover),
            Sample::of("POST /v1/shipments/{id}/delivery", &[&shipment]),
            Sample::of("GET /v1/shipping-zones", &[]),
            Sample::of("PUT /v1/shipping-zones/{id}", &["france"]).body(zone),
            Sample::of("GET /v1/openapi/shipping.json", &[]),
            Sample::of("GET /v1/notifications", &[]).about(&of_order),
            Sample::of("GET /v1/openapi/notifications.json", &[]),
        ]
    }
}

fn credentials() -> Value {
    json!({"email": "bob@example.com", "password": PASSWORD})
}
