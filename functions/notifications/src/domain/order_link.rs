//! The addresses that mails give: an order's page, the pages that take a token, and where such mails are refused. Refuses words, which belong to each language.

use super::event::Event;
use super::unsubscription::UnsubscribeToken;
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

/// The page on which emails like one are refused, by its token.
pub fn unsubscribe_page(public_url: &str, token: &UnsubscribeToken) -> String {
    format!("{public_url}/unsubscribe/{token}")
}

/// Where a mail program sends the one click that refuses them (RFC 8058).
pub fn one_click(public_url: &str, token: &UnsubscribeToken) -> String {
    format!("{public_url}/v1/unsubscriptions/{token}")
}

/// The token in such an address.
pub fn token_in(address: &str) -> Option<UnsubscribeToken> {
    address.rsplit('/').next()?.parse().ok()
}

/// The page that takes the token of a message about credentials; none without a token.
pub fn token_link(public_url: &str, event: &Event) -> Option<String> {
    let (page, token) = match event {
        Event::EmailVerificationRequested(message) => ("email-verifications", &message.token),
        Event::PasswordResetRequested(message) => ("password-resets", &message.token),
        Event::EmailChangeRequested(message) => ("email-changes", &message.token),
        Event::StockAlertRequested { token, .. } => {
            let escaped = utf8_percent_encode(token, IN_QUERY);
            return (!token.is_empty()).then(|| format!("{public_url}/stock-alerts/{escaped}"));
        }
        Event::UserRegistered { .. }
        | Event::Order(..)
        | Event::CredentialsChanged(_)
        | Event::AccountErased(_)
        | Event::BackInStock { .. }
        | Event::CartAbandoned(_) => return None,
    };
    let escaped = utf8_percent_encode(token, IN_QUERY);
    (!token.is_empty()).then(|| format!("{public_url}/account/{page}/{escaped}"))
}
