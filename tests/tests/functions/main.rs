//! Every capability's function on a bench, given the events and the callers that any of them may meet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod benches;
mod cost;
mod documents;
mod samples;
mod silence;
mod whole;
