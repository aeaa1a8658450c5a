//! Carts on a test bench, and requests of guests and customers.

use carts::{Carts, Config};
use chassis::testing::signing::access_verifier;
use chassis::testing::{Bench, Request, Response};
use events::ids::{CartId, OrderId, UserId};
use events::inventory::StockLine;
use events::orders::{OrderDetails, OrderPlaced};
use events::users::Role;
use events::{Currency, Envelope, Money};
use serde_json::{Value, json};

/// Units of a cart.
pub const MAX_UNITS: u32 = 100;

pub fn bench() -> Bench<Carts> {
    Bench::new(|parts| {
        let config = Config { users: access_verifier(), max_units: MAX_UNITS, reminder_hours: 4 };
        Carts::new(parts.table.clone(), parts.wiring.clone(), config)
    })
}

pub fn user(n: u32) -> UserId {
    UserId::from_bits(u128::from(n))
}

pub fn token(bench: &Bench<Carts>, n: u32) -> String {
    bench.token(user(n), &[Role::Customer])
}

/// A cart as its holder knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    pub id: String,
    /// The guest's token, sent with every request about the cart.
    pub token: Option<String>,
}

impl Cart {
    pub fn new(id: &str, token: Option<&str>) -> Self {
        Self { id: id.to_owned(), token: token.map(str::to_owned) }
    }

    /// One that was never opened.
    pub fn nowhere() -> Self {
        Self::new("cart_00000000000000000000000009", Some("made-up"))
    }
}

impl std::fmt::Display for Cart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.id)
    }
}

/// A request about a cart, signed if there is an access token.
pub fn by(request: Request, token: Option<&str>, cart: &Cart) -> Request {
    let signed = token.into_iter().fold(request, |request, token| request.bearer(token));
    cart.token.iter().fold(signed, |request, token| request.header("x-guest-token", token))
}

/// Opens a cart.
pub async fn open(bench: &Bench<Carts>, token: Option<&str>) -> Cart {
    let request = Request::new("POST", "/v1/carts");
    let opened = bench.http(token.into_iter().fold(request, |request, token| request.bearer(token))).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    Cart::new(opened.body["id"].as_str().unwrap(), opened.body["guest_token"].as_str())
}

pub async fn put(bench: &Bench<Carts>, token: Option<&str>, cart: &Cart, sku: &str, quantity: i64) -> Response {
    let request = Request::put(&format!("/v1/carts/{cart}/lines/{sku}"), json!({"quantity": quantity}));
    bench.http(by(request, token, cart)).await
}

pub async fn remove(bench: &Bench<Carts>, token: Option<&str>, cart: &Cart, sku: &str) -> Response {
    bench.http(by(Request::new("DELETE", &format!("/v1/carts/{cart}/lines/{sku}")), token, cart)).await
}

pub async fn see(bench: &Bench<Carts>, token: Option<&str>, cart: &Cart) -> Response {
    bench.http(by(Request::get(&format!("/v1/carts/{cart}")), token, cart)).await
}

pub async fn merge(bench: &Bench<Carts>, token: Option<&str>, cart: &Cart, guest: &Cart) -> Response {
    let secret = guest.token.as_deref().unwrap_or("made-up");
    let body = json!({"guest_cart_id": guest.id, "guest_token": secret});
    bench.http(by(Request::post(&format!("/v1/carts/{cart}/merge"), body), token, cart)).await
}

/// The lines of an answer, as `SKU×quantity`.
pub fn lines(answer: &Response) -> Vec<String> {
    let lines = answer.body["lines"].as_array().unwrap_or_else(|| panic!("no cart: {answer:?}"));
    lines.iter().map(|line| format!("{}×{}", line["sku"].as_str().unwrap(), line["quantity"])).collect()
}

/// The message that an order was placed from a cart.
pub fn placed(
    bench: &Bench<Carts>,
    order: u32,
    customer: Option<u32>,
    cart: Option<&Cart>,
    ordered: &[(&str, u32)],
) -> Envelope<Value> {
    let order_id = OrderId::from_bits(u128::from(order));
    let total = Money::new(100, Currency::EUR);
    let lines = ordered.iter().map(|(sku, quantity)| StockLine { sku: sku.parse().unwrap(), quantity: *quantity });
    let message = OrderPlaced {
        order: OrderDetails {
            order_id,
            customer: customer.map(user),
            contact: None,
            guest_token: None,
            language: None,
            lines: vec![],
            parts: None,
            total,
        },
        cart_id: cart.map(|cart| cart.id.parse::<CartId>().unwrap()),
        lines: lines.collect(),
    };
    bench.envelope(&order_id.to_string(), 1, &message)
}

/// Delivers messages, and those that fail again, until none fails.
pub async fn deliver_until_settled(bench: &Bench<Carts>, messages: &[Envelope<Value>]) {
    let mut waiting = messages.to_vec();
    for _ in 0..1000 {
        let again = bench.deliver(&waiting).await;
        if again.is_empty() {
            return;
        }
        waiting = again.into_iter().map(|index| waiting[index].clone()).collect();
    }
    panic!("{} messages are never settled", waiting.len());
}
