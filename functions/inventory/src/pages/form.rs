//! The form that receives or writes off units, as it was typed, and what is wrong with it. Refuses a loss that nobody confirmed.

use super::words::Words;
use crate::domain::Rejection;
use crate::domain::adjustment::{Adjustment, MAX_REASON, MAX_UNITS_AT_ONCE};
use crate::domain::stock::MAX_UNITS;
use ::pages::{CardNumbers, Errors, Typed};
use serde::Deserialize;

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

impl AdjustmentForm {
    /// Whether it has a key. A program may send none.
    pub(super) fn has_key(&self) -> bool {
        (1..=MAX_KEY).contains(&self.key.len()) && self.key.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// Units as people write them; 0 if they are none.
    fn units(&self) -> i64 {
        self.delta.replace('\u{2212}', "-").parse().unwrap_or(0)
    }

    /// The adjustment that it asks for.
    pub(super) fn read(
        &self,
        card_numbers: &CardNumbers,
        t: &Words,
        shared: &::pages::Words,
    ) -> Result<Adjustment, Errors> {
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
pub(super) fn tell(errors: &mut Errors, rejection: Rejection, t: &Words) {
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
