//! Checks a capability's files against its code. Refuses checks that take several capabilities or a template: package
//! `system-tests` has those.

use crate::http::{self, Described};
use crate::runtime::Service;
use serde_json::Value;
use std::path::Path;

/// Compares the capability's `openapi.json` with its routes and `examples.json`, or rewrites it if `SOUK_BLESS` is set.
///
/// # Panics
/// If it differs, or a path's variable has no declared type.
pub fn openapi_document_is_made_from_the_routes<S: Service>(manifest_dir: &str, description: &str) {
    let folder = Path::new(manifest_dir);
    let examples = std::fs::read_to_string(folder.join("examples.json")).unwrap();
    let examples = serde_json::from_str(&examples).unwrap();
    let routes = S::routes();
    for route in &routes {
        assert_eq!(route.untyped_variables(), [""; 0], "{route:?} declares no type of these");
    }
    let about = Described { capability: S::CAPABILITY, description, examples: &examples };
    let made = lines(&http::document(about, &routes), 3) + "\n";
    let path = folder.join("openapi.json");
    if std::env::var_os("SOUK_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "{} is not what the routes make; SOUK_BLESS=1 rewrites it", path.display());
}

/// Short, as functions carry it: a line for each operation and each schema.
fn lines(value: &Value, depth: u32) -> String {
    match value {
        Value::Object(members) if depth > 0 && !members.is_empty() => {
            let member = |(name, member)| format!("{}:{}", Value::from(String::clone(name)), lines(member, depth - 1));
            format!("{{\n{}\n}}", members.iter().map(member).collect::<Vec<_>>().join(",\n"))
        }
        other => other.to_string(),
    }
}
