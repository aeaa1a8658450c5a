//! A world for tests: the real SDK clients over in-process connectors to an embedded DynamoDB and recording queues, a
//! clock that is set by hand, and repeatable randomness. Refuses mocks of our own code: everything above the wire is
//! real.

// A broken bench must stop its test, so it panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc, clippy::float_arithmetic)]
#![allow(clippy::panic, clippy::disallowed_methods)]

pub mod bench;
pub mod connector;
pub mod contract;
pub mod dynamo;
pub mod http;
pub mod network;
pub mod plain_words;
pub mod signing;
pub mod sqs;
pub mod web;
pub mod world;

pub use bench::{Bench, Parts};
pub use dynamo::EmbeddedDynamo;
pub use http::{Request, Response};
pub use plain_words::word_of_code;
pub use sqs::{RecordedQueues, Sent};
pub use world::TestWorld;
