//! A version of an item as it is written, read once for all checks.

use crate::sim::stage::Stage;
use crate::sim::table::{ItemKey, read};
use events::Capability;
use events::ids::OrderId;
use inventory::domain::Reservation;
use payments::domain::Payment;
use serde_json::Value;
use shipping::domain::shipment::Shipment;

/// What a version is of.
#[derive(Debug)]
pub enum Item {
    Stock,
    Reservation(Box<Reservation>),
    Order(Box<orders::store::Item>),
    Payment(Box<Payment>),
    /// A part of the balances, or a day of it.
    Balances,
    Shipment(Box<Shipment>),
    Other,
}

/// A version of an item, and the one before it.
pub struct Version<'a> {
    pub stage: &'a Stage,
    pub of: Capability,
    pub pk: &'a str,
    pub new: &'a Value,
    pub old: &'a Value,
    pub item: Item,
}

impl<'a> Version<'a> {
    /// That of a stream record.
    pub fn of(stage: &'a Stage, of: Capability, (pk, sk): &'a ItemKey, record: &'a Value) -> Self {
        let (new, old) = (&record["dynamodb"]["NewImage"], &record["dynamodb"]["OldImage"]);
        let item = match (of, pk.as_str(), sk.as_str()) {
            _ if new.is_null() => Item::Other,
            (Capability::Inventory, _, "stock") => Item::Stock,
            (Capability::Inventory, _, "reservation") => Item::Reservation(Box::new(read(new))),
            // Rare cases leave what no version of orders wrote.
            (Capability::Orders, id, "order") if id.parse::<OrderId>().is_ok() => Item::Order(Box::new(read(new))),
            (Capability::Payments, _, "payment") => Item::Payment(Box::new(read(new))),
            (Capability::Payments, place, _) if place.starts_with("balances") || place.starts_with("day#") => {
                Item::Balances
            }
            (Capability::Shipping, _, "shipment") => Item::Shipment(Box::new(read(new))),
            _ => Item::Other,
        };
        Self { stage, of, pk, new, old, item }
    }
}

/// An attribute that is a number.
pub fn number(image: &Value, name: &str) -> Option<i64> {
    image[name]["N"].as_str().and_then(|text| text.parse().ok())
}

/// The status of an item.
pub fn status(image: &Value) -> &str {
    image["status"]["S"].as_str().unwrap_or_default()
}
