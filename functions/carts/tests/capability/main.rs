//! Carts on its bench: real payloads through the real handler, onto the table that the template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contract;
mod lines;
mod merge;
mod ordered;
mod shopper;
