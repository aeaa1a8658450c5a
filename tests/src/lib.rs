//! What the system's tests share: the workspace's sources and templates, the simulator, the cost model. Nothing deployed
//! depends on it.

// A test that cannot read its input must stop: panics are intended here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

pub mod authenticator;
pub mod blocks;
pub mod captured_log;
pub mod cloudwatch;
pub mod cost;
pub mod loops;
pub mod modules;
pub mod sim;
pub mod source;
pub mod template;
pub mod workspace;
