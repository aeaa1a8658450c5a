//! The catalog on a test bench, and products, categories and tax rates to fill it with.

use catalog::{Catalog, Config};
use chassis::runtime::Function;
use chassis::testing::signing::{access_verifier, stored_key};
use chassis::testing::{Bench, Parts, Request, Response};
use events::ids::UserId;
use events::users::Role;
use serde_json::{Value, json};

pub const KEY: &str = "/souk/test/keys/catalog";

/// As many units as the lines of a quote can have.
pub const MAX_UNITS: u32 = 50 * 999;

pub fn build(parts: &mut Parts) -> Catalog {
    with_max_units(parts, MAX_UNITS)
}

/// A catalog whose quotes have at most that many units.
pub fn with_max_units(parts: &mut Parts, max_units: u32) -> Catalog {
    let key = parts.secret(KEY, stored_key("catalog"));
    let config = Config { users: access_verifier(), signing_key_parameter: KEY.to_owned(), max_units };
    Catalog::new(parts.table.clone(), parts.wiring.clone(), config, key)
}

/// An empty catalog.
pub fn bench() -> Bench<Catalog> {
    Bench::new(build)
}

/// An empty catalog served by two functions that share nothing but the table.
pub fn two() -> (Bench<Catalog>, Function<Catalog>) {
    let mut other = None;
    let bench = Bench::new(|parts| {
        other = Some(Function::new(build(parts)).unwrap());
        build(parts)
    });
    (bench, other.unwrap())
}

pub async fn ask(function: &Function<Catalog>, request: Request) -> Response {
    let answer = function.handle(&request.event().to_string(), std::time::Duration::from_secs(10)).await.unwrap();
    Response::from_answer(&answer)
}

pub fn patch(target: &str, body: &Value) -> Request {
    Request::new("PATCH", target).body(body.to_string())
}

pub fn customer(bench: &Bench<Catalog>) -> String {
    bench.token(UserId::from_bits(7), &[Role::Customer])
}

pub async fn as_staff(bench: &Bench<Catalog>, request: Request) -> Response {
    bench.http(request.bearer(&bench.staff())).await
}

pub fn variant(sku: &str, amount: i64) -> Value {
    json!({"sku": sku, "title": "One size", "options": {"size": "one"}, "weight_grams": 250,
        "prices": [{"amount": amount, "currency": "EUR"}, {"amount": amount + 200, "currency": "USD"}]})
}

pub fn product(slug: &str, title: &str, variants: &[Value]) -> Value {
    json!({"title": title, "slug": slug, "description": "From the souk.", "category": "tea",
        "tax_class": "reduced", "variants": variants})
}

/// A catalog with categories and tax rates, and no products.
pub async fn furnished() -> Bench<Catalog> {
    let bench = bench();
    furnish(&bench).await;
    bench
}

pub async fn furnish(bench: &Bench<Catalog>) {
    let settings = [
        ("/v1/categories/pantry", json!({"name": "Pantry"})),
        ("/v1/categories/tea", json!({"name": "Tea", "parent": "pantry"})),
        ("/v1/categories/home", json!({"name": "Home"})),
        ("/v1/tax-rates/de-standard", json!({"country": "DE", "tax_class": "standard", "rate_basis_points": 1900})),
        ("/v1/tax-rates/de-reduced", json!({"country": "DE", "tax_class": "reduced", "rate_basis_points": 700})),
    ];
    for (path, body) in settings {
        let answer = as_staff(bench, Request::put(path, body)).await;
        assert_eq!(answer.status, 201, "{path}: {:?}", answer.body);
    }
}

/// Creates a product and returns its id.
pub async fn stock(bench: &Bench<Catalog>, body: &Value) -> String {
    let answer = as_staff(bench, Request::post("/v1/products", body)).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

pub fn titles(answer: &Response) -> Vec<&str> {
    answer.body["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// A browser's request for a page.
pub async fn open(bench: &Bench<Catalog>, target: &str) -> Response {
    bench.http(Request::get(target).without_header("content-type")).await
}

/// The text of a page.
///
/// # Panics
/// If the answer has another status.
pub async fn read(bench: &Bench<Catalog>, target: &str) -> String {
    let answer = open(bench, target).await;
    assert_eq!(answer.status, 200, "{target}: {:?}", answer.body);
    text(&answer)
}

pub fn text(answer: &Response) -> String {
    answer.body.as_str().unwrap_or_default().to_owned()
}

/// A form of one of the shop's own pages.
pub fn form(target: &str, fields: &[(&str, &str)]) -> Request {
    Request::new("POST", target)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(serde_urlencoded::to_string(fields).unwrap())
}

/// The cookie of somebody signed in.
pub fn cookie(token: &str) -> String {
    format!("__Host-souk_access={token}")
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let from = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let rest = page.split_once(&from).unwrap_or_else(|| panic!("no hidden {name} in {page}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}

/// Has `inventory` publish a level.
pub async fn level(bench: &Bench<Catalog>, sku: &str, level: events::inventory::StockLevel, seq: u64) {
    let changed = events::inventory::StockLevelChanged { sku: sku.parse().unwrap(), level, seq };
    bench.receive(sku, seq, &changed).await;
    bench.world.pass_seconds(catalog::service::catalogue_cache::LEVELS_SECONDS);
}

/// A browser's request of somebody of the staff.
pub fn by_staff(bench: &Bench<Catalog>, request: Request) -> Request {
    request.header("cookie", &cookie(&bench.staff()))
}

/// A page of staff.
///
/// # Panics
/// If the answer has another status.
pub async fn staff_page(bench: &Bench<Catalog>, target: &str) -> String {
    let answer = bench.http(by_staff(bench, Request::get(target).without_header("content-type"))).await;
    assert_eq!(answer.status, 200, "{target}: {:?}", answer.body);
    text(&answer)
}

/// A form of staff's that was sent.
pub async fn sent(bench: &Bench<Catalog>, target: &str, fields: &[(&str, &str)]) -> Response {
    bench.http(by_staff(bench, form(target, fields))).await
}

/// What stands at a field as its error.
pub fn error_at(page: &str, field: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("id=\"field-{field}-error\">"))?;
    rest.split('<').next().map(str::to_owned)
}

/// These fields with others in the place of those with the same name.
pub fn with_fields<'a>(fields: &[(&'a str, &'a str)], others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
    kept.chain(others).copied().collect()
}

/// The operations in the audit log.
pub async fn audited(bench: &Bench<Catalog>) -> Vec<String> {
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let log = bench.http(Request::get("/v1/catalog/audit?limit=100").bearer(&admin)).await;
    let entries = log.body["items"].as_array().unwrap().iter();
    entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}
