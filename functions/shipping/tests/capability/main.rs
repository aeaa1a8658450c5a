//! Shipping through its real function: HTTP events, queue batches and stream records in, answers and messages out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contract;
mod quotes;
mod race;
mod shipments;
mod shop;
mod zones;
