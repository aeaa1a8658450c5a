//! What functions are given to do when they are measured: by this package, and by the tests that hold budgets.

// Work that cannot be made must stop whoever measures: panics are the point here.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

pub mod work;
