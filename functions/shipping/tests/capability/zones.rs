//! Zones as staff see them.

use crate::harness::{bench, put_zone, zone};
use chassis::testing::Request;
use events::{ids::UserId, users::Role};
use serde_json::{Value, json};

#[tokio::test]
async fn a_zone_is_put_replaced_and_listed_by_id() {
    let bench = bench();
    assert_eq!(bench.http(put_zone(&bench, "north", &zone(&["SE"]))).await.status, 201);
    assert_eq!(bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await.status, 201);
    let answer = bench.http(put_zone(&bench, "north", &zone(&["SE", "DK"])).header("if-match", "*")).await;
    assert_eq!((answer.status, &answer.body["countries"]), (200, &json!(["DK", "SE"])));
    let listed = bench.http(Request::get("/v1/shipping-zones").bearer(&bench.staff())).await;
    assert_eq!(listed.body["items"][0]["id"], "home");
    assert_eq!(listed.body["items"][1], answer.body);
    assert_eq!(listed.body["items"][1]["services"][0]["rates"][0]["free_from"], 6000);
}

#[tokio::test]
async fn putting_the_same_zone_again_writes_nothing() {
    let bench = bench();
    let first = bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await;
    bench.dynamo.take_calls();
    assert_eq!(bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await.body, first.body);
    let operations: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    // One whether the access token is revoked, one of the zones.
    assert_eq!(operations, ["GetItem", "GetItem"]);
}

#[tokio::test]
async fn answers_without_a_write_come_from_a_consistent_read() {
    let bench = bench();
    bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await;
    bench.dynamo.take_calls();
    for (id, status) in [("home", 200), ("europe", 409)] {
        assert_eq!(bench.http(put_zone(&bench, id, &zone(&["DE"]))).await.status, status);
        let units: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.tenths_of_units).collect();
        // Whether the access token is revoked may be stale; the zones may not.
        assert_eq!(units, [5, 10], "a read that may be stale costs half as much");
    }
}

#[tokio::test]
async fn a_country_of_another_zone_is_refused_and_named() {
    let bench = bench();
    bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await;
    let before = bench.dynamo.items();
    let refused = bench.http(put_zone(&bench, "europe", &zone(&["FR", "DE"]))).await;
    assert_eq!((refused.status, refused.problem()), (409, "country_taken"));
    assert_eq!((&refused.body["country"], &refused.body["zone"]), (&json!("DE"), &json!("home")));
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_zone_is_kept_in_one_spelling() {
    let bench = bench();
    let mut typed = zone(&["fr", "XK"]);
    typed["name"] = json!(" Somewhere\u{a0}");
    typed["services"][0]["name"] = json!(" Parcel ");
    let kept = bench.http(put_zone(&bench, "home", &typed)).await;
    assert_eq!(
        (kept.status, &kept.body["countries"], &kept.body["name"]),
        (201, &json!(["FR", "XK"]), &json!("Somewhere"))
    );
    assert_eq!(kept.body["services"][0]["name"], "Parcel");
    let before = bench.dynamo.items();
    let again = put_zone(&bench, "home", &kept_again(&kept.body)).header("if-match", kept.header("etag").unwrap());
    assert_eq!(bench.http(again).await.body, kept.body);
    assert_eq!(bench.dynamo.items(), before, "the same zone again writes nothing");
}

fn kept_again(zone: &Value) -> Value {
    let mut zone = zone.clone();
    zone.as_object_mut().unwrap().remove("id");
    zone
}

#[tokio::test]
async fn invalid_zones_are_refused_by_field_and_change_nothing() {
    let bench = bench();
    let mut swapped = zone(&["DE"]);
    swapped["services"][1]["min_days"] = json!(9);
    let refused = bench.http(put_zone(&bench, "home", &swapped)).await;
    assert_eq!((refused.status, refused.problem()), (422, "invalid_field"));
    assert_eq!(refused.body["field"], "/services/1/min_days");
    let mut unknown = zone(&["DE"]);
    unknown["colour"] = json!("red");
    let mut negative = zone(&["DE"]);
    negative["tax_basis_points"] = json!(-1);
    for (body, field, detail) in [
        (&unknown, "/colour", "colour is not a field of this request."),
        (&negative, "/tax_basis_points", "tax_basis_points must be an integer from 0 to 10000."),
    ] {
        let refused = bench.http(put_zone(&bench, "home", body)).await;
        assert_eq!((refused.status, refused.problem()), (422, "invalid_field"), "{body}");
        assert_eq!((&refused.body["field"], &refused.body["detail"]), (&json!(field), &json!(detail)), "{body}");
    }
    for (country, told) in
        [("XX", "two letters that ISO 3166-1 assigns"), ("UK", "GB for the United Kingdom"), ("Germany", "two letters")]
    {
        let refused = bench.http(put_zone(&bench, "home", &zone(&["DE", country]))).await;
        assert_eq!((refused.status, &refused.body["field"]), (422, &json!("/countries/1")), "{country}");
        assert!(refused.body["detail"].as_str().unwrap().contains(told), "{refused:?}");
    }
    assert_eq!(bench.http(put_zone(&bench, "Not%20A%20Zone", &zone(&["DE"]))).await.problem(), "invalid_parameter");
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn a_rate_in_rupiah_is_as_large_as_the_prices_are() {
    let bench = bench();
    let (price, order) = (10_000_000_000i64, 499_500_000_000_000i64);
    let mut dear = zone(&["ID"]);
    dear["services"][0]["rates"][0] = json!({"currency": "IDR", "base": price, "per_kg": price, "free_from": order});
    let put = bench.http(put_zone(&bench, "indonesia", &dear)).await;
    assert_eq!((put.status, &put.body["services"]), (201, &dear["services"]), "{:?}", put.body);
    for (part, most) in [("base", price), ("per_kg", price), ("free_from", order)] {
        let mut dearer = dear.clone();
        dearer["services"][0]["rates"][0][part] = json!(most + 1);
        let refused = bench.http(put_zone(&bench, "beyond", &dearer)).await;
        assert_eq!((refused.status, refused.problem()), (422, "invalid_field"), "{part}");
        assert_eq!(refused.body["field"], format!("/services/0/rates/0/{part}"));
    }
}

#[tokio::test]
async fn a_zone_is_replaced_from_the_version_that_was_read_and_never_blindly() {
    let bench = bench();
    let put = |countries: &[&str], known: Option<&str>| {
        let request = put_zone(&bench, "north", &zone(countries));
        bench.http(known.iter().fold(request, |request, known| request.header("if-match", known)))
    };
    let made = put(&["SE"], None).await;
    assert_eq!((made.status, made.header("etag")), (201, Some("\"1\"")));
    let read = || bench.http(Request::get("/v1/shipping-zones/north").bearer(&bench.staff()));
    assert_eq!((read().await.header("etag"), read().await.body), (Some("\"1\""), made.body));
    let blind = put(&["SE", "DK"], None).await;
    assert_eq!((blind.status, blind.problem()), (428, "precondition_required"));
    // Two read the zone, and each adds a country.
    assert_eq!(put(&["SE", "DK"], Some("\"1\"")).await.header("etag"), Some("\"2\""));
    let late = put(&["SE", "FI"], Some("\"1\"")).await;
    assert_eq!((late.status, late.problem(), late.header("etag")), (412, "precondition_failed", Some("\"2\"")));
    assert_eq!(read().await.body["countries"], json!(["DK", "SE"]));
    // What it says is there already: its own answer was lost.
    assert_eq!(put(&["SE", "DK"], Some("\"1\"")).await.status, 200);
    assert_eq!(bench.http(Request::get("/v1/shipping-zones/south").bearer(&bench.staff())).await.status, 404);
}

#[tokio::test]
async fn whoever_wants_a_new_zone_replaces_none() {
    let bench = bench();
    let new = |countries: &[&str]| put_zone(&bench, "home", &zone(countries)).header("if-none-match", "*");
    assert_eq!(bench.http(new(&["DE"])).await.status, 201);
    for countries in [&["DE"][..], &["FR"]] {
        let late = bench.http(new(countries)).await;
        assert_eq!((late.status, late.problem(), late.header("etag")), (412, "precondition_failed", Some("\"1\"")));
    }
}

#[tokio::test]
async fn only_staff_see_and_change_zones() {
    let bench = bench();
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    for (method, path) in [("GET", "/v1/shipping-zones"), ("PUT", "/v1/shipping-zones/home")] {
        let request = || Request::new(method, path).body(zone(&["DE"]).to_string());
        assert_eq!(bench.http(request()).await.status, 401, "{method}");
        assert_eq!(bench.http(request().bearer(&customer)).await.status, 403, "{method}");
    }
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn nothing_is_published_when_a_zone_changes() {
    let bench = bench();
    bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await;
    bench.relay().await.unwrap();
    assert!(bench.queues.take().is_empty());
    assert!(bench.queues.dead_lettered().is_empty());
}
