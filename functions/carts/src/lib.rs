//! The carts capability.
