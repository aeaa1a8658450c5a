//! The work that functions are measured with, here and by the tests that hold budgets.

// Work that cannot be made must stop the measurement: panics are intended here.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

pub mod work;
