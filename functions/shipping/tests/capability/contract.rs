//! What this capability serves as its document is what its code does.

use chassis::testing::contract;
use shipping::Shipping;

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Shipping>(env!("CARGO_MANIFEST_DIR"));
}
