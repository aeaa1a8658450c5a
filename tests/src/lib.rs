//! What the system's tests share: reading the house's own sources and templates. Refuses to be needed by anything deployed.

// A test that cannot read what it judges must stop: panics are the point here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

pub mod blocks;
#[cfg(feature = "simulation")]
pub mod cost;
#[cfg(feature = "simulation")]
pub mod heard;
pub mod house;
#[cfg(feature = "simulation")]
pub mod sim;
pub mod source;
pub mod template;
