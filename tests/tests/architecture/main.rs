//! The architecture's rules as tests: layers, dependencies, names, and what deployed code may reach for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod circles;
mod dependencies;
mod form;
mod layers;
mod purity;
mod vocabulary;
