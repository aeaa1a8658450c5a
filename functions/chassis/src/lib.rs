//! The microservice chassis: what every capability needs and none should write again. It has six rooms, each with one door.
//!
//! Owns event dispatch, HTTP, messaging, the table gateway with its mandatory cause, tokens, logs and metrics. Refuses every
//! business noun: something moves in here only when a third capability needs it.

#![warn(missing_docs)]

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
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tokens;

pub use http::{Access, Call, Caller, Json, NoBody, NoQuery, Problem, Route, cursor};
pub use messaging::{Change, Failure, Queues, Received, Undecodable};
pub use runtime::{ConfigError, Context, Env, Error, Service, Wiring, World, decide_and_write, retry};
pub use table::{Cause, Key, Page, StoreError, Table, Via, Written};
pub use tokens::digest;
