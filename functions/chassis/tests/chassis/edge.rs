//! Requests with the edge before the functions, and without it.

use crate::probe::{Probe, bench, bench_with};
use chassis::digest;
use chassis::http::Edge;
use chassis::testing::{Bench, Request};
use serde_json::json;

const GATEWAY: &str = "203.0.113.1";
const SECRETS: [&str; 2] = ["the secret of this month", "the secret of the next"];

fn behind_the_edge() -> Bench<Probe> {
    let digests = SECRETS.map(|secret| digest::hex_of_bytes(secret.as_bytes())).join(",");
    bench_with(|wiring| wiring.edge = Edge::from_digests(&digests).unwrap())
}

fn request(method: &'static str, secret: Option<&str>) -> Request {
    let request = Request::new(method, "/v1/access/unauthenticated").from_address(GATEWAY);
    secret.into_iter().fold(request, |request, secret| request.header("x-origin-secret", secret))
}

/// The address that a handler sees.
async fn seen(bench: &Bench<Probe>, secret: Option<&str>, viewer: &str) -> String {
    let answer = bench.http(request("GET", secret).header("cloudfront-viewer-address", viewer)).await;
    assert_eq!(answer.status, 200);
    answer.body["address"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn behind_the_edge_the_viewer_is_the_one_whom_the_edge_names() {
    let bench = behind_the_edge();
    for secret in SECRETS {
        assert_eq!(seen(&bench, Some(secret), "198.51.100.10:46532").await, "198.51.100.10");
        assert_eq!(seen(&bench, Some(secret), "2001:db8::1:443").await, "2001:db8::1");
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_read_leaves_the_gateways() {
    for viewer in ["", "unknown", "198.51.100.10", "198.51.100.10:1, 198.51.100.11:2"] {
        assert_eq!(seen(&behind_the_edge(), Some(SECRETS[0]), viewer).await, GATEWAY, "{viewer}");
    }
}

#[tokio::test]
async fn without_an_edge_no_header_changes_the_address() {
    for secret in [None, Some(SECRETS[0]), Some("")] {
        assert_eq!(seen(&bench(), secret, "198.51.100.10:46532").await, GATEWAY);
    }
}

#[tokio::test]
async fn what_comes_past_the_edge_is_refused_before_it_is_routed() {
    let bench = behind_the_edge();
    let digest = digest::hex_of_bytes(SECRETS[0].as_bytes());
    for secret in [None, Some(""), Some("a guess"), Some(&SECRETS[0][1..]), Some(digest.as_str())] {
        for method in ["GET", "HEAD", "OPTIONS", "POST", "DELETE"] {
            let refused = bench.http(request(method, secret)).await;
            assert_eq!(refused.status, 403, "{method} {secret:?}");
            // A problem document like any other, which HEAD leaves out.
            assert_eq!(refused.problem(), if method == "HEAD" { "" } else { "forbidden" });
            assert_eq!(refused.headers["cache-control"], "no-store");
        }
        let unrouted = Request::get("/nowhere").header("cloudfront-viewer-address", "198.51.100.10:1");
        assert_eq!(bench.http(unrouted).await.status, 403);
    }
}

#[tokio::test]
async fn through_the_edge_every_method_is_answered_as_without_one() {
    let (behind, without) = (behind_the_edge(), bench());
    for method in ["GET", "HEAD", "OPTIONS", "POST"] {
        let (through, plain) = (request(method, Some(SECRETS[1])), request(method, None));
        assert_eq!(behind.http(through).await.status, without.http(plain).await.status, "{method}");
    }
}

#[tokio::test]
async fn the_secret_and_the_viewers_address_reach_no_handler() {
    for bench in [behind_the_edge(), bench()] {
        let request = request("GET", Some(SECRETS[0])).header("cloudfront-viewer-address", "198.51.100.10:46532");
        let answer = bench.http(request.header("x-other", "stays")).await;
        assert_eq!(answer.body["headers"], json!(["content-type", "x-other"]));
    }
}
