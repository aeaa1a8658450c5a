//! What the cart's forms are sent to: add units, set a line, remove it. Each answers with the cart's page.

use super::cart::{Besides, Refusal, answer};
use super::visitor::Visitor;
use super::words::Words;
use crate::domain::{Addition, MAX_LINES, MAX_QUANTITY, Quantity, Rejection, max_quantity};
use crate::service::{Carts, Error};
use ::pages::{Form, Page, Phrase};
use chassis::http::{Response, redirect};
use chassis::{Call, Problem};
use events::{Quantities, Sku};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Added {
    sku: String,
    quantity: String,
    /// Instead of both, the lines of an order: `SKU*2 SKU2*1`.
    lines: String,
    /// What the visitor reads prices in.
    currency: String,
}

impl Added {
    /// The units to add, or why they cannot be read.
    fn read(&self, t: &Words, max_units: u32) -> Result<Vec<(Sku, Quantity)>, Phrase> {
        if self.lines.is_empty() {
            let sku = self.sku.parse().map_err(|_| t.unknown_sku.clone())?;
            let units = units(&self.quantity, 1, max_units).map_err(|limits| limits.in_words(t))?;
            return Ok(vec![(sku, units)]);
        }
        let lines = self.lines.parse::<Quantities>().map_err(|_| t.unknown_lines.clone())?.into_iter();
        // Whether the cart takes as many is decided on the cart.
        let units = |units: u32| Quantity::new(units.into(), MAX_QUANTITY).ok().filter(|units| units.get() > 0);
        let lines = lines.map(|(sku, quantity)| Some((sku, units(quantity)?)));
        lines.collect::<Option<_>>().ok_or_else(|| t.unknown_lines.clone())
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Set {
    quantity: String,
    /// Not empty if the line is to go, whatever its units.
    remove: String,
    /// Not empty for a line of the guest's cart that was left.
    left: String,
    currency: String,
}

/// `POST /cart/lines`.
pub(super) async fn add(app: Arc<Carts>, call: Call<Form<Added>>) -> Result<Response, Problem> {
    let mut visitor = Visitor::of(&app, &call).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let form = &call.body.0;
    let refusal = |status, message: Phrase| {
        let (sku, quantity, message) = (form.sku.clone(), form.quantity.clone(), message.to_string());
        Refusal { status, sku, quantity, message, is_addition: true }
    };
    let mut told = Besides::in_currency(&form.currency);
    let context = call.context();
    let refusal = match form.read(t, app.config.max_units) {
        Err(message) => refusal(422, message),
        Ok(lines) => {
            let addition = Addition { lines: &lines, input: context.input_id() };
            match app.add(visitor.id, &addition, &visitor.caller, &context).await {
                Ok((cart, token)) => {
                    visitor.keep(&app, &call, cart.id, token);
                    let units = lines.iter().fold(0u32, |sum, (_, units)| sum.saturating_add(units.get()));
                    told.added = Some(units).filter(|_| !form.lines.is_empty());
                    return Ok(visitor.answer(to_the_cart(&app, &call, &told)));
                }
                Err(Error::Rejected(rejection)) => refusal(409, in_words(t, rejection).ok_or(rejection)?),
                Err(error) => return Err(error.into()),
            }
        }
    };
    answer(&app, &call, visitor, &told, Some(refusal)).await
}

/// `POST /cart/lines/{sku}`.
pub(super) async fn set(app: Arc<Carts>, call: Call<Form<Set>>) -> Result<Response, Problem> {
    let sku: Sku = call.named("sku")?;
    let mut visitor = Visitor::of(&app, &call).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let Set { quantity, remove, left, currency } = &call.body.0;
    let told = Besides::in_currency(currency);
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
        return Ok(visitor.answer(to_the_cart(&app, &call, &told)));
    };
    let refusal = match units(typed, 0, app.config.max_units) {
        Err(limits) => refusal(422, limits.in_words(t)),
        Ok(quantity) => match app.set_line(id, &sku, quantity, caller, &call.context()).await {
            Ok(cart) => {
                if visitor.left.is_none() {
                    visitor.keep(&app, &call, cart.id, None);
                }
                return Ok(visitor.answer(to_the_cart(&app, &call, &told)));
            }
            // It is gone: the page starts anew.
            Err(Error::NotFound | Error::Rejected(Rejection::NotOwner | Rejection::Merged)) => {
                return Ok(visitor.answer(to_the_cart(&app, &call, &told)));
            }
            Err(Error::Rejected(rejection)) => refusal(409, in_words(t, rejection).ok_or(rejection)?),
            Err(error) => return Err(error.into()),
        },
    };
    answer(&app, &call, visitor, &told, Some(refusal)).await
}

/// The numbers that a field takes.
struct Limits {
    min: u32,
    max: u32,
}

impl Limits {
    fn in_words(&self, t: &Words) -> Phrase {
        t.invalid_quantity.with("min", self.min).with("max", self.max)
    }
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
        Rejection::NotOwner | Rejection::Merged | Rejection::Unverified | Rejection::NoReminders => None,
    }
}

fn to_the_cart<B, Q>(app: &Carts, call: &Call<B, Q>, told: &Besides) -> Response {
    redirect(303, &Page::new(app, call, "").href(&told.path()))
}
