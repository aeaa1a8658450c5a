//! What this capability serves as its document is what its code does.

use chassis::testing::contract;
use payments::Payments;

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Payments>(env!("CARGO_MANIFEST_DIR"));
}
