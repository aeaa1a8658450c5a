//! Opaque paging cursors. A cursor holds only a sort key, and marks the list that it is of. The partition comes from the caller and
//! the route, so a forged cursor reaches nothing else.

use super::problem::Problem;
use crate::tokens::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Default items in a page.
const DEFAULT_LIMIT: u32 = 20;
/// Largest page.
const MAX_LIMIT: u32 = 100;

/// Characters of the mark of a list: 64 bits, in which no two lists are alike.
const MARK: usize = 16;

/// Makes the cursor of a sort key. `list` says what is listed, of whom and by which filters.
pub fn encode(list: &str, sort_key: &str) -> String {
    URL_SAFE_NO_PAD.encode(mark(list) + sort_key)
}

/// The sort key in a cursor of this list.
///
/// # Errors
/// 400 for any other text, also for the cursor of another list.
pub fn decode(list: &str, cursor: &str) -> Result<String, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| foreign())?;
    let text = String::from_utf8(bytes).map_err(|_| foreign())?;
    let key = text.strip_prefix(&mark(list)).ok_or_else(foreign)?;
    // A sort key longer than DynamoDB's 1,024 bytes cannot be ours.
    if key.is_empty() || key.len() > 1024 { Err(foreign()) } else { Ok(key.to_owned()) }
}

fn mark(list: &str) -> String {
    digest::hex_of_bytes(list.as_bytes()).chars().take(MARK).collect()
}

/// The sort key after which a page of this list begins, and its size. `is_ours` knows the sort keys of the list.
///
/// # Errors
/// 400 if one of them is not valid.
pub fn page(
    list: &str,
    cursor: Option<&str>,
    asked: Option<u32>,
    is_ours: impl Fn(&str) -> bool,
) -> Result<(Option<String>, u32), Problem> {
    let after = cursor.map(|cursor| decode(list, cursor)).transpose()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_of_one_list() {
        let cursor = encode("orders user_1", "order_1");
        assert_eq!(decode("orders user_1", &cursor).unwrap(), "order_1");
        for (list, cursor) in [("orders user_2", &cursor), ("orders user_1", &encode("orders user_1", ""))] {
            assert_eq!(decode(list, cursor).unwrap_err().kind, "invalid_parameter", "{list}");
        }
        assert!(
            decode("orders user_1", &URL_SAFE_NO_PAD.encode("order_1")).is_err(),
            "nothing says of which list it is"
        );
        assert!(page("orders user_1", Some(&cursor), None, |key| key == "order_2").is_err());
    }
}
