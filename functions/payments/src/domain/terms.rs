//! The terms of a payment, agreed once and the same for every attempt.

use super::rejection::Rejection;
use events::payments::AmountParts;
use events::{Currency, Money};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub currency: Currency,
    /// Minor units.
    pub amount: i64,
    /// They sum to the amount. The ledger books each separately.
    pub parts: AmountParts,
}

impl Terms {
    /// Terms whose parts sum to the amount, none of them negative.
    ///
    /// # Errors
    /// `InconsistentAmount`.
    pub fn new(amount: Money, parts: AmountParts) -> Result<Self, Rejection> {
        let sum = parts.net.checked_add(parts.shipping).and_then(|sum| sum.checked_add(parts.tax));
        let positive = parts.net >= 0 && parts.shipping >= 0 && parts.tax >= 0;
        if !positive || sum != Some(amount.amount) {
            return Err(Rejection::InconsistentAmount);
        }
        Ok(Self { currency: amount.currency, amount: amount.amount, parts })
    }
}
