//! Customers: they request quotes, order, post twice, change their minds, pay late or never. Each knows only the responses, and
//! retries without one.

use super::dice::Dice;
use super::expectation::Promise;
use super::invariant::Invariant;
use super::place::{Place, in_the_name_of, who};
use super::shop::Shop;
use super::{journey::Journey, plan::Plan};
use chassis::testing::signing::{STAFF, access_token, permissions_of, signer, stepped_up_token, verifier};
use chassis::testing::{Request, Response};
use chassis::tokens::{Signer, Verifier};
use events::Capability;
use events::ids::{OrderId, UserId};
use events::users::Role;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

mod bank_page;
pub mod basket;
mod forgetting;
mod hoarder;
pub mod member;
mod methods;
mod quoting;
mod session;
mod shopper;

use methods::{METHODS, method};
use quoting::quoted;
use session::Session;

/// SKUs on sale; the first is the popular one.
pub const SKUS: [&str; 8] = ["SKU-0", "SKU-1", "SKU-2", "SKU-3", "SKU-4", "SKU-5", "SKU-6", "SKU-7"];
/// All customers arrive within this time, in milliseconds.
const ARRIVALS: u64 = 3_600_000;

/// What drives customers and staff.
pub struct Driver {
    pub shop: Arc<Shop>,
    /// What each customer's dice are made of.
    dice: Dice,
    /// The journey of every customer; by chance if `None`.
    pub journey: Option<Journey>,
    /// How many of them shop by pages, in ten-thousandths.
    shoppers: u32,
    /// Whether staff look orders up meanwhile.
    pub front_desk: bool,
    catalog: Signer,
    shipping: Signer,
    quotes: Verifier,
}

impl Driver {
    /// Drives a shop that is set up already.
    pub fn new(shop: Arc<Shop>, plan: &Plan) -> Self {
        Self {
            shop,
            dice: Dice::new(plan.seed).apart(6),
            journey: plan.journey,
            shoppers: plan.shoppers,
            front_desk: plan.front_desk && plan.journey.is_none(),
            catalog: signer("catalog"),
            shipping: signer("shipping"),
            quotes: verifier("catalog"),
        }
    }

    /// Drives a shop after adding stock, prices, taxes and a shipping zone.
    pub async fn set_up(shop: Arc<Shop>, plan: &Plan) -> Self {
        let driver = Self::new(shop, plan);
        driver.receive_stock(plan).await;
        // A scripted journey begins with a quote.
        if driver.journey.is_none() {
            driver.set_prices().await;
        }
        driver
    }

    async fn receive_stock(&self, plan: &Plan) {
        let dice = self.dice.apart(0);
        for (index, sku) in SKUS.iter().enumerate() {
            // Some are scarce, one is nearly sold out, the last is enough for everybody.
            let units = match index {
                _ if plan.journey.is_some() => plan.customers * 3 + 10,
                1 => 3,
                7 => plan.customers * 2 + 10,
                _ => plan.customers / 4 + dice.below(plan.customers / 3 + 10),
            };
            let receipt = json!({"delta": units.max(4), "reason": "receipt"});
            let receipt = Request::post(&format!("/v1/stock/{sku}/adjustments"), receipt);
            self.done(Capability::Inventory, receipt.bearer(&self.staff()).header("idempotency-key", sku)).await;
        }
    }

    async fn set_prices(&self) {
        let staff = self.staff();
        let rate = json!({"country": "DE", "tax_class": "reduced", "rate_basis_points": 700});
        self.done(Capability::Catalog, Request::put("/v1/tax-rates/de-reduced", rate).bearer(&staff)).await;
        self.publish_terms(1).await;
        let category = Request::put("/v1/categories/tea", json!({"name": "Tea"})).bearer(&staff);
        self.done(Capability::Catalog, category).await;
        for sku in SKUS {
            let variant = json!({"sku": sku, "title": "100 g", "options": {}, "weight_grams": 130,
                "prices": [{"amount": 690, "currency": "EUR"}, {"amount": 790, "currency": "USD"}]});
            let product = json!({"title": sku, "slug": sku.to_lowercase(), "description": "Tea", "category": "tea",
                "tax_class": "reduced", "variants": [variant]});
            self.done(Capability::Catalog, Request::post("/v1/products", product).bearer(&staff)).await;
        }
        let service = json!({"code": "standard", "name": "Parcel", "min_days": 1, "max_days": 3,
            "rates": [{"currency": "EUR", "base": 490, "per_kg": 0}, {"currency": "USD", "base": 590, "per_kg": 0}]});
        let zone = json!({"name": "Germany", "countries": ["DE"], "tax_basis_points": 1900, "services": [service]});
        self.done(Capability::Shipping, Request::put("/v1/shipping-zones/germany", zone).bearer(&staff)).await;
    }

    async fn done(&self, to: Capability, request: Request) {
        let response = self.shop.http(to, request).await.unwrap();
        assert!(response.status < 300, "{response:?}");
    }

    /// An access token of the staff, who showed a second factor just now.
    pub fn staff(&self) -> String {
        let now = self.shop.stage.clock.now();
        stepped_up_token(UserId::from_bits(99), permissions_of(&STAFF), now, now)
    }

    /// Sends a request until it is answered, at most `most` times.
    pub async fn insist(&self, to: Capability, request: &Request, most: u32) -> Option<Response> {
        for _ in 0..most {
            match self.shop.http(to, request.clone()).await {
                Some(response) if response.status < 500 => return Some(response),
                _ => self.idle(500, 20_000).await,
            }
        }
        None
    }

    /// Sleeps for between `low` and `high` milliseconds.
    pub async fn idle(&self, low: u64, high: u64) {
        let dice = self.shop.stage.draws.at(Place::named("idle").and(&who()));
        tokio::time::sleep(Duration::from_millis(dice.between(low, high))).await;
    }
}

struct Customer<'a> {
    driver: &'a Driver,
    dice: Dice,
    address: String,
    user: Option<UserId>,
    session: Option<Session>,
    order: OrderId,
    guest_token: Option<String>,
    keys: u64,
}

pub async fn shop(driver: Arc<Driver>, number: u64) {
    in_the_name_of(format!("customer {number}"), visit(driver, number)).await;
}

async fn visit(driver: Arc<Driver>, number: u64) {
    let dice = driver.dice.apart(1_000 + number);
    if driver.journey.is_none() {
        tokio::time::sleep(Duration::from_millis(dice.below(ARRIVALS))).await;
    }
    if driver.journey.is_none() && dice.chance(100) {
        return hoarder::hoard(&driver, &dice, number).await;
    }
    // By letter, so that whoever calls goes on as before.
    let by_pages = || driver.shop.stage.draws.at(Place::named("by pages").and(&who())).chance(driver.shoppers);
    if driver.journey.is_none() && by_pages() {
        return shopper::visit(&driver, &dice, number).await;
    }
    let with_account = driver.journey.is_none() && dice.chance(700);
    let session = if with_account { Session::open(&driver, number).await } else { None };
    let mut user = session.as_ref().map(|session| session.user);
    if user.is_none() && (driver.journey.is_some() || dice.chance(7_500)) {
        user = Some(UserId::from_bits(1_000 + u128::from(number)));
    }
    let Some((promise, quote, shipping_quote)) = quoted(&driver, &dice, user).await else { return };
    let (order, lines) = (promise.order, promise.lines.clone());
    let stage = &driver.shop.stage;
    stage.story.record(format!("customer {number} is quoted {} for {order}", promise.total));
    stage.promises.lock().unwrap().insert(order, promise.clone());
    let address = address(number);
    let mut customer = Customer { driver: &driver, dice, address, user, session, order, guest_token: None, keys: 0 };
    let method = method(driver.journey, &customer.dice);
    let with_cart = driver.journey.is_none() && customer.dice.chance(1_500);
    let cart = if with_cart { customer.fill_cart(&lines).await } else { None };
    let mut body = order_request(&promise, &quote, &shipping_quote, method);
    if let Some(cart) = &cart {
        body["cart_id"] = json!(cart.id);
    }
    if promise.total == 0 {
        body.as_object_mut().unwrap().remove("payment_method");
    }
    body["email"] = json!(format!("guest-{number}@example.com"));
    if driver.journey.is_none() && number.is_multiple_of(3) {
        at_work(&mut body);
    }
    let forgets = customer.will_want_to_be_forgotten(&mut body, number);
    customer.stay_signed_in().await;
    if !customer.place(&body).await {
        return;
    }
    if let Some(cart) = &cart {
        customer.stay_signed_in().await;
        customer.leave_for_later(cart).await;
    }
    if forgets {
        return customer.act_and_be_forgotten(&body).await;
    }
    match driver.journey {
        Some(journey) => customer.follow(journey).await,
        None => customer.act_by_chance().await,
    }
}

/// Every customer has a network of their own, as the shop limits each network.
fn address(number: u64) -> String {
    format!("2001:db8:{:x}:{:x}::1", number >> 16, number & 0xffff)
}

fn order_request(promise: &Promise, quote: &str, shipping_quote: &str, method: &str) -> Value {
    json!({"accepted_terms": promise.terms,
        "quote": quote, "shipping_quote": shipping_quote, "payment_method": method, "email": "guest@example.com",
        "ship_to": {"name": "Ada", "line1": "1 Analytical Way", "city": "Berlin", "postal_code": "10115", "country": "DE"}})
}

/// Sends the goods to a company, and the bill elsewhere.
fn at_work(body: &mut Value) {
    let home = body["ship_to"].clone();
    body["ship_to"]["company"] = json!("Engines Ltd");
    body["ship_to"]["phone"] = json!("+49 30 901820");
    body["billing_address"] = home;
    body["billing_address"]["name"] = json!("Byron");
}

impl Customer<'_> {
    async fn place(&mut self, body: &Value) -> bool {
        let request = self.signed(Request::post("/v1/orders", body));
        let random = self.driver.journey.is_none();
        if random && self.dice.chance(800) {
            let mut other = body.clone();
            other["payment_method"] = json!("pm_card_visa");
            other["ship_to"]["line1"] = json!("2 Other Way");
            let other = self.signed(Request::post("/v1/orders", other));
            let posts = [self.post(&request), self.post(&other)];
            futures_util::future::join_all(posts).await;
        } else if random && self.dice.chance(1_000) {
            futures_util::future::join_all([self.post(&request), self.post(&request)]).await;
        }
        let Some(answer) = self.driver.insist(Capability::Orders, &request, 8).await else { return false };
        match answer.status {
            202 => {
                self.guest_token = answer.body["guest_token"].as_str().map(str::to_owned);
                let same = answer.body["id"].as_str() == Some(&self.order.to_string());
                let other = || format!("{} was placed and another order answered", self.order);
                self.driver.shop.stage.expect(same, Invariant::OneQuoteIsOneOrder, other);
                let guests = body["email"].as_str().filter(|_| self.user.is_none());
                self.driver.shop.stage.accept(self.order, guests.map(str::to_owned));
                true
            }
            status => {
                let refused = || format!("{} was one order too many", self.order);
                self.driver.shop.stage.expect(status != 429, Invariant::HonestCustomersAreNotLimited, refused);
                false
            }
        }
    }

    async fn post(&self, request: &Request) -> Option<Response> {
        self.driver.shop.http(Capability::Orders, request.clone()).await
    }

    fn signed(&self, request: Request) -> Request {
        let now = self.driver.shop.stage.clock.now();
        let request = request.from_address(&self.address);
        let request = match (&self.session, self.user) {
            (Some(session), _) => request.bearer(&session.access_token),
            (None, Some(user)) => request.bearer(&access_token(user, &[Role::Customer], now)),
            (None, None) => request,
        };
        match &self.guest_token {
            Some(token) => request.header("x-guest-token", token),
            None => request,
        }
    }

    async fn look(&self) -> Value {
        let request = self.signed(Request::get(&format!("/v1/orders/{}", self.order)));
        let answer = self.driver.insist(Capability::Orders, &request, 4).await;
        answer.map_or(Value::Null, |answer| answer.body)
    }

    async fn cancel(&self) {
        let request = self.signed(Request::new("POST", &format!("/v1/orders/{}/cancellation", self.order)));
        self.driver.insist(Capability::Orders, &request, 4).await;
    }

    async fn pay(&mut self, method: &str) {
        self.keys += 1;
        let body = json!({"payment_method": method});
        let request = self.signed(Request::post(&format!("/v1/orders/{}/payment", self.order), body));
        let request = request.header("idempotency-key", &format!("pay-{}", self.keys));
        self.driver.insist(Capability::Orders, &request, 4).await;
        if self.dice.chance(1_500) {
            self.driver.insist(Capability::Orders, &request, 2).await;
        }
    }

    /// Acts by chance for a while.
    async fn act_by_chance(&mut self) {
        // A cancellation, perhaps before any command was sent.
        if self.dice.chance(800) {
            tokio::time::sleep(Duration::from_millis(self.dice.below(1_500))).await;
            self.cancel().await;
        }
        for _ in 0..self.dice.between(2, 6) {
            let hurried = self.dice.chance(8_000);
            let (low, high) = if hurried { (300, 90_000) } else { (60_000, 2_400_000) };
            tokio::time::sleep(Duration::from_millis(self.dice.between(low, high))).await;
            self.stay_signed_in().await;
            match self.dice.below(100) {
                0..=9 => self.cancel().await,
                10..=12 => self.pay("pm_card_visa").await,
                13..=20 => return,
                _ => {
                    let order = self.look().await;
                    self.react(&order).await;
                }
            }
        }
    }

    async fn react(&mut self, order: &Value) {
        match order["payment_state"].as_str() {
            Some("declined") if order["status"] == "awaiting_payment" => {
                let method = *self.dice.pick(&METHODS);
                self.pay(method).await;
            }
            Some("requires_action") => match self.dice.below(10) {
                4..=5 => self.leave_the_bank().await,
                0..=3 => self.answer_challenge("succeed").await,
                6..=7 => self.answer_challenge("fail").await,
                8 => {
                    let both = [self.answer_challenge("fail"), self.answer_challenge("succeed")];
                    futures_util::future::join_all(both).await;
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Polls until a field of the order has this value, for two hours at most.
    async fn until(&self, field: &str, expected: &str) -> bool {
        for _ in 0..720 {
            if self.look().await[field] == expected {
                return true;
            }
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        false
    }

    async fn follow(&mut self, journey: Journey) {
        match journey {
            Journey::PaidAtTheSecondTry if self.until("payment_state", "declined").await => {
                self.pay("pm_card_visa").await;
            }
            Journey::CanceledAtOnce => self.cancel().await,
            Journey::CanceledAfterConfirmation if self.until("fulfillment_state", "created").await => {
                self.cancel().await;
            }
            Journey::Challenged if self.until("payment_state", "requires_action").await => {
                self.answer_challenge("succeed").await;
            }
            _ => {}
        }
    }
}
