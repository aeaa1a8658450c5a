//! The OpenAPI document agrees with the code.

use chassis::testing::contract;
use inventory::Inventory;

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Inventory>(
        env!("CARGO_MANIFEST_DIR"),
        env!("CARGO_PKG_DESCRIPTION"),
    );
}
