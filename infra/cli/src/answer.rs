//! What an answer of the shop says. Refuses to guess what it leaves out.

use anyhow::{Context, Result};
use serde_json::Value;

/// A required text field.
///
/// # Errors
/// If it is not; the message names it.
pub fn text(value: &Value, field: &str) -> Result<String> {
    let found = value.get(field).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("the answer has no {field}: {value}"))
}
