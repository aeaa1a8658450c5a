//! Shipping on its bench, and the requests and messages that the tests send it.

use chassis::testing::signing::{STAGE, access_verifier, signer, stored_key, verifier};
use chassis::testing::{Bench, Request, Response};
use events::ids::{OrderId, QuoteId, SessionId, UserId};
use events::inventory::StockLine;
use events::quotes::{Destination, QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, QuotedLine};
use events::shipping::{CancelShipment, CreateShipment};
use events::users::{Role, SessionEnded};
use events::{Address, Currency, Timestamp};
use serde_json::{Value, json};
use shipping::{Config, Shipping};

pub const ORDER: OrderId = OrderId::from_bits(7);

pub fn config() -> Config {
    let (users, catalog) = (access_verifier(), verifier("catalog"));
    Config { users, catalog, signing_key_parameter: "/souk/test/keys/shipping".to_owned() }
}

pub fn bench() -> Bench<Shipping> {
    Bench::new(|parts| {
        let key = parts.secret("/souk/test/keys/shipping", stored_key("shipping"));
        Shipping::new(parts.table.clone(), parts.wiring.clone(), config(), key)
    })
}

pub fn zone(countries: &[&str]) -> Value {
    json!({"name": "Home", "countries": countries, "tax_basis_points": 1900, "services": [
        {"code": "standard", "name": "Parcel", "min_days": 1, "max_days": 3, "rates": [
            {"currency": "EUR", "base": 410, "per_kg": 60, "free_from": 6000},
            {"currency": "USD", "base": 470, "per_kg": 70}]},
        {"code": "express", "name": "Express", "min_days": 1, "max_days": 1, "rates": [
            {"currency": "EUR", "base": 1090, "per_kg": 120}]}]})
}

pub fn put_zone(bench: &Bench<Shipping>, id: &str, body: &Value) -> Request {
    Request::put(&format!("/v1/shipping-zones/{id}"), body).bearer(&bench.staff())
}

/// The claims of a quote to Germany: two lines, 1,999 + 2 × 500, 1,500 g in all.
pub fn claims(bench: &Bench<Shipping>) -> QuoteClaims {
    let now = bench.world.now().seconds();
    let line = |sku: &str, quantity, unit_price, weight_grams| QuotedLine {
        sku: sku.parse().unwrap(),
        title: sku.to_owned(),
        quantity,
        unit_price,
        discount: 0,
        tax: 0,
        weight_grams,
    };
    QuoteClaims {
        iss: "catalog".into(),
        aud: QUOTE_AUDIENCE.into(),
        stage: STAGE.into(),
        jti: QuoteId::from_bits(7),
        sub: None,
        currency: Currency::EUR,
        ship_to: Destination { country: "DE".parse().unwrap(), region: None, postal_code: None },
        lines: vec![line("TEA", 1, 1999, 500), line("MUG", 2, 500, 500)],
        terms: None,
        iat: now,
        exp: now + 1800,
    }
}

pub fn signed(claims: &QuoteClaims) -> String {
    signer("catalog").sign(QUOTE_TYP, claims).unwrap()
}

pub fn create() -> CreateShipment {
    CreateShipment {
        dispatch_before: None,
        order_id: ORDER,
        shipment_id: ORDER.shipment(),
        lines: vec![StockLine { sku: "TEA".parse().unwrap(), quantity: 2 }],
        ship_to: Address {
            name: "Ada".into(),
            company: None,
            line1: "Street 1".into(),
            line2: None,
            city: "Berlin".into(),
            region: None,
            postal_code: Some("10115".into()),
            country: "DE".parse().unwrap(),
            phone: None,
        },
        service: "standard".into(),
        weight_grams: 500,
    }
}

pub fn cancel() -> CancelShipment {
    CancelShipment { order_id: ORDER, shipment_id: ORDER.shipment() }
}

pub fn dispatch(bench: &Bench<Shipping>, tracking_number: &str) -> Request {
    let body = json!({"carrier": "dhl", "tracking_number": tracking_number});
    Request::post(&format!("/v1/shipments/{}/dispatch", ORDER.shipment()), body).bearer(&bench.staff())
}

pub fn delivery(bench: &Bench<Shipping>) -> Request {
    Request::post(&format!("/v1/shipments/{}/delivery", ORDER.shipment()), json!({})).bearer(&bench.staff())
}

pub fn list(bench: &Bench<Shipping>) -> Request {
    Request::get(&format!("/v1/shipments?order_id={ORDER}")).bearer(&bench.staff())
}

/// The kinds of messages sent since the last call, without prefix and version.
pub fn sent(bench: &Bench<Shipping>) -> Vec<String> {
    let name = |kind: &str| kind.trim_start_matches("shipping.").trim_end_matches(".v1").to_owned();
    bench.queues.take().iter().map(|sent| name(sent.kind())).collect()
}

/// The order of this number.
pub const fn order(number: u128) -> OrderId {
    OrderId::from_bits(number)
}

/// A shipment that must leave before this time.
pub fn create_for(order: OrderId, dispatch_before: Option<Timestamp>) -> CreateShipment {
    CreateShipment { dispatch_before, order_id: order, shipment_id: order.shipment(), ..create() }
}

/// The order wants a shipment that must leave within these seconds.
pub async fn arrive(bench: &Bench<Shipping>, order: OrderId, seconds: Option<i64>) {
    let dispatch_before = seconds.map(|seconds| bench.world.now().plus_seconds(seconds));
    bench.receive(&order.to_string(), 3, &create_for(order, dispatch_before)).await;
}

/// History: shipments that were created and canceled.
pub async fn come_and_go(bench: &Bench<Shipping>, orders: impl Iterator<Item = u128>) {
    for order in orders.map(order) {
        arrive(bench, order, Some(3_600)).await;
        let canceled = CancelShipment { order_id: order, shipment_id: order.shipment() };
        bench.receive(&order.to_string(), 4, &canceled).await;
    }
}

/// Each call since the last time, with its units in tenths. What is read at once has no order, so they are sorted by name.
pub fn spent(bench: &Bench<Shipping>) -> Vec<(String, u64)> {
    let calls = bench.dynamo.take_calls().into_iter().map(|call| (call.operation, call.tenths_of_units));
    let mut calls: Vec<_> = calls.collect();
    calls.sort();
    calls
}

/// The cookie of a browser in which this token was given.
pub fn with_session(request: Request, token: &str) -> Request {
    request.header("cookie", &format!("__Host-souk_access={token}"))
}

/// A page as staff open it.
pub async fn staff_page(bench: &Bench<Shipping>, target: &str) -> Response {
    bench.http(with_session(Request::get(target), &bench.staff())).await
}

/// A form as staff send it.
pub async fn staff_form(bench: &Bench<Shipping>, target: &str, fields: &[(&str, &str)]) -> Response {
    bench.http(with_session(Request::form(target, fields), &bench.staff())).await
}

/// The text of a page.
pub fn html(answer: &Response) -> &str {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
    answer.body.as_str().unwrap_or_default()
}

/// The values of an attribute that begin like this, in the order of the page.
pub fn values<'a>(page: &'a str, attribute: &str, start: &str) -> Vec<&'a str> {
    let opening = format!("{attribute}=\"");
    let values = page.split(&opening).skip(1).map(|rest| rest.split('"').next().unwrap());
    values.filter(|value| value.starts_with(start)).collect()
}

/// What an error says at its field.
pub fn error_at(page: &str, field: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("id=\"field-{field}-error\">"))?;
    rest.split('<').next().map(str::to_owned)
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let from = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    page.split_once(&from).unwrap().1.split('"').next().unwrap().to_owned()
}

/// These fields with others in the place of those with the same name.
pub fn with_fields<'a>(fields: &[(&'a str, &'a str)], others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
    kept.chain(others).copied().collect()
}

/// The operations in the audit log, the newest first.
pub async fn audited(bench: &Bench<Shipping>) -> Vec<String> {
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let log = bench.http(Request::get("/v1/shipping/audit?limit=100").bearer(&admin)).await;
    let entries = log.body["items"].as_array().unwrap().iter();
    entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// A form that staff send after their session ended, or whoever else must not send it, changes nothing.
pub async fn assert_for_staff_alone(bench: &Bench<Shipping>, target: &str, fields: &[(&str, &str)]) {
    let before = bench.dynamo.items();
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    for request in [Request::get(target), Request::form(target, fields)] {
        assert_eq!(bench.http(request.clone()).await.status, 303, "{target}");
        assert_eq!(bench.http(with_session(request, &customer)).await.status, 403, "{target}");
    }
    let form = || with_session(Request::form(target, fields), &bench.staff());
    let foreign = bench.http(form().header("sec-fetch-site", "cross-site")).await;
    assert_eq!(foreign.status, 403, "{target}");
    assert_eq!(bench.dynamo.items(), before, "{target}");
    let ended = SessionEnded { user_id: UserId::from_bits(99), session_id: SessionId::from_bits(99) };
    let sent = form();
    bench.receive("ses_1", 1, &ended).await;
    let before = bench.dynamo.items();
    let late = bench.http(sent).await;
    assert!(late.header("location").unwrap_or_default().starts_with("/account/session?ended=1&then="), "{late:?}");
    assert_eq!((late.status, bench.dynamo.items()), (307, before), "{target}");
}
