//! The shop in a hostile world: bounded runs of what `cargo souk prove` does for as long as one likes.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod access;
mod cost;
mod crowds;
mod handover;
mod messages;
mod plants;
mod policy;
mod rights;
mod rush;
mod secrets;
mod steps;
mod trips;
