//! The catalog capability.
