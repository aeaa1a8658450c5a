//! House rules as tests, so that the architecture cannot rot quietly.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dependencies;
mod form;
mod layers;
mod purity;
