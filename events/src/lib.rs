//! The published language of souk: what capabilities say to each other and to the world.
//!
//! Owns the message types, their envelope, the ids, money and time they are made of, and the two tables that say who
//! receives which message ([`flows::FLOWS`]) and who serves which route ([`routes::ROUTES`]). Refuses behavior: nothing
//! here decides, stores or sends. A published message version is never edited; a new one gets a new `v<n>`.

#![warn(missing_docs)]

pub mod actor;
pub mod address;
pub mod capability;
pub mod currency;
pub mod day;
pub mod email;
pub mod envelope;
pub mod flows;
pub mod ids;
pub mod inventory;
pub mod language;
pub mod message;
pub mod money;
pub mod notifications;
pub mod order_number;
pub mod orders;
pub mod payments;
pub mod quotes;
pub mod routes;
pub mod shipping;
pub mod sku;
pub mod text;
pub mod timestamp;
pub mod users;

pub use actor::Actor;
pub use address::{Address, Contact, Country};
pub use capability::Capability;
pub use currency::Currency;
pub use day::Day;
pub use email::Email;
pub use envelope::Envelope;
pub use language::Language;
pub use message::{Message, Outgoing};
pub use money::Money;
pub use order_number::OrderNumber;
pub use sku::{Quantities, Sku};
pub use timestamp::Timestamp;
