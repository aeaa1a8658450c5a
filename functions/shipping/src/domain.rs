//! The rules of shipping: its destinations, its prices, and the life of a shipment. Pure: refuses clocks, tables, queues and
//! HTTP.

pub mod pricing;
pub mod shipment;
pub mod zones;

pub use pricing::QuoteRejection;
pub use shipment::Rejection;
pub use zones::ZoneRejection;
