//! Inventory on its bench: real payloads through the real handler, against the table that the template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adjustments;
mod contention;
mod contract;
mod groups;
mod harness;
mod invariants;
mod levels;
mod reservations;
mod returns;
mod screens;
mod shortages;
mod summary;
