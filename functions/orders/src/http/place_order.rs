//! `POST /v1/orders`.

use super::resources::Order;
use crate::domain::payment_method::{InvalidPaymentMethod, parse_payment_method};
use crate::domain::place_order::PlaceOrder;
use crate::domain::shopper::Shopper;
use crate::service::Orders;
use crate::service::quotes::SignedQuotes;
use chassis::http::network_of;
use chassis::{Call, Caller, Json, Problem, digest};
use events::address::typed::TypedAddress;
use events::ids::CartId;
use events::text::optional;
use events::{Address, Contact, Email};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An order to place.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrder {
    /// The signed quote of `POST /v1/quotes`. It can become one order only.
    quote: String,
    /// The signed quote of the chosen option of `POST /v1/shipping-quotes`.
    shipping_quote: String,
    /// The payment provider's token for the payment method. Never a card number. Required, unless the total is 0.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[!-~]+$"))]
    payment_method: Option<String>,
    /// Must be at the destination of the quote.
    ship_to: TypedAddress,
    /// For the bill. Absent if it is `ship_to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    billing_address: Option<TypedAddress>,
    /// The cart from which the ordered units are taken.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    cart_id: Option<CartId>,
    /// Required of guests, and an address as at sign-up. A signed-in customer gets mail at the user's address, whatever is sent here.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 254))]
    email: Option<String>,
}

/// An order to place as it was read, so that a repeat is known however it is typed. Its JSON is that of a [`CreateOrder`] in the
/// spellings that we keep, without what says nothing: so orders of versions that took the digest of what was typed are found, too.
#[derive(Debug, Serialize)]
struct KnownRequest<'a> {
    quote: &'a str,
    shipping_quote: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_method: Option<&'a str>,
    ship_to: &'a Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_address: Option<&'a Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cart_id: Option<CartId>,
    /// Of a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a Email>,
}

/// Places an order, or finds the one that the same request placed before.
pub(super) async fn place(app: Arc<Orders>, call: Call<Json<CreateOrder>>) -> Result<Order, Problem> {
    let context = call.context();
    let customer = context.user();
    let is_verified = call.caller.identity.as_ref().is_some_and(|identity| identity.email_verified);
    let shopper = Shopper { network: network_of(&call.source_ip), is_verified };
    let body = call.body.0;
    let ship_to = address("ship_to", &body.ship_to)?;
    let billing_address = body.billing_address.map(|typed| address("billing_address", &typed)).transpose()?;
    let billing_address = billing_address.filter(|address| *address != ship_to);
    let contact = contact(&call.caller, body.email, &ship_to)?;
    let payment_method = body.payment_method.as_deref().map(payment_method).transpose()?;
    let known = KnownRequest {
        quote: &body.quote,
        shipping_quote: &body.shipping_quote,
        payment_method: payment_method.as_deref(),
        ship_to: &ship_to,
        billing_address: billing_address.as_ref(),
        cart_id: body.cart_id,
        email: customer.is_none().then_some(&contact.email),
    };
    // The digest includes the caller: a guest's quote must not hand one person's order to another.
    let request_digest = digest::of_json(&(customer, &known));
    let command = PlaceOrder {
        customer,
        contact,
        ship_to,
        billing_address,
        cart_id: body.cart_id,
        payment_method,
        request_digest,
        traceparent: context.traceparent.clone().unwrap_or_default(),
    };
    let quotes = SignedQuotes { price: &body.quote, shipping: &body.shipping_quote };
    let order = app.place(command, quotes, &shopper, &context).await?;
    let token = app.first_guest_token(&order, context.now).await?;
    Ok(Order::from(&order).with(token))
}

fn address(field: &str, typed: &TypedAddress) -> Result<Address, Problem> {
    Ok(typed.parsed().map_err(|error| error.inside(field))?)
}

/// The token for a payment method in a request.
pub(super) fn payment_method(text: &str) -> Result<String, Problem> {
    parse_payment_method(text).map_err(|error| match error {
        InvalidPaymentMethod::CardNumber => {
            Problem::new(422, "card_number_refused", "Never send card numbers: send a token.")
                .of_field("payment_method")
        }
        InvalidPaymentMethod::Malformed => Problem::invalid("payment_method", format!("payment_method {error}.")),
    })
}

fn contact(caller: &Caller, email: Option<String>, ship_to: &Address) -> Result<Contact, Problem> {
    if let Some(identity) = &caller.identity {
        return Ok(Contact { email: Email::kept(&identity.email), name: Some(identity.name.clone()) });
    }
    let typed = email.ok_or_else(|| Problem::invalid("email", "Send an email address, or sign in."))?;
    let email = typed.parse::<Email>().map_err(|error| Problem::invalid("email", format!("email {error}.")))?;
    Ok(Contact { email, name: Some(ship_to.name.clone()) })
}
