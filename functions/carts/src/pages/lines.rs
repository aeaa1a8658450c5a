//! What the cart's forms are sent to: add units, set a line, remove it. Each answers with the cart's page.

use super::cart::{Refusal, answer};
use super::visitor::Visitor;
use super::words::Words;
use crate::domain::{Addition, MAX_LINES, Quantity, Rejection, max_quantity};
use crate::service::{Carts, Error};
use ::pages::{Form, Page, Phrase};
use chassis::http::{Response, base_path, redirect};
use chassis::{Call, Problem};
use events::Sku;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Added {
    sku: String,
    quantity: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Set {
    quantity: String,
    /// Not empty if the line is to go, whatever its units.
    remove: String,
    /// Not empty for a line of the guest's cart that was left.
    left: String,
}

/// `POST /cart/lines`.
pub(super) async fn add(app: Arc<Carts>, call: Call<Form<Added>>) -> Result<Response, Problem> {
    let mut visitor = Visitor::of(&app, &call).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let Added { sku: typed, quantity } = &call.body.0;
    let refusal = |status, message: Phrase| {
        let message = message.to_string();
        Refusal { status, sku: typed.clone(), quantity: quantity.clone(), message, is_addition: true }
    };
    let context = call.context();
    let refusal = match (typed.parse::<Sku>(), units(quantity, 1, app.config.max_units)) {
        (Err(_), _) => refusal(422, t.unknown_sku.clone()),
        (_, Err(Limits { min, max })) => refusal(422, t.invalid_quantity.with("min", min).with("max", max)),
        (Ok(sku), Ok(units)) => {
            let addition = Addition { sku: &sku, units, input: context.input_id() };
            match app.add(visitor.id, &addition, &visitor.caller, &context).await {
                Ok((cart, token)) => {
                    visitor.keep(&app, &call, cart.id, token);
                    return Ok(visitor.answer(to_the_cart(&app)));
                }
                Err(Error::Rejected(rejection)) => refusal(409, in_words(t, rejection).ok_or(rejection)?),
                Err(error) => return Err(error.into()),
            }
        }
    };
    answer(&app, &call, visitor, Some(refusal)).await
}

/// `POST /cart/lines/{sku}`.
pub(super) async fn set(app: Arc<Carts>, call: Call<Form<Set>>) -> Result<Response, Problem> {
    let sku: Sku = call.named("sku")?;
    let mut visitor = Visitor::of(&app, &call).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let Set { quantity, remove, left } = &call.body.0;
    let typed = if remove.is_empty() { quantity.as_str() } else { "0" };
    let refusal = |status, message: Phrase| {
        let (sku, quantity, message) = (sku.to_string(), typed.to_owned(), message.to_string());
        Refusal { status, sku, quantity, message, is_addition: false }
    };
    let (id, caller) = match &visitor.left {
        Some((cart, holder)) if !left.is_empty() => (Some(cart.id), holder),
        _ => (visitor.id, &visitor.caller),
    };
    let Some(id) = id else {
        return Ok(visitor.answer(to_the_cart(&app)));
    };
    let refusal = match units(typed, 0, app.config.max_units) {
        Err(Limits { min, max }) => refusal(422, t.invalid_quantity.with("min", min).with("max", max)),
        Ok(quantity) => match app.set_line(id, &sku, quantity, caller, &call.context()).await {
            Ok(cart) => {
                if visitor.left.is_none() {
                    visitor.keep(&app, &call, cart.id, None);
                }
                return Ok(visitor.answer(to_the_cart(&app)));
            }
            // It is gone: the page starts anew.
            Err(Error::NotFound | Error::Rejected(Rejection::NotOwner | Rejection::Merged)) => {
                return Ok(visitor.answer(to_the_cart(&app)));
            }
            Err(Error::Rejected(rejection)) => refusal(409, in_words(t, rejection).ok_or(rejection)?),
            Err(error) => return Err(error.into()),
        },
    };
    answer(&app, &call, visitor, Some(refusal)).await
}

/// The numbers that a field takes.
struct Limits {
    min: u32,
    max: u32,
}

/// The units that somebody typed.
fn units(typed: &str, min: u32, max_units: u32) -> Result<Quantity, Limits> {
    let limits = || Limits { min, max: max_quantity(max_units) };
    let is_number = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    let number = typed.parse().ok().filter(|_| is_number).ok_or_else(limits)?;
    Quantity::new(number, max_units).ok().filter(|units| units.get() >= min).ok_or_else(limits)
}

/// Why a cart is full. `None` of what no form causes.
fn in_words(t: &Words, rejection: Rejection) -> Option<Phrase> {
    match rejection {
        Rejection::Full => Some(t.too_many_lines.with("limit", MAX_LINES)),
        Rejection::TooManyUnits(limit) => Some(t.too_many_units.with("limit", limit)),
        Rejection::TooManyOfOne(limit) => Some(t.too_many_of_one.with("limit", limit)),
        Rejection::NotOwner | Rejection::Merged => None,
    }
}

fn to_the_cart(app: &Carts) -> Response {
    redirect(303, &format!("{}/cart", base_path(app.wiring.tokens.issuer())))
}
