//! What this capability serves as its document is what its code does.

use carts::Carts;
use chassis::testing::contract;

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Carts>(env!("CARGO_MANIFEST_DIR"));
}
