//! The simulated shop under faults: short runs of what `cargo souk prove` does for hours.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod alarms;
mod alone;
mod asked_for;
mod backlog;
mod cost;
mod crowds;
mod flash_sale;
mod messages;
mod mutants;
mod pages;
mod policy;
mod rights;
mod secrets;
mod sessions;
mod shrinking;
mod steps;
mod trips;
mod upgrade;
