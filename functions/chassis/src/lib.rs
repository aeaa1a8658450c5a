//! The microservice chassis: what every capability needs and none should write again. It has six modules, each with one
//! door.
//!
//! Owns event dispatch, HTTP, messaging, the table gateway with its mandatory cause, tokens, logs and metrics. Refuses
//! every business noun. Code moves in when a third capability needs it.

#![warn(missing_docs)]

pub mod http;
pub mod messaging;
pub mod runtime;
pub mod table;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tokens;

pub use http::{Access, Call, Caller, Json, NoBody, NoQuery, Problem, Route, cursor};
pub use messaging::{Change, Failure, Queues, Received, Undecodable};
pub use runtime::{
    ConfigError, Context, Env, Environment, Error, SecondFactor, Service, Wiring, World, decide_and_write, retry,
    time_limit,
};
pub use table::{Cause, Key, Page, StoreError, Table, Via, Written};
pub use tokens::digest;
