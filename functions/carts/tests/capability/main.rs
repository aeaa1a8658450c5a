//! Carts on its bench: real events through the real handler, on the table that the template declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod adding;
mod again;
mod browser;
mod cart_page;
mod contract;
mod erasing;
mod harness;
mod holders;
mod lines;
mod merge;
mod ordered;
mod signing_in;
