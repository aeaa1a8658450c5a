//! The simulator: the whole shop in one process on one thread. Every capability's real code runs behind the real SDK, over a
//! network, queues, streams, a payment provider and customers that misbehave by seed. Time is virtual, so a seed always repeats
//! the same run.

pub mod access_matrix;
mod accounts;
pub mod bank;
mod clerk;
pub mod clock;
pub mod customers;
pub mod dice;
pub mod expectation;
pub mod faults;
pub mod flash_sale;
pub mod functions;
pub mod incidents;
pub mod invariants;
pub mod invocation;
pub mod mail;
pub mod meter;
pub mod mutants;
pub mod observed;
pub mod outages;
pub mod plan;
pub mod queue_metrics;
pub mod queues;
pub mod rare_cases;
pub mod recording;
pub mod rest;
pub mod revocations;
pub mod rights;
pub mod run;
pub mod shop;
pub mod shrink;
pub mod staff;
pub mod stage;
pub mod steps;
pub mod story;
mod streams;
pub mod sweeps;
pub mod table;
pub mod target;
mod teller;
pub mod trips;
pub mod upgrade;
mod visit;
mod watch;
pub mod wire;

pub use faults::Fault;
pub use mutants::Mutant;
pub use plan::Plan;
pub use run::{Report, run};
