//! Cross-cutting parts that every capability needs: how events reach code, how code reaches tables and queues.
//!
//! Owns event-shape dispatch, routing and problem documents, token signing and verification, the table gateway with its
//! mandatory cause, sending to and receiving from queues, relaying table streams, logs, metrics, cursors. Refuses every
//! business noun: something moves in here only when a third capability needs it.

pub mod access;
pub mod call;
pub mod card_number;
pub mod config;
pub mod cursor;
pub mod digest;
pub mod function;
pub mod host;
pub mod inbox;
mod json;
pub mod keys;
pub mod log;
pub mod metrics;
#[cfg(feature = "spec")]
pub mod openapi;
pub mod payload;
pub mod problem;
pub mod queues;
mod redact;
pub mod relay;
pub mod route;
pub mod router;
mod sdk;
pub mod service;
pub mod subnet;
pub mod table;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;
pub mod trace;
pub mod transaction;
pub mod world;

pub use access::{Access, Caller, Identity};
pub use call::{Call, Json, NoBody, NoQuery};
pub use config::{ConfigError, Env};
pub use inbox::{Failure, Received};
pub use problem::Problem;
pub use queues::Queues;
pub use relay::Change;
pub use route::Route;
pub use service::{Service, Wiring};
pub use table::{Cause, Key, Page, StoreError, Table, Via, Written};
pub use world::World;
