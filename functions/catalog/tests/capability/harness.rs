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
