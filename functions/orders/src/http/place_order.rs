//! `POST /v1/orders`.

use super::resources::Order;
use crate::domain::order;
use crate::domain::payment_method::{InvalidPaymentMethod, parse_payment_method};
use crate::domain::place_order::PlaceOrder;
use crate::domain::shopper::Shopper;
use crate::service::Orders;
use crate::service::guest_tokens::GuestToken;
use crate::service::quotes::SignedQuotes;
use chassis::http::network_of;
use chassis::{Call, Caller, Context, Json, Problem, digest};
use events::address::typed::TypedAddress;
use events::ids::CartId;
use events::text::optional;
use events::{Address, Contact, Email, Language};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An order to place.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrder {
    /// The signed quote of `POST /v1/quotes`. It can become one order only.
    pub(crate) quote: String,
    /// The signed quote of the chosen option of `POST /v1/shipping-quotes`.
    pub(crate) shipping_quote: String,
    /// The payment provider's token for the payment method. Never a card number. Required, unless the total is 0.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[!-~]+$"))]
    pub(crate) payment_method: Option<String>,
    /// Must be at the destination of the quote.
    pub(crate) ship_to: TypedAddress,
    /// For the bill. Absent if it is `ship_to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) billing_address: Option<TypedAddress>,
    /// The cart from which the ordered units are taken.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    pub(crate) cart_id: Option<CartId>,
    /// Required of guests, and an address as at sign-up. A signed-in customer gets mail at the user's address, whatever is sent here:
    /// nothing of it is kept.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 254))]
    pub(crate) email: Option<String>,
    /// Version of the terms that the buyer accepted: the one that the price quote names as `terms`.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 40))]
    pub(crate) accepted_terms: Option<String>,
    /// In which mails about the order are written, if they can be. It does not tell one request from another.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_terms: Option<&'a str>,
}

/// Places an order, or finds the one that the same request placed before.
pub(super) async fn place(app: Arc<Orders>, call: Call<Json<CreateOrder>>) -> Result<Order, Problem> {
    let context = call.context();
    let (order, token) = placed(&app, &call.caller, &call.source_ip, call.body.0, &context).await?;
    Ok(Order::from(&order).with(token))
}

/// The order that a request places, or placed before, and a guest's token for it.
pub(crate) async fn placed(
    app: &Orders,
    caller: &Caller,
    source_ip: &str,
    body: CreateOrder,
    context: &Context,
) -> Result<(order::Order, Option<GuestToken>), Problem> {
    let customer = context.user();
    let is_verified = caller.identity.as_ref().is_some_and(|identity| identity.email_verified);
    let shopper = Shopper { network: network_of(source_ip), is_verified };
    let ship_to = address("ship_to", &body.ship_to)?;
    let billing_address = body.billing_address.map(|typed| address("billing_address", &typed)).transpose()?;
    let billing_address = billing_address.filter(|address| *address != ship_to);
    let contact = guest_contact(caller, body.email, &ship_to)?;
    let payment_method = body.payment_method.as_deref().map(payment_method).transpose()?;
    let known = KnownRequest {
        quote: &body.quote,
        shipping_quote: &body.shipping_quote,
        payment_method: payment_method.as_deref(),
        ship_to: &ship_to,
        billing_address: billing_address.as_ref(),
        cart_id: body.cart_id,
        email: contact.as_ref().map(|contact| &contact.email),
        accepted_terms: body.accepted_terms.as_deref(),
    };
    // The digest includes the caller: a guest's quote must not hand one person's order to another.
    let request_digest = digest::of_json(&(customer, &known));
    let command = PlaceOrder {
        customer,
        contact,
        language: body.language,
        ship_to,
        billing_address,
        cart_id: body.cart_id,
        accepted_terms: body.accepted_terms.clone(),
        payment_method,
        request_digest,
        traceparent: context.traceparent.clone().unwrap_or_default(),
    };
    let quotes = SignedQuotes { price: &body.quote, shipping: &body.shipping_quote };
    let order = app.place(command, quotes, &shopper, context).await?;
    let token = app.first_guest_token(&order, context.now).await?;
    Ok((order, token))
}

fn address(field: &str, typed: &TypedAddress) -> Result<Address, Problem> {
    Ok(typed.parsed().map_err(|error| error.inside(field))?)
}

/// The token for a payment method in a request.
pub(crate) fn payment_method(text: &str) -> Result<String, Problem> {
    parse_payment_method(text).map_err(|error| match error {
        InvalidPaymentMethod::CardNumber => {
            Problem::new(422, "card_number_refused", "Never send card numbers: send a token.")
                .of_field("payment_method")
        }
        InvalidPaymentMethod::Malformed => Problem::invalid("payment_method", format!("payment_method {error}.")),
    })
}

/// How a guest is reached. What a customer sends is not looked at.
fn guest_contact(caller: &Caller, email: Option<String>, ship_to: &Address) -> Result<Option<Contact>, Problem> {
    if caller.identity.is_some() {
        return Ok(None);
    }
    let typed = email.ok_or_else(|| Problem::invalid("email", "Send an email address, or sign in."))?;
    let email = typed.parse::<Email>().map_err(|error| Problem::invalid("email", format!("email {error}.")))?;
    Ok(Some(Contact { email, name: Some(ship_to.name.clone()) }))
}
