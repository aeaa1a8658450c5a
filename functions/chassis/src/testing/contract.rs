//! Checks a capability's files against its code. Refuses checks that take several capabilities or a template: package
//! `system-tests` has those.

use crate::http;
use crate::runtime::Service;
use std::path::Path;

/// Compares the capability's `openapi.json` with its routes, or rewrites it if `SOUK_BLESS` is set.
///
/// # Panics
/// If it differs.
pub fn openapi_document_is_made_from_the_routes<S: Service>(manifest_dir: &str) {
    let path = Path::new(manifest_dir).join("openapi.json");
    let document = http::document(S::CAPABILITY, &S::routes());
    let made = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if std::env::var_os("SOUK_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "{} is not what the routes make; SOUK_BLESS=1 rewrites it", path.display());
}
