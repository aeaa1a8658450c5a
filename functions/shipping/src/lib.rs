//! The shipping capability.
