//! The payments capability.
