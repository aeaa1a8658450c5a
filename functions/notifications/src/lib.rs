//! The notifications capability.
