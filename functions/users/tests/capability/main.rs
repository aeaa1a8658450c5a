//! Users through its real function: HTTP events, queue batches and stream records in, answers and messages out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod addresses;
mod contract;
mod costs;
mod devices;
mod edge;
mod harness;
mod lost_answers;
mod messages;
mod races;
mod revocations;
mod roles;
mod sessions;
mod spellings;
mod throttle;
mod tokens;
mod users;
