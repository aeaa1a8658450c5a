//! `POST /v1/orders`.

use super::answers::OrderAnswer;
use crate::domain::method::{NoMethod, parse_method};
use crate::domain::shopper::Shopper;
use crate::service::Orders;
use crate::service::placing::Wish;
use chassis::http::network_of;
use chassis::{Call, Caller, Json, Problem, digest};
use events::ids::CartId;
use events::{Address, Contact};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An e-mail address at most (RFC 5321 §4.5.3.1).
const MAX_EMAIL: usize = 254;

/// What to order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// The signed quote of `POST /v1/quotes`. It can become one order only.
    pub quote: String,
    /// The signed quote of the chosen option of `POST /v1/shipping-quotes`.
    pub shipping_quote: String,
    /// The payment provider's token for the means of payment. Never a card number.
    #[schemars(length(min = 1, max = 64), regex(pattern = r"^[A-Za-z0-9_]+$"))]
    pub payment_method: String,
    /// Where to; must be where the quote's prices hold.
    pub ship_to: Address,
    /// The cart to take the ordered units out of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart_id: Option<CartId>,
    /// Where mail goes. Required of guests; whoever is signed in gets mail at the account's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 254))]
    pub email: Option<String>,
}

/// Places an order, or finds the one that the same request placed before.
pub async fn place(app: Arc<Orders>, call: Call<Json<PlaceOrder>>) -> Result<OrderAnswer, Problem> {
    let customer = call.caller.user();
    // Who asks belongs to it: a quote that anyone may use must not hand one person's order to another.
    let request_digest = digest::of_json(&(customer, &call.body.0));
    let cause = call.cause(1);
    let shopper = customer.map_or_else(|| Shopper::Network(network_of(&call.source_ip)), Shopper::Customer);
    let traceparent = call.trace.parent().to_owned();
    let wish = wish(call.body.0, &call.caller, shopper, request_digest, traceparent)?;
    let order = app.place(wish, call.now, &cause).await?;
    let guest_token = if order.customer.is_none() { Some(app.guests.issue(order.id).await?) } else { None };
    Ok(OrderAnswer { guest_token, ..OrderAnswer::from(&order) })
}

fn wish(
    body: PlaceOrder,
    caller: &Caller,
    shopper: Shopper,
    request_digest: String,
    traceparent: String,
) -> Result<Wish, Problem> {
    if let Some((field, why)) = body.ship_to.invalid_field() {
        return Err(Problem::invalid(&format!("ship_to.{field}"), format!("ship_to.{field} {why}.")));
    }
    Ok(Wish {
        contact: contact(caller, body.email, &body.ship_to)?,
        payment_method: method(&body.payment_method)?,
        quote: body.quote,
        shipping_quote: body.shipping_quote,
        customer: caller.user(),
        ship_to: body.ship_to,
        cart_id: body.cart_id,
        shopper,
        request_digest,
        traceparent,
    })
}

/// The token for a means of payment in a request.
pub(super) fn method(text: &str) -> Result<String, Problem> {
    parse_method(text).map_err(|error| match error {
        NoMethod::CardNumber => Problem::new(422, "card_number_refused", "Never send card numbers: send a token."),
        NoMethod::Malformed => Problem::invalid("payment_method", format!("payment_method {error}.")),
    })
}

fn contact(caller: &Caller, email: Option<String>, ship_to: &Address) -> Result<Contact, Problem> {
    if let Some(identity) = &caller.identity {
        return Ok(Contact { email: identity.email.clone(), name: Some(identity.name.clone()) });
    }
    let email = email.ok_or_else(|| Problem::invalid("email", "Send an e-mail address, or sign in."))?;
    if !looks_like_email(&email) {
        return Err(Problem::invalid("email", "This is not an e-mail address."));
    }
    Ok(Contact { email, name: Some(ship_to.name.clone()) })
}

/// Enough to catch slips and to keep anything but an address out of a mail's header. Whether it exists, mail will tell.
fn looks_like_email(text: &str) -> bool {
    let clean = text.len() <= MAX_EMAIL && text.bytes().all(|b| b.is_ascii_graphic() && !b"\",:;<>()[]\\".contains(&b));
    let parts = text.split_once('@').filter(|(_, domain)| !domain.contains('@'));
    clean
        && parts.is_some_and(|(local, domain)| {
            (1..=64).contains(&local.len()) && domain.contains('.') && domain.split('.').all(|label| !label.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_header_tricks_are_no_addresses() {
        assert!(looks_like_email("ada.lovelace+shop@mail.example.com"));
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@.com",
            "a b@example.com",
            "a@b@example.com",
            "a@example.com\r\nBcc: b@example.com",
            "<a@example.com>",
        ] {
            assert!(!looks_like_email(text), "{text}");
        }
    }
}
