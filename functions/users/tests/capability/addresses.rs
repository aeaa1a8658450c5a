//! The addresses a person keeps.

use crate::harness::{bench, refusal, somebody};
use chassis::testing::{Bench, Request};
use serde_json::{Value, json};
use users::Users;

fn home() -> Value {
    house(1)
}

fn house(number: u32) -> Value {
    json!({"name": "Ada", "line1": format!("{number} Quay"), "city": "Bergen", "postal_code": "5003", "country": "NO"})
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
    expected["is_default"] = json!(false);
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
async fn the_address_that_was_made_the_default_last_is_the_default() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let (_, eve) = somebody(&bench, "eve@example.com").await;
    let mut paths = Vec::new();
    for number in 1..=3 {
        let added = bench.http(Request::post("/v1/users/me/addresses", house(number)).bearer(&ada.access)).await;
        assert_eq!((added.status, &added.body["is_default"]), (201, &json!(false)), "nobody chose it");
        paths.push(format!("/v1/users/me/addresses/{}", added.body["id"].as_str().unwrap()));
        bench.world.pass_seconds(1);
    }
    let make_default =
        |path: &str, access: &str| bench.http(Request::new("PUT", &format!("{path}/default")).bearer(access));
    let defaults = async || {
        let kept = list(&bench, &ada.access).await;
        kept.iter().map(|address| address["is_default"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    for (path, expected) in
        [(&paths[1], [false, true, false]), (&paths[0], [true, false, false]), (&paths[2], [false, false, true])]
    {
        let made = make_default(path, &ada.access).await;
        assert_eq!((made.status, &made.body["is_default"]), (200, &json!(true)));
        assert_eq!(defaults().await, expected);
        bench.world.pass_seconds(1);
    }
    let moved = bench.http(Request::put(&paths[2], house(4)).bearer(&ada.access)).await;
    assert_eq!(
        (&moved.body["line1"], &moved.body["is_default"]),
        (&json!("4 Quay"), &json!(true)),
        "it stays the default"
    );
    assert_eq!(refusal(&make_default(&paths[0], &eve.access).await), (404, "not_found"));
    assert_eq!(bench.http(Request::new("DELETE", &paths[2]).bearer(&ada.access)).await.status, 204);
    assert_eq!(defaults().await, [true, false], "the one before is the default again");
    assert_eq!(refusal(&make_default(&paths[2], &ada.access).await), (404, "not_found"));
    assert_eq!(defaults().await, [true, false]);
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
    let add = |number| Request::post("/v1/users/me/addresses", house(number)).bearer(&ada.access);
    for number in 1..=20 {
        assert_eq!(bench.http(add(number)).await.status, 201);
        bench.world.pass_seconds(1);
    }
    let refused = bench.http(add(21)).await;
    assert_eq!((refusal(&refused), &refused.body["limit"]), ((409, "too_many_addresses"), &json!(20)));
    assert_eq!(bench.http(add(7)).await.status, 201, "it is one of them");
    let kept = list(&bench, &ada.access).await;
    let lines: Vec<_> = kept.iter().map(|address| address["line1"].as_str().unwrap()).collect();
    assert_eq!((lines.len(), lines[0], lines[6], lines[19]), (20, "1 Quay", "7 Quay", "20 Quay"), "oldest first");
}

#[tokio::test]
async fn an_address_that_is_sent_again_is_kept_once() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let (_, eve) = somebody(&bench, "eve@example.com").await;
    let add = |access: &str| bench.http(Request::post("/v1/users/me/addresses", home()).bearer(access));
    let first = add(&ada.access).await;
    bench.world.pass_seconds(60);
    let again = add(&ada.access).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(list(&bench, &ada.access).await, std::slice::from_ref(&first.body));
    assert_ne!(add(&eve.access).await.body["id"], first.body["id"], "each has their own");
    let path = format!("/v1/users/me/addresses/{}", first.body["id"].as_str().unwrap());
    let moved = bench.http(Request::put(&path, house(2)).bearer(&ada.access)).await;
    let anew = add(&ada.access).await;
    assert_eq!(anew.status, 201);
    let path = format!("/v1/users/me/addresses/{}", anew.body["id"].as_str().unwrap());
    assert_eq!(list(&bench, &ada.access).await, [moved.body, anew.body], "the first one is another by now");
    let same = bench.http(Request::put(&path, house(2)).bearer(&ada.access)).await;
    assert_eq!((same.status, &same.body["line1"]), (200, &json!("2 Quay")));
    assert_eq!(list(&bench, &ada.access).await.len(), 2, "one that is replaced keeps its id");
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
        (with("country", json!("Norway")), 422),
        (with("country", json!("XX")), 422),
        (with("postal_code", json!("")), 422),
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

#[tokio::test]
async fn an_address_is_kept_in_the_spelling_of_the_post() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let typed = json!({"name": " Ada ", "company": "Engines Ltd", "line1": "10 Downing St", "line2": "", "city": "London ", "region": null,
        "postal_code": "sw1a2aa", "country": "gb", "phone": "020  7946 0123"});
    let kept = json!({"name": "Ada", "company": "Engines Ltd", "line1": "10 Downing St", "city": "London",
        "postal_code": "SW1A 2AA", "country": "GB", "phone": "020 7946 0123"});
    let added = bench.http(Request::post("/v1/users/me/addresses", &typed).bearer(&ada.access)).await;
    let id = added.body["id"].clone();
    let mut expected = kept.clone();
    expected["id"] = id.clone();
    expected["is_default"] = json!(false);
    assert_eq!((added.status, &added.body), (201, &expected));
    let path = format!("/v1/users/me/addresses/{}", id.as_str().unwrap());
    let replaced = bench.http(Request::put(&path, &kept).bearer(&ada.access)).await;
    assert_eq!((replaced.status, &replaced.body), (200, &expected));
    assert_eq!(list(&bench, &ada.access).await, [expected]);
}

#[tokio::test]
async fn an_address_has_the_parts_that_its_country_has() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let address = |country: &str| json!({"name": "Ada", "line1": "1 Quay", "city": "Town", "country": country});
    for country in ["IE", "HK", "AE", "XK"] {
        let added = bench.http(Request::post("/v1/users/me/addresses", address(country)).bearer(&ada.access)).await;
        assert_eq!((added.status, added.body.get("postal_code")), (201, None), "{country}");
    }
    for (country, field, told) in [
        ("XX", "/country", "such as DE"),
        ("UK", "/country", "GB for the United Kingdom"),
        ("ZZ", "/country", "such as DE"),
        ("NO", "/postal_code", "such as 0025"),
        ("US", "/region", "such as AL or Alabama"),
    ] {
        let refused = bench.http(Request::post("/v1/users/me/addresses", address(country)).bearer(&ada.access)).await;
        assert_eq!(refusal(&refused), (422, "invalid_field"), "{country}");
        assert_eq!(refused.body["field"], field, "{country}");
        assert!(refused.body["detail"].as_str().unwrap().contains(told), "{refused:?}");
    }
}

/// Before codes were looked up, any two letters were a country and a postal code was any text.
#[tokio::test]
async fn an_address_that_was_kept_before_is_still_listed_and_leaves_when_it_is_replaced() {
    let bench = bench();
    let (_, ada) = somebody(&bench, "ada@example.com").await;
    let added = bench.http(Request::post("/v1/users/me/addresses", home()).bearer(&ada.access)).await;
    let mut item = bench.dynamo.items().into_iter().find(|item| item.get("address").is_some()).unwrap();
    item["address"]["M"]["country"]["S"] = json!("UK");
    item["address"]["M"]["postal_code"]["S"] = json!("x y");
    bench.dynamo.put(&item);
    let kept = list(&bench, &ada.access).await;
    assert_eq!((&kept[0]["country"], &kept[0]["postal_code"]), (&json!("UK"), &json!("x y")));
    let path = format!("/v1/users/me/addresses/{}", added.body["id"].as_str().unwrap());
    assert_eq!(bench.http(Request::put(&path, home()).bearer(&ada.access)).await.body, added.body);
}
