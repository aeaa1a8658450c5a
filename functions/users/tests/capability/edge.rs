//! Limits by network with the edge before the function: they count the viewers' networks, not the edge's.

use crate::harness::{MAX_SIGN_UPS, PASSWORD, sign_in_request, sign_up_request, users};
use chassis::digest;
use chassis::http::Edge;
use chassis::testing::{Bench, Request};
use users::Users;

const SECRET: &str = "known to the edge alone";
/// Every request comes from here, as the gateway sees it.
const EDGE: &str = "203.0.113.1";

fn behind_the_edge() -> Bench<Users> {
    Bench::new(|parts| {
        parts.wiring.edge = Edge::from_digests(&digest::hex_of_bytes(SECRET.as_bytes())).unwrap();
        let table = parts.table.clone();
        users(parts, table)
    })
}

fn sign_up_by(viewer: &str, number: u32) -> Request {
    through_the_edge(sign_up_request(&format!("{number}@example.com")), viewer)
}

fn through_the_edge(request: Request, viewer: &str) -> Request {
    request.from_address(EDGE).header("x-origin-secret", SECRET).header("cloudfront-viewer-address", viewer)
}

#[tokio::test]
async fn sign_ups_behind_the_edge_are_counted_by_the_viewers_network() {
    let bench = behind_the_edge();
    for number in 0..MAX_SIGN_UPS {
        // Another address and port each time, in one household.
        let viewer = format!("2001:db8:1:2::{number:x}:{}", 40_000 + number);
        assert_eq!(bench.http(sign_up_by(&viewer, number)).await.status, 201);
    }
    assert_eq!(bench.http(sign_up_by("2001:db8:1:2:ffff::1:443", 100)).await.status, 429);
    assert_eq!(bench.http(sign_up_by("2001:db8:1:3::1:443", 101)).await.status, 201, "another household");
    assert_eq!(bench.http(sign_up_by("198.51.100.10:443", 102)).await.status, 201);
    let past_it = sign_up_request("new@example.com").header("cloudfront-viewer-address", "198.51.100.11:443");
    assert_eq!(bench.http(past_it).await.status, 403, "an address without the secret is nobody's");
}

#[tokio::test]
async fn failed_sign_ins_behind_the_edge_are_counted_by_the_viewers_network() {
    let bench = behind_the_edge();
    let ada = |viewer: &str, password: &str| through_the_edge(sign_in_request("0@example.com", password), viewer);
    assert_eq!(bench.http(sign_up_by("198.51.100.10:443", 0)).await.status, 201);
    for number in 0..100 {
        let viewer = format!("2001:db8:1:2::{number:x}:{}", 40_000 + number);
        let guess = sign_in_request(&format!("user{number}@example.com"), "a guess");
        assert_eq!(bench.http(through_the_edge(guess, &viewer)).await.status, 401);
    }
    assert_eq!(bench.http(ada("2001:db8:1:2:ffff::1:443", PASSWORD)).await.status, 429);
    assert_eq!(bench.http(ada("2001:db8:1:3::1:443", PASSWORD)).await.status, 201, "another household");
}

#[tokio::test]
async fn guesses_at_one_account_are_counted_together_from_whatever_network() {
    let bench = behind_the_edge();
    let ada = |viewer: &str, password: &str| through_the_edge(sign_in_request("0@example.com", password), viewer);
    assert_eq!(bench.http(sign_up_by("198.51.100.10:443", 0)).await.status, 201);
    for number in 0..10 {
        assert_eq!(bench.http(ada(&format!("2001:db8:{number}::1:443"), "a guess")).await.status, 401);
    }
    assert_eq!(bench.http(ada("2001:db8:10::1:443", PASSWORD)).await.status, 429);
}
