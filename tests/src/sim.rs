//! The whole shop in one process and on one thread: every capability's real code behind the real SDK, over a network,
//! queues, streams, a provider and customers that misbehave by seed. Time is virtual and nothing sleeps, so a seed is a
//! story that repeats itself.

// A broken simulation must stop: panics are the point here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

pub mod bank;
pub mod clock;
pub mod customers;
pub mod dice;
pub mod everyone;
pub mod faults;
pub mod functions;
pub mod handover;
pub mod hardship;
pub mod invariants;
pub mod mail;
pub mod meter;
pub mod plan;
pub mod plants;
pub mod queues;
pub mod recording;
pub mod rights;
pub mod run;
pub mod rush;
pub mod shop;
pub mod shrink;
pub mod staff;
pub mod stage;
pub mod steps;
pub mod story;
mod streams;
pub mod table;
pub mod trips;
mod visit;
pub mod wire;

pub use faults::Fault;
pub use plan::Plan;
pub use plants::Plant;
pub use run::{Report, run};
