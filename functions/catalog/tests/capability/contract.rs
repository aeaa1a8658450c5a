//! The OpenAPI document and the README agree with the code.

use catalog::Catalog;
use chassis::Service;
use chassis::testing::contract;
use events::Capability;
use events::flows::received_by;

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Catalog>(
        env!("CARGO_MANIFEST_DIR"),
        env!("CARGO_PKG_DESCRIPTION"),
    );
}

#[test]
fn every_route_and_message_is_in_the_readme() {
    let readme = include_str!("../../README.md");
    for flow in received_by(Capability::Catalog) {
        assert!(readme.contains(flow.kind), "{}", flow.kind);
    }
    for route in Catalog::routes().into_iter().chain(Catalog::screens().unwrap().routes) {
        assert!(readme.contains(&format!("`{} {}", route.method, route.path)), "{route:?}");
    }
}
