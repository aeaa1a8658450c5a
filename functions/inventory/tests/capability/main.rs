//! Inventory on its bench: real payloads through the real handler, onto the table that the template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adjustments;
mod contract;
mod crowd;
mod invariants;
mod levels;
mod reservations;
mod returns;
mod shelf;
mod together;
