//! Shipping through its real function: HTTP events, queue batches and stream records in, responses and messages out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contract;
mod delivery_page;
mod demo_page;
mod erasing;
mod harness;
mod quotes;
mod race;
mod shipments;
mod staff_actions;
mod staff_dispatches;
mod staff_list;
mod staff_parts;
mod staff_zones;
mod worklists;
mod zones;
