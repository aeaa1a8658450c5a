//! The users capability.
