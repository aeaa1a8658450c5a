//! The inventory capability.
