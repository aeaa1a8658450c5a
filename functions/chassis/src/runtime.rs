//! A function's environment, composition, entry point and clock, and the pattern of its use cases.

mod config;
mod context;
mod deadline;
mod decide;
mod error;
mod event;
mod function;
pub mod host;
mod json_service;
pub mod retry;
pub(crate) mod sdk;
mod service;
mod sweep;
pub mod time_limit;
mod web;
mod wiring;
mod world;

pub use config::{Common, ConfigError, Env, Environment, SecondFactor};
pub use context::Context;
#[cfg(feature = "testing")]
pub(crate) use deadline::aws_retries;
pub use deadline::{Deadline, EndsInTime, OutOfTime, within};
pub use decide::decide_and_write;
pub use error::Error;
pub use event::{Event, UnknownEvent};
pub use function::{Function, InvocationError};
pub use json_service::{CallError, JsonService, ServiceNames};
pub use service::Service;
pub use sweep::{Swept, sweep_due};
pub use web::{Web, WebAnswer, WebError};
pub use wiring::Wiring;
pub use world::{Clock, Random, World};
