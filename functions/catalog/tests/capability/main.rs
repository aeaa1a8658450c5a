//! The catalog on its bench: real events through the real handler, on the table that the template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contract;
mod harness;
mod levels;
mod listing;
mod products;
mod quotes;
mod races;
mod reference;
mod settings;
mod store;
mod versions;
