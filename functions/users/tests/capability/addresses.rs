//! The addresses a person keeps.

use crate::harness::{bench, refusal, somebody};
use chassis::testing::{Bench, Request};
use serde_json::{Value, json};
use users::Users;

fn home() -> Value {
    json!({"name": "Ada", "line1": "1 Quay", "city": "Bergen", "postal_code": "5003", "country": "NO"})
}

async fn list(bench: &Bench<Users>, access: &str) -> Vec<Value> {
    let answer = bench.http(Request::get("/v1/users/me/addresses").bearer(access)).await;
    assert_eq!(answer.status, 200);
    answer.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_address_is_kept_replaced_and_removed() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    assert!(list(&bench, &ada.access).await.is_empty());
    let added = bench.http(Request::post("/v1/users/me/addresses", home()).bearer(&ada.access)).await;
    assert_eq!(added.status, 201);
    let id = added.body["id"].as_str().unwrap().to_owned();
    let mut expected = home();
    expected["id"] = json!(id);
    assert_eq!(added.body, expected);
    assert_eq!(list(&bench, &ada.access).await, [expected.clone()]);
    let path = format!("/v1/users/me/addresses/{id}");
    let mut moved = home();
    moved["line2"] = json!("Floor 2");
    moved["city"] = json!("Oslo");
    let replaced = bench.http(Request::put(&path, &moved).bearer(&ada.access)).await;
    assert_eq!((replaced.status, &replaced.body["line2"]), (200, &json!("Floor 2")));
    assert_eq!(list(&bench, &ada.access).await, [replaced.body]);
    let remove = || Request::new("DELETE", &path).bearer(&ada.access);
    assert_eq!(bench.http(remove()).await.status, 204);
    assert_eq!(refusal(&bench.http(remove()).await), (404, "not_found"));
    assert!(list(&bench, &ada.access).await.is_empty());
}

#[tokio::test]
async fn another_persons_address_cannot_be_seen_changed_or_removed() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let (_, eve) = somebody(&bench, "eve@example.com").await;
    let added = bench.http(Request::post("/v1/users/me/addresses", home()).bearer(&ada.access)).await;
    let path = format!("/v1/users/me/addresses/{}", added.body["id"].as_str().unwrap());
    for request in [Request::put(&path, home()), Request::new("DELETE", &path)] {
        assert_eq!(refusal(&bench.http(request.bearer(&eve.access)).await), (404, "not_found"));
    }
    assert!(list(&bench, &eve.access).await.is_empty());
    assert_eq!(list(&bench, &ada.access).await, [added.body]);
}

#[tokio::test]
async fn twenty_addresses_are_enough() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let add = || Request::post("/v1/users/me/addresses", home()).bearer(&ada.access);
    for _ in 0..20 {
        assert_eq!(bench.http(add()).await.status, 201);
    }
    let refused = bench.http(add()).await;
    assert_eq!((refusal(&refused), &refused.body["limit"]), ((409, "too_many_addresses"), &json!(20)));
    assert_eq!(list(&bench, &ada.access).await.len(), 20);
}

#[tokio::test]
async fn an_address_that_post_cannot_read_is_refused() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let with = |field: &str, value: Value| {
        let mut address = home();
        address[field] = value;
        address
    };
    for (body, status) in [
        (with("line1", json!("")), 422),
        (with("city", json!("x".repeat(201))), 422),
        (with("postal_code", json!("x".repeat(21))), 422),
        (with("line2", json!(" ")), 422),
        (with("country", json!("Norway")), 422),
        (with("id", json!("addr_1")), 422),
        (json!({}), 422),
    ] {
        let answer = bench.http(Request::post("/v1/users/me/addresses", &body).bearer(&ada.access)).await;
        assert_eq!(answer.status, status, "{body}");
    }
    let unknown = Request::put("/v1/users/me/addresses/order_7", home()).bearer(&ada.access);
    assert_eq!(refusal(&bench.http(unknown).await), (404, "not_found"));
    assert!(list(&bench, &ada.access).await.is_empty());
}
