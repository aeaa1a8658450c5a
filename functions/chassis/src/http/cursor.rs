//! Opaque paging cursors. A cursor holds only a sort key. The partition comes from the caller and the route, so a
//! forged cursor reaches nothing else.

use super::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Default items in a page.
const DEFAULT_LIMIT: u32 = 20;
/// Largest page.
const MAX_LIMIT: u32 = 100;

/// Makes the cursor of a sort key.
pub fn encode(sort_key: &str) -> String {
    URL_SAFE_NO_PAD.encode(sort_key)
}

/// The sort key in a cursor.
///
/// # Errors
/// 400 `invalid_cursor` for any other text.
pub fn decode(cursor: &str) -> Result<String, Problem> {
    let invalid = || Problem::bad_request("invalid_cursor", "The cursor is not valid.");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    // A sort key longer than DynamoDB's 1,024 bytes cannot be ours.
    if text.is_empty() || text.len() > 1024 { Err(invalid()) } else { Ok(text) }
}

/// The sort key after which a page begins, and its size.
///
/// # Errors
/// 400 `invalid_cursor` or `invalid_limit`.
pub fn page(cursor: Option<&str>, asked: Option<u32>) -> Result<(Option<String>, u32), Problem> {
    Ok((cursor.map(decode).transpose()?, limit(asked)?))
}

/// The page size, 20 by default.
///
/// # Errors
/// 400 `invalid_limit` outside 1 to 100.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::bad_request("invalid_limit", "limit must be 1 to 100.")),
    }
}
