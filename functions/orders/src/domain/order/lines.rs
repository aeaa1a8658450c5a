//! The stored form of an order's lines, a tuple each: `(sku, title, quantity, unit price, discount, tax, weight in grams)`.
//! Each transition writes the whole order and a write costs by the kilobyte; names would be a third of the item.

use events::Sku;
use events::quotes::QuotedLine;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
struct Stored(Sku, String, u32, i64, i64, i64, u32);

pub(super) fn serialize<S: Serializer>(lines: &[QuotedLine], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(lines.iter().map(|line| {
        let (sku, title) = (line.sku.clone(), line.title.clone());
        Stored(sku, title, line.quantity, line.unit_price, line.discount, line.tax, line.weight_grams)
    }))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<QuotedLine>, D::Error> {
    let lines = Vec::<Stored>::deserialize(deserializer)?;
    let read = |Stored(sku, title, quantity, unit_price, discount, tax, weight_grams)| QuotedLine {
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
