//! What reaches X-Ray's daemon, which is a real socket here.

use crate::probe::{Deed, Poke, Probe, bench_with};
use chassis::Service;
use chassis::telemetry::{Daemon, Invocation};
use chassis::testing::{Bench, Request};
use serde_json::{Value, json};
use std::net::UdpSocket;
use std::time::Duration;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const SAMPLED: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

fn daemon() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket
}

fn traced_by(daemon: &UdpSocket) -> Bench<Probe> {
    let address = daemon.local_addr().unwrap().to_string();
    bench_with(|wiring| wiring.metrics = wiring.metrics.clone().traced_by(Daemon::at(&address).ok()))
}

fn begin(bench: &Bench<Probe>, xray: Option<&str>) {
    let invocation = Invocation { request_id: "r-1".into(), xray_trace_id: xray.map(Into::into), cold_start: false };
    bench.function.service().wiring().metrics.begin(invocation);
}

/// The next document that the daemon gets.
fn received(daemon: &UdpSocket) -> Value {
    let mut bytes = [0; 4096];
    let length = daemon.recv(&mut bytes).unwrap();
    let (header, document) = std::str::from_utf8(&bytes[..length]).unwrap().split_once('\n').unwrap();
    assert_eq!(serde_json::from_str::<Value>(header).unwrap(), json!({"format": "json", "version": 1}));
    serde_json::from_str(document).unwrap()
}

fn ask(path: &str) -> Request {
    Request::get(path).header("traceparent", TRACEPARENT)
}

#[tokio::test]
async fn a_request_is_a_subsegment_that_names_our_trace() {
    let daemon = daemon();
    let bench = traced_by(&daemon);
    begin(&bench, Some(SAMPLED));
    bench.world.pass_seconds(2);
    assert_eq!(bench.http(ask("/v1/things/a")).await.status, 200);
    let mut document = received(&daemon);
    let id = document["id"].take();
    assert!(id.as_str().is_some_and(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit())), "{id}");
    let expected = json!({
        "id": null, "name": "carts", "type": "subsegment",
        "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "parent_id": "53995c3f42cd8ad8",
        "start_time": 1_767_225_600.0, "end_time": 1_767_225_602.0,
        "annotations": {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "route": "/v1/things/{id}"},
    });
    assert_eq!(document, expected);
}

#[tokio::test]
async fn each_message_of_a_batch_and_each_relayed_write_is_a_subsegment_of_its_own() {
    let daemon = daemon();
    let bench = traced_by(&daemon);
    begin(&bench, Some(SAMPLED));
    let messages = ["a", "b"].map(|subject| bench.envelope(subject, 1, &Poke { deed: Deed::Succeed }));
    assert_eq!(bench.deliver(&messages).await, [0; 0]);
    let documents = [received(&daemon), received(&daemon)];
    assert!(documents.iter().all(|document| document["annotations"]["message"] == "carts.poke.v1"));
    assert_ne!(documents[0]["id"], documents[1]["id"]);
    assert_eq!(bench.http(Request::post("/v1/things", json!({"name": "a", "size": 1}))).await.status, 201);
    assert_eq!(received(&daemon)["annotations"]["route"], "/v1/things");
    bench.relay().await.unwrap();
    let relayed = received(&daemon)["annotations"]["relayed"].clone();
    assert!(relayed.as_str().unwrap().starts_with("test-request-"), "{relayed}");
}

#[tokio::test]
async fn what_x_ray_does_not_sample_is_not_sent() {
    let daemon = daemon();
    let bench = traced_by(&daemon);
    for xray in
        [None, Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"), Some("nonsense")]
    {
        begin(&bench, xray);
        assert_eq!(bench.http(ask("/v1/things/unsampled")).await.status, 200);
    }
    begin(&bench, Some(SAMPLED));
    bench.http(ask("/nowhere")).await;
    // Datagrams between two sockets of one machine keep their order.
    assert_eq!(received(&daemon)["annotations"]["route"], "unmatched");
}

#[tokio::test]
async fn requests_are_answered_without_the_daemon() {
    let bench = {
        let gone = daemon();
        traced_by(&gone)
    };
    begin(&bench, Some(SAMPLED));
    for _ in 0..3 {
        assert_eq!(bench.http(ask("/v1/things/a")).await.status, 200);
    }
}
