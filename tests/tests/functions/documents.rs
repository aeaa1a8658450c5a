//! Functions serve the OpenAPI documents that are checked in.

use super::benches::with_every_bench;
use chassis::Service;
use chassis::testing::{Bench, Request};
use serde_json::Value;
use system_tests::workspace;

async fn serves_its_document<S: Service>(bench: Bench<S>) {
    let capability = S::CAPABILITY;
    let document: Value =
        serde_json::from_str(&workspace::read(&format!("functions/{capability}/openapi.json"))).unwrap();
    let answer = bench.http(Request::get(&format!("/v1/openapi/{capability}.json"))).await;
    assert!(answer.status == 200 && answer.body == document, "{capability}: {}", answer.status);
}

#[tokio::test]
async fn every_capability_serves_its_openapi_document_to_anyone() {
    with_every_bench!(serves_its_document);
}
