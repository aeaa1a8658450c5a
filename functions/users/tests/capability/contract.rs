//! The OpenAPI document and the published keys.

use chassis::Env;
use chassis::testing::contract;
use chassis::testing::signing::jwks;
use serde_json::{Value, json};
use users::{Config, Users};

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Users>(
        env!("CARGO_MANIFEST_DIR"),
        env!("CARGO_PKG_DESCRIPTION"),
    );
}

#[test]
fn a_private_key_is_never_published_nor_told() {
    let mut private: Value = serde_json::from_str(&jwks("users")).unwrap();
    private["keys"][0]["d"] = json!("secret");
    let error = Config::from_env(&Env::from_fn(|_| Some(private.to_string()))).unwrap_err().to_string();
    assert!(error.contains("USERS_JWKS is unusable") && !error.contains("secret"), "{error}");
}
