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
/// 400 for any other text.
pub fn decode(cursor: &str) -> Result<String, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| foreign())?;
    let text = String::from_utf8(bytes).map_err(|_| foreign())?;
    // A sort key longer than DynamoDB's 1,024 bytes cannot be ours.
    if text.is_empty() || text.len() > 1024 { Err(foreign()) } else { Ok(text) }
}

/// The sort key after which a page begins, and its size. `is_ours` knows the sort keys of the list.
///
/// # Errors
/// 400 if one of them is not valid.
pub fn page(
    cursor: Option<&str>,
    asked: Option<u32>,
    is_ours: impl Fn(&str) -> bool,
) -> Result<(Option<String>, u32), Problem> {
    let after = cursor.map(decode).transpose()?;
    if after.as_deref().is_some_and(|after| !is_ours(after)) {
        return Err(foreign());
    }
    Ok((after, limit(asked)?))
}

/// The page size, 20 by default.
///
/// # Errors
/// 400 outside 1 to 100.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::parameter("limit", &format!("must be an integer from 1 to {MAX_LIMIT}"))),
    }
}

/// 400: a text is no cursor, or that of another list.
pub fn foreign() -> Problem {
    Problem::parameter("cursor", "must be the cursor of another page of this list")
}
