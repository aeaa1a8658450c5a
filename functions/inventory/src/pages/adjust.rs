//! The form that receives or writes off units. It makes the adjustment of the API, under a key that the page made: a second click is
//! the same one. Refuses a loss that nobody confirmed.

use super::stock::{Said, again, fresh_key};
use super::words::Words;
use crate::domain::Rejection;
use crate::domain::adjustment::{Adjustment, MAX_REASON, MAX_UNITS_AT_ONCE};
use crate::domain::stock::MAX_UNITS;
use crate::http;
use crate::service::{Error, Inventory};
use ::pages::{CardNumbers, Errors, Page, Typed, TypedForm};
use chassis::http::{Response, redirect};
use chassis::{Call, Problem};
use events::Sku;
use serde::Deserialize;
use std::sync::Arc;

/// The most characters of a key; those of the page have fewer.
const MAX_KEY: usize = 64;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AdjustmentForm {
    /// Units with their sign, as typed.
    pub(super) delta: String,
    pub(super) reason: String,
    /// Not empty if lost units are to be taken off.
    pub(super) confirmed: String,
    /// Names the adjustment.
    pub(super) key: String,
}

impl Typed for AdjustmentForm {
    fn is_typed(field: &str) -> bool {
        matches!(field, "delta" | "reason")
    }
}

/// `POST /staff/inventory/{sku}/adjustments`.
pub(super) async fn adjust(app: Arc<Inventory>, call: Call<TypedForm<AdjustmentForm>>) -> Result<Response, Problem> {
    let sku: Sku = call.param("sku")?;
    let TypedForm { fields: form, card_numbers } = call.body.clone();
    let locale = Page::locale(&*app, &call);
    let t = Words::of(locale);
    let adjustment = match form.read(&card_numbers, t, ::pages::Words::of(locale)) {
        Ok(adjustment) => adjustment,
        Err(errors) => return again(&app, &call, Said { form: form.with_key(&app), errors, ..Said::default() }).await,
    };
    let outcome = if form.has_key() {
        let by = (call.caller.identity()?.user, form.key.as_str());
        http::adjust(&app, sku.clone(), by, &adjustment, &call.context()).await
    } else {
        Err(Error::Rejected(Rejection::IdempotencyKeyReused))
    };
    let said = match outcome {
        Ok(movement) => {
            let page = Page::new(&*app, &call, "");
            return Ok(redirect(303, &page.href(&format!("/staff/inventory/{sku}?adjusted={}", movement.delta))));
        }
        Err(Error::Rejected(Rejection::IdempotencyKeyReused)) => Said {
            form: AdjustmentForm { key: fresh_key(&app), ..form },
            warning: Some(&t.adjustment.used),
            ..Said::default()
        },
        Err(Error::Rejected(rejection)) => {
            let mut errors = Errors::default();
            tell(&mut errors, rejection, t);
            Said { form, errors, ..Said::default() }
        }
        Err(error) => return Err(error.into()),
    };
    again(&app, &call, said).await
}

impl AdjustmentForm {
    /// An empty form.
    pub(super) fn new(key: String) -> Self {
        Self { key, ..Self::default() }
    }

    fn has_key(&self) -> bool {
        (1..=MAX_KEY).contains(&self.key.len()) && self.key.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// The same form with a key, if it has none. A refused one leaves its key free.
    fn with_key(self, app: &Inventory) -> Self {
        if self.has_key() { self } else { Self { key: fresh_key(app), ..self } }
    }

    /// Units as people write them; 0 if they are none.
    fn units(&self) -> i64 {
        self.delta.replace('\u{2212}', "-").parse().unwrap_or(0)
    }

    fn read(&self, card_numbers: &CardNumbers, t: &Words, shared: &::pages::Words) -> Result<Adjustment, Errors> {
        let mut errors = Errors::default();
        for (field, label) in [("delta", &t.adjustment.delta), ("reason", &t.adjustment.reason)] {
            if card_numbers.held_in(field) {
                errors.add(field, label, &shared.card_number);
            }
        }
        // Each field is judged by itself, so that all that is wrong is told at once.
        let rejected = [Adjustment::units(self.units()).err(), Adjustment::reason(&self.reason).err()];
        rejected.into_iter().flatten().for_each(|rejection| tell(&mut errors, rejection, t));
        if self.units() < 0 && self.confirmed.is_empty() {
            errors.add("confirmed", &t.adjustment.loss, &t.errors.confirmed);
        }
        let adjustment = Adjustment::new(self.units(), &self.reason);
        adjustment.ok().filter(|_| errors.is_empty()).ok_or(errors)
    }
}

/// Says at its field why an adjustment is refused.
fn tell(errors: &mut Errors, rejection: Rejection, t: &Words) {
    let (delta, reason) = (&t.adjustment.delta, &t.adjustment.reason);
    match rejection {
        Rejection::InvalidDelta => errors.add("delta", delta, t.errors.delta.with("most", MAX_UNITS_AT_ONCE)),
        Rejection::InvalidReason => errors.add("reason", reason, t.errors.reason.with("most", MAX_REASON)),
        Rejection::InsufficientStock { available } => {
            errors.add("delta", delta, t.errors.insufficient.with("available", available));
        }
        Rejection::TooMuchStock => errors.add("delta", delta, t.errors.too_much.with("most", MAX_UNITS)),
        // It is about no field.
        Rejection::IdempotencyKeyReused => {}
    }
}
