//! The addresses of pages that mails give: an order's, and those that take a token. Refuses words, which belong to each language.

use super::event::Event;
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

/// The page that takes the token of a message about credentials; none without a token.
pub fn token_link(public_url: &str, event: &Event) -> Option<String> {
    let (page, token) = match event {
        Event::EmailVerificationRequested(message) => ("email-verifications", &message.token),
        Event::PasswordResetRequested(message) => ("password-resets", &message.token),
        Event::EmailChangeRequested(message) => ("email-changes", &message.token),
        Event::UserRegistered { .. } | Event::Order(..) | Event::CredentialsChanged(_) | Event::AccountErased(_) => {
            return None;
        }
    };
    let escaped = utf8_percent_encode(token, IN_QUERY);
    (!token.is_empty()).then(|| format!("{public_url}/account/{page}/{escaped}"))
}
