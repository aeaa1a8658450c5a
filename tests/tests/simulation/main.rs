//! The shop in a hostile world: bounded runs of what `cargo souk prove` does for as long as one likes.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod crowds;
mod handover;
mod plants;
mod rush;
mod secrets;
mod steps;
