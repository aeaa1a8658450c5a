//! `POST /v1/orders`.

use super::resources::Order;
use crate::domain::payment_method::{InvalidPaymentMethod, parse_payment_method};
use crate::domain::place_order::PlaceOrder;
use crate::domain::shopper::Shopper;
use crate::service::Orders;
use crate::service::quotes::SignedQuotes;
use chassis::http::network_of;
use chassis::{Call, Caller, Json, Problem, digest};
use events::ids::CartId;
use events::{Address, Contact};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most characters of an email address (RFC 5321 §4.5.3.1).
const MAX_EMAIL: usize = 254;

/// An order to place.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrder {
    /// The signed quote of `POST /v1/quotes`. It can become one order only.
    quote: String,
    /// The signed quote of the chosen option of `POST /v1/shipping-quotes`.
    shipping_quote: String,
    /// The payment provider's token for the payment method. Never a card number.
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[!-~]+$"))]
    payment_method: String,
    /// Must match the destination of the quote.
    ship_to: Address,
    /// The cart from which the ordered units are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cart_id: Option<CartId>,
    /// Required of guests. A signed-in customer gets mail at the user's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 254))]
    email: Option<String>,
}

/// Places an order, or finds the one that the same request placed before.
pub(super) async fn place(app: Arc<Orders>, call: Call<Json<CreateOrder>>) -> Result<Order, Problem> {
    let context = call.context();
    let customer = context.user();
    // The digest includes the caller: a guest's quote must not hand one person's order to another.
    let request_digest = digest::of_json(&(customer, &call.body.0));
    let is_verified = call.caller.identity.as_ref().is_some_and(|identity| identity.email_verified);
    let shopper = Shopper { network: network_of(&call.source_ip), is_verified };
    let body = call.body.0;
    if let Some((field, why)) = body.ship_to.invalid_field() {
        return Err(Problem::invalid(&format!("ship_to.{field}"), format!("ship_to.{field} {why}.")));
    }
    let command = PlaceOrder {
        customer,
        contact: contact(&call.caller, body.email, &body.ship_to)?,
        ship_to: body.ship_to,
        cart_id: body.cart_id,
        payment_method: payment_method(&body.payment_method)?,
        request_digest,
        traceparent: context.traceparent.clone().unwrap_or_default(),
    };
    let quotes = SignedQuotes { price: &body.quote, shipping: &body.shipping_quote };
    let order = app.place(command, quotes, &shopper, &context).await?;
    let token = app.first_guest_token(&order, context.now).await?;
    Ok(Order::from(&order).with(token))
}

/// The token for a payment method in a request.
pub(super) fn payment_method(text: &str) -> Result<String, Problem> {
    parse_payment_method(text).map_err(|error| match error {
        InvalidPaymentMethod::CardNumber => {
            Problem::new(422, "card_number_refused", "Never send card numbers: send a token.")
        }
        InvalidPaymentMethod::Malformed => Problem::invalid("payment_method", format!("payment_method {error}.")),
    })
}

fn contact(caller: &Caller, email: Option<String>, ship_to: &Address) -> Result<Contact, Problem> {
    if let Some(identity) = &caller.identity {
        return Ok(Contact { email: identity.email.clone(), name: Some(identity.name.clone()) });
    }
    let email = email.ok_or_else(|| Problem::invalid("email", "Send an email address, or sign in."))?;
    if !looks_like_email(&email) {
        return Err(Problem::invalid("email", "This is not an email address."));
    }
    Ok(Contact { email, name: Some(ship_to.name.clone()) })
}

/// Enough to catch slips and to keep anything but an address out of a mail's header. Whether the address exists shows when
/// mail is sent.
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
