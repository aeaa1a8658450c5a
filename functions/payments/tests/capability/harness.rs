//! A payments capability on the bench, the commands that it gets, and the messages that it sends.

use chassis::testing::http::{Request, Response};
use chassis::testing::signing::{STAGE, jwks};
use chassis::testing::{Bench, Parts, Sent};
use chassis::{Context, Env, Received};
use events::ids::{OrderId, PaymentId, UserId};
use events::message::Origin;
use events::payments::{AmountParts, AuthorizePayment, CapturePayment, RefundPayment, VoidPayment};
use events::{Capability, Currency, Envelope, Message, Money, Outgoing, Timestamp};
use payments::{Config, Payments};
use serde_json::{Value, json};

pub const PARTS: AmountParts = AmountParts { net: 8000, shipping: 500, tax: 1615 };
pub const TOTAL: i64 = 10_115;

pub fn order() -> OrderId {
    OrderId::from_bits(0x0197_0000_0000_7000_8000_0000_0000_0001)
}

pub fn pay() -> PaymentId {
    order().payment()
}

pub fn customer() -> UserId {
    UserId::from_bits(7)
}

pub fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

pub fn config() -> Config {
    let env = Env::from_fn(|name| match name {
        "STAGE" => Some(STAGE.to_owned()),
        "USERS_JWKS" => Some(jwks("users")),
        "API_URL" => Some("https://api.example.com".to_owned()),
        "PAYMENT_PROVIDER" => Some("sandbox".to_owned()),
        "ENVIRONMENT" | "PLATFORM_ENVIRONMENT" => Some("development".to_owned()),
        _ => None,
    });
    Config::from_env(&env).unwrap()
}

pub fn build(parts: &mut Parts) -> Payments {
    Payments::new(parts.table.clone(), parts.wiring.clone(), config())
}

pub fn bench() -> Bench<Payments> {
    Bench::new(build)
}

/// A shop with pages, or an API alone.
pub fn bench_with_pages(has_pages: bool) -> Bench<Payments> {
    Bench::new(|parts| {
        parts.wiring.site.has_pages = has_pages;
        build(parts)
    })
}

pub fn authorize(attempt: u32, method: &str) -> AuthorizePayment {
    AuthorizePayment {
        order_id: order(),
        payment_id: pay(),
        attempt,
        amount: eur(TOTAL),
        parts: PARTS,
        payment_method: method.to_owned(),
        customer: Some(customer()),
    }
}

pub fn capture(attempt: u32) -> CapturePayment {
    CapturePayment { order_id: order(), payment_id: pay(), attempt }
}

pub fn void() -> VoidPayment {
    VoidPayment { order_id: order(), payment_id: pay() }
}

pub fn refund(cause: &str, amount: i64) -> RefundPayment {
    RefundPayment { order_id: order(), payment_id: pay(), cause: cause.to_owned(), amount: eur(amount) }
}

/// The context of a message of that id, received at `now`.
pub fn context(id: &str, now: Timestamp) -> Context {
    let origin = Origin { subject: order().to_string(), seq: 1, at: now, traceparent: None, actor: None };
    let mut envelope = Outgoing::to_one(Capability::Payments, &origin, &void()).envelope;
    id.clone_into(&mut envelope.id);
    Received { envelope, now }.context()
}

/// A command as orders sends it in its transition `seq`.
pub fn envelope<M: Message>(bench: &Bench<Payments>, seq: u64, message: &M) -> Envelope<Value> {
    bench.envelope(&order().to_string(), seq, message)
}

/// Delivers a command, then everything that payments sends itself; the messages to orders.
pub async fn say<M: Message>(bench: &Bench<Payments>, seq: u64, message: &M) -> Vec<Sent> {
    bench.receive(&order().to_string(), seq, message).await;
    settle(bench).await
}

/// Delivers what payments sent itself until nothing is left; the messages to orders.
pub async fn settle(bench: &Bench<Payments>) -> Vec<Sent> {
    let mut heard = Vec::new();
    loop {
        let sent = bench.queues.take();
        if sent.is_empty() {
            return heard;
        }
        let (own, others): (Vec<_>, Vec<_>) = sent.into_iter().partition(|sent| sent.to == Capability::Payments);
        assert!(others.iter().all(|sent| sent.to == Capability::Orders));
        heard.extend(others);
        for message in own {
            assert!(bench.deliver(&[message.envelope]).await.is_empty());
        }
    }
}

/// Runs the relay, then delivers what payments sent itself; the messages to orders.
pub async fn relay(bench: &Bench<Payments>) -> Vec<Sent> {
    bench.relay().await.unwrap();
    settle(bench).await
}

pub async fn authorized(bench: &Bench<Payments>) {
    assert_eq!(kinds(&say(bench, 1, &authorize(1, "pm_card_visa")).await), ["payment_authorized"]);
}

pub async fn captured(bench: &Bench<Payments>) {
    authorized(bench).await;
    assert_eq!(kinds(&say(bench, 2, &capture(1)).await), ["payment_captured"]);
}

/// The names of messages without capability and version.
pub fn kinds(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(|sent| sent.kind().trim_start_matches("payments.").trim_end_matches(".v1")).collect()
}

/// The payment as staff read it.
pub async fn payment(bench: &Bench<Payments>) -> Value {
    let answer = get(bench, &format!("/v1/payments/{}", pay())).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body
}

pub async fn status(bench: &Bench<Payments>) -> String {
    payment(bench).await["status"].as_str().unwrap().to_owned()
}

/// How many transitions the payment has made.
pub async fn transitions(bench: &Bench<Payments>) -> usize {
    let answer = get(bench, &format!("/v1/payments/{}/transactions?limit=100", pay())).await;
    answer.body["items"].as_array().unwrap().len()
}

/// Reads as staff.
pub async fn get(bench: &Bench<Payments>, target: &str) -> Response {
    bench.http(Request::get(target).bearer(&bench.staff())).await
}

/// Asks for a refund as staff.
pub async fn ask_refund(bench: &Bench<Payments>, key: &str, amount: i64) -> Response {
    bench.http(refund_request(bench, key, json!({"amount": eur(amount), "reason": "Damaged"}))).await
}

pub fn refund_request(bench: &Bench<Payments>, key: &str, body: Value) -> Request {
    Request::post(&format!("/v1/payments/{}/refunds", pay()), body)
        .bearer(&bench.staff())
        .header("idempotency-key", key)
}

/// Every account's balance in euro cents, and the sum of all.
pub async fn balances(bench: &Bench<Payments>) -> (Vec<(String, i64)>, i64) {
    let answer = get(bench, "/v1/ledger/balances").await;
    let accounts = answer.body["balances"].as_array().unwrap();
    let balance = |entry: &Value| {
        let name = entry["account"].as_str().unwrap().to_owned();
        (name, entry["balance"]["amount"].as_i64().unwrap())
    };
    let sums = answer.body["sums"].as_array().unwrap();
    (accounts.iter().map(balance).collect(), sums.iter().map(|sum| sum["amount"].as_i64().unwrap()).sum())
}

/// One account's balance.
pub async fn balance(bench: &Bench<Payments>, account: &str) -> i64 {
    let (accounts, sum) = balances(bench).await;
    assert_eq!(sum, 0, "{accounts:?}");
    accounts.iter().find(|(name, _)| name == account).map_or(0, |(_, amount)| *amount)
}

/// How much of the captured money is paid back, by the ledger.
pub async fn given_back(bench: &Bench<Payments>) -> i64 {
    TOTAL - balance(bench, "cash").await
}

/// The number of payments that the sweep will look at.
pub fn indexed(bench: &Bench<Payments>) -> usize {
    bench.dynamo.items().iter().filter(|item| item.get("due").is_some()).count()
}

/// Runs the sweep after these seconds.
pub async fn tick_after(bench: &Bench<Payments>, seconds: i64) {
    bench.world.pass_seconds(seconds);
    bench.tick().await.unwrap();
}
