//! The stored form of what an order has many of. An order is written whole at every transition and a write costs by the
//! kilobyte, so lines and transitions are stored as tuples: attribute names would be a third of the item.

use super::{Effect, FulfillmentState, PaymentState, Status, Step};
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};

/// `(seq, input, at in milliseconds, step, status, payment state, fulfillment state, effects)`.
#[derive(Serialize, Deserialize)]
pub(super) struct Transition(u64, String, i64, Step, Status, PaymentState, FulfillmentState, Vec<Effect>);

impl From<Transition> for super::Transition {
    fn from(stored: Transition) -> Self {
        let Transition(seq, input, at, step, status, payment_state, fulfillment_state, effects) = stored;
        let at = Timestamp::from_millis(at);
        Self { seq, input, at, step, status, payment_state, fulfillment_state, effects }
    }
}

impl From<super::Transition> for Transition {
    fn from(t: super::Transition) -> Self {
        Self(t.seq, t.input, t.at.millis(), t.step, t.status, t.payment_state, t.fulfillment_state, t.effects)
    }
}

/// `(sku, title, quantity, unit price, discount, tax, weight in grams)`.
#[derive(Serialize, Deserialize)]
struct Line(Sku, String, u32, i64, i64, i64, u32);

pub(super) mod lines {
    use super::Line;
    use events::quotes::QuotedLine;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(lines: &[QuotedLine], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(lines.iter().map(|line| {
            let (sku, title) = (line.sku.clone(), line.title.clone());
            Line(sku, title, line.quantity, line.unit_price, line.discount, line.tax, line.weight_grams)
        }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<QuotedLine>, D::Error> {
        let lines = Vec::<Line>::deserialize(deserializer)?;
        let read = |Line(sku, title, quantity, unit_price, discount, tax, weight_grams)| QuotedLine {
            sku,
            title,
            quantity,
            unit_price,
            discount,
            tax,
            weight_grams,
        };
        Ok(lines.into_iter().map(read).collect())
    }
}
