//! `sold + reserved + available = received` after every single write, computed incrementally.

use super::super::table::{ItemKey, read};
use inventory::domain::Reservation;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The units of every SKU.
#[derive(Debug, Default)]
pub struct StockLedger {
    /// Available and received.
    stock: BTreeMap<String, (i64, i64)>,
    /// Reserved or sold.
    with_orders: BTreeMap<String, i64>,
}

impl StockLedger {
    /// Applies the records of one write to inventory's table; what no longer adds up.
    pub fn apply(&mut self, records: &[(ItemKey, Value)]) -> Vec<String> {
        let mut touched = BTreeSet::new();
        for ((_, sk), record) in records {
            let images = &record["dynamodb"];
            match sk.as_str() {
                "stock" => {
                    let image = &images["NewImage"];
                    let number = |name: &str| image[name]["N"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0);
                    let sku = image["sku"]["S"].as_str().unwrap_or_default().to_owned();
                    self.stock.insert(sku.clone(), (number("available"), number("received")));
                    touched.insert(sku);
                }
                "reservation" => {
                    for (image, sign) in [("OldImage", -1), ("NewImage", 1)] {
                        let Some(image) = images.get(image) else { continue };
                        for line in read::<Reservation>(image).outstanding() {
                            let sku = line.sku.to_string();
                            *self.with_orders.entry(sku.clone()).or_default() += sign * i64::from(line.quantity);
                            touched.insert(sku);
                        }
                    }
                }
                _ => {}
            }
        }
        touched.iter().filter_map(|sku| self.wrong(sku)).collect()
    }

    fn wrong(&self, sku: &str) -> Option<String> {
        let (available, received) = self.stock.get(sku).copied().unwrap_or_default();
        let with_orders = self.with_orders.get(sku).copied().unwrap_or_default();
        let adds_up = available + with_orders == received;
        (!adds_up).then(|| format!("{sku}: {available} available and {with_orders} with orders are not {received}"))
    }
}
