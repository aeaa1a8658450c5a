//! The decisions of shipping: where it goes and for how much, and what becomes of a shipment. Pure: no clock, no table,
//! no queue.

pub mod pricing;
pub mod shipment;
pub mod zones;
