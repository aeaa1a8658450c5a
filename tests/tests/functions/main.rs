//! Every capability's function on a test bench, with events and callers that any of them may get.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod away;
mod benches;
mod cost;
mod documents;
mod edge;
mod erased;
mod one_shape;
mod revocations;
mod samples;
mod silence;
mod stepped_up;
mod whole;
