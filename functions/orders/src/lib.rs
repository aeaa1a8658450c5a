//! The orders capability.
