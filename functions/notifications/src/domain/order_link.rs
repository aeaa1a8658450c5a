//! The address of an order's page, as mails give it. Refuses words, which belong to each language.

use events::orders::OrderDetails;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in a query (RFC 3986, "unreserved").
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The page of an order in the shop at `public_url`, which ends without a slash. The token of a guest's order opens it; a message of an
/// earlier version has none.
pub fn order_link(public_url: &str, order: &OrderDetails) -> String {
    let page = format!("{public_url}/orders/{}", order.order_id);
    match &order.guest_token {
        Some(token) => format!("{page}?token={}", utf8_percent_encode(token, IN_QUERY)),
        None => page,
    }
}
